"""Chromium as Debian has it, driven by Playwright; what a page does wrong there fails a test."""

import asyncio
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
        sharper: float = 1.0,
    ) -> AsyncIterator[Page]:
        """A page at *url*, of which the browser has nothing to complain.

        It may ask nobody but *url*'s own server.
        """
        async with self.meddling(scheme=scheme, size=size, sharper=sharper) as page:
            complaints: list[str] = []
            asked: list[str] = []
            page.on("console", lambda said: complaints.append(f"{said.type}: {said.text}"))
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.on("request", lambda request: asked.append(request.url))
            await page.goto(url)
            yield page
        assert not complaints
        origin = url.split("/")[:3]
        assert all(each.startswith("data:") or each.split("/")[:3] == origin for each in asked)

    @asynccontextmanager
    async def meddling(
        self,
        *,
        scheme: Literal["light", "dark"] = "light",
        size: tuple[int, int] = WIDE,
        sharper: float = 1.0,
    ) -> AsyncIterator[Page]:
        """A page that was not opened yet, whose wire a test may break."""
        context = await self._browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme=scheme,
            device_scale_factor=sharper,
        )
        try:
            yield await context.new_page()
        finally:
            await context.close()


@asynccontextmanager
async def browser() -> AsyncIterator[Viewer]:
    """The browser, installed where it is missing; without one this fails, and nothing skips."""
    await asyncio.to_thread(_install)
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        try:
            yield Viewer(chromium)
        finally:
            await chromium.close()


def _install() -> None:
    subprocess.run([ROOT / "scripts/tools.sh", "chromium"], check=True, timeout=INSTALL_SECONDS)
