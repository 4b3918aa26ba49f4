"""What every test needs."""

import asyncio
import contextlib
import inspect
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def no_loop_left_open(request: pytest.FixtureRequest) -> Iterator[None]:
    """looptime asks for an event loop around every test, also where there is none to run.

    The loop that is made for it would be found unclosed during some later test.
    """
    yield
    if not inspect.iscoroutinefunction(getattr(request, "function", None)):
        # Once one was closed here, the policy makes no other.
        with contextlib.suppress(RuntimeError):
            asyncio.get_event_loop_policy().get_event_loop().close()
        asyncio.set_event_loop(None)
