"""A configuration in a file, as a process finds it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

Change = Mapping[str, Any]


def written(settings: Change, directory: Path) -> Path:
    path = directory / "bridge.yaml"
    path.write_text(json.dumps(settings))  # JSON is YAML
    return path
