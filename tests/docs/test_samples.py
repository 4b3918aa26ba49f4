"""What the documents tell a reader to type or to write is taken."""

import ast
import contextlib
import io
import json
import re
import shlex
from itertools import takewhile
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest
import yaml

from bridge.config import Config, load
from bridge.event import Event
from bridge.model import Kind, Partition, Route, Service
from bridge.reading import Reader
from bridge.record import Record
from bridge.schema import schema
from bridge.simulator.scenario import Scenario
from tests.docs.reading import DOCUMENTS, ROOT, Sample, codes, command_line, samples

PROGRAMS = {
    "cd",
    "cp",
    "curl",
    "docker",
    "echo",
    "export",
    "jq",
    "sort",
    "uniq",
    "grep",
    "sleep",
    "git",
    "helm",
    "kill",
    "kubectl",
    "pip",
    "wait",
}
PROGRAMS |= {"python", "python3", "printf", "npm", "node", "mvn", "java", "javac", "mkdir", "ls"}
"""Commands of others, whose options are theirs."""
SECRETS = {
    f"BRIDGE__BRANDS__{brand}__{secret}": "a-secret"
    for brand in ("DEMO", "GAZETTE")
    for secret in ("APP_ID", "INPUT_ID")
}
CHART = ROOT / "helm/omeda-bridge"
MINIMAL = yaml.safe_load((ROOT / "config/minimal.yaml").read_text())
SCENARIO = {"seed", "latency", "faults", "capacity", "app_ids", "customers", "catalog"}
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


LINES = [
    pytest.param(line, id=f"{sample!r}: {line[:40]}")
    for sample in samples("sh")
    for line in sample.text.replace("\\\n", " ").splitlines()
    if line.strip()
]
NAMED = sorted(
    code
    for code in set().union(*(codes(one) for one in DOCUMENTS if one.name != "CHANGELOG.md"))
    if re.match(r"(omeda-bridge|make) [a-z-]", code)
)


@pytest.mark.parametrize("line", LINES)
def test_a_command_to_type_is_one_that_there_is(line: str) -> None:
    for program, *arguments in _commands(line):
        match program:
            case "omeda-bridge":
                _parse(arguments)
            case "make":
                _check_targets(arguments)
            case "python" | "python3" if arguments[0] == "-m" and "." in arguments[1]:
                module = ROOT / arguments[1].replace(".", "/")
                assert module.with_suffix(".py").exists() or module.is_dir(), line
            case _ if "/" in program:
                assert program.startswith("$KAFKA/bin/") or (ROOT / program).exists(), line
            case _:
                assert program in PROGRAMS, program


@pytest.mark.parametrize("code", NAMED)
def test_a_command_that_a_sentence_names_is_one_that_there_is(code: str) -> None:
    program, *arguments = re.sub(r"[\[\]]", "", code).split()
    if program == "make":
        _check_targets(arguments)
        return
    commands = list(takewhile(lambda word: re.fullmatch("[a-z][a-z-]*", word), arguments))
    told = io.StringIO()
    with contextlib.redirect_stdout(told), pytest.raises(SystemExit, match="0"):
        command_line().parse_args([*commands, "--help"])
    for option in (word for word in arguments if word.startswith("--")):
        assert re.search(rf"{option}\b", told.getvalue()), option


def _check_targets(arguments: list[str]) -> None:
    assert {word for word in arguments if not re.match("-|[A-Z_]+=", word)} <= TARGETS


def _commands(line: str) -> list[list[str]]:
    """The words of each command that *line* joins, without its variables and redirections."""
    found: list[list[str]] = [[]]
    lexer = shlex.shlex(line, posix=True, punctuation_chars="|&;<>")
    lexer.commenters, lexer.whitespace_split = "#", True
    words = iter(lexer)
    for word in words:
        if set(word) <= set("|&;"):
            found.append([])
        elif set(word) <= set("<>&"):
            if found[-1][-1:] in (["1"], ["2"]):
                found[-1].pop()  # as in 2>
            next(words)
        elif found[-1] or not re.match(r"[A-Z_]+=", word):
            found[-1].append(word)
    return [words for words in found if words]


def _parse(arguments: list[str]) -> None:
    """Whether the command line takes them, with what stands in brackets and without."""
    text = " ".join(arguments)
    for words in (re.sub(r"[\[\]]", "", text), re.sub(r" ?\[.*?\]", "", text)):
        command_line().parse_args(["8080" if word == "N" else word for word in words.split()])


@pytest.mark.parametrize("sample", samples("yaml"), ids=repr)
def test_a_sample_of_yaml_is_taken(sample: Sample, tmp_path: Path) -> None:
    written = yaml.safe_load(sample.text)
    keys = set(written)
    if "services" in keys:
        return  # compose.yaml has tests of its own
    if keys <= SCENARIO:
        msgspec.convert(written, Scenario)
    elif keys <= {field.name for field in msgspec.structs.fields(Config)}:
        path = tmp_path / "bridge.yaml"
        path.write_text(yaml.safe_dump({**MINIMAL, **written}))
        load(path, SECRETS)
    else:
        values = merged(yaml.safe_load((CHART / "values.yaml").read_text()), written)
        jsonschema.validate(values, json.loads((CHART / "values.schema.json").read_text()))


def merged(values: dict[str, Any], written: dict[str, Any]) -> dict[str, Any]:
    """As helm does it: null removes."""
    result = dict(values)
    for key, value in written.items():
        if isinstance(value, dict) and isinstance(result.get(key), dict):
            result[key] = merged(result[key], value)
        elif value is None:
            result.pop(key, None)
        else:
            result[key] = value
    return result


@pytest.mark.parametrize("sample", samples("json"), ids=repr)
def test_a_sample_of_json_is_an_event(sample: Sample) -> None:
    event = json.loads(sample.text)
    headers = []
    if "specversion" in event:
        headers.append(("content-type", b"application/cloudevents+json"))
    body = event.get("data", event)
    kind = Kind.BEHAVIOR if "CustomerBehaviors" in body else Kind.ORDER

    jsonschema.validate(body, schema(kind))
    read = _read(kind, sample.text, headers)
    assert isinstance(read, Event), read
    assert read.warnings == ()


def _read(kind: Kind, text: str, headers: list[tuple[str, bytes]]) -> Any:
    record = Record(Partition("a-topic", 0), 0, 0, None, text.encode(), tuple(headers))
    return Reader(Route("a-topic", Service("DEMO", kind)), wall_clock=lambda: 0.0).read(record)


@pytest.mark.parametrize("sample", samples("python"), ids=repr)
def test_a_sample_of_python_compiles(sample: Sample) -> None:
    # An `await` on its own, as within a test.
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    compile(sample.text, repr(sample), "exec", flags=flags)


def test_every_block_says_what_it_is() -> None:
    known = {"sh", "yaml", "json", "python", "java", "javascript", "text"}
    unknown = [sample for sample in samples() if sample.language not in known]

    # A drawing says nothing.
    assert [sample for sample in unknown if not re.search(r"[─►]", sample.text)] == []
