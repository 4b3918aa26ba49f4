"""Orders by phone."""

from bridge.events import Call
from bridge.rules.book import Broken, Strictness, required, rule

_REQUIRED = (
    "TelemarketingCompany",
    "TelemarketingRecordingId",
    "TelemarketingAgent",
    "PersonalIdQuestion",
    "SpokeToName",
    "SpokeToTitle",
)


@rule(Call, Strictness.REJECT, source='Save Customer and Order: "SpokeToName is missing." and such')
def telemarketing(call: Call) -> Broken:
    """A call has its six required members."""
    return required(call, *_REQUIRED)
