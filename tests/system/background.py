"""Work that goes on beside a test: a load of events, an audit of the commits."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

END_SECONDS = 150


@contextmanager
def repeating(work: Callable[[], None], *, every: float) -> Iterator[None]:
    """Do *work* again and again until the block ends; what it raises is raised there."""
    ending = threading.Event()

    def repeat() -> None:
        while not ending.wait(every):
            work()

    with ThreadPoolExecutor(max_workers=1) as thread:
        repeated = thread.submit(repeat)
        try:
            yield
        except BaseException as failure:
            ending.set()
            if beside := repeated.exception(END_SECONDS):
                failure.add_note(f"what went on beside it had failed, too: {beside!r}")
            raise
        finally:
            ending.set()
        repeated.result(END_SECONDS)
