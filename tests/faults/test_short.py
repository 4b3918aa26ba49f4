"""Every fault once: what a long run of `python -m tests.faults` tries again and again."""

import random
import sys
from pathlib import Path

import pytest

from tests.faults.faults import FAULTS
from tests.faults.report import table
from tests.faults.rig import Rig
from tests.faults.run import suffer
from tests.system.jars import BrokerUnavailable
from tests.system.needing import do_without

SEED = 20
LIMIT_SECONDS = 1_800
"""It takes five minutes where nothing else is at work. Whatever is awaited in it has a limit
of its own, which says more when it is met."""


@pytest.mark.timeout(LIMIT_SECONDS)
def test_every_promise_holds_through_every_fault(tmp_path: Path) -> None:
    try:
        rig = Rig(tmp_path)
    except BrokerUnavailable as unavailable:
        do_without(unavailable)
    with rig:
        costs = suffer(rig, random.Random(SEED).sample(FAULTS, len(FAULTS)))
    sys.stdout.write(f"{table(costs, seed=SEED)}\n")
    # A lie that nobody was told, or a frozen member that was not missed, would try nothing.
    lied_to = [cost for cost in costs if "coordinator" in cost.fault or "damaged" in cost.fault]
    assert all(cost.lies for cost in lied_to), lied_to
    dealt_anew = [cost for cost in costs if cost.fault in ("kill -9", "SIGSTOP past the session")]
    assert all(cost.rebalances for cost in dealt_anew), dealt_anew
