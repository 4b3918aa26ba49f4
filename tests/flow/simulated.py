"""The simulator behind the endpoint's seam: no server, and the loop's own time."""

import asyncio
from collections import Counter

from bridge.event import Request
from bridge.model import Answer
from bridge.routing import path_of
from bridge.simulator.answers import Numbers
from bridge.simulator.books import Books
from bridge.simulator.intake import Intake
from bridge.simulator.scenario import Scenario
from bridge.simulator.submission import PREFIX, Submission, find_target, read_object
from bridge.simulator.transactions import TransactionRules

HEADERS = {
    "x-omeda-appid": "app",
    "x-omeda-inputid": "input",
    "content-type": "application/json",
    "host": "omeda",
}
SECONDS = 0.1


class SimulatedOmeda:
    """Accepts what is in order, and lets orders go their way through a transaction's states."""

    def __init__(self, rules: TransactionRules) -> None:
        clock = asyncio.get_running_loop().time
        self._clock = clock
        self._books = Books(keep_bodies=False)
        scenario = Scenario(transactions=rules)
        self._intake = Intake(scenario, self._books, Numbers(0), clock)
        self.down = False
        self.lookups_fail = False
        self.writes: list[float] = []
        """When each began."""
        self.lookups: list[float] = []
        self.asked: Counter[str] = Counter()
        """How often after each transaction."""

    async def post(self, request: Request) -> Answer:
        lookup = request.operation is not None
        (self.lookups if lookup else self.writes).append(self._clock())
        await asyncio.sleep(SECONDS)
        if self.down or (lookup and self.lookups_fail):
            return Answer(503, b"")
        target = find_target(PREFIX + path_of(request.service, request.operation))
        assert target is not None
        if lookup:
            self.asked[target.item] += 1
        method = "GET" if lookup else "POST"
        submission = Submission(target, method, HEADERS, request.body, read_object(request.body))
        visit = self._books.open(self._clock(), None)
        self._books.identify(visit, submission)
        answer = self._intake.answer(visit, submission)
        self._books.close(visit, answer.status)
        return Answer(answer.status, answer.body)
