"""What Omeda's answers say: complaints by name, merged and pending customers, pages, encodings."""

import pytest

from bridge.bodies import GATEWAY_PAGE, MESSAGE_CHARACTERS
from bridge.model import Answer, Delivered, Halt, Rejected, TryAgain
from bridge.verdict import verdict
from tests.core.answers import MERGED, NOT_FOUND, PAGE, PENDING, VISA, complaining, refused

# Success.


def test_an_accepted_order_is_known_by_its_transaction_id() -> None:
    body = b'{"ResponseInfo":[{"TransactionId":2378239231,"Url":"x"}],"SubmissionId":"s-1"}'

    assert verdict(Answer(200, body)) == Delivered("s-1", transaction_id=2378239231)


def test_an_order_that_was_run_at_once_names_its_customer_too() -> None:
    body = b'{"ResponseInfo":[{"TransactionId":8,"CustomerId":"1001"}]}'

    assert verdict(Answer(200, body)) == Delivered(None, 8, 1001)


def test_a_bulk_success_is_a_success() -> None:
    body = b'{"ResponseInfo":[{"OmedaCustomerId":5,"Message":"2"},{"OmedaCustomerId":6}]}'

    assert verdict(Answer(200, body)) == Delivered(customer_id=5)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("8", 8),
        ('"8"', 8),
        ("true", None),
        ("8.5", None),
        ('"eight"', None),
        ('"\u0668"', None),
        (f'"{"9" * 5000}"', None),
        ("[8]", None),
        ("null", None),
    ],
)
def test_an_id_is_an_integer_or_a_string_of_digits(written: str, read: int | None) -> None:
    body = f'{{"ResponseInfo":[{{"TransactionId":{written}}}]}}'

    assert verdict(Answer(200, body.encode())) == Delivered(transaction_id=read)


@pytest.mark.parametrize(
    "body",
    [
        b'\xef\xbb\xbf{"ResponseInfo":{"CustomerId":1},"SubmissionId":"s-1"}',
        b' \r\n{"ResponseInfo":[{"CustomerId":1}],"Submission":"s-1"}\n',
        b'{"ResponseInfo":[{"CustomerId":1}],"SubmissionId":"s-1","More":"\xe9"}',
        b'{"ResponseInfo":[{"CustomerId":1}],"SubmissionId":"","Submission":"s-1"}',
    ],
)
@pytest.mark.parametrize("content_type", [None, "application/json", "text/html", "image/png", ""])
def test_a_json_body_counts_however_it_is_dressed(body: bytes, content_type: str | None) -> None:
    answer = Answer(200, body, content_type=content_type)

    assert verdict(answer) == Delivered("s-1", customer_id=1)


def test_the_charset_of_the_content_type_is_heeded() -> None:
    text = '{"Errors":[{"Error":"d\u00e9j\u00e0 vu"}]}'
    for charset in ("ISO-8859-1", '"windows-1252"', "utf-16", "utf-16le; x=y", "UTF-8"):
        codec = charset.partition(";")[0].strip('"')
        answer = Answer(400, text.encode(codec), content_type=f"text/json; charset={charset}")

        assert refused(verdict(answer)).message == "d\u00e9j\u00e0 vu"


@pytest.mark.parametrize("charset", ["punycode", "zip", "base64", "undefined", "", "\0", "x" * 99])
def test_a_charset_that_is_none_is_taken_for_utf_8(charset: str) -> None:
    body = b'{"Errors":["bad \xff"]}'
    answer = Answer(400, body, content_type=f"text/json;charset={charset}")

    assert refused(verdict(answer)).message == "bad \ufffd"


# Complaints.


def test_every_complaint_is_named_once_and_all_texts_are_kept() -> None:
    outcome = refused(verdict(complaining(*({"Error": NOT_FOUND},) * 2, {"Error": "Huh?"}, None)))

    assert outcome.errors == ("behavior_not_found", "unclassified")
    assert outcome.message == f"{NOT_FOUND}; {NOT_FOUND}; Huh?"
    assert outcome.submission_id == "s-2"


@pytest.mark.parametrize("status", [200, 400, 404, 409, 422])
def test_a_merged_customer_is_rejected_with_the_surviving_id(status: int) -> None:
    answer = complaining({"Error": MERGED, "MergedIntoCustomerId": 99999}, status=status)

    outcome = refused(verdict(answer))

    assert (outcome.reason, outcome.stage, outcome.status) == ("merged", "deliver", status)
    assert outcome.merged_into == 99999
    assert outcome.message == f"the customer was merged into 99999: {MERGED}"
    assert outcome.errors == ("customer_merged",)


