"""W3C trace context, as records and requests carry it in their headers. Pure.

What must stay true: who produces records decides on nothing but these two headers of a request, and
on no more of them than the bounds here.
"""

from collections.abc import Iterable
from typing import NamedTuple

TRACEPARENT, TRACESTATE = "traceparent", "tracestate"
NAMES = frozenset({TRACEPARENT, TRACESTATE})

MOST_CHARACTERS = 512
"""Of one header: so much of a tracestate is passed on, as W3C asks; a longer one is ignored."""

Headers = tuple[tuple[str, str], ...]


class SpanId(NamedTuple):
    """A span that is recorded, in hex: what an exemplar names."""

    trace_id: str
    span_id: str


def carried(headers: Iterable[tuple[str, bytes | None]]) -> dict[str, str]:
    """What a record's *headers* say of its trace; of several of a name, the last one counts.

    Left out is what cannot be a context; whether the rest is one, its reader must find out.
    """
    last = {name: value for name, value in headers if name in NAMES}
    texts = {name: _text(value or b"") for name, value in last.items()}
    return {name: text for name, text in texts.items() if text}


def _text(value: bytes) -> str:
    """As text, if it could stand in a header's line; else empty."""
    if len(value) > MOST_CHARACTERS or not value.isascii():
        return ""
    text = value.decode("ascii")
    return text if text.isprintable() else ""
