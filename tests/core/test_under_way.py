from bridge.job import Job
from bridge.ledger import Ledger
from bridge.model import Commit, Kind, LaneKey, Service
from bridge.under_way import UnderWay
from tests.core.samples import P, record


def job(number: int) -> Job:
    ledger = Ledger()
    ledger.open(P, Commit(0))
    entry = ledger.admit(record(number))
    assert entry is not None
    return Job(record(number), entry, LaneKey("A", "1"), Service("A", Kind.ORDER), number=number)


def test_what_began_before_a_restart_is_under_way_and_does_not_count() -> None:
    subject, (old, hanging, new) = UnderWay(), map(job, range(3))
    subject.add(old)
    subject.add(hanging)
    assert (len(subject), subject.fresh) == (2, 2)

    subject.restart()
    subject.add(new)
    assert (len(subject), subject.fresh) == (3, 1)

    subject.end(old)
    assert (len(subject), subject.fresh) == (2, 1)
    subject.end(new)
    assert (len(subject), subject.fresh) == (1, 0)


def test_one_that_is_sent_again_after_the_restart_counts() -> None:
    subject, again = UnderWay(), job(0)
    subject.add(again)
    subject.restart()
    subject.end(again)
    subject.add(again)

    assert subject.fresh == 1
    assert repr(subject) == "<UnderWay: 1 requests, 1 of them fresh>"
