from hypothesis import given
from hypothesis import strategies as st

from bridge.health import Health


@given(st.lists(st.booleans(), max_size=60), st.lists(st.booleans(), max_size=60))
def test_a_service_was_well_if_it_accepted_ten_and_four_fifths_since_the_mark(
    before: list[bool], since: list[bool]
) -> None:
    health = Health()
    for accepted in before:
        health.note(accepted=accepted, began=0)
    mark = health.mark()
    for accepted in since:
        health.note(accepted=accepted, began=0)

    assert health.well_since(mark) == (sum(since) >= 10 and sum(since) * 5 >= len(since) * 4)


def test_it_tells_its_counts() -> None:
    health = Health()
    health.note(accepted=True, began=3)
    health.note(accepted=False, began=5)

    assert repr(health) == "<Health: 1 of 2 accepted>"


def test_it_knows_when_the_newest_of_what_was_accepted_began() -> None:
    health = Health()
    for began, accepted in ((1, True), (4, True), (2, True), (9, False)):
        health.note(accepted=accepted, began=began)

    assert health.newest_accepted == 4
