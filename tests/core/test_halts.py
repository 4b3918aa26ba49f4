from bridge.halts import NEVER, Halts

SECONDS = 15


def halted(now: float = 0) -> Halts:
    subject = Halts(SECONDS)
    assert subject.refused("forbidden", began=now, now=now)
    return subject


def test_a_refusal_halts_once_and_its_newest_reason_is_kept() -> None:
    subject = halted()
    assert not subject.refused("not allowed", began=1, now=2)

    assert subject.why == "not allowed"
    assert subject.opens_at == 2 + SECONDS


def test_one_probe_is_under_way_at_a_time_also_where_late_refusals_come_in() -> None:
    subject = halted()
    subject.probe()
    subject.refused("late", began=0, now=16)
    assert subject.opens_at == NEVER

    subject.probed(20)

    assert subject.opens_at == 20 + SECONDS


def test_a_request_that_began_before_it_went_on_halts_nothing_anew() -> None:
    subject = halted()
    assert subject.resume(10)
    assert not subject.refused("with the former credentials", began=9, now=12)
    assert not subject

    assert subject.refused("with the new ones as well", began=10, now=13)


def test_nothing_but_a_restart_ends_a_stand() -> None:
    subject = Halts(SECONDS)
    subject.stand("too many dead letters")
    assert not subject.refused("forbidden", began=1, now=1)
    assert not subject.resume(2)

    assert subject.why == "too many dead letters"
    assert subject.opens_at == NEVER


def test_what_does_not_stand_cannot_go_on() -> None:
    subject = Halts(SECONDS)
    assert not subject.resume(1)
    assert not subject
    assert repr(subject) == "<Halts: none>"
    assert repr(halted()) == "<Halts: forbidden>"
