"""Ending an aiokafka consumer in bounded time; private names of 0.14.0.

`stop()` waits for brokers that may never answer, and can raise a CancelledError that is
nobody's cancellation: read as our own, it would end the shutdown half way.
"""

import asyncio
from typing import Any

TORN_SECONDS = 1.0
"""What cancelled background tasks get to end."""


async def close_consumer(consumer: Any, *, seconds: float) -> bool:
    """Stop *consumer* within about *seconds*; end its calls first. Never raises what it raises.

    True: it left the group. False: torn down, and the group waits for the session time-out.
    """
    # A task of its own: a stray CancelledError stays in there.
    stopping = asyncio.ensure_future(consumer.stop())
    clean = False
    try:
        await asyncio.wait({stopping}, timeout=seconds)
        clean = _ended_well(stopping)
    finally:
        # Also when we ourselves are cancelled: no task and no socket is left behind.
        torn = set() if clean else _tear_down(consumer, stopping)
    if torn:
        await asyncio.wait(torn, timeout=TORN_SECONDS)
    return clean


def _ended_well(task: "asyncio.Future[Any]") -> bool:
    return task.done() and not task.cancelled() and task.exception() is None


def _tear_down(consumer: Any, stopping: "asyncio.Future[Any]") -> set["asyncio.Future[Any]"]:
    """Cancel every background task and cut every connection."""
    _stop_fetching(consumer._fetcher)
    candidates = {stopping, *background_tasks(consumer)}
    tasks = {task for task in candidates if not task.done()}
    for task in tasks:
        task.cancel()
    for connection in consumer._client._conns.values():
        if connection._writer is not None:
            # Bytes that were not sent are not waited for.
            connection._writer.transport.abort()
            connection.close()
    return tasks


def background_tasks(consumer: Any) -> "set[asyncio.Future[Any]]":
    """What runs inside *consumer* and must not end before it does."""
    tasks = {consumer._client._sync_task}
    for name in ("_coordination_task", "_heartbeat_task", "_commit_refresh_task"):
        tasks.add(getattr(consumer._coordinator, name, None))
    if consumer._fetcher is not None:
        tasks |= {consumer._fetcher._fetch_task, *consumer._fetcher._pending_tasks}
    return {task for task in tasks if task is not None}


def _stop_fetching(fetcher: Any) -> None:
    if fetcher is None:
        return
    fetcher._closed = True
    for waiter in tuple(fetcher._fetch_waiters):
        if not waiter.done():
            waiter.set_result(None)
