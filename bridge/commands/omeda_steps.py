"""Whether Omeda's host can be reached. No request is made of it."""

import ssl
from collections.abc import AsyncIterator
from urllib.parse import SplitResult, urlsplit

from bridge.config.settings import Omeda
from bridge.endpoint import trust
from bridge.reach import Step, Target, reach

PORTS = {"http": 80, "https": 443}


async def omeda_steps(omeda: Omeda) -> AsyncIterator[Step]:
    """By its name, its address and, through a proxy where one is set, its certificate."""
    url = urlsplit(omeda.base_url)
    proxy = urlsplit(omeda.proxy) if omeda.proxy else None
    about = f"Omeda at {url.hostname}" + (f" by {proxy.hostname}" if proxy else "")
    target = _target(about, url, "omeda.base_url")._replace(
        tls=_context(omeda) if url.scheme == "https" else None,
        ca_setting="omeda.ca_file",
        proxy=_target(about, proxy, "omeda.proxy") if proxy else None,
    )
    async for step in reach(target):
        yield step
    if target.tls is None:
        said = "none: ids and events can be read on the way"
        yield Step(about, "TLS", "warning", said, "let omeda.base_url begin with https://")


def _target(about: str, url: SplitResult, setting: str) -> Target:
    return Target(about, url.hostname or "", url.port or PORTS[url.scheme], setting)


def _context(omeda: Omeda) -> ssl.SSLContext:
    trusted = trust(omeda.ca_file)
    return trusted if isinstance(trusted, ssl.SSLContext) else ssl.create_default_context()
