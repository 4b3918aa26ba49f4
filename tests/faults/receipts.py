"""Do the receipts that stand tell of everything that was settled, and of nothing else?

Their topic goes by the broker's clock, and all of the rig by one clock: so each tells since when it
stands, to the millisecond.
"""

import json
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from bridge.completion import decode
from bridge.following import UNANSWERED
from bridge.model import Partition as Place
from tests.faults.configurations import END_SECONDS
from tests.guarantees import KeyOrder
from tests.system.account import Produced, Read
from tests.system.cluster import Cluster, Partition, Stored
from tests.system.omeda import LANDED, Accepted, LookUp

DELIVERED = "delivered"
LATER = ("landed", "unknown")
"""What becomes of an order in a run, if it is followed: every one lands, but of some Omeda gives no
answer for so long that nobody follows them on."""

Where = tuple[Partition, int]
"""A source record's place."""


class Standing(NamedTuple):
    """A receipt in its topic."""

    customer: str
    outcome: str
    where: Where
    transaction_id: int | None
    since_ms: int


def standing_in(cluster: Cluster, topic: str) -> Iterator[Standing]:
    """Every receipt of *topic*; those of a customer in their order."""
    return (_standing(stored) for _, stored in cluster.each(topic))


def check_receipts(
    produced: Iterable[Produced],
    accepted: Sequence[Accepted],
    commits: Iterable[Read],
    receipts: Iterable[Standing],
    look_ups: Mapping[int, Sequence[LookUp]],
) -> None:
    """Of a run at whose end everything was settled. Raises AssertionError."""
    records = {(one.partition, one.offset): one for one in produced}
    since = _told(records, accepted, receipts, look_ups)
    missing = [where for where in records if where not in since]
    assert not missing, f"{len(missing)} records have no receipt, first {missing[:5]}"
    _check_commits(commits, since)
    _check_turns(records, accepted, since)


def _standing(stored: Stored) -> Standing:
    told = json.loads(stored.value or b"")
    return Standing(
        (stored.key or b"").decode(),
        told["outcome"],
        (Partition(told["topic"], told["partition"]), told["offset"]),
        told.get("transaction_id"),
        stored.timestamp_ms,
    )


def _told(
    records: dict[Where, Produced],
    accepted: Iterable[Accepted],
    receipts: Iterable[Standing],
    look_ups: Mapping[int, Sequence[LookUp]],
) -> dict[Where, int]:
    """Since when each record has a receipt; each receipt must be right, and in its order."""
    known = _acceptances(accepted)
    since: dict[Where, int] = {}
    followed: set[tuple[Where, int | None]] = set()
    order, landed = KeyOrder(), False
    for receipt in receipts:
        where = receipt.where
        assert where in records, f"nobody produced what it tells of: {receipt}"
        record = records[where]
        assert receipt.customer == str(record.customer), f"{record} is another's: {receipt}"
        name = where, receipt.transaction_id
        taken_ms = known.get((record.seq, receipt.transaction_id), math.inf)
        if receipt.outcome in LATER:
            assert name in followed, f"it was never told that it was delivered: {receipt}"
            _check_later(receipt, taken_ms, look_ups.get(receipt.transaction_id or 0, ()))
            landed |= receipt.outcome == "landed"
            continue
        assert receipt.outcome == DELIVERED, f"nothing of a run ends like this: {receipt}"
        assert receipt.since_ms >= taken_ms, f"Omeda had not taken it: {receipt}, {record}"
        followed.add(name)
        since[where] = min(receipt.since_ms, since.get(where, receipt.since_ms))
        order.accepted(receipt.customer, where[0], where[1])
    order.check()
    assert landed, "void: no order was followed to its end"
    return since


def _check_later(receipt: Standing, taken_ms: float, look_ups: Sequence[LookUp]) -> None:
    """Landed is what Omeda says; unknown what is left at the end, of look-ups without an answer."""
    before = [one.status for one in look_ups if one.began * 1000 <= receipt.since_ms]
    if receipt.outcome == "landed":
        assert LANDED in before, f"Omeda had not said so: {receipt}, {look_ups}"
    else:
        over = receipt.since_ms >= taken_ms + END_SECONDS * 1000
        assert over, f"given up {receipt.since_ms - taken_ms} ms after it was taken: {receipt}"
        asked = f"Omeda was not asked in vain {UNANSWERED} times: {receipt}, {look_ups}"
        assert before[-UNANSWERED:] == [None] * UNANSWERED, asked


def _acceptances(accepted: Iterable[Accepted]) -> dict[tuple[str, int | None], int]:
    """When Omeda first took each event, by event and transaction."""
    first: dict[tuple[str, int | None], int] = {}
    for one in accepted:
        first.setdefault((one.submission.seq, one.transaction_id), int(one.ended * 1000))
    return first


def _check_commits(commits: Iterable[Read], since: dict[Where, int]) -> None:
    """No commit may pass, and no completion map may name, a record before its receipt stands."""
    below = _all_below(since)
    for at, found in commits:
        for partition, (offset, metadata) in found.items():
            if offset <= 0:
                continue
            latest = below[partition][offset - 1]
            assert latest <= at * 1000, f"{partition} was committed up to {offset}: {_late(latest)}"
            for span in decode(Place(*partition), offset, metadata).above(offset):
                for each in range(span.start, span.end):
                    stands = since[partition, each]
                    assert stands <= at * 1000, f"{partition}@{each} was named: {_late(stands)}"


def _late(since_ms: int) -> str:
    return f"a receipt stands only since {since_ms}"


def _all_below(since: dict[Where, int]) -> dict[Partition, list[int]]:
    """By partition and offset, since when everything up to there has its receipt."""
    found: defaultdict[Partition, list[int]] = defaultdict(list)
    for partition, offset in sorted(since):
        column = found[partition]
        assert offset == len(column), f"a gap before {partition}@{offset}"
        column.append(max(since[partition, offset], column[-1] if column else 0))
    return found


def _check_turns(
    records: dict[Where, Produced], accepted: Iterable[Accepted], since: dict[Where, int]
) -> None:
    """A customer's record is sent once the receipt of the one before it in its partition stands."""
    before = _predecessors(records)
    for offsets, began in _requests(records, accepted):
        first = min(offsets)
        earlier = before.get(first)
        assert earlier is None or since[earlier] <= began * 1000, (
            f"{first} was sent before the receipt of {earlier} stood,"
            f" {since[earlier] - began * 1000:.0f} ms too early"
        )


def _predecessors(records: dict[Where, Produced]) -> dict[Where, Where]:
    found: dict[Where, Where] = {}
    latest: dict[tuple[int, Partition], Where] = {}
    for where in sorted(records):
        lane = records[where].customer, where[0]
        if lane in latest:
            found[where] = latest[lane]
        latest[lane] = where
    return found


def _requests(
    records: dict[Where, Produced], accepted: Iterable[Accepted]
) -> Iterator[tuple[list[Where], float]]:
    """What each request held of each customer, and when it was begun."""
    places = {record.seq: where for where, record in records.items()}
    held: defaultdict[tuple[int, int], list[Where]] = defaultdict(list)
    begun: dict[int, float] = {}
    for one in accepted:
        held[one.request, one.submission.customer].append(places[one.submission.seq])
        begun[one.request] = one.began
    return ((offsets, begun[request]) for (request, _), offsets in held.items())
