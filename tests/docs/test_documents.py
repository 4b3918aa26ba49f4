"""What the documents say is held against the code."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest
import yaml
from msgspec import inspect

from bridge.config import Config, load
from bridge.config.environment import concrete
from bridge.metrics.catalogue import FAMILIES
from bridge.model import Reason
from tests.docs.reading import DOCUMENTS, ROOT, codes, named

SECRET_SETTINGS = {"kafka.security.password"}
SECRETS = {"BRIDGE__BRANDS__DEMO__APP_ID": "app", "BRIDGE__BRANDS__DEMO__INPUT_ID": "input"}


def settings(info: inspect.Type, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every leaf of the tree with its default, in the notation of the reference."""
    match concrete(info):
        case inspect.StructType(fields=fields):
            for field in fields:
                yield from _setting(field, f"{path}.{field.name}".removeprefix("."))
        case inspect.ListType(item_type=item):
            yield from settings(item, f"{path}[]")
        case inspect.DictType(value_type=value):
            yield from settings(value, f"{path}.<name>")
        case _:
            pass


def _setting(field: inspect.Field, path: str) -> Iterator[tuple[str, Any]]:
    nested = list(settings(field.type, path))
    if nested:
        yield from nested
    # Secrets have no place in the file; the reference names their variables instead.
    elif not re.search(r"\.(app_id|input_id|password)$", path):
        made = field.default_factory is not msgspec.NODEFAULT
        yield path, field.default_factory() if made else field.default


@pytest.mark.parametrize(("path", "default"), list(settings(inspect.type_info(Config))))
def test_the_reference_names_each_setting_with_its_default(path: str, default: object) -> None:
    rows = [
        row
        for row in (ROOT / "docs/configuration.md").read_text().splitlines()
        if row.startswith(f"| `{path}` |")
    ]

    assert len(rows) == 1
    written = rows[0].split("|")[2].strip().strip("`")
    # Of a brand's secrets either the file or the variable is given.
    if default is msgspec.NODEFAULT or (path.startswith("brands.") and default is None):
        assert written.startswith("required")
    else:
        assert written == _written(default)


def _written(default: object) -> str:
    if default is None or isinstance(default, bool):
        return {None: "null", True: "true", False: "false"}[default]
    return str(default)


@pytest.mark.parametrize("name", ["bridge.yaml", "minimal.yaml"])
def test_the_examples_can_be_used_as_they_are(name: str) -> None:
    config = load(ROOT / "config" / name, SECRETS)

    assert config.routes[0].brand == "DEMO"


def test_the_readme_shows_the_minimal_configuration_word_for_word() -> None:
    readme = (ROOT / "README.md").read_text()
    example = (ROOT / "config/minimal.yaml").read_text().splitlines()
    settings_only = "\n".join(line for line in example if not line.startswith("#"))

    assert settings_only in readme


SECTIONS = "|".join(field.name for field in msgspec.structs.fields(Config))
ELSEWHERE = {"log.dirs", "kafka.log", "omeda.log", "omeda.com", "receipts.py", "tracing.py"}
"""What looks like a setting of the bridge, and is Kafka's, a file, or a domain."""


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_every_setting_that_a_sentence_names_exists(document: Path) -> None:
    paths = {path for path, _ in settings(inspect.type_info(Config))}
    known = {path.rpartition(".")[0] for path in paths} | paths | ELSEWHERE
    mentioned = {
        code
        for code in codes(document)
        if re.fullmatch(rf"({SECTIONS})(\[\]|\.<name>)?(\.[a-z_]+)+", code)
    }

    # Of the simulator's scenario files, some sections bear the same names; of spans, attributes.
    assert (
        document.name in {"simulator.md", "tracing.md"}
        or mentioned - known - SECRET_SETTINGS == set()
    )


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_every_metric_that_a_document_names_exists(document: Path) -> None:
    exposed = {f"omeda_bridge_{family.name}" for family in FAMILIES}
    exposed |= {family.exposed for family in FAMILIES}
    found = re.findall(r"(?<![:\w])omeda_bridge_\w+(?!\w*:)", document.read_text())

    assert {re.sub("_(bucket|count|sum)$", "", name) for name in found} - exposed == set()


def test_every_reason_of_a_dead_letter_is_explained() -> None:
    operations = (ROOT / "docs/operations.md").read_text()

    for reason in get_args(Reason):
        assert re.search(rf"^\| .*`{reason}`.* \| ", operations, re.MULTILINE), reason


def test_every_alert_is_in_the_list_of_runbooks_with_its_severity() -> None:
    index = (ROOT / "docs/runbooks/README.md").read_text()
    groups = yaml.safe_load((ROOT / "helm/omeda-bridge/files/alerts.yaml").read_text())["groups"]
    alerts = {
        rule["alert"]: rule["labels"]["severity"]
        for group in groups
        for rule in group["rules"]
        if "alert" in rule
    }

    assert dict(re.findall(r"^\| \[(\w+)\]\(\w+\.md\) \| (\w+) \|", index, re.MULTILINE)) == alerts


def test_every_module_that_the_architecture_names_exists() -> None:
    text = (ROOT / "docs/architecture.md").read_text()
    names = set(re.findall(r"`((?:[a-z_]+/)*[a-z_]+\.py|[a-z]+/)`", text))

    assert len(names) > 15
    for name in names:
        assert (ROOT / "bridge" / name).exists() or (ROOT / name).exists(), name
