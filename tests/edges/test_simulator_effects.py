"""Faults that save, wait or dribble, rules for some customers, and a limit to what is taken."""

import asyncio
import random

import pytest

from bridge.simulator import (
    Capacity,
    Effect,
    ErrorsAnswer,
    FaultRule,
    HtmlAnswer,
    LateAnswer,
    Latency,
    Scenario,
    SlowAnswer,
    Stall,
    StatusAnswer,
)
from bridge.simulator.faults import FaultPlan
from tests.edges.simulated import VIEWED, Omeda, always, running, until


@pytest.mark.parametrize(
    ("effect", "status"),
    [
        (StatusAnswer(504, saved=True), 504),
        (HtmlAnswer(saved=True), 502),
        (ErrorsAnswer("x", status=500, saved=True), 500),
    ],
)
async def test_an_answer_of_failure_can_hide_an_acceptance(
    omeda: Omeda, effect: Effect, status: int
) -> None:
    omeda.simulator.faults = always(effect)

    good, bad = await omeda.behavior(), await omeda.behavior("nobody")

    assert (good.status, bad.status) == (status, status)
    assert omeda.simulator.books.accepted_requests == 1


async def test_a_stall_can_hide_an_acceptance(omeda: Omeda) -> None:
    omeda.simulator.faults = always(Stall(saved=True))

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await omeda.behavior()

    assert omeda.simulator.books.accepted_requests == 1


async def test_a_late_answer_is_whole_and_was_accepted_before(omeda: Omeda) -> None:
    omeda.simulator.faults = always(LateAnswer(0.05))
    books = omeda.simulator.books
    began = asyncio.get_running_loop().time()

    reply = await omeda.behavior()

    assert reply.content["ResponseInfo"]
    assert asyncio.get_running_loop().time() - began >= 0.05
    assert books.accepted[0].accepted - books.accepted[0].arrived < 0.05
    assert books.requests_by_status == {200: 1}


async def test_a_slow_body_comes_byte_by_byte(omeda: Omeda) -> None:
    omeda.simulator.faults = always(SlowAnswer(0.2))
    url = f"{omeda.simulator.url}/brand/demo/transaction/1/*"
    loop = asyncio.get_running_loop()
    began = loop.time()

    async with omeda.session.get(url, headers={"x-omeda-appid": "app"}) as response:
        chunks = [chunk async for chunk in response.content.iter_any()]

    assert len(chunks) > 10
    assert loop.time() - began >= 0.2
    assert b"".join(chunks).endswith(b"}")


async def test_who_leaves_a_slow_body_has_had_no_answer(omeda: Omeda) -> None:
    omeda.simulator.faults = always(SlowAnswer(60))
    books = omeda.simulator.books

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await omeda.behavior()

    await until(lambda: books.in_flight == 0)
    assert (books.accepted_requests, books.unanswered) == (1, 1)


async def test_a_rule_for_a_customer_leaves_the_others_alone(omeda: Omeda) -> None:
    omeda.simulator.faults = [FaultRule(StatusAnswer(500), customers=frozenset({13, "n/e"}))]
    bulk = {"OmedaCustomerId": 13, "CustomerBehaviors": [VIEWED]}

    replies = [
        await omeda.behavior(13),
        await omeda.behavior(1),
        await omeda.order(ExternalCustomerId="e", ExternalCustomerIdNamespace="n"),
        await omeda.bulk(bulk | {"OmedaCustomerId": 2}, bulk),
        await omeda.order(),
    ]

    assert [reply.status for reply in replies] == [500, 200, 500, 500, 200]


def test_a_rule_strikes_from_one_request_to_another() -> None:
    rule = FaultRule(Stall(), after_requests=2, for_requests=3)
    plan = FaultPlan([rule], random.Random(0), lambda: 0.0)

    struck = [plan.strike("order") is not None for _ in range(7)]

    assert struck == [False, False, True, True, True, False, False]


async def test_above_its_capacity_omeda_refuses_without_delay() -> None:
    capacity = Capacity(2, status=503, retry_after=3)
    scenario = Scenario(latency=Latency(base_seconds=0.2), capacity=capacity)
    async with running(scenario) as omeda:
        inside = [asyncio.create_task(omeda.behavior(each)) for each in (1, 2)]
        await until(lambda: omeda.simulator.books.accepted_requests == 2)

        third = await omeda.behavior(3)

        assert not any(task.done() for task in inside)
        assert (third.status, third.headers["retry-after"]) == (503, "3")
        assert [(await task).status for task in inside] == [200, 200]
        assert (await omeda.behavior(3)).status == 200


async def test_whoever_leaves_makes_room() -> None:
    scenario = Scenario(faults=(FaultRule(Stall(), count=1),), capacity=Capacity(1))
    async with running(scenario) as omeda:
        waiting = asyncio.create_task(omeda.behavior(1))
        await until(lambda: omeda.simulator.books.in_flight == 1)
        refused = await omeda.behavior(2)

        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        await until(lambda: omeda.simulator.books.in_flight == 0)

        assert refused.status == 429
        assert (await omeda.behavior(2)).status == 200
