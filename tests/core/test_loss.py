"""What is lost, and where reading goes on."""

import pytest

from bridge.config.kafka import LostOffsets
from bridge.loss import Edges, loss_of

HALT, EARLIEST, LATEST = LostOffsets.HALT, LostOffsets.EARLIEST, LostOffsets.LATEST


@pytest.mark.parametrize(
    ("policy", "lost", "start"), [(HALT, 30, None), (EARLIEST, 30, 40), (LATEST, 90, 100)]
)
def test_retention_has_taken_what_was_not_delivered(
    policy: LostOffsets, lost: int, start: int | None
) -> None:
    loss = loss_of(10, Edges(40, 100), policy)

    assert (loss.offsets, loss.start) == (lost, start)
    assert "30 offsets from 10 on" in loss.why


@pytest.mark.parametrize(
    ("policy", "lost", "start"), [(HALT, 0, None), (EARLIEST, 0, 2), (LATEST, 5, 7)]
)
@pytest.mark.parametrize("wanted", [50, 7, 3])
def test_a_topic_that_was_created_anew_has_other_records(
    wanted: int, policy: LostOffsets, lost: int, start: int | None
) -> None:
    """Also where it has grown over the wanted offset by the time its edges are known."""
    loss = loss_of(wanted, Edges(2, 7), policy)

    assert (loss.offsets, loss.start) == (lost, start)
    assert f"the next offset {wanted} does not exist" in loss.why
