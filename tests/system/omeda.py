"""A stand-in for Omeda: it keeps the contract, answers as Omeda does, and remembers everything."""

import asyncio
import itertools
import random
import threading
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any, Literal, NamedTuple

from aiohttp import web

from tests.guarantees import OneAtATimePerKey
from tests.system.omeda_contract import (
    BASE_PATH,
    Submission,
    Violation,
    looked_up,
    read_submissions,
)

SUBMISSION_ID = "00000000-0000-4000-8000-000000000042"
START_SECONDS = 10


class Answer(NamedTuple):
    status: int
    body: Mapping[str, Any]
    headers: Mapping[str, str] = {}

    @property
    def accepts(self) -> bool:
        return self.status == 200


class Trouble(NamedTuple):
    """What befalls a *share* of the requests."""

    kind: Literal[
        "unavailable", "throttled", "html", "stall", "reset", "answer lost", "several refused"
    ]
    share: float = 1.0


NO_ANSWER = Answer(0, {})
HTML = "<html><body><h1>502 Bad Gateway</h1></body></html>"
BAD_GATEWAY = 502
STALL_SECONDS = 30.0
"""Longer than any client of the tests waits."""


LANDS_SECONDS = 1.0
"""An order waits this long in the queue, and has landed then."""

QUEUED, LANDED = 0, 100


class Accepted(NamedTuple):
    """A submission that was answered with 200; the times are seconds since the epoch."""

    submission: Submission
    began: float
    ended: float
    transaction_id: int | None
    """Of an order."""
    request: int
    """Its number: what was accepted together has the same."""


class LookUp(NamedTuple):
    """Somebody asked after a transaction."""

    began: float
    """Seconds since the epoch."""
    status: int | None = None
    """What was said of it; None where there was no answer, or another."""


