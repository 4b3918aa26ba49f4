"""One request to one outcome: a single attempt, watched and counted."""

from collections import Counter
from collections.abc import Callable
from typing import Protocol

from bridge.errors import NoAnswer, OutcomeUnknown
from bridge.model import Answer, Delivered, Halt, Rejected, Request, Service, TryAgain, Verdict
from bridge.observer import Observer
from bridge.verdict import verdict


class Endpoint(Protocol):
    """Where requests go."""

    async def post(self, request: Request) -> Answer:
        """Send once, bounded in time. Raises NoAnswer where there is none. Never retries."""


class Delivery:
    """Makes attempts. Whoever calls holds a slot; how many there are is the caller's affair."""

    def __init__(self, endpoint: Endpoint, observer: Observer, clock: Callable[[], float]) -> None:
        self._endpoint = endpoint
        self._observer = observer
        self._clock = clock
        self.in_flight: Counter[Service] = Counter()
        """Requests under way, by service."""

    def __repr__(self) -> str:
        return f"<Delivery: {self.in_flight.total()} in flight>"

    async def attempt(self, request: Request) -> Verdict:
        """Send *request* once and say what becomes of it."""
        started = self._clock()
        status: int | None = None
        self.in_flight[request.service] += 1
        try:
            answer = await self._endpoint.post(request)
            status, outcome = answer.status, verdict(answer)
        except NoAnswer as error:
            outcome = TryAgain(error.reason, unknown=isinstance(error, OutcomeUnknown))
        finally:
            self.in_flight[request.service] -= 1
        self._name_errors(request.service, outcome)
        if isinstance(outcome, TryAgain) and outcome.unknown:
            self._observer.outcome_unknown(request.service)
        self._observer.requested(
            request.service,
            outcome=_word(outcome),
            status=status,
            seconds=self._clock() - started,
            events=request.events,
        )
        return outcome

    def _name_errors(self, service: Service, outcome: Verdict) -> None:
        match outcome:
            case Rejected(errors=errors) | TryAgain(at_last=Rejected(errors=errors)) if errors:
                self._observer.refused(service, errors)
            case _:
                pass


def _word(outcome: Verdict) -> str:
    match outcome:
        case Delivered():
            return "delivered"
        case Rejected():
            return "rejected"
        case TryAgain():
            return "retried"
        case Halt():
            return "halted"
