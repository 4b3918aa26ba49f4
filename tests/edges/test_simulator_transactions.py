"""What becomes of accepted orders: the queue, look-ups, and the wish to hurry."""

import pytest

from bridge.simulator import Course, CustomerRules, Scenario, TransactionRules
from bridge.simulator.answers import Numbers
from bridge.simulator.transactions import Customer, Transactions
from tests.edges.simulated import Omeda, clock_of, running

NOW = Scenario(transactions=TransactionRules(state_seconds=0))
LATER = Scenario(transactions=TransactionRules(state_seconds=1000))
NONE_PROCESSED = "All Transactions that were part of this request were not processed."


def with_course(*states: int, errors: tuple[str, ...] = ()) -> Scenario:
    course = Course(states, errors=errors)
    return Scenario(transactions=TransactionRules(state_seconds=0, courses=(course,)))


def test_a_transaction_goes_through_its_states_with_time() -> None:
    now = [0.0]
    queue = Transactions(TransactionRules(state_seconds=2), Numbers(0), 0, clock_of(now))
    new = queue.begin("demo", Customer(1, "1", is_new=True))
    known = queue.begin("demo", Customer(2, "2", is_new=False))

    states = []
    for now[0] in range(0, 30, 2):
        states.append((queue.status(new), queue.status(known)))

    assert [new for new, _ in states] == [
        0,
        7,
        8,
        10,
        19,
        21,
        28,
        29,
        30,
        49,
        50,
        90,
        100,
        100,
        100,
    ]
    assert [known for _, known in states][8:] == [31, 49, 50, 91, 101, 101, 101]


def test_only_the_latest_transactions_are_kept() -> None:
    queue = Transactions(TransactionRules(kept=2), Numbers(0), 0, clock_of([0.0]))

    first, *others = [queue.begin("demo", Customer(1, "1", is_new=False)) for _ in range(3)]

    assert queue.find("demo", first.number) is None
    assert [queue.find("demo", each.number) for each in others] == others


async def test_run_processor_tells_the_customer_too(omeda: Omeda) -> None:
    known = await omeda.order(OmedaCustomerId=5, RunProcessor=1)
    fresh = await omeda.order(Emails=[{"EmailAddress": "a@example.com"}], RunProcessor=1)

    [info] = known.content["ResponseInfo"]
    assert info["CustomerId"] == 5
    assert len(info["EncryptedCustomerId"]) == 15
    assert fresh.content["ResponseInfo"][0]["CustomerId"] != 5


async def test_a_look_up_tells_how_far_an_order_is() -> None:
    async with running(LATER) as omeda:
        placed = await omeda.order(OmedaCustomerId=5, ClientCustomerId="c-5")

        reply = await omeda.look_up(placed.transaction)

        assert reply.status == 200
        assert reply.content == {
            "SubmissionId": reply.content["SubmissionId"],
            "TransactionId": placed.transaction,
            "Status": 0,
            "ClientCustomerId": "c-5",
        }


async def test_a_look_up_names_the_customer_once_that_is_decided() -> None:
    async with running(NOW) as omeda:
        known = await omeda.look_up((await omeda.order(OmedaCustomerId=5)).transaction)
        fresh = await omeda.look_up((await omeda.order()).transaction)

        assert (known.content["Status"], known.content["OmedaCustomerId"]) == (101, 5)
        assert fresh.content["Status"] == 100
        assert fresh.content["OmedaCustomerId"] not in {None, 5}


async def test_a_transaction_can_fail_later_and_says_why() -> None:
    async with running(with_course(0, 9, errors=("EmailAddress is not valid",))) as omeda:
        reply = await omeda.look_up((await omeda.order(OmedaCustomerId=5)).transaction)

        assert (reply.status, reply.content["Status"]) == (200, 9)
        assert reply.errors == ["EmailAddress is not valid"]
        assert "OmedaCustomerId" not in reply.content


async def test_a_course_may_be_one_customers_only() -> None:
    rules = TransactionRules(state_seconds=0, courses=(Course((110,), customers=frozenset({9})),))
    async with running(Scenario(transactions=rules)) as omeda:
        placed = [await omeda.order(OmedaCustomerId=each) for each in (9, 10)]

        states = [(await omeda.look_up(each.transaction)).content["Status"] for each in placed]

        assert states == [110, 101]


async def test_one_seed_draws_the_same_courses_whatever_faults_strike() -> None:
    rules = TransactionRules(state_seconds=0, courses=(Course((110,), probability=0.5),))

    async def states(seed: int) -> list[int]:
        async with running(Scenario(seed=seed, transactions=rules)) as omeda:
            placed = [await omeda.order(OmedaCustomerId=1) for _ in range(20)]
            return [(await omeda.look_up(each.transaction)).content["Status"] for each in placed]

    first = await states(1)
    assert set(first) == {101, 110}
    assert await states(1) == first
    assert await states(2) != first