class OmedaStandIn:
    """Serves from a thread of its own; the settings below may be changed at any time."""

    def __init__(self, *, seed: int = 0) -> None:
        self.latency = 0.0
        self.down = False
        self.fail_share = 0.0
        self.retry_after: str | None = None
        self.trouble: Trouble | None = None
        self.credentials_refused = False
        self.former_app_ids: set[str] = set()
        """That were valid once, and are refused."""
        self.refused: set[str] = set()

        self.asked = 0
        """Requests that came, whatever became of them."""
        self.accepted: list[Accepted] = []
        self.accepted_seqs: set[str] = set()
        self.look_ups: defaultdict[int, list[LookUp]] = defaultdict(list)
        """By transaction, in the order in which they came."""
        self.violations: list[str] = []
        self.one_at_a_time = OneAtATimePerKey()

        self._chance = random.Random(seed)
        self._requests = itertools.count(1)
        self._transaction_ids = itertools.count(1)
        self._queued: dict[int, float] = {}
        """Transactions, and when each was begun."""
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="omeda")
        self._ready = threading.Event()
        self._stop: asyncio.Event
        self._loop: asyncio.AbstractEventLoop
        self.port = 0

    def __repr__(self) -> str:
        return f"<OmedaStandIn: {len(self.accepted)} accepted, {len(self.violations)} violations>"

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}{BASE_PATH}"

    def start(self) -> None:
        self._thread.start()
        assert self._ready.wait(START_SECONDS), "the stand-in for Omeda does not come up"

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        runner = web.ServerRunner(web.Server(self._handle, access_log=None), shutdown_timeout=1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.port = runner.addresses[0][1]
        self._ready.set()
        await self._stop.wait()
        await runner.cleanup()

    async def _handle(self, request: web.BaseRequest) -> web.Response:
        self.asked += 1
        body = await request.read()
        if request.headers.get("x-omeda-appid") in self.former_app_ids:
            return web.json_response(CREDENTIALS.body, status=CREDENTIALS.status)
        try:
            answer = await self._answered(request, body)
        except Violation as violation:
            self.violations.append(str(violation))
            answer = _error(400, f"the request breaks the contract: {violation}")
        if answer is NO_ANSWER:
            return self._hang_up(request)
        if answer.status == BAD_GATEWAY:
            return web.Response(status=answer.status, text=HTML, content_type="text/html")
        return web.json_response(answer.body, status=answer.status, headers=answer.headers)

    def _hang_up(self, request: web.BaseRequest) -> web.Response:
        if request.transport is not None:
            request.transport.abort()
        return web.Response()

    async def _answered(self, request: web.BaseRequest, body: bytes) -> Answer:
        method, path, headers = request.method, request.raw_path, request.headers
        if (transaction := looked_up(method, path)) is not None:
            return await self._noted(transaction)
        submissions = read_submissions(method, path, headers, body)
        if self.trouble is not None and self.trouble.kind == "several refused":
            return await self._take(submissions, refused=len(submissions) > 1)
        return await self._troubled(partial(self._take, submissions))

    async def _troubled(self, take: Callable[[], Awaitable[Answer]]) -> Answer:
        """What the trouble of the day makes of a request, where it meets any."""
        trouble = self.trouble
        if trouble is None or self._chance.random() >= trouble.share:
            return await take()
        if trouble.kind == "answer lost":
            await take()
        if trouble.kind == "stall":
            await asyncio.sleep(STALL_SECONDS)
        return TROUBLED.get(trouble.kind, NO_ANSWER)

    async def _take(self, submissions: list[Submission], *, refused: bool = False) -> Answer:
        began, number = time.time(), next(self._requests)
        customers = {one.customer: one.seq for one in submissions}
        for customer, seq in customers.items():
            self.one_at_a_time.begun(customer, seq)
        try:
            await asyncio.sleep(self.latency)
            answer = self._refusal(submissions) if refused else self._answer(submissions)
            if answer.accepts:
                self._remember(submissions, began, answer, number)
        finally:
            # Before the answer leaves: whoever waits for it cannot have begun the next one.
            for customer, seq in customers.items():
                self.one_at_a_time.ended(customer, seq)
        return answer

    def _remember(
        self, submissions: list[Submission], began: float, answer: Answer, number: int
    ) -> None:
        """All of a request or, elsewhere, nothing of it."""
        ended = time.time()
        transaction_id = answer.body["ResponseInfo"][0].get("TransactionId")
        for submission in submissions:
            self.accepted.append(Accepted(submission, began, ended, transaction_id, number))
            self.accepted_seqs.add(submission.seq)

    async def _noted(self, transaction: int) -> Answer:
        """Noted as it comes: of one that stalls nobody waits for the end."""
        looks, began = self.look_ups[transaction], time.time()
        turn = len(looks)
        looks.append(LookUp(began))
        answer = await self._troubled(partial(self._look_up, transaction))
        looks[turn] = LookUp(began, answer.body.get("Status"))
        return answer

    async def _look_up(self, transaction: int) -> Answer:
        await asyncio.sleep(self.latency)
        if transaction not in self._queued:
            raise Violation(f"transaction {transaction} was never given to anybody")
        landed = self._loop.time() >= self._queued[transaction] + LANDS_SECONDS
        status = LANDED if landed else QUEUED
        return Answer(200, {"TransactionId": transaction, "Status": status})

    def _answer(self, submissions: list[Submission]) -> Answer:
        if self.credentials_refused:
            return CREDENTIALS
        if self.down or self._chance.random() < self.fail_share:
            return self._unavailable()
        if any(submission.seq in self.refused for submission in submissions):
            return _error(400, f"{submissions[0].customer} is not a valid customer id.")
        customers = {one.customer: one for one in submissions}
        return Answer(200, {"ResponseInfo": [self._receipt(one) for one in customers.values()]})

    def _refusal(self, submissions: list[Submission]) -> Answer:
        """For one of the customers, whoever it is, or for one of a single customer's events."""
        customers = sorted({one.customer for one in submissions})
        if len(customers) == 1:
            return _error(400, "BehaviorId 7 is not found.")
        named = self._chance.choice(customers)
        about = f"BehaviorId 7 passed in for OmedaCustomerId {named}, does not exist."
        return _error(404, f"{about}  No Customer Behaviors have been saved.")

    def _unavailable(self) -> Answer:
        headers = {} if self.retry_after is None else {"Retry-After": self.retry_after}
        return _error(503, "Service unavailable.")._replace(headers=headers)

    def _receipt(self, submission: Submission) -> dict[str, Any]:
        if submission.kind == "behavior":
            return {"CustomerId": submission.customer, "Url": "http://127.0.0.1/customer/*"}
        transaction = next(self._transaction_ids)
        self._queued[transaction] = self._loop.time()
        return {"TransactionId": transaction, "Url": "http://127.0.0.1/tx/*"}


def _error(status: int, text: str) -> Answer:
    return Answer(status, {"SubmissionId": SUBMISSION_ID, "Errors": [{"Error": text}]})


CREDENTIALS = _error(403, "The credentials are not valid.")
TROUBLED = {
    "unavailable": _error(503, "Service unavailable."),
    "throttled": _error(429, "Too many requests.")._replace(headers={"Retry-After": "1"}),
    "html": Answer(BAD_GATEWAY, {}),
}
