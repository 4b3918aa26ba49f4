"""CloudEvents 1.0 around an event: structured (an envelope) or binary (headers). Pure.

Source: CloudEvents 1.0, the JSON format and the Kafka protocol binding. In binary mode the
value is the event itself, and the `ce_` headers are only company.
"""

import base64
import binascii
import codecs

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType

from bridge.errors import Undecodable
from bridge.record import Record

STRUCTURED = "application/cloudevents+json"
_ANY = "application/cloudevents"


class _Envelope(Struct):
    specversion: str
    data: Raw | UnsetType = UNSET
    data_base64: str | None = None


_envelope = msgspec.json.Decoder(_Envelope)


def payload_of(record: Record) -> bytes:
    """The event's own bytes. Raises Undecodable where there are none."""
    value = record.value
    if not value:
        raise Undecodable("empty", "the record has no value")
    if not record.headers:
        return value
    content_type = _content_type(record)
    if content_type == STRUCTURED:
        return _data(value)
    if content_type.startswith(_ANY):
        raise Undecodable(
            "wrong_type", f"{content_type}: of CloudEvents' formats only {STRUCTURED} is read"
        )
    return value


def _content_type(record: Record) -> str:
    for name, value in record.headers:
        if name.lower() == "content-type" and value:
            return value.decode("latin-1").partition(";")[0].strip().lower()
    return ""


def _data(value: bytes) -> bytes:
    try:
        envelope = _envelope.decode(value.removeprefix(codecs.BOM_UTF8))
    except msgspec.ValidationError as error:
        raise Undecodable("wrong_type", f"the CloudEvents envelope: {error}") from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Undecodable("not_json", f"the CloudEvents envelope: {error}") from error
    if not envelope.specversion.startswith("1."):
        raise Undecodable("wrong_type", "the CloudEvents envelope: specversion is not 1.0")
    if envelope.data_base64 is not None:
        return _decoded(envelope.data_base64)
    if envelope.data is UNSET or bytes(envelope.data) == b"null":
        raise Undecodable("wrong_type", "the CloudEvents envelope has no data")
    return bytes(envelope.data)


def _decoded(text: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Undecodable(
            "wrong_type", "the CloudEvents envelope: data_base64 is not base64"
        ) from error
    if not data:
        raise Undecodable("wrong_type", "the CloudEvents envelope has no data")
    return data