@pytest.mark.parametrize("transaction", [1, "x", 10**30])
async def test_an_unknown_transaction_is_not_found(omeda: Omeda, transaction: object) -> None:
    reply = await omeda.look_up(transaction)

    assert (reply.status, reply.errors) == (404, [f"TransactionId {transaction} does not exist."])
    assert reply.content["SubmissionId"]


async def test_a_transaction_is_its_brands_alone(omeda: Omeda) -> None:
    placed = await omeda.order()

    reply = await omeda.ask("GET", f"/brand/other/transaction/{placed.transaction}/*")

    assert reply.status == 404


async def test_run_processor_takes_an_order_to_its_end_at_once() -> None:
    async with running(LATER) as omeda:
        placed = await omeda.order(OmedaCustomerId=5)

        reply = await omeda.run(placed.transaction)

        [entry] = reply.content["BatchStatus"]
        assert len(entry.pop("EncryptedCustomerId")) == 15
        assert entry == {
            "TransactionId": placed.transaction,
            "TransactionStatusId": 101,
            "TransactionStatusDescription": "Moved to ERD - Complete - Existing Customer",
            "Success": "true",
            "OmedaCustomerId": 5,
        }
        assert (await omeda.look_up(placed.transaction)).content["Status"] == 101


async def test_an_order_with_run_processor_is_processed_already() -> None:
    async with running(LATER) as omeda:
        placed = await omeda.order(OmedaCustomerId=5, RunProcessor="1")

        reply = await omeda.run(placed.transaction)

        text = f"TransactionId {placed.transaction} has already been processed"
        assert (reply.status, reply.errors) == (403, [text])


async def test_several_transactions_run_in_either_form() -> None:
    async with running(LATER) as omeda:
        ids = [(await omeda.order(OmedaCustomerId=each)).transaction for each in range(1, 5)]

        listed, apart = await omeda.run(ids[:2]), await omeda.run(*ids[2:])

        for reply in (listed, apart):
            assert [entry["Success"] for entry in reply.content["BatchStatus"]] == ["true", "true"]


async def test_one_bad_transaction_and_none_is_processed() -> None:
    async with running(LATER) as omeda:
        ids = [(await omeda.order(OmedaCustomerId=each)).transaction for each in (1, 2)]
        ended = (await omeda.order(OmedaCustomerId=3, RunProcessor=1)).transaction

        unknown, again = await omeda.run(*ids, 7, 8), await omeda.run(*ids, ended)

        text = f"TransactionIds 7,8 does not exist. {NONE_PROCESSED}"
        assert (unknown.status, unknown.errors) == (404, [text])
        text = f"TransactionId {ended} has already been processed. {NONE_PROCESSED}"
        assert (again.status, again.errors) == (403, [text])
        assert (await omeda.look_up(ids[0])).content["Status"] == 0


async def test_what_is_held_can_be_run_again_and_does_not_succeed() -> None:
    async with running(with_course(0, 20)) as omeda:
        placed = await omeda.order(OmedaCustomerId=5)

        replies = [await omeda.run(placed.transaction) for _ in range(2)]

        for reply in replies:
            [entry] = reply.content["BatchStatus"]
            assert (entry["TransactionStatusId"], entry["Success"]) == (20, "false")
            assert "OmedaCustomerId" not in entry


async def test_with_omatch_nothing_can_be_run() -> None:
    async with running(Scenario(transactions=TransactionRules(has_omatch=True))) as omeda:
        reply = await omeda.run((await omeda.order()).transaction)

        assert reply.status == 400
        assert "Omatch" in reply.errors[0]


@pytest.mark.parametrize("process", [None, [], [{}], [{"TransactionId": "x"}], "x"])
async def test_a_run_needs_transactions(omeda: Omeda, process: object) -> None:
    assert (await omeda.post("processor", {"Process": process})).status == 400


async def test_an_order_that_fails_at_once_names_no_customer() -> None:
    async with running(with_course(9)) as omeda:
        reply = await omeda.order(OmedaCustomerId=5, RunProcessor=1)

        assert "CustomerId" not in reply.content["ResponseInfo"][0]


async def test_a_code_beyond_omedas_list_is_told_by_its_number() -> None:
    rules = TransactionRules(state_seconds=1000, courses=(Course((0, 55)),))
    async with running(Scenario(transactions=rules)) as omeda:
        reply = await omeda.run((await omeda.order()).transaction)

        [entry] = reply.content["BatchStatus"]
        assert (entry["TransactionStatusDescription"], entry["Success"]) == ("Status 55", "false")


async def test_unknown_customers_of_orders_begin_no_transaction() -> None:
    scenario = Scenario(customers=CustomerRules(unknown=frozenset({9})))
    async with running(scenario) as omeda:
        assert (await omeda.order(OmedaCustomerId=9)).status == 404
        assert not omeda.simulator.books.accepted
