import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bridge.bodies import MESSAGE_CHARACTERS, acceptance, content_of
from bridge.model import Answer, Delivered, Halt, Rejected, TryAgain
from bridge.verdict import Case, row_of, verdict

ACCEPTED = b'{"ResponseInfo":[{"CustomerId":1}],"SubmissionId":"s-1"}'
REFUSED = b'{"Errors":[{"Error":"no such customer"}],"SubmissionId":"s-2"}'
HTML = b"<html><body>Service Unavailable</body></html>"
TRUNCATED = ACCEPTED[:-5]
BOMB = b'{"ResponseInfo":' + b"[" * 100_000
BODIES = [ACCEPTED, REFUSED, HTML, TRUNCATED, BOMB, b"", b"{}", b"[]", b"null", b"\xff"]


def test_200_with_response_info_is_delivered() -> None:
    assert verdict(Answer(200, ACCEPTED)) == Delivered("s-1", customer_id=1)


@pytest.mark.parametrize("errors", ["null", "[]"])
def test_200_whose_errors_are_none_is_delivered(errors: str) -> None:
    body = f'{{"ResponseInfo":[{{"CustomerId":1}}],"Errors":{errors}}}'

    assert verdict(Answer(200, body.encode())) == Delivered(customer_id=1)


def test_a_submission_id_of_another_type_is_left_out() -> None:
    assert verdict(Answer(200, b'{"ResponseInfo":[{}],"SubmissionId":7}')) == Delivered()


@pytest.mark.parametrize("status", [200, 400, 404])
def test_errors_are_refused_with_their_text_and_the_submission_id(status: int) -> None:
    assert verdict(Answer(status, REFUSED)) == Rejected(
        "refused",
        "deliver",
        "OmedaRefused",
        "no such customer",
        status,
        "s-2",
        errors=("unclassified",),
    )


def test_200_with_both_errors_and_response_info_is_refused() -> None:
    body = b'{"ResponseInfo":[{"CustomerId":1}],"Errors":[{"Error":"bad"}]}'

    assert isinstance(verdict(Answer(200, body)), Rejected)


@pytest.mark.parametrize(
    "body",
    [
        *(HTML, TRUNCATED, REFUSED[:-5], BOMB, b"", b"{}", b"[]", b"null", b"5", b"\xff"),
        b'{"ResponseInfo":null}',
        b'{"ResponseInfo":[]}',
        b'{"ResponseInfo":[1]}',
        b'{"ResponseInfo":[{"CustomerId":1},1]}',
        b'{"ResponseInfo":"accepted"}',
        b'{"ResponseInfo":[{}],"ResponseInfo":null}',
        b'{"SubmissionId":"s-1"}',
    ],
)
def test_200_that_says_neither_is_tried_again(body: bytes) -> None:
    assert verdict(Answer(200, body, "7")) == TryAgain("unclear", "7", 200)


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("status", [201, 202, 204, 206, 226, 299])
def test_any_other_success_is_tried_again(status: int, body: bytes) -> None:
    assert verdict(Answer(status, body)) == TryAgain("unclear", status=status)


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("status", [300, 301, 302, 303, 304, 307, 308, 401, 403, 405, 407])
def test_what_refuses_the_service_as_a_whole_halts_it(status: int, body: bytes) -> None:
    outcome = verdict(Answer(status, body))

    assert isinstance(outcome, Halt)
    assert outcome.status == status
    assert outcome.message


@pytest.mark.parametrize("body", [body for body in BODIES if body != REFUSED])
def test_404_without_errors_halts(body: bytes) -> None:
    assert isinstance(verdict(Answer(404, body)), Halt)


def test_404_whose_errors_are_empty_halts() -> None:
    assert isinstance(verdict(Answer(404, b'{"Errors":[]}')), Halt)


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize(
    "status", [400, 402, 406, 409, 410, 411, 412, 413, 414, 415, 416, 417, 418, 421, 422, 428, 431]
)
def test_any_other_client_error_is_refused_with_or_without_errors(status: int, body: bytes) -> None:
    outcome = verdict(Answer(status, body))

    assert isinstance(outcome, Rejected)
    assert (outcome.reason, outcome.stage, outcome.status) == ("refused", "deliver", status)
    assert outcome.message


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("status", [408, 425, 429, 500, 501, 502, 503, 504, 505, 507, 520, 599])
def test_what_may_pass_is_tried_again_whatever_the_body(status: int, body: bytes) -> None:
    outcome = verdict(Answer(status, body, "30"))

    assert isinstance(outcome, TryAgain)
    assert outcome.retry_after == "30"


