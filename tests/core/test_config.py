import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from bridge.config import Config, Credentials, Secret, StartFrom, load, read_secret
from bridge.errors import ConfigError
from bridge.model import Kind, Route, Service

HIDDEN = "hunter2-Tr0ub4dor"


def least() -> dict[str, Any]:
    """The settings that have no default."""
    return {
        "kafka": {"bootstrap_servers": "localhost:9092"},
        "routes": [{"topic": "omeda.behaviors", "kind": "behavior", "brand": "DEMO"}],
        "brands": {"DEMO": {"app_id_file": "/secrets/app", "input_id_file": "/secrets/input"}},
    }


def with_(path: str, value: Any) -> dict[str, Any]:
    """The least settings, and *value* at the dotted *path*."""
    tree: Any = least()
    *steps, last = path.split(".")
    node = tree
    for step in steps:
        node = node[int(step)] if isinstance(node, list) else node.setdefault(step, {})
    node[last] = value
    return dict(tree)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "bridge.yaml"


def loaded(file: Path, tree: object, environ: Mapping[str, str] | None = None) -> Config:
    file.write_text(yaml.safe_dump(tree), encoding="utf-8")
    return load(file, environ or {})


def fault(file: Path, tree: object, environ: Mapping[str, str] | None = None) -> str:
    """The one sentence that refuses *tree*."""
    with pytest.raises(ConfigError) as caught:
        loaded(file, tree, environ)
    sentence = str(caught.value)
    assert "\n" not in sentence
    return sentence


def test_the_defaults_are_those_of_the_reference(file: Path) -> None:
    config = loaded(file, least())

    kafka, delivery, omeda = config.kafka, config.delivery, config.omeda
    assert kafka.group_id == "omeda-bridge"
    assert kafka.group_instance_id is None
    assert kafka.start_from is StartFrom.EARLIEST
    assert kafka.session_timeout_seconds == 45
    assert kafka.rebalance_timeout_seconds == 40
    assert kafka.start_timeout_seconds == 300
    assert kafka.isolation_level == "read_committed"
    assert kafka.security.protocol == "PLAINTEXT"
    assert kafka.security.sasl_mechanism is None
    assert omeda.base_url == "https://ows.omeda.com/webservices/rest"
    assert (omeda.timeout_seconds, omeda.connect_timeout_seconds) == (20, 5)
    assert (omeda.ca_file, omeda.proxy) == (None, None)
    assert delivery.concurrency == 32
    assert (delivery.retry.initial_seconds, delivery.retry.max_seconds) == (0.5, 60)
    assert (delivery.backlog_high, delivery.backlog_low) == (4000, 2000)
    assert delivery.backlog_bytes == 67_108_864
    assert delivery.drain_seconds == 25
    assert config.dead_letters.topic == "omeda.dead-letters"
    assert (config.admin.host, config.admin.port) == ("0.0.0.0", 9464)  # noqa: S104 - a default
    assert (config.log.level, config.log.format) == ("info", "json")


@pytest.mark.parametrize(("session", "heartbeat"), [(45, 3), (9, 3), (6, 2)])
def test_three_heartbeats_fit_into_a_session(file: Path, session: int, heartbeat: float) -> None:
    config = loaded(file, with_("kafka.session_timeout_seconds", session))

    assert config.kafka.heartbeat_seconds == heartbeat


