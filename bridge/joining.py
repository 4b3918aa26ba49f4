"""Which waiting behaviors of a customer leave in one request. Pure.

What must stay true: a joined request holds the records at the front of a strand, all of them and in
their order, so that it is to them what a request is to one. Nothing is waited for: what is joined
was waiting anyway. And no record is given up for what a joined request met, unless that is known to
concern each of them: after trouble they go in smaller ones, in the end alone.
"""

from collections.abc import Sequence
from itertools import islice

from bridge.event import Request
from bridge.job import Job
from bridge.model import Rejected, TryAgain, Verdict
from bridge.refusals import OF_THE_CUSTOMER

MOST_BYTES = 256 * 1024
"""Of a joined body, about. A record that is larger goes alone."""

PATIENCE = 3
"""Failures in a row, each known to have changed nothing at Omeda, after which the records go alone:
the fault may be one record's."""


class Joining:
    """Joins records of up to *most* behaviors together; with 1 none are joined."""

    def __init__(self, most: int) -> None:
        self._most = most

    def at_once(self, jobs: Sequence[Job]) -> list[Job]:
        """Those at the front of *jobs* that may leave together; the first of them at least."""
        head = jobs[0]
        found = [head]
        first = head.request
        if len(jobs) == 1 or first is None or not first.tail or head.company == 1:
            return found
        events, size, company = first.events, len(first.body), head.company
        # Up to the list of behaviors, and behind it: they differ in their behaviors alone.
        start, tail = first.body[: _start(first)], first.tail
        for job in islice(jobs, 1, self._most):
            request = job.request
            if request is None or job.rejected is not None or request.tail != tail:
                break
            body = request.body
            if not body.startswith(start):
                break
            events += request.events
            size += len(body)
            company = min(company, job.company)
            if events > self._most or size > MOST_BYTES or len(found) >= company:
                break
            found.append(job)
        return found


def part(jobs: Sequence[Job], outcome: Verdict) -> None:
    """Have *jobs*, which left together and were not accepted, leave in smaller requests."""
    match outcome:
        case TryAgain(at_last=Rejected()):
            # Their customer is waited for, whoever asks.
            return
        case TryAgain(unknown=False) if jobs[0].failures < PATIENCE:
            return
        case Rejected(errors=errors) if OF_THE_CUSTOMER.isdisjoint(errors):
            # One of them is to blame, and is looked for by halves.
            company = len(jobs) // 2
        case _:
            company = 1
    for job in jobs:
        job.company = company


def joined(jobs: Sequence[Job]) -> Request:
    """The one request of *jobs*, which `at_once` has found."""
    first = jobs[0].request
    if len(jobs) == 1 and first is not None:
        return first
    requests = [job.request for job in jobs if job.request is not None]
    first = requests[0]
    tail = len(first.tail)
    start = _start(first)
    lists = [request.body[start:-tail] for request in requests]
    body = first.body[:start] + b",".join(lists) + first.tail
    return first.carrying(body, sum([request.events for request in requests]))


def _start(request: Request) -> int:
    # Before the list of behaviors stands nothing but the customer's id, a number.
    return request.body.index(b"[") + 1
