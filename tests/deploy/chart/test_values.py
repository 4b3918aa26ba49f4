"""Values: every key is known, described, and checked."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from bridge.cli import main
from bridge.config import Config
from scripts.chart.values import VALUES
from scripts.chart.written import readme, values_schema
from tests.deploy.chart.rendering import CHART, SETS, Refused, objects, only, rendered
from tests.system.security import Authority

DEFAULTS: dict[str, Any] = yaml.safe_load((CHART / "values.yaml").read_text())
FULLEST = [CHART / f"ci/{name}-values.yaml" for name in ("publisher", "guarded", "everything")]
KUBERNETES_OWN = ("commonLabels", "podLabels", "podAnnotations", "nodeSelector")
"""Maps of any names."""


def merged(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """As helm does it: maps are merged, and null removes."""
    found = {**below}
    for name, value in above.items():
        mine = found.get(name)
        if isinstance(mine, dict) and isinstance(value, dict):
            found[name] = merged(mine, value)
        else:
            found[name] = value
    return {name: value for name, value in found.items() if value is not None}


def everything() -> dict[str, Any]:
    values = DEFAULTS
    for path in FULLEST:
        values = merged(values, yaml.safe_load(path.read_text()))
    # Objects of anybody's.
    return {name: value for name, value in values.items() if name != "extraObjects"}


EVERYTHING = everything()

Path_ = tuple[str | int, ...]


def nodes(value: Any, path: Path_ = ()) -> Iterator[Path_]:
    """Where a key could be misspelt."""
    if isinstance(value, dict):
        free = ("labels", "annotations", "matchLabels")
        if path and (path[0] in KUBERNETES_OWN or path[-1] in free):
            return
        if path != ("config", "brands"):
            yield path
        for key, inner in value.items():
            yield from nodes(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from nodes(inner, (*path, index))


def with_misspelt(path: Path_) -> dict[str, Any]:
    values = copy.deepcopy(EVERYTHING)
    node: Any = values
    for step in path:
        node = node[step]
    # A value that is right for many a key, so that it is the key that is refused.
    node["misspelt"] = "off"
    return values


@pytest.mark.parametrize("path", list(nodes(EVERYTHING)), ids=lambda path: ".".join(map(str, path)))
def test_a_misspelt_key_is_refused_anywhere(path: Path_, tmp_path: Path) -> None:
    file = tmp_path / "values.yaml"
    file.write_text(json.dumps(with_misspelt(path)))
    with pytest.raises(Refused, match="misspelt"):
        rendered(file)


def inside(value: Any, path: str = "") -> Iterator[str]:
    """Every key of the values that null could remove."""
    if path:
        yield path
    if isinstance(value, dict) and path != "config":
        for name, inner in value.items():
            key = name.replace(".", r"\.")
            yield from inside(inner, f"{path}.{key}".lstrip("."))


EVERY_KIND = {
    f"{name}.enabled": True
    for name in ("service", "podMonitor", "serviceMonitor", "prometheusRule", "dashboards")
}


@pytest.mark.parametrize("path", list(inside(DEFAULTS)))
def test_what_null_removes_is_missed_in_a_sentence_or_not_at_all(path: str) -> None:
    scaled = {f"autoscaling.{'hpa' if '.hpa' in path else 'keda'}.enabled": True}
    try:
        said, named = rendered(values={**EVERY_KIND, **scaled, path: None}), ""
    except Refused as refused:
        said, named = str(refused), path.rpartition(".")[2]
    assert named in said
    for slip in ('executing "omeda-bridge', "%!", "<nil>"):
        assert slip not in said


def test_what_keys_are_misspelt_in_renders(tmp_path: Path) -> None:
    file = tmp_path / "values.yaml"
    file.write_text(json.dumps(EVERYTHING))
    assert rendered(file)
    empty = ("imagePullSecrets", "env", "envFrom", "volumes", "volumeMounts", "tolerations")
    assert all(EVERYTHING[name] for name in empty)


def test_what_is_generated_is_current() -> None:
    written = json.loads((CHART / "values.schema.json").read_text())
    assert written == values_schema(), "make chart writes it anew"
    assert (CHART / "README.md").read_text() == readme(), "make chart writes it anew"


def test_every_value_is_described_and_none_that_does_not_exist() -> None:
    described = {path for path in paths(VALUES) if path != ("global",)}
    assert described == set(given(DEFAULTS, VALUES))


def leaves(value: Any, path: str = "") -> Iterator[str]:
    """What has a default."""
    free = path in ("config", *KUBERNETES_OWN) or path.endswith((".labels", ".annotations"))
    if isinstance(value, dict) and value and not free:
        for name, inner in value.items():
            yield from leaves(inner, f"{path}.{name}".lstrip("."))
    else:
        yield path


@pytest.mark.parametrize("path", list(leaves(DEFAULTS)))
def test_each_value_that_has_a_default_has_its_row_in_the_readme(path: str) -> None:
    assert f"\n| `{path}` | " in (CHART / "README.md").read_text()


def paths(schemas: dict[str, Any], above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, schema in schemas.items():
        path = (*above, name)
        if path == ("config",):
            yield path
        elif "properties" in schema and path[0] != "resources" and path[0] != "affinity":
            optional = {"initialDelaySeconds"}
            inner = {key: one for key, one in schema["properties"].items() if key not in optional}
            yield from paths(inner, path)
        else:
            assert schema.get("description"), path
            yield path


def given(
    values: dict[str, Any], schemas: dict[str, Any], above: tuple[str, ...] = ()
) -> Iterator[tuple[str, ...]]:
    for name, value in values.items():
        path = (*above, name)
        inner = schemas[name].get("properties")
        if inner and path[0] not in ("resources", "affinity"):
            yield from given(value, inner, path)
        else:
            yield path


@pytest.mark.parametrize("values", SETS, ids=lambda path: path.stem)
def test_the_bridge_finds_no_fault_with_the_rendered_configuration(
    values: Path, tmp_path: Path
) -> None:
    found = objects(values)
    text = only("ConfigMap", [one for one in found if "bridge.yaml" in one.get("data", {})])
    for folder in ("etc/omeda", "etc/omeda/gazette", "etc/omeda/weekly", "etc/kafka"):
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)
        for name in ("app-id", "input-id", "password"):
            (tmp_path / folder / name).write_text("invented\n")
    certificate = Authority(tmp_path / "authority").certificate
    (tmp_path / "etc/kafka/ca.crt").write_bytes(certificate.read_bytes())
    config = tmp_path / "bridge.yaml"
    config.write_text(text["data"]["bridge.yaml"].replace("/etc/", f"{tmp_path}/etc/"))

    assert main(["check", "--config", str(config)]) == 0


@pytest.mark.parametrize(
    ("setting", "wrong"),
    [
        ("config.kafka.bootstrap_servers", 9092),
        ("config.kafka.start_from", "soonest"),
        ("config.delivery.concurrency", 0),
        ("config.routes", []),
        ("replicas", -1),
        ("workload.kind", "DaemonSet"),
        ("image.digest", "latest"),
        ("podMonitor.interval", "soon"),
        ("networkPolicy.kafkaPorts", [0]),
        ("podDisruptionBudget.maxUnavailable", 0),
        ("resources.limits.memroy", "1Gi"),
    ],
)
def test_a_wrong_value_is_refused(setting: str, wrong: object) -> None:
    with pytest.raises(Refused, match=setting.rpartition(".")[2]):
        rendered(values={setting: wrong})


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"omeda": {"timeout_seconds": 25.5}}, "or requests under way are cut off"),
        ({"delivery": {"drain_seconds": 19}}, "or requests under way are cut off"),
        ({"delivery": {"drain_seconds": 30.5}}, "or the group goes on before the last commit"),
        (
            {"kafka": {"bootstrap_servers": "kafka:9092", "rebalance_timeout_seconds": 34.5}},
            "or the group goes on before the last commit",
        ),
        (
            {"routes": [{"topic": "orders", "kind": "order", "brand": "OTHER"}]},
            r"routes\[0\].brand: '?OTHER'? is not under",
        ),
        (
            {
                "routes": [
                    {
                        "topic": "orders",
                        "kind": "order",
                        "brand": "DEMO",
                        "rules": {"namespce": "off"},
                    }
                ]
            },
            "namespce",
        ),
    ],
)
def test_what_the_bridge_refuses_at_its_start_is_refused_before(
    wrong: dict[str, Any], why: str
) -> None:
    config = {**DEFAULTS["config"], **wrong}

    with pytest.raises(msgspec.ValidationError, match=why):
        msgspec.convert(config, Config)
    with pytest.raises(Refused, match=why):
        rendered(values={"config": config})


@pytest.mark.parametrize(
    ("timeout", "drain", "rebalance"), [(25, 25, 40), (20, 30, 40), (120, 120.5, 130.5)]
)
def test_times_that_just_fit_each_other_are_taken(
    timeout: float, drain: float, rebalance: float
) -> None:
    assert rendered(
        values={
            "config.omeda.timeout_seconds": timeout,
            "config.delivery.drain_seconds": drain,
            "config.kafka.rebalance_timeout_seconds": rebalance,
        }
    )


def test_secrets_never_stand_in_values() -> None:
    for setting in ("config.brands.DEMO.app_id", "config.kafka.security.password"):
        with pytest.raises(Refused, match="not allowed"):
            rendered(values={setting: "secret"})
