"""A configuration file, and what is made of it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from bridge.config import Config, load
from bridge.errors import ConfigError

HIDDEN = "hunter2-Tr0ub4dor"


def least() -> dict[str, Any]:
    """The settings that have no default."""
    return {
        "kafka": {"bootstrap_servers": "localhost:9092"},
        "routes": [{"topic": "omeda.behaviors", "kind": "behavior", "brand": "DEMO"}],
        "brands": {"DEMO": {"app_id_file": "/secrets/app", "input_id_file": "/secrets/input"}},
    }


def with_(path: str, value: Any) -> dict[str, Any]:
    """The least settings, and *value* at the dotted *path*."""
    tree: Any = least()
    *steps, last = path.split(".")
    node = tree
    for step in steps:
        node = node[int(step)] if isinstance(node, list) else node.setdefault(step, {})
    node[last] = value
    return dict(tree)


def loaded(file: Path, tree: object, environ: Mapping[str, str] | None = None) -> Config:
    file.write_text(yaml.safe_dump(tree), encoding="utf-8")
    return load(file, environ or {})


def fault(file: Path, tree: object, environ: Mapping[str, str] | None = None) -> str:
    """The one sentence that refuses *tree*."""
    with pytest.raises(ConfigError) as caught:
        loaded(file, tree, environ)
    sentence = str(caught.value)
    assert "\n" not in sentence
    return sentence
