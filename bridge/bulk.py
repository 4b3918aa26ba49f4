"""Which customers travel together through Omeda's bulk service. Pure.

It takes the behaviors of several customers, and saves all of them or none. So nobody is blamed for
what a bulk request met: whom a refusal names goes alone the next time; where it names nobody, the
customers go in halves. What happens to a record happens to it alone, in a request of its own.
"""

import re
from collections.abc import Sequence

from bridge.event import Request
from bridge.job import Job
from bridge.joining import PATIENCE
from bridge.model import Rejected, TryAgain, Verdict
from bridge.routing import ASSIGN_BEHAVIOR_BULK

_NUMBER = re.compile(r"(?<![0-9])[0-9]{1,20}(?![0-9])", re.ASCII)

LEAST = 2
"""One customer alone goes through the usual service."""


class Crowd:
    """How many customers a bulk request may be of: fewer after each refusal, then slowly more."""

    def __init__(self, most: int) -> None:
        self._most = most
        self.size = most

    def __repr__(self) -> str:
        return f"<Crowd: {self.size} of {self._most}>"

    def accepted(self) -> None:
        """A bulk request was taken."""
        self.size = min(self._most, self.size + 1)

    def refused(self) -> None:
        """One was refused: somewhere in it was an event that Omeda does not take."""
        self.size = max(LEAST, self.size // 2)


def bulk(requests: Sequence[Request]) -> Request:
    """The one request of *requests*, each of another customer; all of one topic's behaviors."""
    if len(requests) == 1:
        return requests[0]
    first = requests[0]
    return Request(
        first.service,
        first.topic,
        b'{"Customers":[' + b",".join([request.body for request in requests]) + b"]}",
        sum([request.events for request in requests]),
        operation=ASSIGN_BEHAVIOR_BULK,
    )


def may_join(job: Job, first: Job, *, customers: int) -> bool:
    """Whether *job* may be one of so many *customers*, of whom *first* is one."""
    request, other = job.request, first.request
    return (
        request is not None
        and other is not None
        and bool(request.tail)
        and request.topic == other.topic
        and min(job.crowd, first.crowd) >= customers
    )


def scatter(heads: Sequence[Job], outcome: Verdict) -> None:
    """Have *heads*, of the customers of a bulk request that was not taken, go in smaller ones."""
    match outcome:
        case Rejected(message=message) | TryAgain(at_last=Rejected(message=message)):
            named = set(_NUMBER.findall(message))
            guilty = [job for job in heads if job.lane.customer in named]
            fewer = 1 if guilty else len(heads) // 2
        case TryAgain(unknown=False):
            # Nothing was changed by it; but who fails again and again must not take others along.
            guilty, fewer = [job for job in heads if job.failures >= PATIENCE], 1
            if not guilty:
                return
        case _:
            guilty, fewer = [], 1
    for job in guilty or heads:
        job.crowd = fewer
