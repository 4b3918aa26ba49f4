"""The whole service, in the test's own process."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bridge.app import App
from bridge.config import Config
from bridge.metrics import Metrics


@asynccontextmanager
async def serving(config: Config) -> AsyncIterator[Metrics]:
    """From its start to its stop in order."""
    metrics = Metrics()
    app = App(config, metrics)
    running = asyncio.create_task(app.run())
    try:
        yield metrics
    finally:
        app.stop()
        await running
