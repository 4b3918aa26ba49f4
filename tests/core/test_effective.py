"""Every value that holds, and where it is from."""

from pathlib import Path

import pytest

from bridge.config import given
from bridge.config.catalogue import written
from bridge.config.effective import Value, effective

FILE = """
kafka: {bootstrap_servers: "kafka:9092", group_id: omeda-bridge}
routes:
  - {topic: behaviors, kind: behavior, brand: DEMO, rules: {namespace: off}}
brands: {DEMO: {input_id_file: /etc/input-id}}
omeda: {proxy: "http://ada:open-sesame@proxy:3128"}
"""
ENVIRONMENT = {
    "BRIDGE__BRANDS__DEMO__APP_ID": "a-secret",
    "BRIDGE__DELIVERY__RETRY__MAX_SECONDS": "30",
    "BRIDGE__ROUTES__0__RULES__OVERPAID": "warn",
    "HOME": "/root",
}


@pytest.fixture(scope="module")
def values(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Value]:
    file: Path = tmp_path_factory.mktemp("config") / "bridge.yaml"
    file.write_text(FILE)
    return {written(value.place): value for value in effective(given(file, ENVIRONMENT))}


@pytest.mark.parametrize(
    ("path", "value", "source", "variable"),
    [
        ("kafka.bootstrap_servers", "kafka:9092", "file", None),
        # Also where it is what it would be without.
        ("kafka.group_id", "omeda-bridge", "file", None),
        ("kafka.start_from", "earliest", "default", None),
        (
            "delivery.retry.max_seconds",
            30,
            "environment",
            "BRIDGE__DELIVERY__RETRY__MAX_SECONDS",
        ),
        ("routes[0].rules.namespace", "off", "file", None),
        (
            "routes[0].rules.overpaid",
            "warn",
            "environment",
            "BRIDGE__ROUTES__0__RULES__OVERPAID",
        ),
        ("brands.DEMO.app_id", "***", "environment", "BRIDGE__BRANDS__DEMO__APP_ID"),
        ("brands.DEMO.input_id_file", "/etc/input-id", "file", None),
        ("omeda.proxy", "http://***@proxy:3128", "file", None),
    ],
)
def test_a_value_says_where_it_is_from(
    values: dict[str, Value], path: str, value: object, source: str, variable: str | None
) -> None:
    found = values[path]

    assert (found.value, found.source, found.variable) == (value, source, variable)


def test_no_secret_is_among_them_and_what_is_not_set_is_left_out(values: dict[str, Value]) -> None:
    assert "a-secret" not in str(values)
    assert "open-sesame" not in str(values)
    assert "brands.DEMO.input_id" not in values
    assert "kafka.security.password" not in values
