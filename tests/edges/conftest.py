"""Fixtures that several files of this folder ask for."""

from collections.abc import AsyncIterator

import pytest

from tests.edges.simulated import Omeda, running


@pytest.fixture
async def omeda() -> AsyncIterator[Omeda]:
    """A simulator with which nothing goes wrong."""
    async with running() as calm:
        yield calm
