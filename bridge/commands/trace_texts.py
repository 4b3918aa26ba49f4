"""Traces for people, and for programs. Nothing of a record can steer a terminal."""

import json
from typing import Any

import msgspec

from bridge.commands.letter_texts import tame, time_of
from bridge.tracing import SAYS, Trace

ROW = "{:<32} {:<24} {:<14} {:<24} {:<15} {:<36} {:>12} {}"
HEADING = ROW.format(
    *("EVENT", "PRODUCED AT", "STATE", "ENDED AT"),
    *("REASON", "SUBMISSION", "TRANSACTION", "LETTER"),
)


def as_row(trace: Trace) -> str:
    """One line of the table."""
    last, letter = trace.last, trace.letters[-1] if trace.letters else None
    texts = (
        f"{trace.partition}@{trace.offset}",
        time_of(trace.produced_at_ms) or "",
        trace.state,
        time_of(last.settled_at_ms if last else None) or "",
        trace.reason,
        trace.submission_id or "",
        "" if trace.transaction_id is None else str(trace.transaction_id),
        "" if letter is None else f"{letter.place}{' (replayed)' if letter.replayed else ''}",
    )
    return ROW.format(*map(tame, texts)).rstrip()


def as_json(trace: Trace) -> str:
    """One line of JSON."""
    said: dict[str, Any] = {
        "topic": trace.partition.topic,
        "partition": trace.partition.number,
        "offset": trace.offset,
        "state": trace.state,
        "says": SAYS[trace.state],
        "customer": trace.seen.customer if trace.seen else None,
        "produced_at": time_of(trace.produced_at_ms),
        "settled": trace.settled,
        "committed": trace.committed,
        "reason": trace.reason or None,
        "submission_id": trace.submission_id,
        "transaction_id": trace.transaction_id,
        "letters": [
            {"letter": str(one.place), "reason": one.reason, "replayed": one.replayed}
            for one in trace.letters
        ],
        "receipts": [msgspec.to_builtins(one) for one in trace.receipts],
    }
    return json.dumps(said)


def explained(trace: Trace) -> str:
    """What the state means, and where the group stands."""
    committed = "nothing" if trace.committed is None else f"offset {trace.committed}"
    return (
        f"{trace.state}: {SAYS[trace.state]}.\n"
        f"The group has committed {committed} of {trace.partition}"
        f"{', and is done with this record' if trace.settled else ''}."
    )
