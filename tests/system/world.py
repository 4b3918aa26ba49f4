"""Everything around the bridge that a test needs: Kafka, Omeda, and the bridge's processes."""

import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple, Self

from tests.system.account import CommitAudit, Produced, check_delivery
from tests.system.background import repeating
from tests.system.bridge_process import BRIDGE, BridgeProcess
from tests.system.broker import free_ports
from tests.system.cluster import Cluster, Partition
from tests.system.events import Author, Event, Kind, partition_of
from tests.system.kafka_python import KafkaError
from tests.system.omeda import OmedaStandIn
from tests.system.omeda_contract import APP_ID, BRAND, INPUT_ID
from tests.system.settings import DEFAULTS, Sections, merged
from tests.system.waiting import eventually
from tests.system.writer import Message, Writer

PARTITIONS = 4
DELIVERED_SECONDS = 90
COMMITTED_SECONDS = 60
LOAD_STEP_SECONDS = 0.05


class Topics(NamedTuple):
    behaviors: str
    orders: str
    dead_letters: str

    @property
    def sources(self) -> dict[Kind, str]:
        return {"behavior": self.behaviors, "order": self.orders}


class World:
    def __init__(self, bootstrap_servers: str, *, name: str, work: Path) -> None:
        self.cluster = Cluster(bootstrap_servers)
        self.writer = Writer(bootstrap_servers)
        self.omeda = OmedaStandIn()
        self.author = Author()
        self.group = f"{name}-group"
        self.topics = Topics(f"{name}-behaviors", f"{name}-orders", f"{name}-dead-letters")
        self.produced: list[Produced] = []
        self.command: Sequence[str] = BRIDGE
        """What is run as the bridge."""
        self.work = work
        self._bridges: list[BridgeProcess] = []
        (work / "app-id").write_text(f"{APP_ID}\n")
        (work / "input-id").write_text(f"{INPUT_ID}\n")

    def __enter__(self) -> Self:
        self.omeda.start()
        return self

    def __exit__(self, *_: object) -> None:
        for bridge in self._bridges:
            bridge.close()
            # pytest shows this where the test failed.
            sys.stdout.write(f"--- {bridge}\n{bridge.log_tail()}\n")
        self.omeda.stop()

    @property
    def waiting(self) -> int:
        """How many of the produced events Omeda has not accepted yet."""
        return len(self.produced) - len(self.omeda.accepted_seqs)

    def create_topics(self, *, dead_letters: bool = True) -> None:
        partitions = dict.fromkeys(self.topics.sources.values(), PARTITIONS)
        if dead_letters:
            partitions[self.topics.dead_letters] = 1
        self.cluster.create_topics(partitions)

    def create_dead_letter_topic(self) -> None:
        self.cluster.create_topics({self.topics.dead_letters: 1})

    def start_bridge(self, *overrides: Sections) -> BridgeProcess:
        """Start one more process, with the tests' settings overridden section by section."""
        name = f"bridge-{len(self._bridges) + 1}"
        settings = self.settings(*overrides)
        bridge = BridgeProcess(settings, name=name, work=self.work, command=self.command)
        self._bridges.append(bridge)
        return bridge

    def ready_bridge(self, *overrides: Sections) -> BridgeProcess:
        bridge = self.start_bridge(*overrides)
        bridge.wait_ready()
        return bridge

    def places(self) -> list[Partition]:
        """Every partition of the source topics."""
        topics = self.topics.sources.values()
        return [Partition(topic, number) for topic in topics for number in range(PARTITIONS)]

    def place(self, kind: Kind, key: bytes) -> Partition:
        return Partition(self.topics.sources[kind], partition_of(key, PARTITIONS))

    def produce(self, events: Iterable[Event]) -> list[Produced]:
        """Write the events; return them once the broker has acknowledged each of them."""
        events = list(events)
        places = [self.place(event.kind, event.key) for event in events]
        offsets = self.writer.write(
            [
                Message(place, event.key, event.value)
                for place, event in zip(places, events, strict=True)
            ]
        )
        produced = [
            Produced(place, offset, event.customer, event.seq)
            for place, offset, event in zip(places, offsets, events, strict=True)
        ]
        self.produced += produced
        return produced

    @contextmanager
    def load(self, *, per_second: float) -> Iterator[None]:
        """Mixed events keep coming while the block runs."""
        count = max(1, round(per_second * LOAD_STEP_SECONDS))

        def produce_some() -> None:
            self.produce(self.author.mixed(count))

        with repeating(produce_some, every=LOAD_STEP_SECONDS):
            yield

    @contextmanager
    def audited_commits(self, *, when: Callable[[], bool] = lambda: True) -> Iterator[CommitAudit]:
        """While the block runs, no commit may stand above what Omeda has accepted.

        Kafka is asked *when* it can answer.
        """
        audit = CommitAudit(self.cluster, self.group)

        def sample() -> None:
            if when():
                audit.sample(self.produced, self.omeda.accepted_seqs)

        with repeating(sample, every=0.2):
            yield audit
        sample()
        audit.check()

    def eventually(
        self, what: str, holds: Callable[[], bool], *, within: float, instead: Callable[[], object]
    ) -> None:
        """Wait, but no longer than every bridge lives that was not asked to end."""

        def all_run_and_holds() -> bool:
            for bridge in self._bridges:
                bridge.check_running()
            return holds()

        eventually(what, all_run_and_holds, within=within, instead=instead)

    def await_accepted(self, count: int, *, within: float = DELIVERED_SECONDS) -> None:
        """Until Omeda has accepted *count* requests since the test began."""
        accepted = self.omeda.accepted
        self.eventually(
            f"{count} events accepted",
            lambda: len(accepted) >= count,
            within=within,
            instead=lambda: f"{len(accepted)} accepted",
        )

    def await_more_accepted(self, count: int, *, within: float = DELIVERED_SECONDS) -> None:
        self.await_accepted(len(self.omeda.accepted) + count, within=within)

    def await_delivered(
        self, *, besides: Collection[str] = (), within: float = DELIVERED_SECONDS
    ) -> None:
        """Until Omeda has accepted whatever was produced, *besides* what is to be refused."""

        def missing() -> list[str]:
            there = self.omeda.accepted_seqs
            seqs = (record.seq for record in self.produced if record.seq not in besides)
            return [seq for seq in seqs if seq not in there]

        self.eventually(
            f"all of {len(self.produced)} produced events accepted",
            lambda: not missing(),
            within=within,
            instead=lambda: f"{len(missing())} still missing, first {missing()[:5]}",
        )

    def await_committed_to_the_end(self, *, within: float = COMMITTED_SECONDS) -> None:
        seen: list[dict[Partition, int]] = []

        def committed_to_the_end() -> bool:
            # A broker that has just come back knows neither at first.
            with suppress(KafkaError):
                ends = self.cluster.end_offsets(self.topics.sources.values())
                seen[:] = [ends, self.committed(ends)]
            return len(seen) == 2 and seen[0] == seen[1]

        self.eventually(
            "the group committed the ends of its partitions",
            committed_to_the_end,
            within=within,
            instead=lambda: seen,
        )

    def await_produced_committed(self, *, within: float = COMMITTED_SECONDS) -> None:
        """Until the group has committed all that is produced by now: it comes again no more."""
        ends = {record.partition: record.offset + 1 for record in list(self.produced)}
        behind: list[Partition] = []

        def committed() -> bool:
            with suppress(KafkaError):
                at = self.committed(ends)
                behind[:] = [place for place, end in ends.items() if at[place] < end]
                return not behind
            return False

        self.eventually(
            "the group committed what was produced",
            committed,
            within=within,
            instead=lambda: behind,
        )

    def committed(self, partitions: Iterable[Partition]) -> dict[Partition, int]:
        """What the group has committed of *partitions*; 0 where it has committed nothing."""
        committed = self.cluster.committed(self.group)
        return {partition: max(0, committed.get(partition, 0)) for partition in partitions}

    def check(self, *, repeats_at_most: int = 0, dead_lettered: Collection[str] = ()) -> None:
        """Ask all guarantees of this run, Omeda's contract included."""
        assert not self.omeda.violations, self.omeda.violations[:5]
        check_delivery(
            self.produced,
            self.omeda.accepted,
            dead_lettered=dead_lettered,
            repeats_at_most=repeats_at_most,
        )
        self.omeda.one_at_a_time.check()

    def settings(self, *overrides: Sections) -> dict[str, Any]:
        """The tests' settings for this world, overridden section by section."""
        around: Mapping[str, Mapping[str, Any]] = {
            "kafka": {
                "bootstrap_servers": self.cluster.bootstrap_servers,
                "group_id": self.group,
            },
            "brands": {
                BRAND: {
                    "app_id_file": str(self.work / "app-id"),
                    "input_id_file": str(self.work / "input-id"),
                }
            },
            "omeda": {"base_url": self.omeda.base_url},
            "dead_letters": {"topic": self.topics.dead_letters},
            "admin": {"port": free_ports(1)[0]},
        }
        routes = [
            {"topic": topic, "kind": kind, "brand": BRAND}
            for kind, topic in self.topics.sources.items()
        ]
        return {**merged(DEFAULTS, around, *overrides), "routes": routes}
