"""Method, credentials, content type, body: what every service refuses before it looks closer."""

from collections.abc import Set as AbstractSet
from http import HTTPStatus

from bridge.simulator.answers import JSON, Objection
from bridge.simulator.submission import Service, Submission

OWN_METHOD = "Method {} is not allowed."
OWN_APP_ID = "The x-omeda-appid is missing or not valid."
OWN_INPUT_ID = "The x-omeda-inputid is missing."
OWN_CONTENT_TYPE = f"The content-type must be {JSON}."
OWN_BODY = "The body must be a JSON object."

_METHODS: dict[Service, str] = {"transaction": "GET"}
_WITHOUT_INPUT_ID: frozenset[Service] = frozenset({"transaction", "processor"})
# The pages of the others name no default, so what is not named is refused.
_JSON_BY_DEFAULT: frozenset[Service] = frozenset({"behavior", "bulk", "transaction"})


def object_to_request(submission: Submission, app_ids: AbstractSet[str]) -> Objection | None:
    """Object to what cannot be read as a submission. No *app_ids* means that any is known."""
    return (
        _object_to_method(submission)
        or _object_to_credentials(submission, app_ids)
        or _object_to_content_type(submission)
        or _object_to_body(submission)
    )


def _object_to_method(submission: Submission) -> Objection | None:
    if submission.method == _METHODS.get(submission.target.service, "POST"):
        return None
    return Objection(OWN_METHOD.format(submission.method), HTTPStatus.METHOD_NOT_ALLOWED)


def _object_to_credentials(submission: Submission, app_ids: AbstractSet[str]) -> Objection | None:
    app_id = submission.headers.get("x-omeda-appid")
    if not app_id or (app_ids and app_id not in app_ids):
        return Objection(OWN_APP_ID, HTTPStatus.FORBIDDEN)
    if submission.target.service in _WITHOUT_INPUT_ID:
        return None
    if not submission.headers.get("x-omeda-inputid"):
        return Objection(OWN_INPUT_ID, HTTPStatus.FORBIDDEN)
    return None


def _object_to_content_type(submission: Submission) -> Objection | None:
    content_type = submission.headers.get("content-type")
    if content_type is None and submission.target.service in _JSON_BY_DEFAULT:
        return None
    if content_type and content_type.partition(";")[0].strip().lower() == JSON:
        return None
    return Objection(OWN_CONTENT_TYPE)


def _object_to_body(submission: Submission) -> Objection | None:
    if submission.content is None and submission.target.service != "transaction":
        return Objection(OWN_BODY)
    return None
