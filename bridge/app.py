"""One process: builds every part from the configuration, runs, and stops in order.

Stopping: readiness off; what is under way ends; one last commit; then the dead-letter
producer, the connections to Omeda, the consumer and the admin port, each in bounded time.
"""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack

from bridge import bookkeeping, otel
from bridge.admin import Admin
from bridge.bookkeeping import Bookkeeping
from bridge.config import Config, Credentials
from bridge.config.shown import shown
from bridge.endpoint import HttpEndpoint, trust
from bridge.errors import BridgeError, ConfigError, KafkaFault
from bridge.kafka import guard
from bridge.kafka.client import options
from bridge.kafka.connecting import Connecting, Stopped
from bridge.kafka.dead_letter import DeadLetterTopic
from bridge.kafka.source import KafkaSource
from bridge.kafka.watchdog import Watchdog
from bridge.metrics import Metrics
from bridge.metrics.catalogue import FAMILY
from bridge.monitor import Monitor, Noted
from bridge.pipeline import Pipeline
from bridge.spans import Tracing
from bridge.status import Status

log = logging.getLogger(__name__)

CLOSE_SECONDS = 2.0
"""What each part gets to close; with two commits that hang, a stop ends well within 15 s of its
drain."""

CREDENTIALS_SECONDS = 2.0
BEAT_SECONDS = 0.5
LATE_BEAT_SECONDS = 30.0

Closing = KafkaSource | DeadLetterTopic | Bookkeeping


