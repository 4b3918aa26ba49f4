"""Fixtures that several files of this folder ask for."""

from collections.abc import AsyncIterator

import pytest

from tests.edges import posting
from tests.edges.simulated import Omeda, running


@pytest.fixture
async def omeda() -> AsyncIterator[Omeda]:
    """A simulator with which nothing goes wrong."""
    async with running() as calm:
        yield calm


@pytest.fixture(params=["session", "direct"])
def either_client(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test is made with each of the ways to make a request."""
    monkeypatch.setattr(posting, "client", request.param)
