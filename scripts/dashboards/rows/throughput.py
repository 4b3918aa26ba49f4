"""What comes in, and how it ends."""

from scripts.dashboards.panels import Graph, Query, Row
from scripts.dashboards.queries import ALL, SERVICE, share_of

ENDED = {"delivered": "green", "rejected": "orange", "exhausted": "red"}

_EVENTS = "request_events"
_mean_events = share_of(ALL.rate(_EVENTS, part="_sum"), ALL.rate(_EVENTS, part="_count"))

ROW = Row(
    "Throughput and outcomes",
    (
        Graph(
            title="Records read",
            description="Records that were read from Kafka, by topic, each second.",
            unit="cps",
            queries=[Query(ALL.rate("records_consumed", by=("topic",)), "{{topic}}")],
            stacked=True,
        ),
        Graph(
            title="Records ended",
            description="Delivered: Omeda has accepted it. Rejected and exhausted: it is a dead"
            " letter. Less than is read: the backlog grows.",
            unit="cps",
            queries=[Query(ALL.rate("records_settled", by=("outcome",)), "{{outcome}}")],
            stacked=True,
            colors=ENDED,
            alerts=("Stuck", "DeadLetterRatio"),
        ),
        Graph(
            title="Records ended, by service",
            description="A line at 0 beside records that are read is a service that stands.",
            unit="cps",
            queries=[Query(ALL.rate("records_settled", by=SERVICE), "{{brand}} {{kind}}")],
            alerts=("Stuck", "LagGrows"),
        ),
        Graph(
            title="Events in one request",
            description="How many events leave together: what waits for a customer is joined.",
            unit="short",
            queries=[
                Query(_mean_events, "mean"),
                Query(ALL.quantile(0.95, _EVENTS), "95%"),
            ],
        ),
        Graph(
            title="Skipped, merged, taken apart",
            description="Skipped: an earlier owner of the partition had settled the record, so it"
            " is not sent again. Merges followed: sent again for the customer that lives on."
            " Taken apart: of joined requests that Omeda refused, sent again in smaller ones.",
            unit="cps",
            queries=[
                Query(ALL.rate("records_skipped"), "skipped"),
                Query(ALL.rate("merges_followed"), "merges followed"),
                Query(ALL.rate("events_parted"), "taken apart"),
            ],
        ),
        Graph(
            title="Lost records",
            description="Offsets that Kafka no longer held before they were delivered. Above 0,"
            " the topic's retention is shorter than an outage was, or a topic was deleted.",
            unit="short",
            queries=[Query(ALL.grown("lost_records", by=SERVICE), "{{brand}} {{kind}}")],
            alerts=("RecordsLost",),
        ),
    ),
)
