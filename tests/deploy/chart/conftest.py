"""Helm, for every test of the chart."""

import pytest

from tests.deploy.chart import rendering


@pytest.fixture(scope="session", autouse=True)
def _helm() -> None:
    rendering.install()
