"""Ending an aiokafka client in bounded time; private names of 0.14.0.

`stop()` waits for brokers that may never answer, and can raise a CancelledError that is
nobody's cancellation: read as our own, it would end the shutdown half way.
"""

import asyncio
from collections.abc import Callable
from typing import Any

from aiokafka.errors import ConsumerStoppedError, KafkaError

Futures = set["asyncio.Future[Any]"]

TORN_SECONDS = 1.0
"""What cancelled background tasks get to end."""
CUTS = 4


async def close_consumer(consumer: Any, *, seconds: float) -> bool:
    """Stop *consumer* within about *seconds*; end its calls first. Never raises what it raises.

    True: it left the group. False: torn down, and the group waits for the session time-out.
    """
    try:
        return await _close(consumer, lambda: _tear_down_consumer(consumer), seconds=seconds)
    finally:
        _end_waiting_polls(consumer)


async def close_producer(producer: Any, *, seconds: float) -> bool:
    """The same for a *producer*. False: what was not acknowledged by then may be written or not."""
    return await _close(producer, lambda: _tear_down_producer(producer), seconds=seconds)


async def _close(client: Any, tear_down: Callable[[], Futures], *, seconds: float) -> bool:
    # A task of its own: a stray CancelledError stays in there.
    stopping = asyncio.ensure_future(client.stop())
    clean = False
    try:
        await asyncio.wait({stopping}, timeout=seconds)
        clean = _ended_well(stopping)
    finally:
        # Also when we ourselves are cancelled: no task and no socket is left behind.
        torn = set() if clean else _cancelled({stopping, *tear_down()})
    for _ in range(CUTS):
        if torn:
            # More than once: a sender that is cancelled waits for each of its last requests.
            await asyncio.wait(torn, timeout=TORN_SECONDS / CUTS)
            torn = _cancelled(torn)
    return clean


def _ended_well(task: "asyncio.Future[Any]") -> bool:
    return task.done() and not task.cancelled() and task.exception() is None


def _cancelled(tasks: Futures) -> Futures:
    """Those of *tasks* that still ran."""
    running = {task for task in tasks if not task.done()}
    for task in running:
        task.cancel()
    return running


def _tear_down_consumer(consumer: Any) -> Futures:
    """Cut every connection; what is left to be cancelled."""
    _stop_fetching(consumer._fetcher)
    tasks = background_tasks(consumer)
    _cut(consumer._client)
    return tasks


def _end_waiting_polls(consumer: Any) -> None:
    """A poll during a rebalance waits for an assignment, and nobody gives one any more."""
    for waiter in tuple(consumer._subscription._assignment_waiters):
        if not waiter.done():
            waiter.set_exception(ConsumerStoppedError())
            waiter.exception()  # some of them are nobody's by now


def _tear_down_producer(producer: Any) -> Futures:
    tasks = {producer.client._sync_task}
    if producer._sender is not None:
        tasks.add(producer._sender.sender_task)
    # Otherwise its `stop` would wait for them for ever.
    producer._message_accumulator.fail_all(KafkaError("the producer was closed"))
    _cut(producer.client)
    return {task for task in tasks if task is not None}


def _cut(client: Any) -> None:
    for connection in tuple(client._conns.values()):
        if connection._writer is not None:
            # Bytes that were not sent are not waited for.
            connection._writer.transport.abort()
            connection.close()


def background_tasks(consumer: Any) -> Futures:
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
