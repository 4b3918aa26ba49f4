"""Overrides from the environment."""

from pathlib import Path

import pytest

from bridge.config import Secret, StartFrom, load
from bridge.model import Kind, Route, Service
from tests.core.configured import HIDDEN, fault, least, loaded, with_


def test_the_environment_overrides_the_file_at_any_depth(file: Path) -> None:
    config = loaded(
        file,
        least(),
        {
            "BRIDGE__KAFKA__BOOTSTRAP_SERVERS": "b:1,c:2",
            "BRIDGE__KAFKA__START_FROM": "latest",
            "BRIDGE__DELIVERY__RETRY__MAX_SECONDS": "7.5",
            "BRIDGE__ADMIN__PORT": "0",
            "BRIDGE__LOG__LEVEL": "debug",
            "BRIDGE__ROUTES__0__TOPIC": "elsewhere",
            "BRIDGE__ROUTES__0__KIND": "order",
            "BRIDGE__BRANDS__DEMO__APP_ID_FILE": "/run/app",
            "PATH": "/bin",
            "BRIDGE_": "no path of ours",
        },
    )

    assert config.kafka.bootstrap_servers == "b:1,c:2"
    assert config.kafka.start_from is StartFrom.LATEST
    assert config.delivery.retry.max_seconds == 7.5
    assert config.admin.port == 0
    assert config.log.level == "debug"
    assert config.line[0] == Route("elsewhere", Service("DEMO", Kind.ORDER))
    assert config.brands["DEMO"].app_id_file == "/run/app"


def test_the_next_index_adds_a_route(file: Path) -> None:
    config = loaded(
        file,
        least(),
        {
            "BRIDGE__ROUTES__1__TOPIC": "omeda.orders",
            "BRIDGE__ROUTES__1__KIND": "order",
            "BRIDGE__ROUTES__1__BRAND": "DEMO",
        },
    )

    assert [route.topic for route in config.routes] == ["omeda.behaviors", "omeda.orders"]


def test_routes_may_come_from_the_environment_alone(file: Path) -> None:
    tree = least()
    del tree["routes"]

    config = loaded(
        file,
        tree,
        {
            "BRIDGE__ROUTES__0__TOPIC": "omeda.orders",
            "BRIDGE__ROUTES__0__KIND": "order",
            "BRIDGE__ROUTES__0__BRAND": "DEMO",
        },
    )

    assert config.routes[0].topic == "omeda.orders"


def test_a_brand_is_found_without_regard_to_case(file: Path) -> None:
    tree = least()
    tree["brands"]["MyBrand"] = dict(tree["brands"]["DEMO"])

    config = loaded(file, tree, {"BRIDGE__BRANDS__MYBRAND__APP_ID": "x"})

    assert config.brands["MyBrand"].app_id == Secret("x")
    assert config.brands["DEMO"].app_id is None
    assert set(config.brands) == {"DEMO", "MyBrand"}


def test_a_variable_for_one_brand_does_not_reach_another_that_is_an_alias_of_it(file: Path) -> None:
    file.write_text(
        "kafka: {bootstrap_servers: 'a:1'}\n"
        "routes: [{topic: t, kind: order, brand: ONE}]\n"
        "brands: {ONE: &same {app_id_file: a, input_id_file: i}, TWO: *same}\n"
    )

    brands = load(file, {"BRIDGE__BRANDS__ONE__APP_ID": HIDDEN}).brands

    assert brands["ONE"].app_id == Secret(HIDDEN)
    assert brands["TWO"].app_id is None


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("KAFKA__GROUP_ID", "0042"),
        ("KAFKA__GROUP_INSTANCE_ID", "1e3"),
        ("KAFKA__GROUP_ID", "null"),
        ("KAFKA__GROUP_ID", "true"),
        ("KAFKA__GROUP_ID", "[a"),
    ],
)
def test_a_text_setting_takes_its_variable_as_it_stands(file: Path, path: str, value: str) -> None:
    kafka = loaded(file, least(), {f"BRIDGE__{path}": value}).kafka

    assert value in (kafka.group_id, kafka.group_instance_id)


@pytest.mark.parametrize(
    "name",
    [
        *("BRIDGE__", "BRIDGE__KAFAK", "BRIDGE__KAFKA__GRUP", "BRIDGE__KAFKA", "BRIDGE__ROUTES"),
        *("BRIDGE__ROUTES__5__TOPIC", "BRIDGE__ROUTES__X__TOPIC", "BRIDGE__ROUTES__-1__TOPIC"),
        *(
            "BRIDGE__ROUTES__0",
            "BRIDGE__BRANDS",
            "BRIDGE__BRANDS__DEMO",
            "BRIDGE__BRANDS____APP_ID",
        ),
        *("BRIDGE__BRANDS__DEMO__APP", "BRIDGE__ADMIN__PORT__X", "BRIDGE__KAFKA__GROUP_ID__0"),
        "BRIDGE__ROUTES__\u00b2__TOPIC",
    ],
)
def test_a_variable_that_names_no_setting_is_an_error_that_names_it(file: Path, name: str) -> None:
    sentence = fault(file, least(), {name: HIDDEN})

    assert name in sentence
    assert HIDDEN not in sentence


@pytest.mark.parametrize(
    ("name", "value", "path"),
    [
        ("BRIDGE__ADMIN__PORT", "many", "admin.port"),
        ("BRIDGE__ADMIN__PORT", "", "admin.port"),
        ("BRIDGE__OMEDA__TIMEOUT_SECONDS", "-1", "omeda.timeout_seconds"),
        ("BRIDGE__OMEDA__TIMEOUT_SECONDS", "20s", "omeda.timeout_seconds"),
        ("BRIDGE__LOG__LEVEL", "loud", "log.level"),
        ("BRIDGE__ADMIN__PORT", "[", "BRIDGE__ADMIN__PORT"),
        ("BRIDGE__ADMIN__PORT", "2024-13-45", "port"),
        ("BRIDGE__ADMIN__PORT", "9" * 5_000, "port"),
        ("BRIDGE__ADMIN__PORT", "\udcff", "port"),
    ],
)
def test_a_variable_with_a_wrong_value_is_an_error_that_names_it(
    file: Path, name: str, value: str, path: str
) -> None:
    assert path.upper() in fault(file, least(), {name: value}).upper()


def test_a_brand_that_is_no_text_is_one_sentence_also_beside_a_variable(file: Path) -> None:
    tree = least()
    tree["brands"][1] = tree["brands"]["DEMO"]

    assert "brands" in fault(file, tree)
    assert "brands" in fault(file, tree, {"BRIDGE__BRANDS__DEMO__APP_ID": "x"})


@pytest.mark.parametrize("name", ["omeda.behaviors\n", "\nomeda.behaviors"])
def test_a_topic_with_a_line_feed_is_an_error(file: Path, name: str) -> None:
    assert "routes[0].topic" in fault(file, with_("routes.0.topic", name))
