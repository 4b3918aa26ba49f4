"""The bridge beside others: real Kafka, the same records, the same stand-in for Omeda, one run.

    python -m bench.compare [--quick] [--rounds N] [--scale S] [--only TEXT] [--into FOLDER]

Within a round the contenders take turns on each workload. Who does not deliver all events while it
is waited is left out of the later rounds, and no ratio of it is printed.
"""

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple

from bench import course, machine, omeda
from bench.contenders import BRIDGE, Contender, bridges, fits, opponents
from bench.course import DEAD_LETTERS, Place, Turn, slug
from bench.growth import grow
from bench.micro import micro
from bench.producing import Producer, Topic, topic
from bench.publish import publish
from bench.results import Results, Run
from bench.workloads import FULL, QUICK, Workload
from tests.system.broker import FLAGS, Broker
from tests.system.cluster import Cluster
from tests.system.writer import Writer

CEILING_SECONDS = 5
RESULTS = Path("bench/results")
QUICKLY = {BRIDGE, f"{BRIDGE}, session", "Parallel Consumer", "loop, gather and commit"}


class Choice(NamedTuple):
    """What is measured."""

    workloads: Sequence[Workload]
    rounds: int
    quick: bool
    contenders: Sequence[str]
    """Patterns of names."""


@contextmanager
def place(work: Path, patience: float) -> Iterator[Place]:
    """A broker and a stand-in for Omeda."""
    program = omeda.build(work)
    broker = Broker(work, flags=FLAGS)
    try:
        broker.start()
        cluster = Cluster(broker.bootstrap_servers)
        cluster.create_topics({DEAD_LETTERS: 1})
        with omeda.StandIn(program) as stand_in:
            yield Place(cluster, stand_in, work, patience)
    finally:
        broker.stop()


def compare(choice: Choice, around: Place, results: Results) -> None:
    """Fill *results*."""
    contenders = _contenders(choice, around.work)
    results.contenders_say.update({each.name: each.says for each in contenders})
    for workload in choice.workloads:
        results.workloads[workload.name] = str(workload)
        there = _written(workload, around)
        lost: set[str] = set()
        for turn in range(1, choice.rounds + 1):
            for contender in contenders:
                if contender.name in lost or not fits(contender, workload):
                    continue
                run = _run(Turn(contender, workload, turn), around, there)
                results.runs.append(run)
                print(told(run), flush=True)
                if not run.complete:
                    lost.add(contender.name)


def _contenders(choice: Choice, work: Path) -> list[Contender]:
    found = [*bridges(), *opponents(work)]
    return [
        each
        for each in found
        if any(fnmatchcase(each.name, wanted) for wanted in choice.contenders)
        and (not choice.quick or each.name in QUICKLY)
    ]


def _written(workload: Workload, around: Place) -> Topic:
    """Its records, for all; of a steady one each contender gets a topic of its own."""
    there = topic(around.cluster, slug(workload.name), workload)
    if not workload.per_second:
        Producer(Writer(around.cluster.bootstrap_servers), workload, there).write_all()
    return there


def _run(turn: Turn, around: Place, there: Topic) -> Run:
    if not turn.workload.per_second:
        return course.standing(turn, around, there)
    name = f"{there.name}-{turn.round}-{slug(turn.contender.name)}"
    return course.steady(turn, around, topic(around.cluster, name, turn.workload))


def told(run: Run) -> str:
    """A run in a line."""
    delay = f", p99 {run.delay_p99_ms:.1f} ms" if run.delay_p99_ms is not None else ""
    odd = {"repeats": run.repeats, "out of order": run.out_of_order, "refused": run.refused}
    more = "".join(f", {count} {what}" for what, count in odd.items() if count)
    late = "" if run.committed or not run.complete else ", offsets not at the end"
    return (
        f"{run.workload:24} {run.contender:34} round {run.round}: {run.delivered:6} of"
        f" {run.produced}, {run.rate:8.0f}/s, {run.cpu_per_thousand:6.3f} CPU s per 1,000"
        f"{delay}{more}{late} {run.note}"
    ).rstrip()


def main() -> None:
    """Measure, print, and write everything into a folder."""
    options = _parser().parse_args()
    full = [each for each in FULL if options.only in each.name]
    chosen = [each for each in QUICK if options.only in each.name] if options.quick else full
    choice = Choice(
        [each.scaled(options.scale) for each in chosen],
        options.rounds or (1 if options.quick else 3),
        options.quick,
        options.contender or ["*"],
    )
    growing = not options.quick if options.growth is None else options.growth
    results = Results(about=machine.about())
    options.into.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="bench-") as directory,
        place(Path(directory), options.patience) as around,
    ):
        results.ceiling = omeda.ceiling(Path(directory) / "standin", CEILING_SECONDS)
        print(f"the stand-in takes {results.ceiling:.0f} requests a second", flush=True)
        compare(choice, around, results)
        if growing:
            results.growth += grow(around, options.scale)
    if options.micro:
        results.micro = micro(quick=options.quick)
    publish(results, options.into)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of it, in about two minutes")
    parser.add_argument("--rounds", type=int, default=0)
    parser.add_argument("--scale", type=float, default=1.0, help="of events and customers")
    parser.add_argument("--only", default="", help="workloads whose name holds this")
    parser.add_argument("--contender", action="append", help="by its name, which may hold a *")
    parser.add_argument("--patience", type=float, default=45.0, help="seconds for a run")
    parser.add_argument("--growth", action=argparse.BooleanOptionalAction)
    parser.add_argument("--micro", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--into", type=Path, default=RESULTS)
    return parser


if __name__ == "__main__":
    main()
