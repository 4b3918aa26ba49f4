"""Every fault once: what a long run of `python -m tests.faults` tries again and again.

Each meets one of the configurations, or, in `make ci-long`, all of them.
"""

import os
import random
import sys
from pathlib import Path

import pytest

from tests.faults.configurations import CONFIGURATIONS, FEW
from tests.faults.faults import FAULTS
from tests.faults.legs import Leg, crossed, dealt
from tests.faults.report import table
from tests.faults.rig import Rig
from tests.faults.run import suffer
from tests.system.jars import BrokerUnavailable
from tests.system.needing import do_without

SEED = 20
LIMIT_SECONDS = 1_800
"""All take some six minutes where nothing else is at work. Whatever is awaited in it has a limit
of its own, which says more when it is met."""

LEGS = (
    crossed(random.Random(SEED), CONFIGURATIONS, FAULTS)
    if os.environ.get("OMEDA_BRIDGE_LONG")
    else dealt(random.Random(SEED), FEW, FAULTS)
)


@pytest.mark.timeout(LIMIT_SECONDS)
@pytest.mark.parametrize("leg", LEGS, ids=lambda leg: leg.configuration.name)
def test_every_promise_holds_through_every_fault(tmp_path: Path, leg: Leg) -> None:
    try:
        rig = Rig(tmp_path, leg.configuration)
    except BrokerUnavailable as unavailable:
        do_without(unavailable)
    with rig:
        costs = suffer(rig, leg.faults)
    sys.stdout.write(f"{table(costs, seed=SEED)}\n")
    # A lie that nobody was told, or a frozen member that was not missed, would try nothing.
    lies = ("coordinator", "damaged", "receipts")
    lied_to = [cost for cost in costs if any(word in cost.fault for word in lies)]
    assert all(cost.lies for cost in lied_to), lied_to
    dealt_anew = [cost for cost in costs if cost.fault in ("kill -9", "SIGSTOP past the session")]
    assert all(cost.rebalances for cost in dealt_anew), dealt_anew