def test_being_throttled_has_its_own_reason() -> None:
    reasons = {status: verdict(Answer(status, b"")) for status in (408, 429, 500)}

    assert reasons == {
        408: TryAgain("request_timeout", status=408, unknown=True),
        429: TryAgain("throttled", status=429),
        500: TryAgain("server_error", status=500, unknown=True),
    }


@pytest.mark.parametrize(
    ("errors", "message"),
    [
        ('[{"Error":"one"},{"Error":"two"}]', "one; two"),
        ('["one", {"Error":"two"}, null, 3]', "one; two; 3"),
        ('"one"', "one"),
        ('{"Error":"one"}', "one"),
        ('[{"Error":"d\u00e9j\u00e0"}]', "d\u00e9j\u00e0"),
        ('[{"Message":"one"}]', "Omeda answered 400 and named no error"),
        ("[[]]", "Omeda answered 400 and named no error"),
        ("[null]", "Omeda answered 400 and named no error"),
    ],
)
def test_errors_of_any_shape_become_one_line(errors: str, message: str) -> None:
    outcome = verdict(Answer(400, f'{{"Errors":{errors}}}'.encode()))

    assert isinstance(outcome, Rejected)
    assert outcome.message == message


@pytest.mark.parametrize("status", [200, 404])
@pytest.mark.parametrize("errors", ['"one"', "[null]", "[[]]", "5", "true", '{"a":1}', "[{}]"])
def test_errors_of_any_shape_are_errors(status: int, errors: str) -> None:
    body = f'{{"ResponseInfo":[1],"Errors":{errors}}}'

    assert isinstance(verdict(Answer(status, body.encode())), Rejected)


def test_a_long_error_is_cut() -> None:
    body = json.dumps({"Errors": [{"Error": "x" * 5_000}]})

    outcome = verdict(Answer(400, body.encode()))

    assert isinstance(outcome, Rejected)
    assert len(outcome.message) == MESSAGE_CHARACTERS


anything = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text()),
    lambda below: st.one_of(
        st.lists(below, max_size=3),
        st.dictionaries(st.one_of(st.just("Error"), st.text()), below, max_size=3),
    ),
    max_leaves=6,
)
answers = st.fixed_dictionaries(
    {}, optional={"Errors": anything, "ResponseInfo": anything, "SubmissionId": anything}
).map(lambda members: json.dumps(members).encode())


@given(st.one_of(st.integers(), st.integers(100, 599)), st.one_of(st.binary(), answers))
@example(400, b'{"Errors":[' + b"9" * 5_000 + b"]}")
@example(400, b'{"Errors":["\\ud800"]}')
@example(0, b"")
@example(100, ACCEPTED)
def test_any_status_and_body_have_a_verdict(status: int, body: bytes) -> None:
    outcome = verdict(Answer(status, body))

    assert isinstance(outcome, Delivered | Rejected | TryAgain | Halt)
    if isinstance(outcome, Delivered):
        assert status == 200
        assert json.loads(body)["ResponseInfo"]
        assert not json.loads(body).get("Errors")


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
def test_no_depth_of_nesting_raises(opening: str, closing: str) -> None:
    for depth in [*range(900, 1_100), 100_000]:
        nested = opening * depth + "1" + closing * depth

        for body in (f'{{"Errors":{nested}}}', f'{{"Errors":[{{"Error":{nested}}}]}}'):
            outcome = verdict(Answer(400, body.encode()))

            assert isinstance(outcome, Rejected)


_ids = ["CustomerId", "OmedaCustomerId", "TransactionId"]
_scalars = st.one_of(st.integers(), st.none(), st.booleans(), st.floats(), st.just("17"))
_infos = st.lists(st.dictionaries(st.sampled_from(_ids), _scalars), max_size=2)
_bodies: st.SearchStrategy[dict[str, object]] = st.fixed_dictionaries(
    {
        "ResponseInfo": st.one_of(
            st.none(), st.integers(), st.dictionaries(st.text(), st.none()), _infos
        )
    },
    optional={
        "Errors": st.sampled_from([None, [], {}, "", "bad", [{"Error": "bad"}]]),
        "SubmissionId": st.one_of(st.none(), st.integers(), st.text()),
        "Submission": st.one_of(st.none(), st.text()),
    },
)


@given(_bodies.map(lambda body: json.dumps(body).encode()))
def test_the_short_way_to_an_acceptance_says_what_the_table_says(body: bytes) -> None:
    found, answer = acceptance(body), Answer(200, body)

    if found is not None:
        row = row_of(answer)
        assert row.name == "accepted"
        assert found == row.outcome(Case(200, content_of(answer), None, str))


def test_the_usual_acceptance_goes_the_short_way() -> None:
    assert acceptance(ACCEPTED) == Delivered("s-1", None, 1)