class App:
    """The service, until `stop` is set. Every time-out is a duration of the loop's clock."""

    def __init__(self, config: Config, metrics: Metrics) -> None:
        self._config = config
        self._metrics = metrics
        self._routes = {route.topic: route for route in config.line}
        self._stop = asyncio.Event()
        self._fault: BridgeError | None = None
        self._pipeline: Pipeline | None = None
        self._source: KafkaSource | None = None
        self._watchdog: Watchdog | None = None
        self._tracing: Tracing | None = None
        self._stopped_at = float("inf")
        self._clock = asyncio.get_running_loop().time
        self._last_beat = self._clock()
        self._monitor = Monitor(
            [route.service for route in self._routes.values()],
            self.status,
            metrics,
            bounds=FAMILY["delivery_delay_seconds"].buckets,
            clock=self._clock,
        )

    def stop(self) -> None:
        """Begin to stop, in order; may be called at any moment, and again."""
        self._stopped_at = min(self._stopped_at, self._clock())
        self._stop.set()

    def fault(self, error: BridgeError) -> None:
        """The process cannot go on: stop in order, then raise *error* from `run`.

        Once a stop was asked for, a fault only goes into the log: the stop is what counts.
        """
        log.error("%s", error)
        if not self._stop.is_set():
            self._fault = error
        self.stop()

    def alive(self) -> bool:
        """The event loop beats, and so does the poll loop once there is one."""
        beat, now = self._last_beat, self._clock()
        patience = 2 * self._config.kafka.rebalance_timeout_seconds + LATE_BEAT_SECONDS
        if now - beat >= LATE_BEAT_SECONDS:
            return False
        if self._pipeline is None or self._watchdog is None or self._watchdog.busy:
            return True
        return now - self._pipeline.last_poll < patience

    def ready(self) -> bool:
        """The group was joined, and no stop has begun."""
        return self._pipeline is not None and self._pipeline.ready and not self._stop.is_set()

    def status(self) -> Status:
        """What is going on now."""
        if self._pipeline is not None:
            return self._pipeline.status()
        settings = self._config.delivery
        return Status(
            state="starting",
            backlog_records=0,
            backlog_bytes=0,
            backlog_high=settings.backlog_high,
            backlog_low=settings.backlog_low,
            backlog_bytes_high=settings.backlog_bytes,
            concurrency=settings.concurrency,
            partitions=[],
            services=[],
        )

    async def run(self) -> None:
        """Serve until stopped. Raises ConfigError before anything was started, Fault later."""
        async with AsyncExitStack() as stack:
            guard.install()
            options(self._config.kafka)
            trust(self._config.omeda.ca_file)
            if self._config.omeda.base_url.startswith("http:"):
                log.warning("omeda.base_url is http: customers and credentials travel in clear")
            credentials = Credentials(self._config)
            if (tracing := otel.opened(self._config)) is not None:
                self._tracing = tracing
                stack.push_async_callback(_bounded, tracing.close)
            # All that a user can have got wrong was looked at: from here on things are started.
            await self._open_admin(stack)
            endpoint = HttpEndpoint(
                self._config.omeda,
                list(self._routes.values()),
                credentials,
                may_send=lambda: self._source is None or self._source.is_member(),
            )
            stack.push_async_callback(_bounded, endpoint.close)
            async with asyncio.TaskGroup() as tasks:
                chores = [
                    tasks.create_task(self._beat(), name="beat"),
                    tasks.create_task(self._monitor.run(), name="monitor"),
                    tasks.create_task(self._renew(credentials, endpoint), name="credentials"),
                ]
                await self._serve(endpoint)
                for chore in chores:
                    chore.cancel()
        if self._fault is not None:
            raise self._fault

    async def _open_admin(self, stack: AsyncExitStack) -> None:
        self._metrics.begin(self._routes.values())
        self._metrics.watch(self.status)
        admin = Admin(
            self._config.admin, self, self._metrics.expose, self._monitor, shown(self._config)
        )
        port = await admin.start()
        stack.push_async_callback(_bounded, admin.stop)
        log.info("metrics and probes on %s:%d", self._config.admin.host, port)

    async def _serve(self, endpoint: HttpEndpoint) -> None:
        """From the first connection to Kafka to the last."""
        kafka, topic = self._config.kafka, self._config.dead_letters.topic
        topics, ahead = list(self._routes), self._config.delivery.backlog_bytes
        async with AsyncExitStack() as stack:
            try:
                connecting = Connecting(kafka, self._stop)
                source = await connecting.reach(
                    lambda: KafkaSource(kafka, topics, ahead_bytes=ahead)
                )
                stack.push_async_callback(self._close, [source])
                letters = await connecting.reach(lambda: DeadLetterTopic(kafka, topic))
                writers: list[Closing] = [letters]
                stack.push_async_callback(self._close, writers)
                books = await bookkeeping.opened(self._config, connecting, endpoint, self._metrics)
                writers.append(books)
            except Stopped:
                return
            except (ConfigError, KafkaFault) as error:
                self.fault(error)
                return
            await self._move_records(source, letters, books, endpoint)

    async def _close(self, parts: Sequence[Closing]) -> None:
        """Close *parts*, side by side, in what is left of the stop's time.

        The group may still be dealing anew, and a member that does not wait for that cannot
        leave it.
        """
        left = self._stopped_at + self._config.delivery.drain_seconds - self._clock()
        seconds = max(CLOSE_SECONDS, left)
        await asyncio.gather(*(part.close(seconds=seconds) for part in parts))

    async def _move_records(
        self,
        source: KafkaSource,
        letters: DeadLetterTopic,
        books: Bookkeeping,
        endpoint: HttpEndpoint,
    ) -> None:
        self._source = source
        pipeline = self._pipeline = Pipeline(
            routes=self._routes,
            settings=self._config.delivery,
            letter_limit=self._config.dead_letters.limit,
            start_from=self._config.kafka.start_from,
            on_lost_offsets=self._config.kafka.on_lost_offsets,
            source=source,
            endpoint=endpoint,
            letters=Noted(letters, self._monitor.note),
            receipts=books.receipts,
            observer=self._metrics,
            fault=self.fault,
            jitter=random.random,
            clock=self._clock,
            tracing=self._tracing,
        )
        watchdog = self._watchdog = Watchdog(
            self._config.kafka,
            source,
            stalled=pipeline.stalled,
            renewed=self._metrics.consumer_rebuilt,
            fault=self.fault,
        )
        async with asyncio.TaskGroup() as tasks:
            line = tasks.create_task(pipeline.run(), name="line")
            topics = tasks.create_task(source.watch_topics(), name="topics")
            source.subscribe(pipeline.members, watchdog.report)
            following = tasks.create_task(books.run(pipeline), name="following")
            watching = tasks.create_task(watchdog.run(), name="watchdog")
            await self._stop.wait()
            log.info("stopping: what is under way ends first")
            # A client that is just being replaced takes no part in the drain.
            watching.cancel()
            await asyncio.wait({watching})
            # While the line drains, and not after it: reading back takes its time to end.
            following.cancel()
            await pipeline.drain()
            line.cancel()
            topics.cancel()

    async def _beat(self) -> None:
        """Feel the event loop's pulse: for `/livez`, and as a metric."""
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            now = self._clock()
            self._metrics.loop_lag(max(0.0, now - self._last_beat - BEAT_SECONDS))
            self._last_beat = now

    async def _renew(self, credentials: Credentials, endpoint: HttpEndpoint) -> None:
        """Take up rotated credentials; a file that cannot be read changes nothing."""
        while True:
            await asyncio.sleep(CREDENTIALS_SECONDS)
            try:
                if credentials.read():
                    endpoint.renew()
                    if self._pipeline is not None:
                        self._pipeline.resume("the credentials have changed")
                    log.info("the credentials were read again")
            except ConfigError as error:
                log.warning("the credentials stay as they were: %s", error)


async def _bounded(close: Callable[[], Awaitable[None]]) -> None:
    try:
        async with asyncio.timeout(CLOSE_SECONDS):
            await close()
    except TimeoutError:
        log.warning("%r did not close within %g s and is left behind", close, CLOSE_SECONDS)
