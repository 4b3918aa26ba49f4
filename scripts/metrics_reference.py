"""Write docs/metrics.md anew from the catalogue: `make docs`."""

from collections.abc import Iterator
from math import prod
from pathlib import Path
from typing import get_args

from bridge.metrics.catalogue import FAMILIES, Family
from bridge.model import Reason
from bridge.refusals import KNOWN
from bridge.rules import RULES

DOCUMENT = Path(__file__).parent.parent / "docs/metrics.md"

HEAD = """\
# Metrics

Made from the bridge's own catalogue by `make docs`. Names, labels and buckets are an API: a change is a new
major version. `brand` and `kind` (`behavior`, `order`) are the route's. No label holds a customer, an id or a URL.

At `/metrics` of the admin port, as Prometheus text, or as OpenMetrics where that is asked for. Counters of a
route, with each reason, rule and complaint, stand at 0 from the start, so that the first increase is seen. Gauges with a `partition` are
those of the partitions that the process owns now: one that was taken away is gone from them at once. Take
`max by (topic, partition)` of them over processes, never the sum.

A service (a brand and kind) has at most {service} series, a partition {partition}, and
the process {process} beside what the client library tells of the process itself. The largest part
is `request_duration_seconds`, by outcome and status class: few of those ever occur.

| metric | type | unit | more labels | meaning | when it moves |
|---|---|---|---|---|---|
"""


def document() -> str:
    """The whole of docs/metrics.md."""
    head = HEAD
    for word, bound in ceilings().items():
        head = head.replace("{" + word + "}", str(bound))
    return head + "".join(f"{row}\n" for row in map(_row, FAMILIES)) + "\n" + "\n".join(_buckets())


def ceilings() -> dict[str, int]:
    """Series at most, of a service, of a partition, and of the process."""
    found = {"service": 0, "partition": 0, "process": 0}
    for family in FAMILIES:
        owner = "partition" if "partition" in family.labels else "process"
        owner = "service" if owner == "process" and "brand" in family.labels else owner
        found[owner] += _series(family)
    return found


VALUES = {
    "outcome": 4,
    "status_class": 6,
    "state": 7,
    "reason": max(len(get_args(Reason)), 9),
    "error": len({known.name for known in KNOWN}) + 1,
    "rule": len(RULES),
    "strictness": 2,
    "topic": 1,
}
"""How many values a label can have, beside brand, kind and partition; one topic of each service."""


def _series(family: Family) -> int:
    children = prod(VALUES.get(label, 1) for label in family.labels)
    # Of a histogram: its buckets, the infinite one, the sum and the count.
    return children * (len(family.buckets) + 3 if family.type == "histogram" else 1)


def _row(family: Family) -> str:
    labels = ", ".join(f"`{label}`" for label in family.labels) or "none"
    cells = (f"`{family.exposed}`", family.type, family.unit or "none", labels)
    return f"| {' | '.join((*cells, family.meaning, family.action))} |"


def _buckets() -> Iterator[str]:
    yield "## Buckets\n"
    yield "Upper bounds, in the metric's unit; the last one, without a bound, is not named.\n"
    yield "| metric | buckets |\n|---|---|"
    for family in FAMILIES:
        if family.buckets:
            yield f"| `{family.exposed}` | {', '.join(f'{each:g}' for each in family.buckets)} |"
    yield ""


if __name__ == "__main__":
    DOCUMENT.write_text(document(), encoding="utf-8")
