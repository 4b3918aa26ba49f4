"""The account of receipts: a right run passes, and each thing that may be wrong is noticed."""

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from bridge.completion import Span, encode
from bridge.model import Partition as Place
from tests.faults.receipts import Standing, check_receipts
from tests.system.account import Produced, Read
from tests.system.cluster import Commit, Partition
from tests.system.omeda import LANDED, QUEUED, Accepted, LookUp
from tests.system.omeda_contract import Submission

ORDERS = Partition("orders", 0)
ANN, BOB = 1001, 1002


class Run(NamedTuple):
    """Ann's orders 0 and 2, Bob's 1: sent at seconds 10, 20 and 30, each receipt 1 s later."""

    produced: list[Produced]
    accepted: list[Accepted]
    commits: list[Read]
    receipts: list[Standing]
    look_ups: dict[int, list[LookUp]]

    def check(self) -> None:
        check_receipts(*self)


def accepted(seq: str, customer: int, *, began: float, transaction: int) -> Accepted:
    submission = Submission("order", customer, seq, b"")
    return Accepted(submission, began, began + 0.5, transaction, transaction)


def delivered(customer: int, offset: int, *, seconds: float, transaction: int) -> Standing:
    since_ms = int(seconds * 1000)
    return Standing(str(customer), "delivered", (ORDERS, offset), transaction, since_ms)


def right() -> Run:
    receipts = [
        delivered(ANN, 0, seconds=11, transaction=70),
        delivered(BOB, 1, seconds=21, transaction=71),
        delivered(ANN, 2, seconds=31, transaction=72),
    ]
    named = encode(Place(*ORDERS), 1, [Span(2, 3)])
    return Run(
        [
            Produced(ORDERS, 0, ANN, "a"),
            Produced(ORDERS, 1, BOB, "b"),
            Produced(ORDERS, 2, ANN, "c"),
        ],
        [
            accepted("a", ANN, began=10, transaction=70),
            accepted("b", BOB, began=20, transaction=71),
            accepted("c", ANN, began=30, transaction=72),
        ],
        [
            Read(12, {ORDERS: Commit(1, "")}),
            Read(32, {ORDERS: Commit(1, named)}),
            Read(33, {ORDERS: Commit(3, "")}),
        ],
        [
            *receipts,
            receipts[0]._replace(outcome="landed", since_ms=12_000),
            receipts[2]._replace(outcome="unknown", since_ms=160_000),
        ],
        {
            70: [LookUp(11.8, LANDED)],
            72: [LookUp(32, QUEUED), LookUp(60), LookUp(110), LookUp(159)],
        },
    )


def test_a_right_run_passes() -> None:
    right().check()


def test_a_repeat_and_its_receipts_are_right_as_well() -> None:
    run = right()
    run.accepted.append(accepted("c", ANN, began=40, transaction=73))
    run.receipts.append(delivered(ANN, 2, seconds=41, transaction=73))
    run.receipts.append(delivered(ANN, 2, seconds=42, transaction=73))
    run.check()


def _changed(at: int, **changes: Any) -> Callable[[Run], None]:
    def change(run: Run) -> None:
        run.receipts[at] = run.receipts[at]._replace(**changes)

    return change


def _missing(run: Run) -> None:
    del run.receipts[1]


def _swapped(run: Run) -> None:
    run.receipts[0], run.receipts[2] = run.receipts[2], run.receipts[0]


def _committed_early(run: Run) -> None:
    run.commits[0] = run.commits[0]._replace(at=10.9)


def _named_early(run: Run) -> None:
    run.commits[1] = run.commits[1]._replace(at=30.9)


def _sent_early(run: Run) -> None:
    run.accepted[2] = run.accepted[2]._replace(began=10.9)


def _not_followed(run: Run) -> None:
    del run.receipts[3]


def _not_said(run: Run) -> None:
    run.look_ups[70] = [LookUp(11.2), LookUp(11.8, QUEUED), LookUp(12.1, LANDED)]


def _not_asked(run: Run) -> None:
    del run.look_ups[72][1]


def _answered_last(run: Run) -> None:
    run.look_ups[72].append(LookUp(159.5, QUEUED))


def _given_up_early(run: Run) -> None:
    run.look_ups[72][3] = LookUp(149)
    run.receipts[4] = run.receipts[4]._replace(since_ms=149_500)


def _asked_afterwards(run: Run) -> None:
    run.look_ups[72][3] = LookUp(161)


@pytest.mark.parametrize(
    ("mistake", "told"),
    [
        (_missing, "1 records have no receipt"),
        (_changed(1, where=(ORDERS, 9)), "nobody produced"),
        (_changed(1, customer="1003"), "another's"),
        (_changed(1, outcome="rejected"), "ends like this"),
        (_changed(1, transaction_id=79), "Omeda had not taken it"),
        (_changed(1, since_ms=20_400), "Omeda had not taken it"),
        (_changed(3, transaction_id=79), "never told that it was delivered"),
        (_changed(4, transaction_id=79), "never told that it was delivered"),
        (_not_said, "Omeda had not said so"),
        (_not_asked, "not asked in vain"),
        (_answered_last, "not asked in vain"),
        (_asked_afterwards, "not asked in vain"),
        (_given_up_early, "given up 119000 ms"),
        (_swapped, "was first accepted after"),
        (_committed_early, "was committed up to 1"),
        (_named_early, "was named"),
        (_sent_early, "was sent before the receipt"),
        (_not_followed, "void"),
    ],
)
def test_what_is_wrong_is_noticed(mistake: Callable[[Run], None], told: str) -> None:
    run = right()
    mistake(run)
    with pytest.raises(AssertionError, match=told):
        run.check()
