"""HTTP out: proxies and certificates."""

import socket
import ssl
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bridge.errors import ConfigError, NoAnswer, NotSent
from bridge.model import Answer
from tests.edges.posting import BEHAVIOR, BODY, SOON, built, configured, talking
from tests.edges.wire import (
    ACCEPTED,
    Step,
    Wire,
    answer,
    cut,
    listening,
    stall,
)

pytestmark = pytest.mark.usefixtures("either_client")


async def test_a_proxy_gets_the_request_with_its_whole_address() -> None:
    async with listening() as proxy:
        config = configured("http://omeda.invalid/rest", proxy=f"http://{proxy.address}")
        async with built(config) as endpoint:
            assert (await endpoint.post(BEHAVIOR)).body == ACCEPTED

    [heard] = proxy.heard
    assert heard.request_line == (
        b"POST http://omeda.invalid/rest/brand/DEMO/assignbehavior/* HTTP/1.1"
    )
    assert heard.headers["host"] == "omeda.invalid"
    assert heard.body == BODY


async def test_a_proxy_that_cannot_be_reached_means_not_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    config = configured("http://omeda.invalid/rest", proxy=f"http://127.0.0.1:{port}")
    async with built(config) as endpoint:
        with pytest.raises(NotSent):
            await endpoint.post(BEHAVIOR)


async def test_a_proxy_that_opens_no_tunnel_means_not_sent() -> None:
    refusal = answer(b"", status="503 Service Unavailable")
    async with listening(refusal) as proxy:
        config = configured("https://omeda.invalid/rest", proxy=f"http://{proxy.address}")
        async with built(config) as endpoint:
            with pytest.raises(NotSent):
                await endpoint.post(BEHAVIOR)

    assert proxy.heard[0].request_line == b"CONNECT omeda.invalid:443 HTTP/1.1"


async def test_a_proxy_that_wants_credentials_halts_as_omeda_s_own_refusal_does() -> None:
    refusal = answer(b"", status="407 Proxy Authentication Required")
    async with listening(refusal) as proxy:
        config = configured("https://omeda.invalid/rest", proxy=f"http://{proxy.address}")
        async with built(config) as endpoint:
            assert await endpoint.post(BEHAVIOR) == Answer(407, b"")


async def test_the_proxies_of_the_environment_are_left_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with listening() as proxy, talking() as (wire, endpoint):
        monkeypatch.setenv("http_proxy", f"http://{proxy.address}")
        await endpoint.post(BEHAVIOR)

    assert len(wire.heard) == 1
    assert not proxy.heard


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate that signed itself, for 127.0.0.1, and its key."""
    directory = tmp_path_factory.mktemp("tls")
    pem, key = directory / "cert.pem", directory / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    command += ["-nodes", "-days", "2", "-subj", "/CN=omeda", "-keyout", str(key)]
    command += ["-addext", "subjectAltName=IP:127.0.0.1", "-out", str(pem)]
    subprocess.run(command, check=True, capture_output=True)
    return pem, key


@asynccontextmanager
async def listening_with_tls(certificate: tuple[Path, Path]) -> AsyncIterator[Wire]:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*certificate)
    async with listening(tls=context) as wire:
        yield wire


async def test_a_server_whose_authority_stands_in_the_ca_file_is_trusted(
    certificate: tuple[Path, Path],
) -> None:
    async with listening_with_tls(certificate) as wire:
        config = configured(f"https://{wire.address}/rest", ca_file=str(certificate[0]))
        async with built(config) as endpoint:
            assert (await endpoint.post(BEHAVIOR)).body == ACCEPTED


async def test_a_server_that_nobody_vouches_for_gets_nothing(
    certificate: tuple[Path, Path],
) -> None:
    async with listening_with_tls(certificate) as wire:
        async with built(configured(f"https://{wire.address}/rest")) as endpoint:
            with pytest.raises(NotSent, match="certificate"):
                await endpoint.post(BEHAVIOR)

        assert not wire.heard


async def test_a_server_with_a_certificate_for_another_name_gets_nothing(
    certificate: tuple[Path, Path],
) -> None:
    async with listening_with_tls(certificate) as wire:
        config = configured(f"https://localhost:{wire.port}/rest", ca_file=str(certificate[0]))
        async with built(config) as endpoint:
            with pytest.raises(NotSent):
                await endpoint.post(BEHAVIOR)

        assert not wire.heard


@pytest.mark.parametrize("content", [None, "", "no certificate"])
async def test_a_ca_file_that_cannot_be_used_is_named(tmp_path: Path, content: str | None) -> None:
    ca_file = tmp_path / "ca.pem"
    if content is not None:
        ca_file.write_text(content)

    with pytest.raises(ConfigError, match=r"omeda\.ca_file: cannot use .*ca\.pem"):
        built(configured("https://omeda.invalid", ca_file=str(ca_file)))


@pytest.mark.parametrize("broken", [cut(), stall(), answer(b"no gzip", "Content-Encoding: gzip")])
async def test_no_error_shows_what_was_sent_or_who_sent_it(broken: Step) -> None:
    async with talking(broken, seconds=SOON) as (_, endpoint):
        with pytest.raises(NoAnswer) as caught:
            await endpoint.post(BEHAVIOR)

    said = repr(caught.value) + repr(caught.value.__cause__)
    assert not any(text in said for text in ("an-app", "an-input", "OmedaCustomerId"))
