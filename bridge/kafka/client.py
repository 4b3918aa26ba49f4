"""What every Kafka client of the bridge has in common: the address, the proof, the bounds."""

import asyncio
import ssl
from collections.abc import Awaitable
from typing import Any, TypeVar

from aiokafka.errors import KafkaError

from bridge.config import read_secret
from bridge.config.kafka import Kafka, Security
from bridge.errors import ConfigError, KafkaFault

CLIENT_ID = "omeda-bridge"

REQUEST_SECONDS = 12.0
"""The unit of every stall: a broker that takes connections and answers nothing is given up
after this long. Four of these fit into the default session."""

CALL_SECONDS = REQUEST_SECONDS + 3.0
"""Bound of one call to the client, which may make a request or two of its own."""

FAILURES = (KafkaError, OSError, TimeoutError, RuntimeError)
"""What a call to Kafka can raise where Kafka is at fault. uvloop raises a RuntimeError where the
client writes to a connection that was closed just now."""

COMMIT_SECONDS = 5.0
"""Bound of a commit. Shorter, because a stop waits for up to two of them."""

Answer = TypeVar("Answer")


def sentence(error: BaseException) -> str:
    """What *error* says, and its class: some of the client's errors say one without the other."""
    kind, text = type(error).__name__, str(error)
    return text if text.startswith(kind) else f"{kind}: {text}".removesuffix(": ")


async def answer(call: Awaitable[Answer], *, seconds: float) -> Answer:
    """What *call* brings within *seconds*. Raises KafkaFault."""
    try:
        async with asyncio.timeout(seconds):
            return await call
    except FAILURES as error:
        raise KafkaFault(sentence(error)) from error
    except asyncio.CancelledError as error:
        if ours():
            raise
        raise KafkaFault("the client was closed meanwhile") from error


def ours() -> bool:
    """Whether the cancellation that was just caught is this task's own.

    A client that is closed cancels futures that others wait for. Taken for an own cancellation,
    that would end a task for good and without a word.
    """
    task = asyncio.current_task()
    return task is None or task.cancelling() > 0


def options(kafka: Kafka) -> dict[str, Any]:
    """The options that consumer, producer and admin client share.

    Raises ConfigError where a certificate or a password cannot be used.
    """
    return {
        "bootstrap_servers": kafka.bootstrap_servers,
        "client_id": CLIENT_ID,
        "request_timeout_ms": int(REQUEST_SECONDS * 1000),
        "metadata_max_age_ms": 60_000,
        "retry_backoff_ms": 200,
        **_security(kafka.security),
    }


def _security(security: Security) -> dict[str, Any]:
    chosen: dict[str, Any] = {"security_protocol": security.protocol}
    if security.protocol.endswith("SSL"):
        chosen["ssl_context"] = _ssl_context(security)
    if security.protocol.startswith("SASL"):
        setting = "kafka.security.password"
        password = read_secret(setting, value=security.password, file=security.password_file)
        chosen["sasl_mechanism"] = security.sasl_mechanism
        chosen["sasl_plain_username"] = security.username
        chosen["sasl_plain_password"] = password.reveal()
    return chosen


def _ssl_context(security: Security) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=security.ca_file)
        if security.certificate_file:
            _show(context, security)
    except (OSError, ssl.SSLError) as error:
        raise ConfigError(f"kafka.security: a certificate cannot be used: {error}") from error
    return context


def _show(context: ssl.SSLContext, security: Security) -> None:
    try:
        # Nobody is asked for a passphrase: the process may have no terminal, or hang at one.
        context.load_cert_chain(str(security.certificate_file), security.key_file, password="")
    except (OSError, ssl.SSLError) as error:
        raise ConfigError(
            "kafka.security.certificate_file and kafka.security.key_file cannot be used"
            f" (a key with a passphrase cannot): {error}"
        ) from error
