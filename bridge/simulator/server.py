"""The simulator: a real HTTP server that behaves like Omeda's services."""

import asyncio
import random
import time
from collections.abc import Sequence
from http import HTTPStatus

from aiohttp import web

from bridge.simulator.answers import Numbers, html_page
from bridge.simulator.books import Books, Visit
from bridge.simulator.control import CONTROL, control
from bridge.simulator.endings import Ending, answer_instead, find_ending, perform, status_of
from bridge.simulator.faults import Capacity, FaultPlan, FaultRule
from bridge.simulator.gate import Gate
from bridge.simulator.intake import Intake
from bridge.simulator.scenario import CALM, Scenario
from bridge.simulator.submission import PREFIX, Submission, Target, find_target, read_object

_STOP_SECONDS = 1.0


class Simulator:
    """Omeda as far as a client can tell, with books to check the client by.

    It can be started again after it was stopped, as Omeda is after an outage: books, customers
    and transactions go on as they were, and the fault rules' schedules begin anew.
    """

    def __init__(self, scenario: Scenario = CALM, *, keep_bodies: bool = True) -> None:
        self.books = Books(keep_bodies=keep_bodies)
        self._scenario = scenario
        self._rules = scenario.faults
        self._gate = Gate(scenario.capacity)
        self._runner: web.ServerRunner | None = None
        self._url: str | None = None
        self.reset()

    def __repr__(self) -> str:
        return f"<Simulator at {self._url}: {self.books!r}>"

    @property
    def url(self) -> str:
        """The base URL, to be used as `omeda.base_url`; known once it was started."""
        if self._url is None:
            raise RuntimeError("The simulator was never started, so it has no URL.")
        return self._url

    @property
    def faults(self) -> tuple[FaultRule, ...]:
        """What goes wrong now. To set it begins every rule's schedule anew."""
        return self._rules

    @faults.setter
    def faults(self, rules: Sequence[FaultRule]) -> None:
        self._rules = tuple(rules)
        self._plan = FaultPlan(self._rules, self._chance, time.monotonic)

    def reset(self) -> None:
        """Begin anew with the fault rules as they are now.

        Books, customers, transactions, ids and chance are as they were at the start.
        """
        # Faults and latencies are drawn, not secrets; a seed must repeat them.
        self._chance = random.Random(self._scenario.seed)  # noqa: S311
        numbers = Numbers(self._scenario.seed)
        self._intake = Intake(self._scenario, self.books, numbers, time.monotonic)
        self.books.clear()
        self.faults = self._rules

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> str:
        """Listen, on any free port if *port* is 0, and return the base URL.

        Raises:
            OSError: The port cannot be had.
        """
        # A client that leaves ends its request: stalls must not pile up.
        server = web.Server(self._serve, handler_cancellation=True, access_log=None)
        runner = web.ServerRunner(server, shutdown_timeout=_STOP_SECONDS)
        await runner.setup()
        site = web.TCPSite(runner, host, port)
        await site.start()
        self._runner = runner
        self._url = f"{site.name}{PREFIX}"
        self.faults = self._rules
        return self._url

    async def stop(self) -> None:
        """Stop at once, whatever is under way: its connections are cut. Safe to repeat."""
        runner, self._runner = self._runner, None
        if runner is None or runner.server is None:
            return
        for connection in runner.server.connections:
            connection.force_close()
        await runner.cleanup()

    async def _serve(self, request: web.BaseRequest) -> web.StreamResponse:
        if request.raw_path.startswith(CONTROL):
            return await control(request, self)
        visit = self.books.open(time.monotonic(), request.transport)
        status = None
        try:
            with self._gate.entered() as exceeded:
                ending = await self._find_ending(request, visit, exceeded)
                response = await perform(ending, request)
            status = status_of(ending)
        finally:
            self.books.close(visit, status)
        return response

    async def _find_ending(
        self, request: web.BaseRequest, visit: Visit, exceeded: Capacity | None
    ) -> Ending:
        target = find_target(request.raw_path)
        if target is None:
            return html_page(HTTPStatus.NOT_FOUND)
        submission = await _read(request, target)
        self.books.identify(visit, submission)
        if exceeded is not None:
            return answer_instead(exceeded.refusal)
        effect = self._plan.strike(target.service, submission.customers)
        ending = find_ending(effect, lambda: self._intake.answer(visit, submission))
        await self._delay()
        return ending

    async def _delay(self) -> None:
        # The answer is late, not the acceptance: whoever gives up waiting has been accepted all
        # the same, which is the harder case for a client.
        seconds = self._scenario.latency.draw(self._chance)
        if seconds > 0:
            await asyncio.sleep(seconds)


async def _read(request: web.BaseRequest, target: Target) -> Submission:
    # Not `request.read()`, which has a limit: Omeda names no largest body.
    body = await request.content.read()
    return Submission(target, request.method, request.headers, body, read_object(body))