def test_a_route_names_the_service_of_its_topic(file: Path) -> None:
    (route,) = loaded(file, least()).routes

    assert route.route == Route("omeda.behaviors", Service("DEMO", Kind.BEHAVIOR))


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("kafak", "`kafak`"),
        ("kafka.grup_id", "kafka: Object contains unknown field `grup_id`"),
        ("kafka.security.user", "kafka.security: Object contains unknown field `user`"),
        ("routes.0.topics", "routes[0]: Object contains unknown field `topics`"),
        ("delivery.retry.max", "delivery.retry: Object contains unknown field `max`"),
        ("omeda.timeout", "omeda: Object contains unknown field `timeout`"),
    ],
)
def test_an_unknown_key_is_named_with_its_path(file: Path, path: str, named: str) -> None:
    sentence = fault(file, with_(path, "x"))

    assert str(file) in sentence
    assert named in sentence


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("kafka.bootstrap_servers", ""),
        ("kafka.group_id", 7),
        ("kafka.start_from", "newest"),
        ("kafka.session_timeout_seconds", 5.9),
        ("kafka.session_timeout_seconds", float("nan")),
        ("kafka.isolation_level", "dirty"),
        ("kafka.security.protocol", "TLS"),
        ("routes", []),
        ("routes[0].kind", "click"),
        ("routes[0].topic", "white space"),
        ("omeda.base_url", "ftp://ows.omeda.com"),
        ("omeda.base_url", "https://ows.omeda.com/rest?x=1"),
        ("omeda.timeout_seconds", 0),
        ("omeda.timeout_seconds", "20"),
        ("omeda.timeout_seconds", True),
        ("omeda.connect_timeout_seconds", float("inf")),
        ("delivery.concurrency", 0),
        ("delivery.concurrency", 1.5),
        ("delivery.backlog_high", -1),
        ("delivery.backlog_bytes", 10),
        ("delivery.retry.initial_seconds", -1),
        ("admin.port", 65_536),
        ("log.level", "loud"),
        ("log.format", "xml"),
        ("dead_letters.topic", ""),
    ],
)
def test_a_value_that_cannot_be_is_an_error_with_its_path(
    file: Path, path: str, value: object
) -> None:
    sentence = fault(file, with_(path.replace("[", ".").replace("]", ""), value))

    assert sentence.startswith(f"{file}: {path}: ")


@pytest.mark.parametrize("missing", ["kafka", "routes", "brands"])
def test_what_has_no_default_must_be_there(file: Path, missing: str) -> None:
    tree = least()
    del tree[missing]

    assert f"`{missing}`" in fault(file, tree)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"omeda.timeout_seconds": 26}, ["delivery.drain_seconds", "omeda.timeout_seconds"]),
        (
            {"delivery.drain_seconds": 30.5},
            ["delivery.drain_seconds", "kafka.rebalance_timeout_seconds"],
        ),
        ({"delivery.backlog_low": 4001}, ["backlog_low", "backlog_high"]),
        ({"delivery.retry.initial_seconds": 61}, ["initial_seconds", "max_seconds"]),
        ({"routes.0.brand": "OTHER"}, ["routes[0].brand", "'OTHER'"]),
        ({"dead_letters.topic": "omeda.behaviors"}, ["routes[0].topic", "dead_letters.topic"]),
        ({"kafka.security.protocol": "SASL_SSL"}, ["kafka.security", "sasl_mechanism"]),
        ({"kafka.security.key_file": "/k"}, ["kafka.security", "certificate_file"]),
        ({"kafka.security.certificate_file": "/c"}, ["kafka.security", "key_file"]),
        (
            {
                "kafka.security": {
                    "protocol": "SASL_SSL",
                    "sasl_mechanism": "PLAIN",
                    "username": "u",
                }
            },
            ["kafka.security", "password_file"],
        ),
        ({"brands.DEMO.app_id_file": None}, ["brands", "app_id_file"]),
        ({"brands.DEMO.input_id_file": None}, ["brands", "input_id_file"]),
    ],
)
def test_settings_that_do_not_go_together_are_an_error_that_names_them(
    file: Path, changes: dict[str, object], named: list[str]
) -> None:
    tree = least()
    for path, value in changes.items():
        part = with_(path, value)
        tree[path.split(".")[0]] = part[path.split(".")[0]]

    sentence = fault(file, tree)

    assert all(name in sentence for name in named), sentence


def test_the_brand_at_fault_is_named(file: Path) -> None:
    tree = least()
    tree["brands"]["SECOND"] = {"app_id_file": "/secrets/app"}

    assert "brands.SECOND" in fault(file, tree)


