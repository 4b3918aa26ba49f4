"""Take docs/status-page.png from a real run: python -m tests.deploy.page.picture [MINUTES]

What the picture shows has happened: the load comes and goes, the behaviors had an outage, some
requests were throttled, and the orders have an outage now.
"""

import asyncio
import math
import subprocess
import sys
from pathlib import Path

from playwright.async_api import expect

from bridge.simulator import FaultRule
from tests.deploy.container import ROOT
from tests.deploy.page.browser import browser
from tests.deploy.page.stage import Stage, failing, staged
from tests.deploy.tools import CHECK_SECONDS, INSTALL_SECONDS

TARGET = ROOT / "docs/status-page.png"
MINUTES = 15.0
SIZE = (1120, 900)
SHARPER = 1.5
"""Pixels of the picture for one of the page's."""
TIDE_SECONDS = 300
SEEN = 30_000


def faults(part: float) -> tuple[FaultRule, ...]:
    """What goes wrong when *part* of the run is over."""
    if 0.3 < part < 0.36:
        return (failing(503, "behavior"),)
    if 0.6 < part < 0.7:
        return (failing(429, "behavior", probability=0.02),)
    return (failing(503),) if part > 0.92 else ()


async def play(stage: Stage, seconds: float) -> None:
    """All of it, in time."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    while (passed := loop.time() - began) < seconds:
        stage.per_second = round(90 + 50 * math.sin(2 * math.pi * passed / TIDE_SECONDS))
        if (due := faults(passed / seconds)) != stage.simulator.faults:
            stage.simulator.faults = due
        await asyncio.sleep(1)


async def take(minutes: float) -> None:
    """The picture, from a browser that opens the page at the end."""
    async with staged() as stage, browser() as viewer:
        await play(stage, minutes * 60)
        async with viewer.looking(stage.url, size=SIZE, sharper=SHARPER) as page:
            await expect(page.locator("#verdict")).to_contain_text("Outage", timeout=SEEN)
            await page.wait_for_timeout(2000)
            await page.screenshot(path=TARGET, full_page=True)


def main() -> None:
    subprocess.run([ROOT / "scripts/tools.sh", "pngquant"], check=True, timeout=INSTALL_SECONDS)
    asyncio.run(take(float(sys.argv[1]) if len(sys.argv) > 1 else MINUTES))
    # A picture has few colours, and the repository keeps every one that is ever committed.
    command: list[str | Path] = ["pngquant", "--force", "--strip", "--output", TARGET, TARGET]
    subprocess.run(command, check=True, timeout=CHECK_SECONDS)
    sys.stdout.write(f"{TARGET.relative_to(ROOT)}: {TARGET.stat().st_size / 1000:.0f} kB\n")


if __name__ == "__main__":
    main()
