from hypothesis import given
from hypothesis import strategies as st

from bridge.health import Health


def note(health: Health, *, accepted: bool, began: float = 0) -> None:
    if accepted:
        health.accepted(began=began)
    else:
        health.not_accepted()


@given(st.lists(st.booleans(), max_size=60), st.lists(st.booleans(), max_size=60))
def test_a_service_was_well_if_it_accepted_ten_and_four_fifths_since_the_mark(
    before: list[bool], since: list[bool]
) -> None:
    health = Health()
    for accepted in before:
        note(health, accepted=accepted)
    mark = health.mark()
    for accepted in since:
        note(health, accepted=accepted)

    assert health.well_since(mark) == (sum(since) >= 10 and sum(since) * 5 >= len(since) * 4)


def test_it_tells_its_counts() -> None:
    health = Health()
    note(health, accepted=True)
    note(health, accepted=False)

    assert repr(health) == "<Health: 1 of 2 accepted>"


def test_it_knows_when_the_newest_of_what_was_accepted_began() -> None:
    health = Health()
    for began, accepted in ((1, True), (4, True), (2, True), (9, False)):
        note(health, accepted=accepted, began=began)

    assert health.newest_accepted == 4
