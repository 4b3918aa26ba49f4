"""How faults are dealt: each once, to a configuration that can meet it, and by the seed alone."""

import random

import pytest

from tests.faults.configurations import BULK, CONFIGURATIONS, PLAIN
from tests.faults.faults import FAULTS, LONG_FAULTS
from tests.faults.legs import crossed, dealt


@pytest.mark.parametrize("seed", range(20))
def test_each_fault_is_dealt_once_and_as_evenly_as_can_be(seed: int) -> None:
    faults = (*FAULTS, *LONG_FAULTS)
    legs = dealt(random.Random(seed), CONFIGURATIONS, faults)

    hands = [list(leg.faults) for leg in legs]
    assert sorted(one.name for hand in hands for one in hand) == sorted(one.name for one in faults)
    assert max(map(len, hands)) - min(map(len, hands)) <= 1
    assert all(one.meets(leg.configuration) for leg in legs for one in leg.faults)
    again = dealt(random.Random(seed), CONFIGURATIONS, faults)
    assert legs == again


def test_what_no_configuration_can_meet_is_left_out() -> None:
    special = [one for one in FAULTS if one.about]

    assert dealt(random.Random(1), [PLAIN], special) == []
    legs = dealt(random.Random(1), [PLAIN, BULK], special)
    assert [leg.configuration for leg in legs] == [BULK]


def test_crossed_each_configuration_meets_whatever_it_can() -> None:
    legs = crossed(random.Random(1), CONFIGURATIONS, FAULTS)

    met = {leg.configuration.name: {one.name for one in leg.faults} for leg in legs}
    special = {one.name for one in FAULTS if one.about}
    everything = {one.name for one in FAULTS}
    assert (met["bulk and receipts"], met["plain"]) == (everything, everything - special)
    assert met["bulk"] & met["receipts"] == met["plain"]
    assert met["bulk"] | met["receipts"] == everything
