"""What single routes and brands decide: rules, members without a name, dates, time zones."""

import json
from pathlib import Path

import pytest

from bridge.config import load
from bridge.event import Event
from bridge.model import Kind, Unreadable
from bridge.reading import Reader
from bridge.rules import RULES, Strictness
from tests.core.configured import fault, least, loaded, with_
from tests.core.samples import record

FILE = """
kafka: {bootstrap_servers: "localhost:9092"}
brands: {DEMO: {app_id_file: /secrets/app, input_id_file: /secrets/input}}
routes: [{topic: orders, kind: order, brand: DEMO, rules: %s}]
"""
NAMELESS = b'{"ExternalCustomerId":"x-1"}'
"""Breaks `namespace`, which warns."""
NIGHT_MS = 1_772_431_200_000
"""2026-03-02 06:00 in UTC."""


def written(file: Path, rules: str) -> dict[str, object]:
    """The rules of a file that says *rules* in so many letters."""
    file.write_text(FILE % rules)
    return dict(load(file, {}).line[0].rules)


def test_nothing_is_decided_by_default(file: Path) -> None:
    config = loaded(file, least())

    (route,) = config.routes
    assert (route.unknown_fields, route.order_date, route.rules) == ("forward", "leave", {})
    assert config.brands["DEMO"].time_zone == "America/Chicago"
    assert config.line[0].time_zone == "America/Chicago"
    assert config.line[0].rules == ()


def test_the_line_is_told_what_a_route_decides(file: Path) -> None:
    tree = least()
    tree["routes"][0] |= {
        "unknown_fields": "reject",
        "order_date": "record_timestamp",
        "rules": {"overpaid": "warn", "namespace": "reject"},
    }
    tree["routes"].append({"topic": "others", "kind": "order", "brand": "DEMO"})
    tree["brands"]["DEMO"]["time_zone"] = "Europe/Berlin"

    route, other = loaded(file, tree).line

    assert route.unknown_fields == "reject"
    assert route.order_date == "record_timestamp"
    assert route.rules == (("namespace", "reject"), ("overpaid", "warn"))
    assert (route.time_zone, other.time_zone) == ("Europe/Berlin", "Europe/Berlin")
    assert (other.unknown_fields, other.order_date, other.rules) == ("forward", "leave", ())


@pytest.mark.parametrize("off", ["off", "OFF", "Off", '"off"', "no", "false"])
def test_off_needs_no_quotes(file: Path, off: str) -> None:
    assert written(file, f"{{namespace: {off}, overpaid: warn}}") == {
        "namespace": "off",
        "overpaid": "warn",
    }


@pytest.mark.parametrize("on", ["on", "yes", "true"])
def test_on_is_no_strictness(file: Path, on: str) -> None:
    with pytest.raises(Exception, match=r"routes\[0\]\.rules: namespace is reject, warn or off"):
        written(file, f"{{namespace: {on}}}")


@pytest.mark.parametrize("wrong", ["loud", '"false"', "0", "[]", "null", "{}"])
def test_any_other_word_is_an_error_with_its_path(file: Path, wrong: str) -> None:
    with pytest.raises(Exception, match=r"routes\[0\]\.rules: "):
        written(file, f"{{namespace: {wrong}}}")


@pytest.mark.parametrize("rules", ["[]", "warn", "[namespace]"])
def test_rules_are_a_mapping(file: Path, rules: str) -> None:
    with pytest.raises(Exception, match=r"routes\[0\]\.rules: "):
        written(file, rules)


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("namespce", "did you mean 'namespace'?"),
        ("over_paid", "did you mean 'overpaid'?"),
        ("Namespace", "did you mean 'namespace'?"),
        ("zzz", "docs/events.md lists them"),
    ],
)
def test_a_rule_that_does_not_exist_is_named_with_the_one_that_may_be_meant(
    file: Path, name: str, hint: str
) -> None:
    sentence = fault(file, with_("routes.0.rules", {name: "off"}))

    assert sentence == f"{file}: routes[0].rules: there is no rule {name!r}: {hint}"


@pytest.mark.parametrize("name", list(RULES))
@pytest.mark.parametrize("strictness", list(Strictness))
def test_every_rule_can_be_set_to_any_strictness(
    file: Path, name: str, strictness: Strictness
) -> None:
    config = loaded(file, with_("routes.0.rules", {name: str(strictness)}))

    assert config.line[0].rules == ((name, strictness),)


@pytest.mark.parametrize("strictness", ["off", "warn", "reject"])
def test_a_rule_is_set_by_its_variable(file: Path, strictness: str) -> None:
    tree = with_("routes.0.rules", {"namespace": "warn", "overpaid": "warn"})

    for tree_before in (least(), tree):
        config = loaded(file, tree_before, {"BRIDGE__ROUTES__0__RULES__NAMESPACE": strictness})
        assert dict(config.line[0].rules)["namespace"] == strictness

    assert dict(config.line[0].rules)["overpaid"] == "warn"


