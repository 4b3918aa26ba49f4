"""docs/cli.md is what the parser says."""

import runpy
from pathlib import Path
from typing import Any

from bridge.usage import COMMANDS

ROOT = Path(__file__).parents[2]
REFERENCE: dict[str, Any] = runpy.run_path(str(ROOT / "scripts/cli_reference.py"))
TEXT = (ROOT / "docs/cli.md").read_text()


def test_the_document_is_current() -> None:
    assert REFERENCE["document"]() == TEXT, "run `make docs`"


def test_every_command_has_its_section_and_every_note_its_command() -> None:
    names = {usage.name for usage in COMMANDS}

    assert all(f"\n## {name}\n" in TEXT for name in names)
    assert REFERENCE["NOTES"].keys() <= names
