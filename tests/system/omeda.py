"""A stand-in for Omeda: it keeps the contract, answers as Omeda does, and remembers everything."""

import asyncio
import itertools
import random
import threading
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from aiohttp import web

from tests.guarantees import OneAtATimePerKey
from tests.system.omeda_contract import BASE_PATH, Submission, Violation, read_submissions

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

    kind: Literal["unavailable", "throttled", "html", "stall", "reset", "answer lost"]
    share: float = 1.0


NO_ANSWER = Answer(0, {})
HTML = "<html><body><h1>502 Bad Gateway</h1></body></html>"
BAD_GATEWAY = 502
STALL_SECONDS = 30.0
"""Longer than any client of the tests waits."""


class Accepted(NamedTuple):
    """A submission that was answered with 200; the times are the event loop's, in seconds."""

    submission: Submission
    began: float
    ended: float


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
        self.violations: list[str] = []
        self.one_at_a_time = OneAtATimePerKey()

        self._chance = random.Random(seed)
        self._transaction_ids = itertools.count(1)
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="omeda")
        self._ready = threading.Event()
        self._stop: asyncio.Event
        self._loop: asyncio.AbstractEventLoop
        self._port = 0

    def __repr__(self) -> str:
        return f"<OmedaStandIn: {len(self.accepted)} accepted, {len(self.violations)} violations>"

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._port}{BASE_PATH}"

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
        self._port = runner.addresses[0][1]
        self._ready.set()
        await self._stop.wait()
        await runner.cleanup()

    async def _handle(self, request: web.BaseRequest) -> web.Response:
        self.asked += 1
        body = await request.read()
        if request.headers.get("x-omeda-appid") in self.former_app_ids:
            return web.json_response(CREDENTIALS.body, status=CREDENTIALS.status)
        try:
            submissions = read_submissions(request.method, request.raw_path, request.headers, body)
        except Violation as violation:
            self.violations.append(str(violation))
            answer = _error(400, f"the request breaks the contract: {violation}")
        else:
            answer = await self._troubled(submissions)
        if answer is NO_ANSWER:
            return self._hang_up(request)
        if answer.status == BAD_GATEWAY:
            return web.Response(status=answer.status, text=HTML, content_type="text/html")
        return web.json_response(answer.body, status=answer.status, headers=answer.headers)

    def _hang_up(self, request: web.BaseRequest) -> web.Response:
        if request.transport is not None:
            request.transport.abort()
        return web.Response()

    async def _troubled(self, submissions: list[Submission]) -> Answer:
        """What the trouble of the day makes of a request, where it meets any."""
        trouble = self.trouble
        if trouble is None or self._chance.random() >= trouble.share:
            return await self._take(submissions)
        if trouble.kind == "answer lost":
            await self._take(submissions)
        if trouble.kind == "stall":
            await asyncio.sleep(STALL_SECONDS)
        return TROUBLED.get(trouble.kind, NO_ANSWER)

    async def _take(self, submissions: list[Submission]) -> Answer:
        began, first = self._loop.time(), submissions[0]
        self.one_at_a_time.begun(first.customer, first.seq)
        try:
            await asyncio.sleep(self.latency)
            answer = self._answer(submissions)
            for submission in submissions if answer.accepts else ():
                self._remember(Accepted(submission, began, self._loop.time()))
        finally:
            # Before the answer leaves: whoever waits for it cannot have begun the next one.
            self.one_at_a_time.ended(first.customer, first.seq)
        return answer

    def _remember(self, accepted: Accepted) -> None:
        self.accepted.append(accepted)
        self.accepted_seqs.add(accepted.submission.seq)

    def _answer(self, submissions: list[Submission]) -> Answer:
        if self.credentials_refused:
            return CREDENTIALS
        if self.down or self._chance.random() < self.fail_share:
            return self._unavailable()
        if any(submission.seq in self.refused for submission in submissions):
            return _error(400, f"{submissions[0].customer} is not a valid customer id.")
        return Answer(200, {"ResponseInfo": [self._receipt(submissions[0])]})

    def _unavailable(self) -> Answer:
        headers = {} if self.retry_after is None else {"Retry-After": self.retry_after}
        return _error(503, "Service unavailable.")._replace(headers=headers)

    def _receipt(self, submission: Submission) -> dict[str, Any]:
        if submission.kind == "behavior":
            return {"CustomerId": submission.customer, "Url": "http://127.0.0.1/customer/*"}
        return {"TransactionId": next(self._transaction_ids), "Url": "http://127.0.0.1/tx/*"}


def _error(status: int, text: str) -> Answer:
    return Answer(status, {"SubmissionId": SUBMISSION_ID, "Errors": [{"Error": text}]})


CREDENTIALS = _error(403, "The credentials are not valid.")
TROUBLED = {
    "unavailable": _error(503, "Service unavailable."),
    "throttled": _error(429, "Too many requests.")._replace(headers={"Retry-After": "1"}),
    "html": Answer(BAD_GATEWAY, {}),
}
