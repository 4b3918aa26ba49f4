"""What `run` runs: the event loop, the signals, and the application."""

import asyncio
import gc
import logging
import os
import sys
from pathlib import Path
from typing import Any, NoReturn

import uvloop

from bridge import logs
from bridge.app import App
from bridge.commands.signals import SIGNALS, Signals, end_at_once
from bridge.config import Config, load
from bridge.errors import Fault, complain
from bridge.metrics import Metrics

log = logging.getLogger(__name__)


def serve(path: Path, signals: Signals) -> None:
    """Run the service that *path* configures, and end the process. Raises ConfigError."""
    config = load(path)
    logs.configure(config.log)
    _spare_the_collector()
    uvloop.run(_serve(config, signals))


async def _serve(config: Config, signals: Signals) -> None:
    asyncio.get_running_loop().set_exception_handler(_left_behind)
    metrics = Metrics()
    metrics.describe_config(
        group_id=config.kafka.group_id, routes=str(len(config.routes)), omeda=config.omeda.base_url
    )
    app = App(config, metrics)
    _listen(app, signals)
    try:
        await app.run()
    except Fault as error:
        complain(error)
        leave(1)
    leave(0)


def _spare_the_collector() -> None:
    """What was loaded stays; what is in hand comes and goes by thousands, without circles."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def leave(status: int) -> NoReturn:
    """End the process, with everything written out.

    From within the loop: the look-up of a name that hangs in a thread cannot be cancelled,
    and the loop would wait for it before it closes, long past the time that a stop may take.
    """
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


def _listen(app: App, signals: Signals) -> None:
    def stop() -> None:
        if signals.again():
            end_at_once()
        app.stop()

    loop = asyncio.get_running_loop()
    for number in SIGNALS:
        loop.add_signal_handler(number, stop)
    if signals.asked:
        app.stop()


def _left_behind(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """What a library's own tasks left behind, for example a commit that was given up."""
    log.debug("left behind: %s (%r)", context.get("message"), context.get("exception"))
