"""What became of events: receipts, and orders that are followed at Omeda."""

from scripts.dashboards.panels import Graph, Query, Row
from scripts.dashboards.queries import ALL

STATE = ("state",)
LANDING = "landing_seconds"

ROW = Row(
    "Receipts and orders",
    (
        Graph(
            title="Receipts",
            description="Where receipts.topic is set. Those that fail are written again; with"
            " receipts.required their events wait. A lost one says nothing of its event, which has"
            " ended.",
            unit="cps",
            queries=[
                Query(ALL.rate("receipts"), "written"),
                Query(ALL.rate("receipt_failures"), "failed"),
                Query(ALL.rate("receipts_lost"), "lost"),
            ],
            colors={"written": "green", "failed": "orange", "lost": "red"},
            alerts=("ReceiptsNotWritten", "ReceiptsLost"),
            width=6,
        ),
        Graph(
            title="Orders at Omeda",
            description="Where confirm.enabled is set: what became of accepted orders."
            " `omeda-bridge trace` finds one that did not land.",
            unit="short",
            queries=[Query(ALL.grown("orders_ended", by=STATE), "{{state}}")],
            stacked=True,
            colors={"landed": "green", "failed": "red", "held": "orange"},
            alerts=("OrdersFailed", "OrdersHeld"),
            width=6,
        ),
        Graph(
            title="From acceptance to landing",
            description="As exact as the wait between two look-ups. High: Omeda's own processing"
            " is behind.",
            unit="s",
            queries=[
                Query(ALL.quantile(0.5, LANDING), "half"),
                Query(ALL.quantile(0.95, LANDING), "95 %"),
            ],
            width=6,
        ),
        Graph(
            title="Look-ups",
            description="What Omeda says of orders on their way, and orders for which"
            " confirm.requests_per_second or confirm.orders has no room: the others are a sample.",
            unit="cps",
            queries=[
                Query(ALL.rate("order_lookups", by=STATE), "{{state}}"),
                Query(ALL.rate("orders_not_followed"), "not followed"),
            ],
            width=6,
        ),
    ),
)
