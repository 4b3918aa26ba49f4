"""python -m tests.faults [--seed N] [--minutes M] [--only NAME] [--soak] [--report FILE]

Draws faults in an order that the seed decides, until the minutes are over, on a broker of its own.
With --soak only those that every instance lives through, and memory and descriptors must stay flat.
Exit status 1 where a promise was broken.
"""

import argparse
import io
import random
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import redirect_stdout
from pathlib import Path

from tests.faults.faults import FAULTS, LONG_FAULTS, Fault
from tests.faults.report import table, write
from tests.faults.rig import Rig
from tests.faults.run import Cost, suffer
from tests.faults.soak import sampled


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def drawn(seed: int, faults: Sequence[Fault], *, until: float) -> Iterator[Fault]:
    """Every fault once in each round; rounds go on until that time."""
    chance = random.Random(seed)
    while True:
        for fault in chance.sample(faults, len(faults)):
            if time.monotonic() >= until:
                return
            sys.stderr.write(f"{time.strftime('%H:%M:%S')} {fault.name}\n")
            yield fault


def main() -> int:
    options = _options()
    known = (*FAULTS, *LONG_FAULTS)
    faults = [one for one in known if options.only in one.name and not (options.soak and one.ends)]
    if not faults:
        names = ", ".join(fault.name for fault in known)
        say(f"--only {options.only!r} is part of no fault's name; there are: {names}")
        return 2
    try:
        costs = _run(options, faults)
    except AssertionError as broken:
        say(f"seed {options.seed}: {broken}")
        return 1
    say(table(costs, seed=options.seed))
    if options.report is not None:
        write(options.report, costs, seed=options.seed)
    return 0


def _run(options: argparse.Namespace, faults: Sequence[Fault]) -> list[Cost]:
    logs = io.StringIO()
    until = time.monotonic() + 60 * options.minutes
    try:
        with (
            redirect_stdout(logs),
            tempfile.TemporaryDirectory() as directory,
            Rig(Path(directory)) as rig,
        ):
            struck = drawn(options.seed, faults, until=until)
            return _soaked(rig, struck) if options.soak else suffer(rig, struck)
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
    parser.add_argument("--soak", action="store_true")
    parser.add_argument("--report", type=Path)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
