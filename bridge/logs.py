"""Log lines: JSON for machines, one line each, or plain text for people."""

import logging
import time
from collections.abc import Callable
from typing import Any

from pythonjsonlogger.json import JsonFormatter

from bridge.config.settings import Log
from bridge.job import Job
from bridge.model import Partition, Service

BURST = 10
WINDOW_SECONDS = 10.0
MOST_MESSAGES = 1000


class Sparing(logging.Filter):
    """Lets a message through `BURST` times a window, and then says how often it was left out.

    During an outage the same few messages would come a hundred times a second, and hide the
    one that matters. Messages are told apart by their text before anything is filled in.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._began: dict[str, float] = {}
        self._count: dict[str, int] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether *record* is written."""
        message, now = str(record.msg), self._clock()
        record.__dict__["event"] = message
        if len(self._count) > MOST_MESSAGES:
            self._began.clear()
            self._count.clear()
        if now - self._began.get(message, float("-inf")) >= WINDOW_SECONDS:
            left_out = self._count.get(message, 0) - BURST
            self._began[message], self._count[message] = now, 0
            if left_out > 0:
                record.__dict__["left_out"] = left_out
                record.msg = f"{message} (and {left_out} more like this)"
        self._count[message] += 1
        return self._count[message] <= BURST


def configure(settings: Log) -> None:
    """Write everything from *settings*' level up to standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(_formatter(settings.format))
    if settings.level != "debug":
        handler.addFilter(Sparing())
    # What matters of the client's own news the bridge says itself. Its debug level is never
    # written: it shows each request and answer, the one with the password among them.
    own_news = logging.INFO if settings.level == "debug" else logging.ERROR
    logging.getLogger("aiokafka").setLevel(own_news)
    logging.basicConfig(level=settings.level.upper(), handlers=[handler], force=True)


class Structured(JsonFormatter):
    """One line of JSON; docs/logs.md describes its members.

    What a message speaks of is there as members of their own, so that nobody has to take the
    sentence apart: its template as `event`, and whose partition, record or service it is.
    """

    def add_fields(
        self, log_data: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]
    ) -> None:
        """Beside what the record says of itself."""
        super().add_fields(log_data, record, message_dict)
        log_data.setdefault("event", str(record.msg))
        for subject in record.args if isinstance(record.args, tuple) else ():
            log_data |= _members(subject)


def _members(subject: object) -> dict[str, object]:
    match subject:
        case Service(brand, kind):
            return {"brand": brand, "kind": kind}
        case Partition(topic, number):
            return {"topic": topic, "partition": number}
        case Job(record=record, service=service):
            place = {**_members(record.partition), "offset": record.offset}
            return {**_members(service), **place}
        case BaseException():
            return {"error": type(subject).__name__}
        case _:
            return {}


def _formatter(form: str) -> logging.Formatter:
    if form == "console":
        return logging.Formatter("%(asctime)s %(levelname)-7s %(message)s", "%H:%M:%S")
    return structured()


def structured() -> Structured:
    """Lines of JSON, as docs/logs.md has them."""
    return Structured(
        "%(levelname)s %(name)s %(message)s",
        rename_fields={"levelname": "level", "name": "logger"},
        timestamp="time",
    )
