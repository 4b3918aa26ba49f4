"""Answers of Omeda's that several tests of verdicts give, and what is asked of an outcome."""

import json

from bridge.model import Answer, Rejected, Verdict

MERGED = "Customer id 22 is valid but not active. Please use 99999."
PENDING = "OmedaCustomerId 22 is pending deactivation. Please try again later."
NOT_FOUND = "BehaviorId 7 is not found."
VISA = "4111111111111111"
PAGE = b"<html><head><title>502</title></head><body>nginx</body></html>"


def complaining(*entries: object, status: int = 400) -> Answer:
    return Answer(status, json.dumps({"SubmissionId": "s-2", "Errors": entries}).encode())


def refused(outcome: Verdict) -> Rejected:
    assert isinstance(outcome, Rejected)
    return outcome
