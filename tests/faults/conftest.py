"""The client of the fault suite, as that of the system tests, may leave a socket behind."""

import pytest

from tests.system.kafka_python import LEAK


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("filterwarnings", LEAK)
