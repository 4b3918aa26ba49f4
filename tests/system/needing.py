"""What a machine must have for these tests: it is said where it has not, and in CI it fails."""

import os
from typing import NoReturn

import pytest

from tests.system.jars import BrokerUnavailable

OUTSIDE_BROKER = "KAFKA_BOOTSTRAP_SERVERS"
REQUIRE_KAFKA = "OMEDA_BRIDGE_REQUIRE_KAFKA"


def do_without(unavailable: BrokerUnavailable) -> NoReturn:
    """Skip the test, or fail it where a skip must not go by unseen."""
    reason = f"no Kafka: {unavailable}; {OUTSIDE_BROKER} may name a running broker"
    if os.environ.get(REQUIRE_KAFKA) == "1":
        pytest.fail(f"{reason} ({REQUIRE_KAFKA}=1)", pytrace=False)
    pytest.skip(reason)
