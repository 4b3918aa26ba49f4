"""What a dry run has found, for people and for programs. Nothing of an event is in it."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from bridge.commands.against import Comparison
from bridge.commands.letter_texts import tame
from bridge.kafka.ranges import Part
from bridge.model import Route
from bridge.rehearsal import Rehearsal
from bridge.tally import Example, Tally
from bridge.terminal import painted


class Report(NamedTuple):
    """A dry run's end."""

    route: Route
    parts: list[Part]
    tally: Tally
    rehearsal: Rehearsal
    comparison: Comparison | None
    remarks: list[str]


def as_text(report: Report) -> str:
    """As a person reads it."""
    return "\n".join(_lines(report))


def as_document(report: Report) -> dict[str, Any]:
    """As a program reads it."""
    tally = report.tally
    return {
        "topic": report.route.topic,
        "brand": report.route.service.brand,
        "kind": str(report.route.service.kind),
        "partitions": [
            {"partition": part.number, "from": part.span.first, "to": part.span.end}
            for part in report.parts
        ],
        "records": tally.records,
        "delivered": tally.delivered,
        "events": tally.events,
        "requests": {"if_waiting": report.rehearsal.requests, "if_idle": tally.delivered},
        "rejected": tally.rejected,
        "reasons": dict(tally.reasons.most_common()),
        "faults": [
            {
                "reason": fault.reason,
                "rule": fault.rule or None,
                "records": records,
                "examples": [each._asdict() for each in tally.examples[fault]],
            }
            for fault, records in tally.faults.most_common()
        ],
        "warnings": dict(tally.warnings.most_common()),
        "producers": {
            name: {"records": counts.total(), "delivered": counts["delivered"], "reasons": bad}
            for name, counts in tally.producers.items()
            for bad in [_reasons(counts)]
        },
        "would_halt": report.rehearsal.halted,
        "against": _compared(report.comparison),
        "remarks": report.remarks,
    }


def _lines(report: Report) -> Iterator[str]:
    tally, service = report.tally, report.route.service
    yield painted(f"{report.route.topic} -> {service.brand}, {service.kind}", "bold")
    offsets = sum(part.offsets for part in report.parts)
    yield f"  {tally.records:,} records at {offsets:,} offsets of {len(report.parts)} partitions"
    yield f"  {tally.delivered:,} would be delivered: {tally.events:,} events"
    if tally.delivered:
        yield (
            f"    in about {report.rehearsal.requests:,} requests where they wait together (an"
            f" estimate), in {tally.delivered:,} where each finds the bridge idle"
        )
    rejected = f"  {tally.rejected:,} would be rejected"
    yield painted(rejected, "red") if tally.rejected else rejected
    if report.rehearsal.halted:
        yield painted(f"  the service would be halted at {report.rehearsal.halted}", "red")
    yield from _faults(tally)
    yield from _table("BROKEN, AND ONLY WARNED OF", tally.warnings.most_common())
    yield from _producers(tally)
    if report.comparison is not None:
        yield from _comparison(report.comparison)


def _faults(tally: Tally) -> Iterator[str]:
    if tally.faults:
        yield ""
        yield f"{'REASON':<12} {'RULE':<24} {'RECORDS':>10}"
    for fault, records in tally.faults.most_common():
        yield f"{fault.reason:<12} {fault.rule:<24} {records:>10,}"
        yield from _examples(tally.examples[fault])


def _producers(tally: Tally) -> Iterator[str]:
    if not tally.producers:
        return
    names = [tame(name) for name in tally.producers]
    width = max(8, *map(len, names))
    yield ""
    yield f"{'PRODUCER':<{width}} {'RECORDS':>10} {'REJECTED':>10}"
    for name, counts in zip(names, tally.producers.values(), strict=True):
        bad = _reasons(counts)
        by_reason = ", ".join(f"{records:,} {reason}" for reason, records in bad.items())
        yield (
            f"{name:<{width}} {counts.total():>10,} {sum(bad.values()):>10,}  {by_reason}".rstrip()
        )


def _comparison(comparison: Comparison) -> Iterator[str]:
    yield ""
    yield f"{'FORESEEN':<12} {'CAME':<24} {'RECORDS':>10}"
    for (foreseen, came), records in sorted(comparison.counts.items()):
        yield f"{foreseen:<12} {came:<24} {records:>10,}"
        yield from _examples(comparison.examples.get((foreseen, came), ()))


def _table(title: str, rows: Iterable[tuple[str, int]]) -> Iterator[str]:
    for place, (name, records) in enumerate(rows):
        if place == 0:
            yield ""
            yield f"{title:<37} {'RECORDS':>10}"
        yield f"{name:<37} {records:>10,}"


def _examples(examples: Iterable[Example]) -> Iterator[str]:
    return (f"    {tame(str(example))}" for example in examples)


def _reasons(counts: Counter[str]) -> dict[str, int]:
    return {reason: records for reason, records in counts.most_common() if reason != "delivered"}


def _compared(comparison: Comparison | None) -> list[dict[str, Any]] | None:
    if comparison is None:
        return None
    return [
        {
            "foreseen": foreseen,
            "came": came,
            "records": records,
            "examples": [each._asdict() for each in comparison.examples.get((foreseen, came), ())],
        }
        for (foreseen, came), records in sorted(comparison.counts.items())
    ]
