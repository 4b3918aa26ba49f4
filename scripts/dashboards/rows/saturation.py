"""What is full: which bound holds delivery up."""

from scripts.dashboards.panels import Graph, Query, Row, Step
from scripts.dashboards.queries import ALL, SERVICE, max_of, share_of

NAMED = "{{brand}} {{kind}}"
EACH = "{{instance}}"
_INSTANCE = ("instance",)

_in_hand = share_of(
    ALL.total("backlog_records", _INSTANCE), ALL.total("backlog_high_records", _INSTANCE)
)
_under_way = share_of(ALL.total("in_flight", SERVICE), ALL.total("concurrency_limit", SERVICE))

ROW = Row(
    "Saturation",
    (
        Graph(
            title="Records in hand",
            description="Read and not settled, as a share of delivery.backlog_high. Near 100 %,"
            " Omeda is what is slow, and more processes do not help.",
            unit="percentunit",
            queries=[Query(_in_hand, EACH)],
            limits=[Step(0.9, "orange")],
            alerts=("BacklogFull",),
        ),
        Graph(
            title="Bytes in hand",
            description="Payload of the records in hand; delivery.backlog_bytes is the most.",
            unit="bytes",
            queries=[Query(ALL.total("backlog_bytes", _INSTANCE), EACH)],
        ),
        Graph(
            title="Requests under way, of the limit",
            description="At 100 %, requests wait for a slot: Omeda is slow, or the limit is low.",
            unit="percentunit",
            queries=[Query(_under_way, NAMED)],
            alerts=("Throttled",),
        ),
        Graph(
            title="Requests that wait for the rate limit",
            description="How many wait, on average, for delivery.requests_per_second. Each process"
            " has that limit for itself.",
            unit="short",
            queries=[Query(ALL.rate("rate_limit_wait_seconds", by=SERVICE), NAMED)],
            alerts=("RateLimited",),
        ),
        Graph(
            title="Event loop lag",
            description="How late a timer wakes. High: the process is short of CPU.",
            unit="s",
            queries=[
                Query(
                    ALL.quantile(share, "event_loop_lag_seconds", _INSTANCE), f"{EACH} {share:.0%}"
                )
                for share in (0.5, 0.99)
            ],
            limits=[Step(0.5, "red")],
            alerts=("EventLoopLate",),
        ),
        Graph(
            title="Completion map",
            description="What a commit says of records above its offset that have ended; 4096 bytes"
            " fit. What does not fit is sent again after a crash.",
            unit="bytes",
            queries=[
                Query(
                    max_of(ALL.partitions("completion_map_bytes"), ("topic",)), "{{topic}} longest"
                )
            ],
            limits=[Step(4096, "red")],
        ),
    ),
)
