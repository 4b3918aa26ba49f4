"""One fault after the other, and what each has cost; at the end every guarantee is asked."""

import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from tests.faults.configurations import RECEIPTS
from tests.faults.faults import Fault
from tests.faults.receipts import check_receipts, standing_in
from tests.faults.rig import Rig
from tests.system.account import Read
from tests.system.omeda import Accepted

FEWEST_EVENTS = 100
"""In the time of one fault; with fewer, nothing was tried."""

HEALTHY_SECONDS = 2.0


class Cost(NamedTuple):
    """What was seen of one fault, from its beginning until all was well again."""

    fault: str
    configuration: str
    seconds: float
    events: int
    repeats: int
    stall_seconds: float
    """Longest time without an acceptance."""
    healed_seconds: float
    """From the fault's end until all that had been produced by then was accepted."""
    rebalances: int
    lies: int
    """Answers of Kafka's that were forged, altered or kept back."""


def suffer(rig: Rig, faults: Iterable[Fault]) -> list[Cost]:
    """Strike with each fault under load. Raises AssertionError where a promise is broken."""
    costs = []
    with rig.load() as audit:
        rig.await_well()
        rig.await_settled()
        for fault in faults:
            time.sleep(HEALTHY_SECONDS)
            costs.append(_struck(rig, fault))
    rig.world.await_delivered()
    rig.world.await_committed_to_the_end()
    check(rig, sum(cost.repeats for cost in costs), audit.read)
    return costs


def check(rig: Rig, repeats: int, commits: Sequence[Read]) -> None:
    """Ask every guarantee; *repeats* are those that the faults have answered for."""
    rig.world.check(repeats_at_most=repeats)
    if "bulk" in rig.configuration.features:
        assert _bulk_requests(rig.world.omeda.accepted), "void: no bulk request was accepted"
    if rig.configuration.receipts:
        omeda, receipts = rig.world.omeda, standing_in(rig.world.cluster, RECEIPTS)
        check_receipts(rig.world.produced, omeda.accepted, commits, receipts, omeda.look_ups)
    letters = rig.world.cluster.end_offsets([rig.world.topics.dead_letters])
    assert not any(letters.values()), f"dead letters in a run without a bad record: {letters}"
    for bridge in rig.bridges:
        bridge.terminate()
    assert [bridge.wait() for bridge in rig.bridges] == [0] * len(rig.bridges)


def _bulk_requests(accepted: Iterable[Accepted]) -> int:
    """Those that several customers travelled in."""
    customers: defaultdict[int, set[int]] = defaultdict(set)
    for one in accepted:
        customers[one.request].add(one.submission.customer)
    return sum(len(travelled) > 1 for travelled in customers.values())


def _struck(rig: Rig, fault: Fault) -> Cost:
    accepted = rig.world.omeda.accepted
    first, before, told = len(accepted), rig.rebalances(), rig.proxy.told
    began = time.monotonic()
    fault.strike(rig)
    healed = time.monotonic()
    rig.await_well()
    ended = time.monotonic()
    rig.await_settled()
    during = accepted[first:]
    cost = Cost(
        fault.name,
        rig.configuration.name,
        seconds=ended - began,
        events=len(during),
        repeats=_repeats(accepted[:first], during),
        stall_seconds=_stall(during),
        healed_seconds=ended - healed,
        rebalances=int(max(_grown(before, rig.rebalances()), default=0)),
        lies=rig.proxy.told - told,
    )
    _judge(fault, cost, repeats=rig.configuration.repeats(fault.loss))
    overlaps = rig.world.omeda.one_at_a_time.overlaps
    assert not overlaps, f"two requests of one customer at once: {overlaps}: {cost}"
    return cost


def _judge(fault: Fault, cost: Cost, *, repeats: int) -> None:
    assert cost.events >= FEWEST_EVENTS, f"void, too few events were delivered: {cost}"
    assert cost.repeats <= repeats, f"{repeats} repeats are allowed: {cost}"
    assert fault.rebalances or not cost.rebalances, f"there was no reason to rebalance: {cost}"


def _repeats(before: list[Accepted], during: list[Accepted]) -> int:
    known = {one.submission.seq for one in before}
    repeats = 0
    for one in during:
        repeats += one.submission.seq in known
        known.add(one.submission.seq)
    return repeats


def _stall(during: list[Accepted]) -> float:
    times = [one.ended for one in during]
    return max((after - before for before, after in pairwise(times)), default=0.0)


def _grown(before: dict[str, float], after: dict[str, float]) -> list[float]:
    """Of the instances that lived through it."""
    return [after[name] - count for name, count in before.items() if name in after]
