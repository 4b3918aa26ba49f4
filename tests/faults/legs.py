"""Which faults a group of instances meets, and how these are configured; chance is the seed's."""

import random
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from tests.faults.configurations import Configuration
from tests.faults.faults import Fault


class Leg(NamedTuple):
    """Part of a run, with a broker and instances of its own."""

    configuration: Configuration
    faults: Iterable[Fault]


def dealt(
    chance: random.Random, configurations: Sequence[Configuration], faults: Sequence[Fault]
) -> list[Leg]:
    """Each of *faults* once, dealt out to *configurations* as evenly as can be."""
    hands: list[tuple[Configuration, list[Fault]]] = [
        (configuration, []) for configuration in chance.sample(configurations, len(configurations))
    ]
    # What few can meet is dealt first.
    for fault in sorted(chance.sample(faults, len(faults)), key=lambda one: not one.about):
        fitting = [hand for configuration, hand in hands if fault.meets(configuration)]
        if fitting:
            min(fitting, key=len).append(fault)
    return [Leg(configuration, _shuffled(chance, hand)) for configuration, hand in hands if hand]


def crossed(
    chance: random.Random, configurations: Sequence[Configuration], faults: Sequence[Fault]
) -> list[Leg]:
    """Every fault in every configuration that can meet it."""
    return [
        Leg(configuration, _shuffled(chance, [one for one in faults if one.meets(configuration)]))
        for configuration in configurations
    ]


def _shuffled(chance: random.Random, faults: Sequence[Fault]) -> list[Fault]:
    return chance.sample(faults, len(faults))
