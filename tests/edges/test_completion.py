"""Completion, by the shells themselves: bash always, the others where they are installed."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CONFIG = "bridge.yaml"

BASH = """
source {script}
COMP_WORDS=({words} "$1"); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); COMPREPLY=()
COMP_LINE="${{COMP_WORDS[*]}}"; COMP_POINT=${{#COMP_LINE}}
$(complete -p omeda-bridge | sed 's/.*-F \\([^ ]*\\).*/\\1/')
printf '%s\\n' "${{COMPREPLY[@]}}"
"""

# A terminal of its own, in which the key is pressed.
ZSH = """
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell 'PROMPT=; fpath=({folder} $fpath); autoload -U compinit; compinit -u -D; cd {folder}'
zpty -w shell 'zstyle ":completion:*" list-colors ""; LISTMAX=1000; print -r READY'
zpty -r shell seen '*READY*READY*'
zpty -w -n shell $'{words} '$1$'\\t\\t'
zpty -r shell seen "*{words} $2*"
print -r -- $seen
zpty -d shell
"""

TYPED = [
    ("omeda-bridge", "dead", ["dead-letters"]),
    ("omeda-bridge dead-letters", "re", ["replay"]),
    ("omeda-bridge dead-letters replay", "--dr", ["--dry-run"]),
    ("omeda-bridge completion", "fi", ["fish"]),
    ("omeda-bridge config explain", "delivery.retry.max", ["delivery.retry.max_seconds"]),
    ("omeda-bridge check --config", "br", [CONFIG]),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Scripts for all shells, and a file to be completed."""
    made = tmp_path_factory.mktemp("completion")
    (made / CONFIG).touch()
    for shell, name in (("bash", "bash"), ("zsh", "_omeda-bridge"), ("fish", "fish")):
        command = [sys.executable, "-m", "bridge", "completion", shell]
        script = subprocess.run(command, capture_output=True, check=True).stdout
        (made / name).write_bytes(script)
    return made


def asked(folder: Path, *command: str) -> str:
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=60, check=True
    ).stdout


@pytest.mark.parametrize(("words", "typed", "found"), TYPED)
def test_bash_completes(folder: Path, words: str, typed: str, found: list[str]) -> None:
    program = BASH.format(script=folder / "bash", words=words)

    assert asked(folder, "bash", "-c", program, "bash", typed).split() == found


@pytest.mark.skipif(shutil.which("fish") is None, reason="fish is not installed")
@pytest.mark.parametrize(("words", "typed", "found"), TYPED)
def test_fish_completes(folder: Path, words: str, typed: str, found: list[str]) -> None:
    program = f"source {folder / 'fish'}; complete -C '{words} {typed}'"

    lines = asked(folder, "fish", "--no-config", "-c", program).splitlines()
    assert [line.split("\t")[0] for line in lines] == found


@pytest.mark.skipif(shutil.which("zsh") is None, reason="zsh is not installed")
@pytest.mark.parametrize(("words", "typed", "found"), TYPED[:2])
def test_zsh_completes(folder: Path, words: str, typed: str, found: list[str]) -> None:
    program = ZSH.format(folder=folder, words=words)

    # It waits for what is to come, and for nothing else.
    seen = asked(folder, "zsh", "-f", "-c", program, "zsh", typed, found[0])
    assert f"{words} {found[0]}" in seen