def test_the_limits_of_the_relations_themselves_are_allowed(file: Path) -> None:
    tree = with_("delivery.drain_seconds", 30)
    tree["omeda"] = {"timeout_seconds": 30}
    tree["delivery"] |= {"backlog_low": 4000, "retry": {"initial_seconds": 60, "max_seconds": 60}}
    tree["kafka"]["session_timeout_seconds"] = 6

    config = loaded(file, tree)

    assert config.delivery.drain_seconds == config.omeda.timeout_seconds == 30


def test_a_topic_has_one_route(file: Path) -> None:
    tree = least()
    tree["routes"] *= 2

    assert "routes[1].topic: 'omeda.behaviors' has a route already" in fault(file, tree)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"- a list", id="a list"),
        pytest.param(b"kafka: [", id="an open bracket"),
        pytest.param(b"a: 1\n\tb: 2", id="a tab"),
        pytest.param(b"\xff\xfe\x00", id="not text"),
        pytest.param(b"[" * 5_000, id="brackets without end"),
        pytest.param(b"kafka: &a {x: *a}", id="a loop"),
        pytest.param(b"kafka: !!python/name:os.system x", id="a Python object"),
        pytest.param(b"kafka: 2024-13-45", id="no such date"),
        pytest.param(b"kafka: " + b"9" * 5_000, id="a huge number"),
    ],
)
def test_a_file_that_holds_no_settings_is_one_sentence(file: Path, text: bytes) -> None:
    file.write_bytes(text)

    with pytest.raises(ConfigError, match=str(file)):
        load(file, {})


def test_json_is_yaml(file: Path) -> None:
    file.write_text(
        '{"kafka": {"bootstrap_servers": "a:1"}, "routes": [{"topic": "t", "kind": "order",'
        ' "brand": "B"}], "brands": {"B": {"app_id_file": "a", "input_id_file": "i"}}}'
    )

    assert load(file, {}).routes[0].kind is Kind.ORDER


def test_a_file_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"absent\.yaml: cannot be read: No such file"):
        load(tmp_path / "absent.yaml", {})


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
    assert config.routes[0].route == Route("elsewhere", Service("DEMO", Kind.ORDER))
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


@pytest.mark.parametrize(
    ("path", "variable"),
    [
        ("brands.DEMO.app_id", "BRIDGE__BRANDS__DEMO__APP_ID"),
        ("brands.DEMO.input_id", "BRIDGE__BRANDS__DEMO__INPUT_ID"),
        ("kafka.security.password", "BRIDGE__KAFKA__SECURITY__PASSWORD"),
    ],
)
def test_a_secret_in_the_file_is_an_error_that_tells_where_it_belongs_and_hides_it(
    file: Path, path: str, variable: str
) -> None:
    sentence = fault(file, with_(path, HIDDEN))

    assert f"{path}_file" in sentence
    assert variable in sentence
    assert HIDDEN not in sentence


def test_secrets_may_come_from_the_environment(file: Path) -> None:
    security = {"protocol": "SASL_SSL", "sasl_mechanism": "PLAIN", "username": "u"}
    tree = with_("kafka.security", security)
    tree["brands"] = {"DEMO": {}}

    config = loaded(
        file,
        tree,
        {
            "BRIDGE__BRANDS__DEMO__APP_ID": "0815 \n",
            "BRIDGE__BRANDS__DEMO__INPUT_ID": HIDDEN,
            "BRIDGE__KAFKA__SECURITY__PASSWORD": "null",
        },
    )

    (shown,) = Credentials(config).passes.values()
    assert shown.app_id.reveal() == "0815"
    assert shown.input_id.reveal() == HIDDEN
    assert config.kafka.security.password == Secret("null")
    assert HIDDEN not in repr(config)


def test_no_other_fault_shows_a_secret_from_the_environment(file: Path) -> None:
    sentence = fault(
        file, with_("admin.port", "x"), {"BRIDGE__BRANDS__DEMO__APP_ID": HIDDEN, "OTHER": HIDDEN}
    )

    assert "admin.port" in sentence
    assert HIDDEN not in sentence


