"""Why Kafka lets nobody in, told as the setting to look at.

The client keeps to itself why none of its servers could be reached, so one is asked once more.
"""

import asyncio
import ssl
from typing import Any

from aiokafka.conn import collect_hosts, create_conn
from aiokafka.errors import (
    KafkaConnectionError,
    SaslAuthenticationFailed,
    UnsupportedSaslMechanismError,
)

from bridge.config.kafka import Kafka
from bridge.kafka.client import FAILURES, options, sentence

ASKED_SECONDS = 3.0

_OTHER_HOST = (62, 64)
"""OpenSSL's codes for a certificate that is for another name, or another address."""

_PROTOCOL = "does the listener speak kafka.security.protocol?"

_AFTERWARDS = ConnectionAbortedError("the broker takes the connection, and then ends it")

_CONNECTION = (
    "request_timeout_ms",
    "security_protocol",
    "ssl_context",
    "sasl_mechanism",
    "sasl_plain_username",
    "sasl_plain_password",
)


async def why(kafka: Kafka, error: BaseException) -> str:
    """One sentence about *error*, and about its cause where a setting may be it."""
    if not isinstance(error, KafkaConnectionError):
        return sentence(error)
    host, port, _ = collect_hosts(kafka.bootstrap_servers)[0]
    # None of them was reached, whatever this one says now.
    cause = await asked(kafka, host, port) or _AFTERWARDS
    return f"{sentence(cause)}: {hint(cause)}".rstrip(": ")


async def asked(kafka: Kafka, host: str, port: int) -> BaseException | None:
    """Why a server lets nobody in; None where it does."""
    given: dict[str, Any] = {k: v for k, v in options(kafka).items() if k in _CONNECTION}
    try:
        async with asyncio.timeout(ASKED_SECONDS):
            connection = await create_conn(host, port, **given)
    except FAILURES as error:
        return error.__cause__ or error
    connection.close()
    return None


def hint(cause: BaseException) -> str:
    """Which setting may be its cause; empty where none is."""
    match cause:
        case SaslAuthenticationFailed():
            return "look at kafka.security.username and kafka.security.password_file"
        case UnsupportedSaslMechanismError():
            return "look at kafka.security.sasl_mechanism"
        case ssl.SSLError():
            return _tls_hint(cause)
        case ConnectionRefusedError() | TimeoutError():
            return ""
        case _:
            return _PROTOCOL


def _tls_hint(cause: ssl.SSLError) -> str:
    if isinstance(cause, ssl.SSLCertVerificationError):
        if cause.verify_code in _OTHER_HOST:
            return "the broker's certificate is not for what kafka.bootstrap_servers names"
        return "kafka.security.ca_file does not vouch for the broker's certificate"
    if "ALERT" in str(cause.reason):
        return "the broker refuses kafka.security.certificate_file, or misses it"
    return _PROTOCOL
