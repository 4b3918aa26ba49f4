"""python -m tests.faults [--seed N] [--minutes M] [--only NAME] [--configuration NAME] [--soak]
[--report FILE]

Deals faults out to configurations of the bridge, in rounds that the seed decides, until the minutes
are over; each configuration of a round has a broker of its own. With --soak only those faults that
every instance lives through, in one configuration that has everything on, and memory and
descriptors must stay flat. Exit status 1 where a promise was broken.
"""

import argparse
import io
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import redirect_stdout
from pathlib import Path

from tests.faults.configurations import BOTH, CONFIGURATIONS
from tests.faults.faults import FAULTS, LONG_FAULTS, Fault
from tests.faults.legs import Leg, dealt
from tests.faults.report import table, write
from tests.faults.rig import Rig
from tests.faults.run import Cost, suffer
from tests.faults.soak import sampled

Draw = Callable[[random.Random], Iterable[Leg]]


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def drawn(seed: int, draw: Draw, *, until: float) -> Iterator[Leg]:
    """Rounds of what *draw* makes of chance, until that time."""
    chance = random.Random(seed)
    while time.monotonic() < until:
        for leg in draw(chance):
            if time.monotonic() >= until:
                return
            yield leg._replace(faults=_announced(leg, until=until))


def endless(chance: random.Random, faults: Sequence[Fault]) -> Iterator[Fault]:
    """Every fault once in each round, for ever."""
    while True:
        yield from chance.sample(faults, len(faults))


def _announced(leg: Leg, *, until: float) -> Iterator[Fault]:
    """The faults that begin before that time, and one at least: otherwise nothing was tried."""
    for number, fault in enumerate(leg.faults):
        if number and time.monotonic() >= until:
            return
        now = time.strftime("%H:%M:%S")
        sys.stderr.write(f"{now} {leg.configuration.name}: {fault.name}\n")
        yield fault


def main() -> int:
    options = _options()
    known = (*FAULTS, *LONG_FAULTS)
    faults = [one for one in known if options.only in one.name and not (options.soak and one.ends)]
    if not faults:
        names = ", ".join(fault.name for fault in known)
        say(f"--only {options.only!r} is part of no fault's name; there are: {names}")
        return 2
    costs: list[Cost] = []
    try:
        for leg in _legs(options, faults):
            costs += _run(leg, soak=options.soak)
    except AssertionError as broken:
        say(f"seed {options.seed}: {broken}")
        return 1
    say(table(costs, seed=options.seed))
    if options.report is not None:
        write(options.report, costs, seed=options.seed)
    return 0


def _legs(options: argparse.Namespace, faults: Sequence[Fault]) -> Iterator[Leg]:
    until = time.monotonic() + 60 * options.minutes
    chosen = [one for one in CONFIGURATIONS if options.configuration in ("", one.name)]
    if options.soak:
        return drawn(options.seed, lambda chance: [Leg(BOTH, endless(chance, faults))], until=until)
    return drawn(options.seed, lambda chance: dealt(chance, chosen, faults), until=until)


def _run(leg: Leg, *, soak: bool) -> list[Cost]:
    logs = io.StringIO()
    try:
        with (
            redirect_stdout(logs),
            tempfile.TemporaryDirectory() as directory,
            Rig(Path(directory), leg.configuration) as rig,
        ):
            return _soaked(rig, leg.faults) if soak else suffer(rig, leg.faults)
    except AssertionError:
        say(logs.getvalue())
        raise


def _soaked(rig: Rig, faults: Iterable[Fault]) -> list[Cost]:
    with sampled(rig) as samples:
        costs = suffer(rig, faults)
    sys.stderr.write(f"{samples.check()}\n")
    return costs


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--only", default="", help="faults with this in their name")
    names = [one.name for one in CONFIGURATIONS]
    parser.add_argument("--configuration", default="", choices=names, help="only this one")
    parser.add_argument("--soak", action="store_true")
    parser.add_argument("--report", type=Path)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
