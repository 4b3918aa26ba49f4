"""A process that ends while its collector hangs."""

import asyncio

from bridge.app import _bounded
from tests.edges.exporting import LETTER, opened


async def _end() -> None:
    tracing = opened()
    tracing.buried(LETTER)
    await _bounded(tracing.close)


def main() -> None:
    asyncio.run(_end())
    print("closed")  # noqa: T201 - what it prints is its result
