"""HTTP out: a certificate is always verified, by whatever way Omeda is reached."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bridge.config.settings import Omeda
from bridge.endpoint import trust
from bridge.errors import NotSent
from tests.edges.posting import BEHAVIOR, built, configured
from tests.edges.wire import ACCEPTED, Wire, listening
from tests.system.security import Authority, Identity

pytestmark = pytest.mark.usefixtures("either_client")

WRONG = ["expired", "another authority's", "another host's", "its own"]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tls") / "authority")


def identity(authority: Authority, wrong: str, work: Path) -> Identity:
    match wrong:
        case "expired":
            return authority.issue("expired", days=0)
        case "another authority's":
            return Authority(work / "another").issue("server")
        case "another host's":
            return authority.issue("elsewhere", host="DNS:elsewhere.invalid")
        case _:
            alone = Authority(work / "alone")
            return Identity(alone.certificate, alone.key)


@asynccontextmanager
async def serving(identity: Identity) -> AsyncIterator[Wire]:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(identity.certificate, identity.key)
    async with listening(tls=context) as wire:
        yield wire


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("tunnelled", [False, True], ids=["directly", "through a proxy"])
async def test_a_server_that_cannot_prove_itself_gets_nothing(
    authority: Authority, tmp_path: Path, wrong: str, *, tunnelled: bool
) -> None:
    async with serving(identity(authority, wrong, tmp_path)) as wire, tunnelling() as proxy:
        config = configured(
            f"https://{wire.address}/rest",
            ca_file=str(authority.certificate),
            proxy=f"http://127.0.0.1:{proxy}" if tunnelled else None,
        )
        async with built(config) as endpoint:
            with pytest.raises(NotSent, match=r"(?i)certificate"):
                await endpoint.post(BEHAVIOR)

        assert not wire.heard


async def test_tls_goes_from_end_to_end_through_a_proxy(authority: Authority) -> None:
    async with serving(authority.issue("server")) as wire, tunnelling() as proxy:
        config = configured(
            f"https://{wire.address}/rest",
            ca_file=str(authority.certificate),
            proxy=f"http://127.0.0.1:{proxy}",
        )
        async with built(config) as endpoint:
            assert (await endpoint.post(BEHAVIOR)).body == ACCEPTED

    [heard] = wire.heard
    assert heard.headers["x-omeda-appid"] == "an-app"


def test_nothing_switches_verification_off(authority: Authority) -> None:
    context = trust(str(authority.certificate))

    assert trust(None) is True
    assert isinstance(context, ssl.SSLContext)
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert not [name for name in Omeda.__struct_fields__ if "verif" in name or "insecure" in name]


@asynccontextmanager
async def tunnelling() -> AsyncIterator[int]:
    """A proxy that opens a tunnel to whatever it is asked for; its port."""
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        head = await reader.readuntil(b"\r\n\r\n")
        host, port = head.split()[1].decode().rsplit(":", 1)
        behind, before = await asyncio.open_connection(host, int(port))
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        try:
            await asyncio.gather(copy(reader, before), copy(behind, writer))
        finally:
            for one in (before, writer):
                one.transport.abort()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield int(server.sockets[0].getsockname()[1])
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
    writer.write_eof()
