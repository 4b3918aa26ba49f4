"""What Omeda refuses, in the order in which it is checked here, with Omeda's texts.

Texts and statuses of behaviors and customers are those of the pages "Assign Behavior" and "Save
Customer and Order". Omeda publishes no text for a wrong method, credential, content type or body;
those here are the simulator's own, and a client must not depend on them.
"""

import re
from collections import Counter
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from datetime import datetime
from http import HTTPStatus

from bridge.simulator.answers import JSON, ErrorEntry, Refusal, refuse
from bridge.simulator.submission import Fields, Submission, is_integer

_BAD = HTTPStatus.BAD_REQUEST
_DATE = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", re.ASCII)
# Fits 64 bits. Python itself refuses to read digits by the thousand.
_LONGEST_ID = 18
_NO_PRODUCT_ID = "OmedaProductId is missing in Products submission"


def refuse_request(submission: Submission, app_ids: AbstractSet[str]) -> Refusal | None:
    """Refuse what cannot be read as a submission. No *app_ids* means that any is known."""
    return (
        _refuse_method(submission)
        or _refuse_credentials(submission, app_ids)
        or _refuse_content_type(submission)
        or _refuse_body(submission)
    )


def refuse_identity(submission: Submission) -> Refusal | None:
    """Refuse a customer id that could be nobody's. Only an order can do without one."""
    if submission.omeda_customer_id is not None:
        return None
    if submission.target.service == "behavior":
        return refuse(_BAD, "Please Provide valid OmedaCustomerId.")
    given = submission.fields.get("OmedaCustomerId")
    if given is None:
        return None
    return refuse(_BAD, f"OmedaCustomerId {given} is not a valid customer.")


def refuse_behaviors(fields: Fields, known: AbstractSet[int]) -> Refusal | None:
    """Refuse by the behaviors, all of them named. No *known* ids means that any is known.

    The status is that of the first, since Omeda does not document how it mixes them.
    """
    behaviors = fields.get("CustomerBehaviors")
    if not isinstance(behaviors, list) or not behaviors:
        return refuse(_BAD, "No behavior Information in request")
    faults = [fault for behavior in behaviors for fault in _behavior_faults(behavior, known)]
    if not faults:
        return None
    return Refusal(faults[0][0], tuple(ErrorEntry(text) for _, text in faults))


def refuse_products(fields: Fields) -> Refusal | None:
    """Refuse products that have no id, or one that another has too."""
    products = fields.get("Products")
    if products is None:
        return None
    if not isinstance(products, list):
        return refuse(_BAD, _NO_PRODUCT_ID)
    ids = [_product_id(product) for product in products]
    if None in ids:
        return refuse(_BAD, _NO_PRODUCT_ID)
    texts = [
        f"OmedaProductId {product} cannot be included more than once in a submission."
        for product, times in Counter(ids).items()
        if times > 1
    ]
    return refuse(_BAD, *texts) if texts else None


def _refuse_method(submission: Submission) -> Refusal | None:
    if submission.method == "POST":
        return None
    return refuse(HTTPStatus.METHOD_NOT_ALLOWED, f"Method {submission.method} is not allowed.")


def _refuse_credentials(submission: Submission, app_ids: AbstractSet[str]) -> Refusal | None:
    app_id = submission.headers.get("x-omeda-appid")
    if not app_id or (app_ids and app_id not in app_ids):
        return refuse(HTTPStatus.FORBIDDEN, "The x-omeda-appid is missing or not valid.")
    if not submission.headers.get("x-omeda-inputid"):
        return refuse(HTTPStatus.FORBIDDEN, "The x-omeda-inputid is missing.")
    return None


def _refuse_content_type(submission: Submission) -> Refusal | None:
    content_type = submission.headers.get("content-type")
    if content_type is None and submission.target.service == "behavior":
        # Only Assign Behavior's page names a default, and it is JSON.
        return None
    if content_type and content_type.partition(";")[0].strip().lower() == JSON:
        return None
    return refuse(_BAD, f"The content-type must be {JSON}.")


def _refuse_body(submission: Submission) -> Refusal | None:
    if submission.content is None:
        return refuse(_BAD, "The body must be a JSON object.")
    return None


def _behavior_faults(behavior: object, known: AbstractSet[int]) -> Iterator[tuple[HTTPStatus, str]]:
    fields = behavior if isinstance(behavior, dict) else {}
    shown = "null" if fields.get("BehaviorId") is None else fields["BehaviorId"]
    behavior_id = _integer(shown)
    if behavior_id is None or (known and behavior_id not in known):
        yield HTTPStatus.NOT_FOUND, f"BehaviorId {shown} is not found."
    date = fields.get("BehaviorDate")
    if date is None or date == "":
        yield _BAD, f"Please provide BehaviorDate for BehaviorId {shown}"
    elif not _is_behavior_date(date):
        yield _BAD, f"Invalid date format for BehaviorId {shown}"


def _is_behavior_date(value: object) -> bool:
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        return False
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def _product_id(product: object) -> int | None:
    return _integer(product.get("OmedaProductId")) if isinstance(product, dict) else None


def _integer(value: object) -> int | None:
    """An id as Omeda's samples write it: an integer, or a string of its digits."""
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return int(value) if len(value) <= _LONGEST_ID else None
    return value if is_integer(value) else None
