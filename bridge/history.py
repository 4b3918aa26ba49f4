"""The last 15 minutes in steps, which is all that is ever remembered of the past. Pure."""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from bridge.model import Service
from bridge.report import Delay, Doing, HistoryReport, ServiceHistory
from bridge.status import Counts

STEP_SECONDS = 5.0
STEPS = 180
MINUTE = 12
"""Steps in a minute."""


class Moment(NamedTuple):
    """What one service did during a step; *lag* and *doing* as they were at its end."""

    doing: Doing
    seconds: float
    delivered: int
    rejected: int
    lag: int | None
    delays: tuple[int, ...]
    """Of the records that were delivered, by bucket."""

    @property
    def delivered_per_second(self) -> float:
        """Over this step."""
        return round(self.delivered / self.seconds, 3)

    @property
    def rejected_per_second(self) -> float:
        """Over this step."""
        return round(self.rejected / self.seconds, 3)


class Step(NamedTuple):
    """All services during one step."""

    at: float
    backlog: int
    moments: Mapping[Service, Moment]


class History:
    """A bounded row of steps. *bounds* are those of the delays' buckets, without the last."""

    def __init__(self, bounds: Sequence[float]) -> None:
        self._bounds = bounds
        self._steps: deque[Step] = deque(maxlen=STEPS)
        self.taken = 0
        """How many steps there ever were."""

    def __repr__(self) -> str:
        return f"<History: {len(self._steps)} steps>"

    def add(self, step: Step) -> None:
        """One more, the oldest makes room."""
        self._steps.append(step)
        self.taken += 1

    def newest(self, service: Service) -> Moment | None:
        """What *service* did last; None before the first step."""
        return self._steps[-1].moments.get(service) if self._steps else None

    def moving(self, service: Service) -> bool:
        """Whether records of *service* were delivered in the last step."""
        last = self.newest(service)
        return last is not None and last.delivered > 0

    def delay(self, service: Service, *, steps: int = STEPS) -> Delay:
        """Percentiles over the last *steps*."""
        last = islice(reversed(self._steps), steps)
        rows = (step.moments[service].delays for step in last if service in step.moments)
        return self._delay([sum(counts) for counts in zip(*rows, strict=True)])

    def report(self, services: Iterable[Service], *, steps: int = STEPS) -> HistoryReport:
        """The last *steps*, as columns."""
        chosen = list(islice(self._steps, max(0, len(self._steps) - steps), None))
        return HistoryReport(
            STEP_SECONDS,
            [round(step.at, 3) for step in chosen],
            [step.backlog for step in chosen],
            [self._columns(service, chosen) for service in services],
        )

    def _columns(self, service: Service, steps: Sequence[Step]) -> ServiceHistory:
        moments = [step.moments[service] for step in steps]
        delays = [self._delay(moment.delays) for moment in moments]
        return ServiceHistory(
            service.brand,
            service.kind,
            [moment.doing for moment in moments],
            [moment.delivered_per_second for moment in moments],
            [moment.rejected_per_second for moment in moments],
            [moment.lag for moment in moments],
            [delay.p50 for delay in delays],
            [delay.p99 for delay in delays],
        )

    def _delay(self, counts: Sequence[int]) -> Delay:
        p50, p95, p99 = (quantile(self._bounds, counts, share) for share in (0.5, 0.95, 0.99))
        return Delay(p50, p95, p99)


def quantile(bounds: Sequence[float], counts: Sequence[int], share: float) -> float | None:
    """Below which value *share* of all lie, evenly spread within a bucket; None of none.

    Of those above the last of *bounds* only that is known, and it is what is returned.
    """
    wanted = share * sum(counts)
    if not wanted:
        return None
    below, lower = 0, 0.0
    for bound, count in zip(bounds, counts, strict=False):
        if below + count >= wanted:
            return round(lower + (bound - lower) * (wanted - below) / count, 3)
        below, lower = below + count, bound
    return lower


def moment_between(
    before: Counts, now: Counts, *, doing: Doing, seconds: float, lag: int | None
) -> Moment:
    """What a service did in the *seconds* between two countings."""
    return Moment(
        doing,
        seconds,
        now.delivered - before.delivered,
        now.rejected - before.rejected,
        lag,
        tuple(new - old for new, old in zip(now.delays, before.delays, strict=True)),
    )
