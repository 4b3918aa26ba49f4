"""Whether a host can be reached, step by step, and what to look at where it cannot. Bounded."""

import asyncio
import socket
import ssl
import threading
from collections.abc import AsyncIterator, Awaitable
from contextlib import suppress
from typing import Literal, NamedTuple, TypeVar

STEP_SECONDS = 5.0

Answer = TypeVar("Answer")


class Step(NamedTuple):
    """One thing that was tried."""

    about: str
    """Of what: `Kafka at localhost:9092`."""
    name: str
    outcome: Literal["ok", "warning", "failed"]
    said: str
    advice: str = ""
    """What to do, where it is not ok."""


class Target(NamedTuple):
    """Who is to be reached, and which settings say so."""

    about: str
    host: str
    port: int
    setting: str
    """Names the address."""
    tls: ssl.SSLContext | None = None
    ca_setting: str = ""
    """Names whom to trust."""
    proxy: "Target | None" = None


async def reach(target: Target) -> AsyncIterator[Step]:
    """Look it up, connect and shake hands; ends with the first step that fails."""
    first = target.proxy or target
    addresses: list[str] = []
    step = await _look_up(target, first, addresses)
    yield step
    if step.outcome != "ok":
        return
    opened = await _connect(target, first, addresses)
    yield opened[0]
    if opened[1] is None:
        return
    reader, writer = opened[1]
    try:
        if target.proxy is not None and target.tls is not None:
            step = await _through(target, reader, writer)
            yield step
            if step.outcome != "ok":
                return
        if target.tls is not None:
            yield await _shake_hands(target, target.tls, writer)
    finally:
        # Without a farewell, which the other end could delay.
        writer.transport.abort()


async def _look_up(target: Target, first: Target, addresses: list[str]) -> Step:
    try:
        addresses += await _bounded(_addresses(first.host, first.port))
    except (OSError, UnicodeError) as error:
        advice = f"look at {first.setting}, and at the name servers of this machine"
        return Step(target.about, "name", "failed", f"{first.host}: {_said(error)}", advice)
    return Step(target.about, "name", "ok", f"{first.host} is {', '.join(addresses)}")


Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def _connect(
    target: Target, first: Target, addresses: list[str]
) -> tuple[Step, Streams | None]:
    error: Exception = OSError("no address")
    for address in addresses:
        try:
            streams = await _bounded(asyncio.open_connection(address, first.port))
        except (OSError, TimeoutError) as failed:
            error = failed
        else:
            where = f"{address} takes connections on port {first.port}"
            return Step(target.about, "connection", "ok", where), streams
    said = f"port {first.port}: {_said(error)}"
    return Step(target.about, "connection", "failed", said, _no_connection(first, error)), None


def _no_connection(target: Target, error: Exception) -> str:
    if isinstance(error, ConnectionRefusedError):
        return f"nothing listens there: is it running, and is {target.setting} right?"
    return f"a firewall, a network policy or a wrong address: look at {target.setting}"


async def _through(
    target: Target, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> Step:
    """Have the proxy connect, without a login: it may want one all the same."""
    name = f"{target.host}:{target.port}"
    try:
        writer.write(f"CONNECT {name} HTTP/1.1\r\nHost: {name}\r\n\r\n".encode())
        answer = await _bounded(reader.readuntil(b"\r\n\r\n"))
    except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
        return Step(target.about, "proxy", "failed", _said(error), "look at omeda.proxy")
    status = answer.split(b"\r\n")[0].decode("latin-1")
    if b" 200" in answer[:16]:
        return Step(target.about, "proxy", "ok", f"it connects to {name}")
    return Step(target.about, "proxy", "failed", status, f"have the proxy allow {name}")


async def _shake_hands(target: Target, tls: ssl.SSLContext, writer: asyncio.StreamWriter) -> Step:
    try:
        await _bounded(writer.start_tls(tls, server_hostname=target.host))
    except (OSError, TimeoutError) as error:
        return Step(target.about, "TLS", "failed", _said(error), _no_tls(target, error))
    version = writer.get_extra_info("ssl_object").version()
    return Step(target.about, "TLS", "ok", f"{version}, and its certificate is trusted")


def _no_tls(target: Target, error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"let {target.ca_setting} name who vouches for it, or mend {target.setting}"
    return f"does it speak TLS on port {target.port}? Look at {target.setting}"


async def _addresses(host: str, port: int) -> list[str]:
    """In a thread that nobody waits for: a look-up that hangs cannot be cancelled."""
    loop = asyncio.get_running_loop()
    found: asyncio.Future[list[str]] = loop.create_future()

    def tell(addresses: list[str], error: Exception | None) -> None:
        if found.done():
            return
        if error is None:
            found.set_result(addresses)
        else:
            found.set_exception(error)

    def look_up() -> None:
        addresses, failed = [], None
        try:
            infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            addresses = list(dict.fromkeys(str(info[4][0]) for info in infos))
        except (OSError, UnicodeError) as error:
            failed = error
        # Where it comes too late, the loop is closed.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(tell, addresses, failed)

    threading.Thread(target=look_up, name=f"look-up-{host}", daemon=True).start()
    return await found


async def _bounded(call: Awaitable[Answer]) -> Answer:
    async with asyncio.timeout(STEP_SECONDS):
        return await call


def _said(error: BaseException) -> str:
    if isinstance(error, TimeoutError):
        return f"no answer within {STEP_SECONDS:g} s"
    if isinstance(error, ConnectionRefusedError):
        return "the connection is refused"
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
