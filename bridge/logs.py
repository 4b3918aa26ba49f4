"""Log lines: JSON for machines, one line each, or plain text for people."""

import logging

from pythonjsonlogger.json import JsonFormatter

from bridge.config.settings import Log


def configure(settings: Log) -> None:
    """Write everything from *settings*' level up to standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(_formatter(settings.format))
    logging.basicConfig(level=settings.level.upper(), handlers=[handler], force=True)
    # During an outage the client writes a hundred lines a second; what matters of them the
    # bridge says itself.
    logging.getLogger("aiokafka").setLevel(
        logging.DEBUG if settings.level == "debug" else logging.CRITICAL
    )


def _formatter(form: str) -> logging.Formatter:
    if form == "console":
        return logging.Formatter("%(asctime)s %(levelname)-7s %(message)s", "%H:%M:%S")
    return JsonFormatter(
        "%(asctime)s %(levelname)s %(name)s %(message)s",
        rename_fields={"asctime": "time", "levelname": "level", "name": "logger"},
    )
