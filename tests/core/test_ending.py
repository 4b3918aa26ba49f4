import pytest

from bridge.ending import Endings
from bridge.event import Request
from bridge.health import Health
from bridge.job import Job
from bridge.ledger import Ledger
from bridge.model import Commit, Halt, Kind, LaneKey, Rejected, Service, TryAgain
from bridge.retry import Patience
from tests.core.samples import P, record

LANE = LaneKey("DEMO", "1")
FAILED = TryAgain("server_error", status=500, unknown=True)
REFUSED = Halt(403, "check the credentials")
RESEND = {"behavior": "resend", "order": "resend", "paid_order": "resend"}


def endings(*, attempts: int = 3, unknown: dict[str, str] = RESEND) -> Endings:
    return Endings(
        attempts=attempts, patience=Patience(100), unknown=RESEND | unknown, follow_merges=False
    )


def job_of(kind: Kind = Kind.ORDER, *, paid: bool = False) -> tuple[Job, Request]:
    ledger = Ledger()
    ledger.open(P, Commit(0))
    entry = ledger.admit(record())
    assert entry is not None
    request = Request(Service("DEMO", kind), "orders", b"{}", paid=paid)
    return Job(record(), entry, LANE, request.service, number=0, request=request), request


def note(health: Health, *, accepted: int = 0, failed: int = 0, began: float = 0) -> None:
    for _ in range(accepted):
        health.accepted(began=began)
    for _ in range(failed):
        health.not_accepted()


def test_failures_while_a_service_is_well_give_a_record_up() -> None:
    subject, health = endings(attempts=3), Health()
    job, request = job_of()
    ends = []
    for _ in range(4):
        note(health, accepted=10)
        ends.append(subject.after_failure(job, request, FAILED, health, 0))

    gone = next(end for end in ends if end is not None)
    assert (gone.reason, gone.stage, gone.status) == ("exhausted", "deliver", 500)
    assert ends[:2] == [None, None]


@pytest.mark.parametrize(("accepted", "failed"), [(0, 10), (9, 0), (10, 3)])
def test_failures_while_a_service_is_not_well_never_give_a_record_up(
    accepted: int, failed: int
) -> None:
    subject, health = endings(attempts=1), Health()
    job, request = job_of()

    for _ in range(50):
        note(health, accepted=accepted, failed=failed)
        assert subject.after_failure(job, request, FAILED, health, 0) is None


@pytest.mark.parametrize(
    ("setting", "kind", "paid"),
    [
        ("behavior", Kind.BEHAVIOR, False),
        ("order", Kind.ORDER, False),
        ("paid_order", Kind.ORDER, True),
    ],
)
def test_each_sort_of_request_has_its_own_setting_for_an_unknown_fate(
    setting: str, kind: Kind, *, paid: bool
) -> None:
    job, request = job_of(kind, paid=paid)
    known = TryAgain("throttled", status=429)

    given_up = endings(unknown={setting: "dead_letter"})
    others = endings(unknown=dict.fromkeys(RESEND.keys() - {setting}, "dead_letter"))

    gone = given_up.after_failure(job, request, FAILED, Health(), 0)
    assert gone is not None
    assert gone.reason == "unknown_outcome"
    assert others.after_failure(job, request, FAILED, Health(), 0) is None
    assert given_up.after_failure(job, request, known, Health(), 0) is None


def test_the_third_refusal_gives_a_record_up_if_others_were_accepted_in_between() -> None:
    subject, health = endings(), Health()
    job, _ = job_of()
    ends = []
    for now in range(3):
        ends.append(subject.after_halt(job, REFUSED, health, now))
        note(health, accepted=1, began=now + 0.5)

    assert ends[:2] == [None, None]
    assert ends[2] is not None
    assert (ends[2].reason, ends[2].status) == ("forbidden", 403)


def test_refusals_with_nothing_accepted_in_between_give_nothing_up() -> None:
    subject, health = endings(), Health()
    job, _ = job_of()

    for now in range(50):
        note(health, failed=1, began=now)
        assert subject.after_halt(job, REFUSED, health, now) is None


def test_what_began_before_a_refusal_is_no_evidence_against_the_record() -> None:
    subject, health = endings(), Health()
    job, _ = job_of()

    for now in range(10, 60):
        assert subject.after_halt(job, REFUSED, health, now) is None
        note(health, accepted=1, began=9)


def test_a_pending_customer_is_waited_for_as_long_as_its_patience_lasts() -> None:
    subject = endings()
    job, request = job_of()
    at_last = Rejected("exhausted", "deliver", "StillPending", "pending")
    pending = TryAgain("pending", at_last=at_last)
    assert subject.left(job, 10) == float("inf")

    assert subject.after_failure(job, request, pending, Health(), 10) is None
    assert subject.left(job, 60) == 50
    assert subject.after_failure(job, request, pending, Health(), 109) is None
    assert subject.after_failure(job, request, pending, Health(), 110) == at_last