@pytest.mark.parametrize(
    ("entry", "into"),
    [
        ({"Error": MERGED}, 99999),
        ({"Error": MERGED.upper()}, 99999),
        ({"Error": MERGED, "MergedIntoCustomerId": "77"}, 77),
        ({"MergedIntoCustomerId": 77}, 77),
        (MERGED, 99999),
        ({"Error": "Customer id 22 is valid  but\nnot active"}, None),
        ({"Error": "Customer id 22 is valid but not active. Please use another."}, None),
        ({"Error": MERGED, "MergedIntoCustomerId": 0}, 99999),
        ({"Error": MERGED, "MergedIntoCustomerId": [77]}, 99999),
    ],
)
def test_a_merged_customer_is_seen_by_id_or_by_text(entry: object, into: int | None) -> None:
    outcome = refused(verdict(complaining({"Error": "first"}, entry)))

    assert (outcome.reason, outcome.merged_into) == ("merged", into)
    assert str(into or "does not name") in outcome.message


def test_a_customer_that_only_should_use_something_is_not_merged() -> None:
    outcome = refused(verdict(complaining({"Error": "Please use 99999."})))

    assert (outcome.reason, outcome.merged_into) == ("refused", None)


@pytest.mark.parametrize("status", [200, 400, 402, 404, 409, 413, 422, 451])
@pytest.mark.parametrize("text", [PENDING, PENDING.upper(), "Pending  Deactivation"])
def test_a_customer_pending_deactivation_is_tried_again(status: int, text: str) -> None:
    outcome = verdict(complaining({"Error": NOT_FOUND}, {"Error": text}, status=status))

    assert isinstance(outcome, TryAgain)
    assert outcome.reason == "pending"
    assert outcome.at_last is not None
    assert (outcome.at_last.reason, outcome.at_last.status) == ("exhausted", status)
    assert text.split(maxsplit=1)[0] in outcome.at_last.message
    assert outcome.at_last.errors[0] == "behavior_not_found"


def test_retry_after_of_a_pending_customer_is_kept() -> None:
    pending = complaining(PENDING)
    outcome = verdict(Answer(400, pending.body, "9"))

    assert isinstance(outcome, TryAgain)
    assert outcome.retry_after == "9"


@pytest.mark.parametrize("entry", [{"Error": PENDING}, {"Error": MERGED}])
@pytest.mark.parametrize("status", [301, 401, 403, 405, 407])
def test_what_halts_does_so_whatever_the_complaint(status: int, entry: object) -> None:
    assert isinstance(verdict(complaining(entry, status=status)), Halt)


@pytest.mark.parametrize("entry", [{"Error": PENDING}, {"Error": MERGED}])
@pytest.mark.parametrize("status", [408, 425, 429, 500, 503])
def test_what_passes_does_so_whatever_the_complaint(status: int, entry: object) -> None:
    outcome = verdict(complaining(entry, status=status))

    assert isinstance(outcome, TryAgain)
    assert outcome.reason != "pending"
    assert outcome.at_last is None


@pytest.mark.parametrize("status", [201, 202, 206])
def test_another_success_is_unclear_whatever_the_complaint(status: int) -> None:
    assert verdict(complaining({"Error": PENDING}, status=status)) == TryAgain(
        "unclear", status=status
    )


# What is shown of it.


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (PAGE, None),
        (PAGE, "text/html; charset=utf-8"),
        (b"\xef\xbb\xbf\n <!DOCTYPE html>...", "text/plain"),
        (b"Forbidden by policy", "TEXT/HTML"),
        (b"<?xml version='1.0'?><error/>", "application/xml"),
    ],
)
@pytest.mark.parametrize("status", [400, 403, 404, 413])
def test_a_gateways_page_is_called_so_and_not_shown(
    body: bytes, content_type: str | None, status: int
) -> None:
    outcome = verdict(Answer(status, body, content_type=content_type))

    assert isinstance(outcome, Rejected | Halt)
    assert outcome.message.startswith(GATEWAY_PAGE)
    assert "<" not in outcome.message


def test_plain_text_is_shown_in_one_line() -> None:
    answer = Answer(413, b"Too\r\n  large \x1b[31m", content_type="text/plain")

    assert refused(verdict(answer)).message == "Too large \ufffd[31m"


def test_a_body_of_another_kind_is_not_shown() -> None:
    answer = Answer(400, b"\x89PNG", content_type="image/png")

    assert refused(verdict(answer)).message == "Omeda answered 400 and named no error"


@pytest.mark.parametrize("written", [VISA, "4111 1111 1111 1111", "4111-1111-1111-1111"])
def test_a_card_number_is_never_shown(written: str) -> None:
    for outcome in (
        verdict(complaining({"Error": f"Payment Error: {written} is invalid"})),
        verdict(complaining({"Error": f"{MERGED} {written}"})),
        verdict(complaining({"Error": f"{written} {MERGED}"}, status=403)),
        verdict(Answer(400, f"no {written}".encode(), content_type="text/plain")),
        verdict(complaining({"Error": "x" * (MESSAGE_CHARACTERS - 14) + " " + written})),
    ):
        assert isinstance(outcome, Rejected | Halt)
        assert "1111" not in outcome.message


def test_a_message_is_never_longer_than_it_may_be() -> None:
    for entry in ({"Error": MERGED + "x" * 5000}, {"Error": "x" * 5000}, "x " * 5000):
        assert len(refused(verdict(complaining(entry))).message) == MESSAGE_CHARACTERS
