"""What goes wrong with the simulator's answers, when, and how often."""

import asyncio
import random

import aiohttp
import pytest
from yarl import URL

from bridge.simulator import (
    Effect,
    ErrorsAnswer,
    FaultRule,
    HtmlAnswer,
    Latency,
    Reset,
    ResetAfterAcceptance,
    Scenario,
    Stall,
    StatusAnswer,
    TruncatedAnswer,
)
from bridge.simulator.faults import FaultPlan
from tests.edges.simulated import (
    Omeda,
    always,
    running,
    until,
)


async def test_a_status_fault_answers_with_its_status_body_and_retry_after(omeda: Omeda) -> None:
    omeda.simulator.faults = always(StatusAnswer(503, retry_after=7, body="busy"))

    reply = await omeda.behavior()

    assert (reply.status, reply.headers["retry-after"], reply.body) == (503, "7", b"busy")
    assert not omeda.simulator.books.accepted


async def test_retry_after_can_be_a_date(omeda: Omeda) -> None:
    date = "Wed, 21 Oct 2015 07:28:00 GMT"
    omeda.simulator.faults = always(StatusAnswer(429, retry_after=date))

    assert (await omeda.behavior()).headers["retry-after"] == date


async def test_an_html_fault_answers_with_a_page(omeda: Omeda) -> None:
    omeda.simulator.faults = always(HtmlAnswer())

    reply = await omeda.behavior()

    assert (reply.status, reply.headers["content-type"]) == (502, "text/html")
    assert not omeda.simulator.books.accepted


async def test_an_errors_fault_answers_200_and_saves_nothing(omeda: Omeda) -> None:
    omeda.simulator.faults = always(ErrorsAnswer("Not today."))

    reply = await omeda.behavior()

    assert (reply.status, reply.errors) == (200, ["Not today."])
    assert not omeda.simulator.books.accepted


@pytest.mark.parametrize(("effect", "saved"), [(Reset(), 0), (ResetAfterAcceptance(), 1)])
async def test_a_reset_cuts_the_connection_before_or_after_acceptance(
    omeda: Omeda, effect: Effect, saved: int
) -> None:
    omeda.simulator.faults = always(effect)

    with pytest.raises(aiohttp.ClientOSError, match="reset by peer"):
        await omeda.behavior()

    counts = omeda.simulator.books.counts()
    assert (counts.accepted_requests, counts.unanswered, counts.in_flight) == (saved, 1, 0)


async def test_after_acceptance_only_a_faultless_request_is_saved(omeda: Omeda) -> None:
    omeda.simulator.faults = always(ResetAfterAcceptance())

    with pytest.raises(aiohttp.ClientOSError, match="reset by peer"):
        await omeda.behavior(customer="nobody")

    assert not omeda.simulator.books.accepted


async def test_a_truncated_answer_is_saved_and_breaks_off(omeda: Omeda) -> None:
    omeda.simulator.faults = always(TruncatedAnswer())

    with pytest.raises(aiohttp.ClientPayloadError):
        await omeda.behavior()

    counts = omeda.simulator.books.counts()
    assert (counts.accepted_requests, counts.unanswered) == (1, 1)
    assert counts.requests_by_status == {}


async def test_a_stall_lasts_until_the_client_leaves(omeda: Omeda) -> None:
    omeda.simulator.faults = always(Stall())
    books = omeda.simulator.books

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await omeda.behavior()

    await until(lambda: books.in_flight == 0)
    assert (books.accepted_requests, books.unanswered) == (0, 1)


async def test_stopping_ends_stalls_at_once() -> None:
    async with running(Scenario(faults=always(Stall()))) as omeda:
        waiting = asyncio.create_task(omeda.behavior())
        await until(lambda: omeda.simulator.books.in_flight == 1)

        async with asyncio.timeout(0.5):
            await omeda.simulator.stop()

        with pytest.raises(aiohttp.ClientError):
            await waiting


async def test_a_stopped_simulator_can_return_at_its_port_with_its_books() -> None:
    async with running() as omeda:
        await omeda.behavior()
        port = URL(omeda.simulator.url).port
        assert port is not None

        await omeda.simulator.stop()
        with pytest.raises(aiohttp.ClientConnectionError):
            await omeda.behavior()
        await omeda.simulator.start(port=port)

        assert (await omeda.behavior()).status == 200
        assert omeda.simulator.books.accepted_requests == 2


async def test_a_client_that_gave_up_waiting_has_been_accepted() -> None:
    async with running(Scenario(latency=Latency(base_seconds=60))) as omeda:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await omeda.behavior()

        await until(lambda: omeda.simulator.books.in_flight == 0)
        counts = omeda.simulator.books.counts()
        assert (counts.accepted_requests, counts.unanswered) == (1, 1)


async def test_every_answer_takes_the_latency() -> None:
    latency = Latency(base_seconds=0.02, jitter_seconds=0.01)
    async with running(Scenario(latency=latency)) as omeda:
        began = asyncio.get_running_loop().time()
        await omeda.behavior()

        assert asyncio.get_running_loop().time() - began >= 0.02


def test_jitter_is_spread_above_the_base() -> None:
    chance = random.Random(1)
    draws = [Latency(base_seconds=1, jitter_seconds=2).draw(chance) for _ in range(1000)]

    assert 1 <= min(draws) < 1.1
    assert 2.9 < max(draws) <= 3


async def test_a_rule_lets_some_requests_pass_and_strikes_only_so_often(omeda: Omeda) -> None:
    omeda.simulator.faults = [FaultRule(StatusAnswer(500), after_requests=1, count=2)]

    assert [(await omeda.order()).status for _ in range(5)] == [200, 500, 500, 200, 200]


async def test_a_rule_for_one_service_leaves_the_other_alone(omeda: Omeda) -> None:
    omeda.simulator.faults = [FaultRule(StatusAnswer(500), service="order", after_requests=1)]

    assert [(await omeda.behavior()).status for _ in range(2)] == [200, 200]
    assert [(await omeda.order()).status for _ in range(2)] == [200, 500]


async def test_the_first_rule_that_holds_strikes(omeda: Omeda) -> None:
    omeda.simulator.faults = [
        FaultRule(StatusAnswer(500), count=1),
        FaultRule(StatusAnswer(503), after_requests=2),
    ]

    assert [(await omeda.order()).status for _ in range(3)] == [500, 200, 503]


async def test_one_seed_always_strikes_the_same_requests() -> None:
    faults = (FaultRule(StatusAnswer(500), probability=0.5),)

    async def statuses(seed: int) -> list[int]:
        async with running(Scenario(seed=seed, faults=faults)) as omeda:
            return [(await omeda.order()).status for _ in range(40)]

    first = await statuses(1)
    assert set(first) == {200, 500}
    assert await statuses(1) == first
    assert await statuses(2) != first


def test_a_rule_strikes_from_and_for_its_seconds() -> None:
    now = [100.0]
    rule = FaultRule(Reset(), from_seconds=10, for_seconds=5)
    plan = FaultPlan([rule], random.Random(0), lambda: now[0])

    struck = []
    for now[0] in (100, 109.9, 110, 114.9, 115):
        struck.append(plan.strike("order") is not None)

    assert struck == [False, False, True, True, False]
