"""Chromium as Debian has it, driven by Playwright; what a page does wrong there fails a test."""

import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Literal

from playwright.async_api import Browser, Page, async_playwright

from tests.deploy.container import ROOT
from tests.deploy.tools import INSTALL_SECONDS

CHROMIUM = "/usr/bin/chromium"
WIDE, PHONE = (1320, 900), (390, 844)
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage")
"""As root, and in a container."""


class Viewer:
    """Somebody with a browser."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser

    @asynccontextmanager
    async def looking(
        self,
        url: str,
        *,
        scheme: Literal["light", "dark"] = "light",
        size: tuple[int, int] = WIDE,
        complains: bool = False,
    ) -> AsyncIterator[Page]:
        """A page of its own at *url*. Nothing may be complained of, unless a test breaks the wire."""
        context = await self._browser.new_context(
            viewport={"width": size[0], "height": size[1]}, color_scheme=scheme
        )
        page = await context.new_page()
        complaints: list[str] = []
        page.on("console", lambda said: complaints.append(f"{said.type}: {said.text}"))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        elsewhere: list[str] = []
        page.on("request", lambda request: elsewhere.append(request.url))
        try:
            await page.goto(url)
            yield page
        finally:
            await context.close()
        assert complains or not complaints
        origin = url.split("/")[2]
        asked = [each for each in elsewhere if not each.startswith("data:")]
        assert all(each.split("/")[2] == origin for each in asked)


@asynccontextmanager
async def browser() -> AsyncIterator[Viewer]:
    """The browser, installed where it is missing; without one this fails, and nothing skips."""
    subprocess.run([ROOT / "scripts/tools.sh", "chromium"], check=True, timeout=INSTALL_SECONDS)
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        try:
            yield Viewer(chromium)
        finally:
            await chromium.close()
