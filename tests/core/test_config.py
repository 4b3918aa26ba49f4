"""The configuration file: defaults, types, and relations."""

from pathlib import Path

import pytest

from bridge.config import StartFrom, load
from bridge.errors import ConfigError
from bridge.model import Kind, Route, Service
from tests.core.configured import fault, least, loaded, with_


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
    assert (config.receipts.topic, config.receipts.required) == (None, False)
    assert (delivery.bulk.enabled, delivery.bulk.max_customers) == (False, 100)
    assert omeda.client == "direct"
    assert (config.admin.host, config.admin.port) == ("0.0.0.0", 9464)  # noqa: S104 - a default
    assert (config.log.level, config.log.format) == ("info", "json")


@pytest.mark.parametrize(("session", "heartbeat"), [(45, 3), (9, 3), (6, 2)])
def test_three_heartbeats_fit_into_a_session(file: Path, session: int, heartbeat: float) -> None:
    config = loaded(file, with_("kafka.session_timeout_seconds", session))

    assert config.kafka.heartbeat_seconds == heartbeat


def test_a_route_names_the_service_of_its_topic(file: Path) -> None:
    (route,) = loaded(file, least()).line

    assert route == Route("omeda.behaviors", Service("DEMO", Kind.BEHAVIOR))


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
        ({"receipts.required": True}, ["receipts.required", "receipts.topic"]),
        ({"receipts.topic": "omeda.behaviors"}, ["routes[0].topic", "receipts.topic"]),
        ({"receipts.topic": "omeda.dead-letters"}, ["receipts.topic", "dead_letters.topic"]),
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


@pytest.mark.parametrize("setting", ["omeda.base_url", "omeda.proxy"])
@pytest.mark.parametrize(
    "url",
    ["http://h:99999", "http://h:abc", "http://[::1/x", "http://a..b", f"http://{'a' * 64}.test"],
)
def test_an_address_that_could_never_be_reached_is_an_error_that_names_it(
    file: Path, setting: str, url: str
) -> None:
    assert f"{setting}: " in fault(file, with_(setting, url))


@pytest.mark.parametrize(
    "server",
    [
        *("h:0", "h:99999", "a..b:9092", f"{'a' * 64}.test:9092", "[::g]:9092"),
        *("h", "h:", ":9092", "h:9092/x", "h/x:9092", "u@h:9092", "h?x:9092", "kafka://h:9092"),
    ],
)
def test_a_server_that_could_never_be_reached_is_an_error_that_names_it(
    file: Path, server: str
) -> None:
    said = fault(file, with_("kafka.bootstrap_servers", f"kafka-1:9092,{server}"))

    assert f"bootstrap_servers: {server!r} is not host:port" in said


@pytest.mark.parametrize(
    "server", ["kafka_1:1", "h.:65535", "[::1]:9092", "[::ffff:1.2.3.4]:9092", "bücher.test:9092"]
)
def test_a_server_is_a_name_or_an_address_and_a_port(file: Path, server: str) -> None:
    config = loaded(file, with_("kafka.bootstrap_servers", server))

    assert config.kafka.bootstrap_servers == server


def test_receipts_are_asked_for_by_their_topic(file: Path) -> None:
    config = loaded(file, with_("receipts", {"topic": "receipts", "required": True}))

    assert (config.receipts.topic, config.receipts.required) == ("receipts", True)
