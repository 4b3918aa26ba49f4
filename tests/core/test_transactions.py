import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.model import Answer
from bridge.transactions import (
    Batch,
    Processed,
    Progress,
    Transaction,
    batch_of,
    progress_of,
    transaction_of,
)

FLAT = {"TransactionId": 8656981, "Status": 100, "OmedaCustomerId": 1001, "ClientCustomerId": "c1"}
KNOWN = Transaction(Progress.DONE, 8656981, 100, 1001, "c1")


def answer(content: object, status: int = 200) -> Answer:
    return Answer(status, json.dumps(content).encode())


@pytest.mark.parametrize(
    "content", [FLAT, {"ResponseInfo": FLAT}, {"ResponseInfo": [FLAT]}, {**FLAT, "Status": "100"}]
)
def test_a_transaction_is_read_flat_or_inside_response_info(content: object) -> None:
    assert transaction_of(answer(content)) == KNOWN


@pytest.mark.parametrize(
    ("codes", "progress"),
    [
        ([100, 101], Progress.DONE),
        ([98, 99], Progress.DONE_WITH_LOSS),
        ([2, 6, 9, 51, 110], Progress.FAILED),
        ([1, 3, 20, 35, 36, 37], Progress.NEEDS_PERSON),
        ([0, 4, 5, 7, 8, 10, 19, 21, 28, 29, 30, 31, 49, 50, 52, 90, 91], Progress.PENDING),
        ([-1, 11, 102, 999, 1 << 70], Progress.PENDING),
    ],
)
def test_each_code_tells_how_far_it_has_come(codes: list[int], progress: Progress) -> None:
    assert {progress_of(code) for code in codes} == {progress}


def test_a_code_that_no_page_has_is_kept() -> None:
    found = transaction_of(answer({"Status": 77}))

    assert found == Transaction(Progress.PENDING, status=77)


def test_what_went_wrong_with_a_transaction_is_told_and_is_no_fault_of_the_look_up() -> None:
    errors = [{"Error": "BehaviorId 7 is not found."}, {"Error": "Card 4111111111111111?"}]

    found = transaction_of(answer({**FLAT, "Status": 9, "Errors": errors, "SubmissionId": "s-1"}))

    assert found is not None
    assert (found.progress, found.submission_id) == (Progress.FAILED, "s-1")
    assert found.errors == ("behavior_not_found", "unclassified")
    assert found.message == f"BehaviorId 7 is not found.; Card {'*' * 16}?"


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"Errors":[{"Error":"none"}]}'])
def test_a_transaction_that_is_not_found_is_unknown(body: bytes) -> None:
    found = transaction_of(Answer(404, body))

    assert found is not None
    assert found.progress is Progress.UNKNOWN


@pytest.mark.parametrize(
    "found",
    [
        Answer(200, b""),
        Answer(200, b"<html>"),
        answer({}),
        answer({"Status": None}),
        answer({"Status": True}),
        answer({"ResponseInfo": [1]}),
        answer(FLAT, 403),
        answer(FLAT, 500),
        answer(FLAT, 202),
    ],
)
def test_an_answer_that_tells_nothing_is_none(found: Answer) -> None:
    assert transaction_of(found) is None


def test_each_transaction_that_was_run_is_told() -> None:
    entry = {
        "TransactionId": 8656981,
        "OmedaCustomerId": 100221802,
        "EncryptedCustomerId": "234FE43FGD34FR3",
        "TransactionStatusId": 100,
        "Success": "true",
        "TransactionStatusDescription": "Moved to ERD - Complete - New Customer",
    }

    batch = batch_of(answer({"BatchStatus": [entry, {"Success": "false"}], "SubmissionId": "s-1"}))

    assert batch == Batch(
        (
            Processed(
                Progress.DONE,
                succeeded=True,
                transaction_id=8656981,
                status=100,
                description="Moved to ERD - Complete - New Customer",
                customer_id=100221802,
                encrypted_customer_id="234FE43FGD34FR3",
            ),
            Processed(Progress.PENDING, succeeded=False),
        ),
        submission_id="s-1",
    )


@pytest.mark.parametrize(
    ("written", "succeeded"),
    [("true", True), ("True", True), (True, True), ("false", False), (False, False), (1, False)],
)
def test_success_is_the_string_true(written: object, *, succeeded: bool) -> None:
    (ran,) = batch_of(answer({"BatchStatus": [{"Success": written}]})).ran

    assert ran.succeeded is succeeded


@pytest.mark.parametrize(
    ("status", "text", "name"),
    [
        (400, "This input_id has Omatch; it has Omatch in the Process Flow.", "omatch_in_flow"),
        (403, "TransactionIds 8,9 has already been processed.", "transaction_processed"),
        (404, "TransactionId 8 does not exist.", "transaction_not_found"),
        (500, "An exception has taken place while processing TransactionId 8.", "processor_failed"),
    ],
)
def test_why_nothing_was_run_is_told(status: int, text: str, name: str) -> None:
    batch = batch_of(answer({"Errors": [{"Error": text}]}, status))

    assert batch == Batch(errors=(name,), message=text)


def test_what_was_run_counts_with_200_alone() -> None:
    assert batch_of(answer({"BatchStatus": [{}]}, 500)) == Batch()


members = st.dictionaries(
    st.sampled_from(
        ["Status", "ResponseInfo", "Errors", "BatchStatus", "Success", "TransactionId", "Error"]
    ),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(), below, max_size=3),
        max_leaves=4,
    ),
)


@given(st.integers(100, 599), st.binary() | members.map(lambda read: json.dumps(read).encode()))
def test_any_answer_can_be_read(status: int, body: bytes) -> None:
    transaction_of(Answer(status, body))
    batch_of(Answer(status, body))


@pytest.mark.parametrize("name", ["Status", "Errors", "BatchStatus", "ResponseInfo", "Other"])
def test_no_depth_of_nesting_raises(name: str) -> None:
    body = f'{{"{name}":{"[" * 100_000}'.encode()

    assert transaction_of(Answer(200, body)) is None
    assert batch_of(Answer(200, body)) == Batch()