def with_files(tmp_path: Path, file: Path, *, route_file: bool = False) -> Config:
    tree = with_("brands.DEMO.app_id_file", str(tmp_path / "app"))
    tree["brands"]["DEMO"]["input_id_file"] = str(tmp_path / "input")
    (tmp_path / "app").write_text(f"{HIDDEN}\r\n \t")
    (tmp_path / "input").write_text("in-1\n")
    if route_file:
        tree["routes"][0]["input_id_file"] = str(tmp_path / "route")
        (tmp_path / "route").write_text("in-2\n")
    return loaded(file, tree)


def test_secrets_are_read_from_files_without_trailing_white_space(
    tmp_path: Path, file: Path
) -> None:
    credentials = Credentials(with_files(tmp_path, file))

    shown = credentials.passes["omeda.behaviors"]
    assert (shown.app_id.reveal(), shown.input_id.reveal()) == (HIDDEN, "in-1")


def test_the_input_id_of_a_route_stands_in_for_the_brands(tmp_path: Path, file: Path) -> None:
    credentials = Credentials(with_files(tmp_path, file, route_file=True))

    shown = credentials.passes["omeda.behaviors"]
    assert (shown.app_id.reveal(), shown.input_id.reveal()) == (HIDDEN, "in-2")


def test_a_rotated_file_is_read_again(tmp_path: Path, file: Path) -> None:
    credentials = Credentials(with_files(tmp_path, file))
    assert not credentials.read()

    (tmp_path / "app").write_text("rotated")

    assert credentials.read()
    assert credentials.passes["omeda.behaviors"].app_id.reveal() == "rotated"
    assert not credentials.read()


def test_a_file_lost_in_a_rotation_leaves_what_was_read_before(tmp_path: Path, file: Path) -> None:
    credentials = Credentials(with_files(tmp_path, file))
    (tmp_path / "app").unlink()

    with pytest.raises(
        ConfigError, match=r"brands\.DEMO\.app_id_file: cannot read .*/app: No such"
    ):
        credentials.read()

    assert credentials.passes["omeda.behaviors"].app_id.reveal() == HIDDEN


@pytest.mark.parametrize("content", ["", " \n", "two\nlines", "caf\u00e9", "\x00", "a\tb"])
def test_a_secret_is_one_printable_line(tmp_path: Path, content: str) -> None:
    (tmp_path / "s").write_text(content, encoding="utf-8")

    with pytest.raises(ConfigError, match=r"^brands\.DEMO\.app_id: must be one line") as caught:
        read_secret("brands.DEMO.app_id", value=None, file=str(tmp_path / "s"))
    with pytest.raises(ConfigError):
        read_secret("brands.DEMO.app_id", value=Secret(content), file=None)

    assert "two" not in str(caught.value)


def test_a_secret_file_that_is_not_text_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "s").write_bytes(b"\xff")

    with pytest.raises(
        ConfigError, match=r"^x\.app_id_file: cannot read .*: it is not a path to UTF-8 text"
    ):
        read_secret("x.app_id", value=None, file=str(tmp_path / "s"))


def test_a_secret_that_comes_from_nowhere_is_an_error() -> None:
    with pytest.raises(ConfigError, match=r"^x\.app_id_file: is not set"):
        read_secret("x.app_id", value=None, file=None)


def test_a_secret_never_shows_itself(caplog: pytest.LogCaptureFixture) -> None:
    secret = Secret(HIDDEN)

    logging.getLogger("test").warning("%s %r %s", secret, secret, [secret])

    shown = [repr(secret), str(secret), f"{secret}", f"{secret!r}", f"{(secret,)}", caplog.text]
    assert not any(HIDDEN in text for text in shown)
    assert secret.reveal() == HIDDEN


def test_secrets_are_equal_where_their_texts_are() -> None:
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")
    assert len({Secret("a"), Secret("a"), Secret("b")}) == 2
