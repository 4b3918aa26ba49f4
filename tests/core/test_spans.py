"""What a span says of an outcome."""

import pytest

from bridge.model import Answer, Delivered, Halt, Rejected, TryAgain, Verdict
from bridge.spans import GIVEN_UP, Ending, ending
from bridge.verdict import verdict

OUTCOMES: list[tuple[Verdict | None, Ending]] = [
    (Delivered("s-1", 7, 8), Ending(200, None)),
    (Rejected("refused", "deliver", "E", "who", 400), Ending(400, "refused")),
    (TryAgain("throttled", status=429), Ending(429, "throttled")),
    (TryAgain("timeout", unknown=True), Ending(None, "timeout")),
    (Halt(403, "who"), Ending(403, "halted")),
    (None, Ending(None, GIVEN_UP)),
]


@pytest.mark.parametrize(("outcome", "expected"), OUTCOMES)
def test_an_outcome_is_a_status_and_one_of_few_words(
    outcome: Verdict | None, expected: Ending
) -> None:
    assert ending(outcome) == expected


@pytest.mark.parametrize("body", [b'{"ResponseInfo": [{}]}', b'{"Errors": [{"Error": "no"}]}'])
def test_the_status_of_a_span_is_that_of_the_answer(body: bytes) -> None:
    for status in range(100, 600):
        assert ending(verdict(Answer(status, body))).status == status
