"""A real Kafka, as the guides ask for one."""

from collections.abc import Iterator

import pytest

from tests.system.broker import Broker
from tests.system.jars import BrokerUnavailable
from tests.system.needing import do_without


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    try:
        broker = Broker(tmp_path_factory.mktemp("kafka"))
    except BrokerUnavailable as unavailable:
        do_without(unavailable)
    try:
        broker.start()
        yield broker
    finally:
        broker.stop()
