"""The families of what is told of records that ended: receipts, and orders that were followed."""

from bridge.metrics.family import Family

_SERVICE = ("brand", "kind")
_LANDING = (10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21_600, 86_400)

RECEIPTS = (
    Family(
        *("receipts", "counter", "receipts", _SERVICE),
        "Receipts acknowledged by the receipts topic.",
        "",
    ),
    Family(
        *("receipt_failures", "counter", "receipts", _SERVICE),
        "Receipts that were not acknowledged; each is written again.",
        "Does the receipts topic exist, and may the bridge write to it? With receipts.required"
        " their records wait.",
    ),
    Family(
        *("receipts_lost", "counter", "receipts", _SERVICE),
        "Records that ended and have no receipt, or perhaps none: their topic took none for too"
        " long, or their partition was taken away first.",
        "Nothing of delivery is lost; `omeda-bridge trace` knows less of them.",
    ),
    Family(
        *("orders_ended", "counter", "orders", (*_SERVICE, "state")),
        "Accepted orders of which Omeda's Transaction Lookup has told an end, or that they are on"
        " hold; `unknown`: none was told within confirm.end_seconds.",
        "Other than `landed`: find the order with `omeda-bridge trace`.",
    ),
    Family(
        *("landing_seconds", "histogram", "seconds", _SERVICE),
        "Time from an order's acceptance until it was seen to have landed; as exact as the wait"
        " between two look-ups.",
        "High: Omeda's own processing is behind.",
        _LANDING,
    ),
    Family(
        *("order_lookups", "counter", "look-ups", (*_SERVICE, "state")),
        "Transaction look-ups, by what they told; `no_answer` told nothing.",
        "",
    ),
    Family(
        *("orders_not_followed", "counter", "orders", _SERVICE),
        "Accepted orders that are not followed, because confirm.requests_per_second or"
        " confirm.orders has no room for them.",
        "Usual where many orders come in: those that are followed are a sample.",
    ),
)
