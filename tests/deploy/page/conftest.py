"""One browser, and one bridge that it looks at, for all tests of the page."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.deploy.page.browser import Viewer, browser
from tests.deploy.page.stage import Stage, staged


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def stage() -> AsyncIterator[Stage]:
    async with staged() as made:
        made.per_second = 100
        yield made


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def viewer() -> AsyncIterator[Viewer]:
    async with browser() as made:
        yield made
