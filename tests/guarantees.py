"""What the bridge promises, as objects: fed while it runs, asked at the end by `check`.

Records, lanes and partitions are whatever the test calls them, as long as they can be
compared. Nothing here reads a clock, a file or a socket.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable
from itertools import pairwise


class AtLeastOnce:
    """Every record that Kafka acknowledged was accepted by Omeda or became a dead letter."""

    def __init__(self) -> None:
        self._produced: dict[Hashable, None] = {}
        self._ended: set[Hashable] = set()

    def produced(self, record: Hashable) -> None:
        self._produced[record] = None

    def accepted(self, record: Hashable) -> None:
        self._ended.add(record)

    def dead_lettered(self, record: Hashable) -> None:
        self._ended.add(record)

    @property
    def missing(self) -> list[Hashable]:
        return [record for record in self._produced if record not in self._ended]

    def check(self) -> None:
        missing = self.missing
        assert not missing, (
            f"{len(missing)} of {len(self._produced)} records were neither accepted nor "
            f"dead-lettered, the first of them {missing[:5]}"
        )


class KeyOrder:
    """Records of one lane and partition are first accepted in the order of their offsets.

    Repeats are free: 1 2 1 2 3 is what a crash leaves and 1 2 2 3 an unknown outcome.
    1 3 2 is a broken promise. A gap is not: what was dead-lettered left the order.
    """

    def __init__(self) -> None:
        self._firsts: defaultdict[tuple[Hashable, Hashable], dict[int, None]] = defaultdict(dict)

    def accepted(self, lane: Hashable, partition: Hashable, offset: int) -> None:
        self._firsts[lane, partition].setdefault(offset)

    def check(self) -> None:
        for (lane, partition), firsts in self._firsts.items():
            late = _first_late(firsts)
            assert late is None, (
                f"lane {lane!r} of partition {partition!r}: offset {late[1]} was first accepted "
                f"after offset {late[0]}"
            )


def _first_late(offsets: Iterable[int]) -> tuple[int, int] | None:
    pairs = pairwise(offsets)
    return next(((before, after) for before, after in pairs if after < before), None)


class LastWord:
    """What Omeda accepts last of a lane and partition is the newest record that it ever accepted.

    1 2 1 would leave the customer as an older record has it. A dead letter has left the order.
    """

    def __init__(self) -> None:
        self._accepted: defaultdict[tuple[Hashable, Hashable], list[int]] = defaultdict(list)
        self._buried: set[tuple[Hashable, int]] = set()

    def accepted(self, lane: Hashable, partition: Hashable, offset: int) -> None:
        self._accepted[lane, partition].append(offset)

    def dead_lettered(self, partition: Hashable, offset: int) -> None:
        self._buried.add((partition, offset))

    def check(self) -> None:
        for (lane, partition), offsets in self._accepted.items():
            left = [offset for offset in offsets if (partition, offset) not in self._buried]
            assert not left or left[-1] == max(left), (
                f"lane {lane!r} of partition {partition!r}: {left[-1]} was accepted last, after"
                f" {max(left)}"
            )


class OneAtATimePerKey:
    """Two requests of one lane are never under way at once."""

    def __init__(self) -> None:
        self._under_way: defaultdict[Hashable, list[Hashable]] = defaultdict(list)
        self._overlaps: list[str] = []

    def begun(self, lane: Hashable, request: Hashable) -> None:
        under_way = self._under_way[lane]
        if under_way:
            self._overlaps.append(f"lane {lane!r}: {request!r} began during {under_way[0]!r}")
        under_way.append(request)

    def ended(self, lane: Hashable, request: Hashable) -> None:
        self._under_way[lane].remove(request)

    @property
    def overlaps(self) -> list[str]:
        """In words."""
        return self._overlaps

    def check(self) -> None:
        assert not self._overlaps, f"{len(self._overlaps)} overlaps, first {self._overlaps[0]}"


class NeverAheadOfSettled:
    """No commit stands above an unsettled record of its partition, nor below an earlier one.

    A record stays unsettled across a change of owner, since the world still waits for it;
    only the floor below which no commit may fall belongs to one ownership.
    """

    def __init__(self) -> None:
        self._unsettled: defaultdict[Hashable, set[int]] = defaultdict(set)
        self._settled: defaultdict[Hashable, set[int]] = defaultdict(set)
        self._floor: dict[Hashable, int] = {}
        self._broken: list[str] = []

    def admitted(self, partition: Hashable, offset: int) -> None:
        # Read again after a crash, a record that was settled once is owed to nobody.
        if offset not in self._settled[partition]:
            self._unsettled[partition].add(offset)

    def settled(self, partition: Hashable, offset: int) -> None:
        self._unsettled[partition].discard(offset)
        self._settled[partition].add(offset)

    def revoked(self, partition: Hashable) -> None:
        self._floor.pop(partition, None)

    def committed(self, partition: Hashable, offset: int) -> None:
        lowest = min(self._unsettled[partition], default=offset)
        if offset > lowest:
            self._broken.append(f"{partition!r}: committed {offset} while {lowest} is unsettled")
        floor = self._floor.get(partition, offset)
        if offset < floor:
            self._broken.append(f"{partition!r}: committed {offset} after {floor}")
        self._floor[partition] = max(floor, offset)

    def check(self) -> None:
        assert not self._broken, f"{len(self._broken)} wrong commits, first {self._broken[0]}"


class Repeats:
    """How often Omeda accepted what it had accepted before."""

    def __init__(self, *, at_most: int) -> None:
        self._at_most = at_most
        self._times: defaultdict[Hashable, int] = defaultdict(int)

    def accepted(self, record: Hashable) -> None:
        self._times[record] += 1

    @property
    def count(self) -> int:
        return sum(times - 1 for times in self._times.values())

    def check(self) -> None:
        repeated = [record for record, times in self._times.items() if times > 1]
        assert self.count <= self._at_most, (
            f"{self.count} repeats where {self._at_most} are allowed, of {repeated[:5]}"
        )
