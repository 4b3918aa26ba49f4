"""The settings of following accepted orders until they have landed at Omeda."""

from typing import Annotated

from msgspec import Meta

from bridge.config.base import Settings
from bridge.config.types import Count, Seconds


class Confirm(Settings, frozen=True):
    """Whether, how often and for how long Omeda is asked what became of an accepted order."""

    enabled: bool = False
    """Needs receipts.required: what is followed is kept there."""
    requests_per_second: Annotated[float, Meta(gt=0, le=1000)] = 1
    """Look-ups of each brand, in this process. Where more orders come in than that can follow, some
    are not followed, and counted."""
    first_seconds: Seconds = 60
    """From the acceptance to the first look-up; each further wait is twice the one before."""
    max_wait_seconds: Seconds = 3600
    """Longest wait between two look-ups of an order."""
    end_seconds: Annotated[float, Meta(gt=0, le=604_800)] = 86_400
    """An order that has not landed this long after its acceptance is followed no longer."""
    orders: Count = 10_000
    """Followed at once, of each brand; some two kilobytes each."""

    def __post_init__(self) -> None:
        if self.first_seconds > self.max_wait_seconds:
            raise ValueError("first_seconds must not exceed max_wait_seconds")
        if self.first_seconds > self.end_seconds:
            raise ValueError("first_seconds must not exceed end_seconds")
