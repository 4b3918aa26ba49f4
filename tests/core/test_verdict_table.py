"""The table of verdicts: each row is reached, and whatever comes has one."""

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bridge.bodies import MESSAGE_CHARACTERS
from bridge.model import Answer, Halt, Rejected
from bridge.verdict import TABLE, UNCLEAR, row_of, verdict
from tests.core.answers import MERGED, NOT_FOUND, PAGE, PENDING, complaining, refused


def test_the_table_has_each_row_once_and_each_with_its_source() -> None:
    names = [row.name for row in (*TABLE, UNCLEAR)]

    assert len(set(names)) == len(names)
    assert all(row.source for row in (*TABLE, UNCLEAR))


DECIDED = [
    (Answer(200, b'{"ResponseInfo":{}}'), "accepted"),
    (Answer(302, b""), "redirected"),
    (Answer(403, b""), "forbidden"),
    (Answer(405, b""), "wrong method"),
    (Answer(401, b""), "unauthorized"),
    (Answer(407, b""), "unauthorized"),
    (Answer(429, b""), "throttled"),
    (Answer(408, b""), "too late"),
    (Answer(500, b""), "server error"),
    (Answer(503, b""), "unavailable"),
    (complaining(PENDING), "pending"),
    (complaining(MERGED), "merged"),
    (complaining(PENDING, MERGED), "pending"),
    (complaining("?", status=404), "refused"),
    (Answer(404, b'{"Errors":[]}'), "no such address"),
    (Answer(404, PAGE), "no such address"),
    (Answer(413, PAGE), "refused by a gateway"),
    (Answer(400, b""), "refused without a word"),
    (Answer(200, PAGE), "neither"),
    (Answer(204, b""), "unclear"),
    (Answer(-1, b""), "unclear"),
]


@pytest.mark.parametrize(("answer", "name"), DECIDED)
def test_each_row_has_its_answer(answer: Answer, name: str) -> None:
    assert row_of(answer).name == name


def test_every_row_is_reached() -> None:
    assert {name for _, name in DECIDED} == {row.name for row in (*TABLE, UNCLEAR)}


seeds = st.sampled_from(
    [
        complaining({"Error": MERGED, "MergedIntoCustomerId": 9}).body,
        complaining({"Error": PENDING}).body,
        b'{"ResponseInfo":[{"TransactionId":8}],"SubmissionId":"s-1"}',
        PAGE,
        b"[" * 5000,
    ]
)


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    body = bytearray(draw(seeds))
    for place in draw(st.lists(st.integers(0, len(body) - 1), max_size=4)):
        body[place] = draw(st.integers(0, 255))
    return bytes(body[: draw(st.integers(0, len(body)))])


@given(
    st.integers(100, 599),
    st.one_of(damaged(), st.binary()),
    st.none() | st.sampled_from(["text/html", "text/plain; charset=utf-16"]) | st.text(),
)
@example(400, '{"Errors":["\U0001f600\ud83d"]}'.encode("utf-8", "surrogatepass"), None)
def test_damaged_answers_have_a_verdict_that_can_be_written_down(
    status: int, body: bytes, content_type: str | None
) -> None:
    outcome = verdict(Answer(status, body, "1", content_type))

    if isinstance(outcome, Rejected | Halt):
        outcome.message.encode()
        assert outcome.message.isprintable()
        assert 0 < len(outcome.message) <= MESSAGE_CHARACTERS + 100


@pytest.mark.timeout(60)  # in proportion to the body it takes seconds, by its square hours
@pytest.mark.parametrize(
    "body",
    [
        json.dumps({"Errors": ["4 " * (1 << 19)]}),
        json.dumps({"Errors": [{"Error": NOT_FOUND}] * 25_000}),
        json.dumps({"Errors": ["behaviorid " * 90_000]}),
        " " * (1 << 20),
    ],
)
def test_a_mebibyte_is_read_in_proportion(body: str) -> None:
    rejected = refused(verdict(Answer(400, body.encode(), content_type="text/plain")))

    assert len(rejected.message) <= MESSAGE_CHARACTERS + 100
