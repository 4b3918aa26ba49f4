"""Where an event is, from what Kafka holds."""

import msgspec
import pytest

from bridge.completion import Span, encode
from bridge.letters import Place
from bridge.model import Commit, Kind, Partition
from bridge.receipt import Receipt
from bridge.tracing import FINDINGS, SAYS, Found, Holding, Seen, Trace, trace

P = Partition("orders", 3)
SEEN = Seen("4711", 1_000)
LETTER = Found(Place(0, 7), "refused", replayed=False)
MAP = encode(P, 10, [Span(12, 14)])


def receipt(outcome: str, at_ms: int = 5, transaction_id: int | None = None) -> Receipt:
    return Receipt(
        version=1,
        outcome=outcome,
        topic="orders",
        partition=3,
        offset=12,
        brand="DEMO",
        kind=Kind.ORDER,
        attempts=1,
        settled_at_ms=at_ms,
        record_timestamp_ms=900,
        transaction_id=transaction_id,
    )


def traced(
    offset: int,
    *,
    seen: Seen | None = SEEN,
    commit: Commit | None = Commit(10, MAP),  # noqa: B008 - frozen
    letters: tuple[Found, ...] = (),
    receipts: tuple[Receipt, ...] = (),
) -> Trace:
    return trace(P, offset, Holding(5, 20, commit), seen, letters, receipts)


@pytest.mark.parametrize(
    ("offset", "seen", "state"),
    [
        pytest.param(9, SEEN, "settled", id="below the offset"),
        pytest.param(13, SEEN, "settled", id="named by the map"),
        pytest.param(10, SEEN, "waiting", id="at the offset"),
        pytest.param(14, SEEN, "waiting", id="behind what the map names"),
        pytest.param(13, None, "nothing_there", id="a gap"),
        pytest.param(20, None, "not_yet_there", id="the end"),
        pytest.param(3, None, "settled", id="taken by retention after it was settled"),
    ],
)
def test_without_letter_and_receipt_the_group_s_commit_tells(
    offset: int, seen: Seen | None, state: str
) -> None:
    found = traced(offset, seen=seen)

    assert (found.state, found.committed) == (state, 10)
    assert found.settled == (state == "settled" or offset == 13)


@pytest.mark.parametrize("commit", [None, Commit(2)])
def test_what_retention_took_before_the_group_had_passed_it_is_lost(commit: Commit | None) -> None:
    assert traced(3, seen=None, commit=commit).state == "lost"


def test_where_the_group_has_no_offset_a_record_waits() -> None:
    found = traced(6, commit=None)

    assert (found.state, found.committed, found.settled) == ("waiting", None, False)


@pytest.mark.parametrize(("reason", "state"), [("refused", "rejected"), ("exhausted", "exhausted")])
def test_a_letter_tells_that_it_is_dead_also_before_that_is_committed(
    reason: str, state: str
) -> None:
    found = traced(14, letters=(LETTER._replace(reason=reason),))

    assert (found.state, found.reason, found.settled) == (state, reason, False)


def test_receipts_tell_best_and_the_latest_is_the_state() -> None:
    early, late = receipt("rejected", 5), receipt("delivered", 6, transaction_id=77)
    found = traced(12, letters=(LETTER,), receipts=(late, early))

    assert (found.state, found.transaction_id, found.last) == ("delivered", 77, late)


def test_the_reason_is_that_of_what_was_told_last() -> None:
    followed = msgspec.structs.replace(receipt("failed", 9), transaction_status=9)
    buried = msgspec.structs.replace(receipt("rejected"), reason="rule")

    assert traced(12, receipts=(receipt("delivered"), followed)).reason == "status 9"
    assert traced(12, letters=(LETTER,), receipts=(buried,)).reason == "rule"
    assert traced(12, letters=(LETTER,), receipts=(buried, receipt("delivered", 6))).reason == ""


def test_of_a_record_that_is_gone_its_receipt_still_tells_the_time() -> None:
    assert traced(12, seen=None, receipts=(receipt("delivered"),)).produced_at_ms == 900


def test_each_state_has_its_sentence() -> None:
    assert SAYS.keys() >= FINDINGS
