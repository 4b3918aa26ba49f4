"""One request to one outcome: a single attempt, watched and counted."""

from collections.abc import Callable
from typing import Protocol

from bridge.errors import NoAnswer, OutcomeUnknown
from bridge.event import Request
from bridge.model import Answer, Delivered, Halt, Rejected, Service, TryAgain, Verdict
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

    async def attempt(self, request: Request) -> Verdict:
        """Send *request* once and say what becomes of it."""
        started = self._clock()
        status: int | None = None
        outcome: Verdict
        try:
            answer = await self._endpoint.post(request)
            status, outcome = answer.status, verdict(answer)
        except NoAnswer as error:
            outcome = TryAgain(error.reason, unknown=isinstance(error, OutcomeUnknown))
        if not isinstance(outcome, Delivered):
            self._name_trouble(request.service, outcome)
        seconds = self._clock() - started
        word = _WORDS[type(outcome)]
        self._observer.requested(request.service, word, status, seconds, request.events)
        return outcome

    def _name_trouble(self, service: Service, outcome: Verdict) -> None:
        match outcome:
            case Rejected(errors=errors) | TryAgain(at_last=Rejected(errors=errors)) if errors:
                self._observer.refused(service, errors)
            case TryAgain(unknown=True):
                self._observer.outcome_unknown(service)
            case _:
                pass


_WORDS = {Delivered: "delivered", Rejected: "rejected", TryAgain: "retried", Halt: "halted"}
