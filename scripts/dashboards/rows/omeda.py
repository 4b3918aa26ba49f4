"""How Omeda answers, and what the bridge makes of it."""

from scripts.dashboards.panels import Graph, Query, Row, States
from scripts.dashboards.queries import ALL, SERVICE, share_of

NAMED = "{{brand}} {{kind}}"
HALTED = (("at work", "green"), ("halted", "red"))
_BREAKER = (("closed", "green"), ("half-open", "orange"), ("open", "red"))

_requests = ALL.rate("requests", by=SERVICE)
_delivered = ALL.rate("requests", 'outcome="delivered"', by=SERVICE)
# A service of which nothing was ever accepted has no such series, and is at 0 all the same.
_accepted = share_of(f"({_delivered} or 0 * {_requests})", _requests)

ANSWERS = (
    Graph(
        title="Requests",
        description="By what followed, and the class of the status: `none` is no answer at all.",
        unit="reqps",
        queries=[
            Query(
                ALL.rate("requests", by=("outcome", "status_class")), "{{outcome}} {{status_class}}"
            )
        ],
        stacked=True,
        alerts=("UnknownOutcomes",),
    ),
    Graph(
        title="Requests accepted",
        description="Of all requests. The rest is repeated, rejected or held.",
        unit="percentunit",
        queries=[Query(_accepted, NAMED)],
        alerts=("UnknownOutcomes",),
    ),
    Graph(
        title="Time to an answer",
        description="From the connection to the last byte. Near omeda.timeout_seconds, requests are"
        " given up, and whether they were stored is unknown.",
        unit="s",
        queries=[
            Query(ALL.quantile(share, "request_duration_seconds"), f"{share:.0%}")
            for share in (0.5, 0.95, 0.99)
        ],
    ),
    States(
        title="Breaker",
        description="Open: Omeda fails, its partitions pause, and one request is tried from time to"
        " time. Nothing becomes a dead letter by it.",
        unit="none",
        queries=[Query(ALL.highest("breaker_state", SERVICE), NAMED)],
        states=_BREAKER,
        alerts=("OmedaDown",),
    ),
    States(
        title="Halted",
        description="Omeda refuses the whole service, or too many records became dead letters. The"
        " log and the status page say which, and what to do.",
        unit="none",
        queries=[Query(ALL.highest("halted", SERVICE), NAMED)],
        states=HALTED,
        alerts=("Halted",),
    ),
    Graph(
        title="Requests under way",
        description="And how many may be. The limit falls when Omeda throttles or times out, and"
        " grows again with each round trip that is well.",
        unit="short",
        queries=[
            Query(ALL.total("in_flight", SERVICE), f"{NAMED} under way"),
            Query(ALL.total("concurrency_limit", SERVICE), f"{NAMED} limit"),
        ],
        alerts=("Throttled",),
    ),
)

FAILURES = (
    Graph(
        title="Attempts that are repeated",
        description="By what went wrong. The record keeps its place before its customer's later"
        " ones.",
        unit="cps",
        queries=[Query(ALL.rate("retries", by=("reason",)), "{{reason}}")],
        stacked=True,
        alerts=("Throttled",),
    ),
    Graph(
        title="Records in back-off",
        description="How many wait for their next attempt, on average, by what went wrong.",
        unit="short",
        queries=[Query(ALL.rate("backoff_seconds", by=("reason",)), "{{reason}}")],
        stacked=True,
    ),
    Graph(
        title="Unknown outcomes",
        description="Requests that were sent and whose fate nobody knows. Repeated, one may stand"
        " twice at Omeda; see delivery.unknown_outcome.",
        unit="cps",
        queries=[Query(ALL.rate("unknown_outcomes", by=SERVICE), NAMED)],
        alerts=("UnknownOutcomes",),
    ),
)

ROW = Row("Omeda, as seen from here", (*ANSWERS, *FAILURES))