@pytest.mark.parametrize(
    ("variable", "value", "named"),
    [
        ("RULES__NAMESPCE", "off", "there is no rule 'namespce': did you mean 'namespace'?"),
        ("RULES__NAMESPACE", "loud", "routes[0].rules: "),
        ("RULES__NAMESPACE", "", "routes[0].rules: "),
        ("RULES", "off", "BRIDGE__ROUTES__0__RULES: no such setting"),
        ("RULES__NAMESPACE__X", "off", "BRIDGE__ROUTES__0__RULES__NAMESPACE__X: no such setting"),
        ("UNKNOWN_FIELDS", "drop", "routes[0].unknown_fields: "),
        ("ORDER_DATE", "today", "routes[0].order_date: "),
    ],
)
def test_a_variable_that_cannot_be_is_an_error(
    file: Path, variable: str, value: str, named: str
) -> None:
    assert named in fault(file, least(), {f"BRIDGE__ROUTES__0__{variable}": value})


def test_the_other_settings_of_a_route_have_variables_too(file: Path) -> None:
    config = loaded(
        file,
        least(),
        {
            "BRIDGE__ROUTES__0__UNKNOWN_FIELDS": "reject",
            "BRIDGE__ROUTES__0__ORDER_DATE": "record_timestamp",
            "BRIDGE__BRANDS__DEMO__TIME_ZONE": "UTC",
        },
    )

    (route,) = config.line
    assert route.unknown_fields == "reject"
    assert route.order_date == "record_timestamp"
    assert route.time_zone == "UTC"


@pytest.mark.parametrize(
    "zone",
    [
        *("Europe/Nowhere", "Nowhere", "CST6CDT7", "+01:00", "America/Chicago "),
        *("America", "/etc/passwd", "../UTC", ".", "x" * 5000, "\0", "Z\u00fcrich", "UTC\n"),
    ],
)
def test_a_time_zone_that_nobody_knows_is_an_error_that_names_its_brand(
    file: Path, zone: str
) -> None:
    sentence = fault(file, with_("brands.DEMO.time_zone", zone))

    assert sentence.startswith(f"{file}: brands.DEMO.time_zone: ")
    assert "Europe/Berlin" in sentence


def test_the_brand_at_fault_is_named_also_among_others(file: Path) -> None:
    tree = least()
    tree["brands"] = {
        name: tree["brands"]["DEMO"] | {"time_zone": zone}
        for name, zone in (("DEMO", "UTC"), ("TWO", "Europe/Nowhere"), ("THREE", "UTC"))
    }

    assert fault(file, tree).startswith(f"{file}: brands.TWO.time_zone: ")


@pytest.mark.parametrize("zone", ["", 7, None, ["UTC"]])
def test_a_time_zone_is_a_text(file: Path, zone: object) -> None:
    assert "brands.DEMO.time_zone: " in fault(file, with_("brands.DEMO.time_zone", zone))


@pytest.mark.parametrize(
    ("rules", "outcome"),
    [("{}", ["namespace"]), ("{namespace: off}", []), ("{namespace: reject}", None)],
)
def test_what_the_file_says_of_a_rule_decides_on_a_record(
    file: Path, rules: str, outcome: list[str] | None
) -> None:
    file.write_text(FILE % rules)
    (route,) = load(file, {}).line

    read = Reader(route, wall_clock=lambda: 0).read(record(value=NAMELESS))

    if outcome is None:
        assert isinstance(read, Unreadable)
    else:
        assert isinstance(read, Event)
        assert [warned.rule for warned in read.warnings] == outcome


@pytest.mark.parametrize(
    ("order_date", "value", "date"),
    [
        ("record_timestamp", NAMELESS, "2026-03-02 00:00"),
        ("record_timestamp", b'{"LastName":"A","OrderDate":null}', "2026-03-02 00:00"),
        ("record_timestamp", b'{"LastName":"A","OrderDate":"2020-01-02"}', "2020-01-02"),
        ("leave", NAMELESS, None),
    ],
)
def test_a_missing_order_date_is_the_record_s_own_where_the_route_says_so(
    file: Path, order_date: str, value: bytes, date: str | None
) -> None:
    tree = with_("routes.0.order_date", order_date)
    tree["routes"][0]["kind"] = str(Kind.ORDER)
    (route,) = loaded(file, tree).line

    read = Reader(route, wall_clock=lambda: 0).read(record(value=value, timestamp_ms=NIGHT_MS))

    assert isinstance(read, Event)
    assert json.loads(read.body).get("OrderDate") == date


@pytest.mark.parametrize(
    "timestamp_ms", [-1, -(2**63), 2**63 - 1, 253_402_300_800_000, 253_402_300_799_999]
)
@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_a_timestamp_that_no_calendar_has_leaves_the_order_date_to_omeda(
    file: Path, timestamp_ms: int, zone: str
) -> None:
    tree = with_("routes.0.order_date", "record_timestamp")
    tree["routes"][0]["kind"] = "order"
    tree["brands"]["DEMO"]["time_zone"] = zone
    (route,) = loaded(file, tree).line

    read = Reader(route, wall_clock=lambda: 0).read(
        record(value=NAMELESS, timestamp_ms=timestamp_ms)
    )

    assert isinstance(read, Event)
    assert read.body == NAMELESS
