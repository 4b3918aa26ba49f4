"""Dead letters for people, and for programs. Nothing of a letter can steer a terminal."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime

from bridge.letters import Stored
from bridge.record import Record

MESSAGE_SHOWN = 100
"""How much of a message a row shows."""

ROW = "{:<10} {:<32} {:<11} {:<10} {:<8} {:>6} {:<24} {:<6} {:<8} {}"
HEADING = ROW.format(
    *("LETTER", "SOURCE", "REASON", "BRAND", "KIND", "STATUS", "FAILED AT"),
    *("MASKED", "REPLAYED", "MESSAGE"),
)


def as_row(letter: Stored, *, replayed: bool) -> str:
    """One line of the table."""
    message = letter.message
    if len(message) > MESSAGE_SHOWN:
        message = message[: MESSAGE_SHOWN - 1] + "…"
    texts = (
        str(letter.place),
        f"{letter.source}@{letter.offset}",
        *(letter.reason, letter.brand, letter.kind, letter.status),
        time_of(letter.failed_at_ms) or "",
        "" if letter.whole else "yes",
        "yes" if replayed else "",
        message,
    )
    return ROW.format(*map(tame, texts)).rstrip()


def as_json(letter: Stored, *, replayed: bool) -> str:
    """One line of JSON."""
    said = {
        "letter": str(letter.place),
        "topic": letter.source.topic,
        "partition": letter.source.number,
        "offset": letter.offset,
        "reason": letter.reason,
        "brand": letter.brand,
        "kind": letter.kind,
        "status": int(letter.status) if letter.status.isdecimal() else None,
        "failed_at": time_of(letter.failed_at_ms),
        "message": letter.message,
        "masked": letter.masked,
        "value_omitted": letter.value_omitted,
        "replayed": replayed,
        "replays": letter.replays,
    }
    return json.dumps(said)


def as_text(record: Record) -> str:
    """Everything that *record* holds."""
    return "\n".join(_lines(record))


def as_document(record: Record) -> str:
    """The same as JSON. What is no text is in hexadecimal, in a member of its own."""
    said = {
        "letter": f"{record.partition.number}:{record.offset}",
        "timestamp": time_of(record.timestamp_ms) if record.timestamp_ms >= 0 else None,
        "headers": [{"name": name, **_member(value)} for name, value in record.headers],
        "key": _member(record.key),
        "value": _member(record.value),
    }
    return json.dumps(said, indent=2)


def _member(value: bytes | None) -> dict[str, str | None]:
    if value is None:
        return {"text": None}
    try:
        return {"text": value.decode()}
    except UnicodeDecodeError:
        return {"hex": value.hex()}


def _lines(record: Record) -> Iterator[str]:
    yield f"letter: {record.partition.number}:{record.offset}"
    if record.timestamp_ms >= 0:
        yield f"timestamp: {time_of(record.timestamp_ms)}"
    yield "headers:"
    for name, value in record.headers:
        yield f"  {tame(name)}: {_readable(value)}"
    yield f"key: {_readable(record.key)}"
    yield f"value: {_readable(record.value)}"


def _readable(value: bytes | None) -> str:
    if value is None:
        return "none"
    try:
        return tame(value.decode(), besides="\n\t")
    except UnicodeDecodeError:
        return f"{len(value)} bytes that are no text, in hexadecimal: {value.hex()}"


def tame(text: str, *, besides: str = "") -> str:
    """*text*, of which nothing can steer a terminal."""
    return "".join(
        each if each.isprintable() or each in besides else ascii(each)[1:-1] for each in text
    )


def time_of(ms: int | None) -> str | None:
    """*ms* since the epoch as ISO 8601, in UTC."""
    if ms is None:
        return None
    try:
        moment = datetime.fromtimestamp(ms / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return str(ms)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
