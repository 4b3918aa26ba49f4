"""The scenarios that stand ready, each driven until it shows its point."""

import asyncio
import random
from collections import Counter
from pathlib import Path

import aiohttp
import pytest

from bridge.simulator import CALM, HtmlAnswer, Reset, Scenario, load_scenario
from bridge.simulator.faults import FaultPlan
from tests.edges.simulated import VIEWED, Omeda, clock_of, running

FOLDER = Path(__file__).parents[2] / "config/scenarios"
FILES = sorted(FOLDER.glob("*.yaml"))


def scenario(name: str) -> Scenario:
    return load_scenario(FOLDER / f"{name}.yaml")


async def statuses(omeda: Omeda, requests: int) -> Counter[int | None]:
    """What came of so many requests of as many customers; None where nothing came."""
    found: Counter[int | None] = Counter()
    for customer in range(1, requests + 1):
        try:
            async with asyncio.timeout(0.5):
                found[(await omeda.behavior(customer)).status] += 1
        except (aiohttp.ClientError, TimeoutError):
            found[None] += 1
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_scenario_says_what_it_shows(path: Path) -> None:
    load_scenario(path)

    text = path.read_text()
    assert text.startswith("# ")
    assert path.stem == "calm" or "# Shows: " in text


async def test_calm_is_what_nothing_else_changes() -> None:
    assert scenario("calm") == CALM


def test_outage_begins_later_and_ends() -> None:
    now = [0.0]
    plan = FaultPlan(scenario("outage").faults, random.Random(0), clock_of(now))

    struck = []
    for now[0] in (0, 9.9, 10, 29.9, 30):
        struck.append(plan.strike("order"))

    assert [isinstance(effect, HtmlAnswer | Reset) for effect in struck] == [
        False,
        False,
        True,
        True,
        False,
    ]


async def test_flaky_fails_in_every_way_and_saves_nothing_of_it() -> None:
    async with running(scenario("flaky")) as omeda:
        found = await statuses(omeda, 200)

        assert {200, 500, 502, 503, None} == set(found)
        assert found[200] > 160
        assert omeda.simulator.books.accepted_requests == found[200]


async def test_throttled_takes_four_at_once() -> None:
    async with running(scenario("throttled")) as omeda:
        replies = await asyncio.gather(*(omeda.behavior(each) for each in range(1, 7)))

        assert Counter(reply.status for reply in replies) == {200: 4, 429: 2}
        assert {each.headers.get("retry-after") for each in replies} == {None, "1"}


async def test_slow_takes_its_time() -> None:
    async with running(scenario("slow")) as omeda:
        began = asyncio.get_running_loop().time()

        assert (await omeda.behavior()).status == 200

        assert asyncio.get_running_loop().time() - began >= 0.3


async def test_merged_customers_lead_on_one_step_at_a_time() -> None:
    async with running(scenario("merged-customers")) as omeda:
        next_ids = {
            each: (await omeda.behavior(each)).content["Errors"][0].get("MergedIntoCustomerId")
            for each in (22, 31, 32, 41, 42, 50)
        }

        assert next_ids == {22: 99999, 31: 32, 32: 33, 41: 42, 42: None, 50: None}
        assert (await omeda.behavior(33)).status == 200


async def test_pending_customers_are_accepted_in_the_end() -> None:
    async with running(scenario("pending")) as omeda:
        replies = [(await omeda.behavior(3)).status for _ in range(6)]
        other = await omeda.behavior(4)

        assert replies == [400] * 5 + [200]
        assert "pending deactivation" in other.errors[0]


async def test_refused_app_id_knows_another_one() -> None:
    content = {"OmedaCustomerId": 1, "CustomerBehaviors": [VIEWED]}
    [known] = scenario("refused-app-id").app_ids
    async with running(scenario("refused-app-id")) as omeda:
        assert (await omeda.post("behavior", content)).status == 403
        assert (await omeda.post("behavior", content, x_omeda_appid=known)).status == 200


async def test_poison_is_one_customers_alone() -> None:
    async with running(scenario("poison")) as omeda:
        replies = [await omeda.behavior(13), await omeda.order(OmedaCustomerId=13)]

        assert [(reply.status, len(reply.errors)) for reply in replies] == [(500, 1)] * 2
        assert (await omeda.behavior(14)).status == 200


async def test_unknown_outcome_accepts_more_than_it_says() -> None:
    async with running(scenario("unknown-outcome")) as omeda:
        found = await statuses(omeda, 120)

        assert {200, 504, None} == set(found)
        assert omeda.simulator.books.accepted_requests == 120


async def test_partial_save_saves_the_rest() -> None:
    async with running(scenario("partial-save")) as omeda:
        reply = await omeda.behavior(1, VIEWED, VIEWED | {"BehaviorId": 8})

        assert (reply.status, reply.errors) == (400, ["BehaviorId 8 is not found."])
        assert omeda.simulator.books.saved_of_refused == 1


async def test_failing_transactions_fail_after_acceptance() -> None:
    async with running(scenario("failing-transactions")) as omeda:
        placed = await omeda.order(OmedaCustomerId=9)
        await omeda.run(placed.transaction)

        reply = await omeda.look_up(placed.transaction)

        assert (reply.content["Status"], reply.errors) == (9, ["EmailAddress is not valid"])
