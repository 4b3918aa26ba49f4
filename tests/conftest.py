"""What every test needs."""

import asyncio
import inspect
import os
import signal
import sys
from collections.abc import Iterator

import pytest
from hypothesis import settings

# Nothing here asserts on how long something takes: a machine may be busy with other things.
settings.register_profile("all", deadline=None)
settings.register_profile("few", deadline=None, max_examples=25)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "all"))

# Ctrl-C is tried on processes that are started from here. They inherit that it is ignored, as it is
# in whatever a shell has put into the background.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def a_loop_that_is_closed(request: pytest.FixtureRequest) -> Iterator[None]:
    """looptime asks for an event loop around every test, also where there is none to run.

    Without one here it would have one made, which some later test would find unclosed.
    """
    if inspect.iscoroutinefunction(getattr(request, "function", None)):
        yield
        return
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    yield
    asyncio.set_event_loop(None)
    loop.close()


@pytest.fixture(autouse=True)
def no_exception_is_still_being_handled() -> Iterator[None]:
    """What is compiled may not wait while it handles an exception: see docs/architecture.md."""
    yield
    assert sys.exc_info() == (None, None, None)
