"""The schema and the README as they are written.

The schema of `config` is the bridge's own; secrets are not in it, and never stand in values.
"""

import json
from pathlib import Path

import yaml

from bridge.schema import schema
from scripts.chart.kinds import Schema, said, strict
from scripts.chart.values import VALUES

NEEDED = (
    *("config", "replicas"),
    *(name for name, kind in VALUES.items() if "properties" in kind and name != "affinity"),
)
"""Null would remove it, and templates look into it."""
CHART = Path(__file__).parents[2] / "helm/omeda-bridge"


def values_schema() -> Schema:
    """The whole schema of the values."""
    bridge = schema("config")
    keys = {
        **VALUES,
        "config": said("The bridge's configuration, whole.", {"$ref": bridge["$ref"]}),
    }
    return {
        "$schema": bridge["$schema"],
        "title": "omeda-bridge: values",
        **strict("", *NEEDED, **keys),
        "$defs": bridge["$defs"],
    }


def readme() -> str:
    """The chart's README, with every value."""
    values = yaml.safe_load((CHART / "values.yaml").read_text())
    head = (CHART / "README.md.in").read_text().rstrip()
    rows = ["| value | default | meaning |", "|---|---|---|"]
    for name, kind in VALUES.items():
        if name in values:
            rows += _rows(name, kind, values[name])
    return "\n".join([head, "", *rows, ""])


def _rows(path: str, kind: Schema, default: object) -> list[str]:
    properties = kind.get("properties")
    if properties and isinstance(default, dict) and default:
        return [
            row
            for name, inner in properties.items()
            if name in default
            for row in _rows(f"{path}.{name}", inner, default[name])
        ]
    text = kind.get("description") or "[The bridge's configuration](../../docs/configuration.md)."
    shown = "see values.yaml" if path == "config" else f"`{json.dumps(default)}`"
    return [f"| `{path}` | {shown} | {text} |".replace("\n", " ")]
