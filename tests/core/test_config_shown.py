"""The configuration as it may be shown."""

import json

from bridge.config import Config, Secret
from bridge.config.kafka import Kafka, Security
from bridge.config.settings import Brand, Omeda, RouteSettings
from bridge.config.shown import shown
from bridge.model import Kind

SECRETS = ("an-app-id", "an-input-id", "a-password", "proxy-user", "proxy-word")
CONFIG = Config(
    kafka=Kafka(
        bootstrap_servers="localhost:9092",
        security=Security(
            protocol="SASL_SSL",
            sasl_mechanism="PLAIN",
            username="bridge",
            password=Secret("a-password"),
        ),
    ),
    routes=[RouteSettings(topic="behaviors", kind=Kind.BEHAVIOR, brand="DEMO")],
    brands={
        "DEMO": Brand(app_id=Secret("an-app-id"), input_id=Secret("an-input-id")),
        "OTHER": Brand(app_id_file="/secrets/app", input_id_file="/secrets/input"),
    },
    omeda=Omeda(proxy="http://proxy-user:proxy-word@proxy.example:3128"),
)


def test_no_secret_is_shown_and_that_there_is_one_is() -> None:
    plain = shown(CONFIG)

    assert not [secret for secret in SECRETS if secret in json.dumps(plain)]
    assert plain["brands"]["DEMO"]["app_id"] == "***"
    assert plain["kafka"]["security"]["password"] == "***"
    assert plain["omeda"]["proxy"] == "http://***@proxy.example:3128"


def test_everything_else_is_shown_with_its_default() -> None:
    plain = shown(CONFIG)

    assert plain["brands"]["OTHER"]["app_id"] is None
    assert plain["brands"]["OTHER"]["app_id_file"] == "/secrets/app"
    assert plain["kafka"]["security"]["username"] == "bridge"
    assert plain["routes"][0]["kind"] == "behavior"
    assert plain["delivery"]["backlog_high"] == 4000
