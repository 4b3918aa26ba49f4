"""One run: a contender delivers a workload, and what that took is written down."""

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from bench.contenders import Contender, Course
from bench.figures import out_of_order, percentile
from bench.omeda import Accepted, StandIn, Status
from bench.producing import Producer, Topic
from bench.results import Run, digest
from bench.watch import Watch, started
from bench.workloads import WARM_UP, Workload
from tests.system.cluster import Cluster
from tests.system.writer import Writer

START_SECONDS = 90
COMMIT_SECONDS = 8
DEAD_LETTERS = "dead-letters"


class Place(NamedTuple):
    """What all runs share."""

    cluster: Cluster
    omeda: StandIn
    work: Path
    patience: float
    """How long all events of a run may take, from the first request on."""


class Turn(NamedTuple):
    """Who delivers what, in which round."""

    contender: Contender
    workload: Workload
    round: int

    def course(self, place: Place, topic: Topic) -> Course:
        """In a group of its own."""
        return Course(
            kind=self.workload.kind,
            topic=topic.name,
            dead_letters=DEAD_LETTERS,
            group=f"{topic.name}-{self.round}-{slug(self.contender.name)}",
            bootstrap_servers=place.cluster.bootstrap_servers,
            base_url=place.omeda.base_url,
            url=place.omeda.url(self.workload.kind),
            work=place.work,
        )


def slug(name: str) -> str:
    """*name* as a topic, a group or a file may be called."""
    return "-".join("".join(c if c.isalnum() else " " for c in name).split())


def standing(turn: Turn, place: Place, topic: Topic) -> Run:
    """All records are there."""
    return _run(turn, place, topic, warm_up=0, feed=dict)


def steady(turn: Turn, place: Place, topic: Topic) -> Run:
    """Records come while they are delivered, into a *topic* that is new."""
    producer = Producer(Writer(place.cluster.bootstrap_servers), turn.workload, topic)
    producer.write(WARM_UP)
    feed = partial(producer.write_steadily, turn.workload.per_second)
    return _run(turn, place, topic, warm_up=WARM_UP, feed=feed)


def _run(
    turn: Turn, place: Place, topic: Topic, *, warm_up: int, feed: Callable[[], dict[str, int]]
) -> Run:
    place.omeda.begin(**turn.workload.plan)
    course = turn.course(place, topic)
    log = place.work / f"{course.group}.log"
    with started(turn.contender.command(course), log) as process:
        watch = Watch(process, place.omeda, log)
        watch.until(START_SECONDS, requests=1, events=warm_up)
        before = watch.used()
        written = feed()
        status = watch.until(place.patience, events=len(topic.places))
        after = watch.used()
        peak = watch.peak_bytes()
        finished = status.distinct == len(topic.places)
        at_end = finished and _committed(place, course)
    # After its end: what it sent again meanwhile counts as well.
    accepted = place.omeda.events()
    if not finished:
        accepted = [one for one in accepted if one.at_ns <= status.last_ns]
    began_ns = min(written.values(), default=status.first_ns)
    book = _book(topic.places, place.omeda.wait(seconds=0), status, accepted, began_ns)
    p50, p99 = _delays(written, accepted)
    return Run(
        workload=turn.workload.name,
        contender=turn.contender.name,
        round=turn.round,
        cpu_seconds=after.contender - before.contender,
        cpu_seconds_whole=after.contender,
        omeda_cpu_seconds=after.omeda - before.omeda,
        peak_bytes=peak,
        delay_p50_ms=p50,
        delay_p99_ms=p99,
        committed=at_end,
        note=watch.note,
        **book,
    )


def _committed(place: Place, course: Course) -> bool:
    """Whether the group's offsets reach the end soon."""
    ends = {at: end for at, end in place.cluster.end_offsets([course.topic]).items() if end}
    deadline = time.monotonic() + COMMIT_SECONDS
    while time.monotonic() < deadline:
        found = place.cluster.committed(course.group)
        if all(found.get(at) == end for at, end in ends.items()):
            return True
        time.sleep(0.2)
    return False


def _book(
    places: dict[str, int], now: Status, then: Status, accepted: list[Accepted], began_ns: int
) -> dict[str, Any]:
    """What the stand-in's book says; *then* is when the last event was there."""
    first: dict[str, int] = {}
    for one in accepted:
        first.setdefault(one.seq, one.at_ns)
    times = [at for at in first.values() if at >= began_ns]
    enough = percentile(times, 0.95) if times else began_ns
    return {
        "produced": len(places),
        "delivered": len(first),
        "timed": len(times),
        "digest": digest(set(first)),
        "repeats": len(accepted) - len(first),
        "out_of_order": out_of_order(places, ((one.seq, one.customer) for one in accepted)),
        "overlaps": now.overlaps,
        "refused": now.refused,
        "requests": then.requests,
        "seconds": max(0, then.last_ns - began_ns) / 1e9,
        "seconds_95": max(0, enough - began_ns) / 1e9,
    }


def _delays(
    written: dict[str, int], accepted: list[Accepted]
) -> tuple[float, float] | tuple[None, None]:
    """Milliseconds from the producer's call to acceptance: p50 and p99."""
    found = [(one.at_ns - written[one.seq]) / 1e6 for one in accepted if one.seq in written]
    return (percentile(found, 0.5), percentile(found, 0.99)) if found else (None, None)
