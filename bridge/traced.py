"""An attempt with a span around it."""

from collections.abc import Sequence

import msgspec

from bridge.delivery import Delivery
from bridge.event import Request
from bridge.loading import Load
from bridge.model import Delivered, Verdict
from bridge.spans import Tracing


async def attempt(
    tracing: Tracing, delivery: Delivery, request: Request, loads: Sequence[Load]
) -> Verdict:
    """Send *request*, which carries *loads*, once; an acceptance names the span, if recorded."""
    jobs = [job for load in loads for job in load.jobs]
    records = [job.record for job in jobs]
    span = tracing.attempt(request, records, earlier=jobs[0].attempts)
    outcome: Verdict | None = None
    try:
        outcome = await delivery.attempt(request.traced(span.headers))
    finally:
        span.ended(outcome)
    if isinstance(outcome, Delivered) and span.id is not None:
        return msgspec.structs.replace(outcome, span=span.id)
    return outcome
