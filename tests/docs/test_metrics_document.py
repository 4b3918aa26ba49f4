"""docs/metrics.md is what the catalogue says, and what it says of series holds."""

import runpy
from collections import Counter
from pathlib import Path
from typing import Any, get_args

from bridge.metrics import Metrics
from bridge.metrics.catalogue import FAMILIES
from bridge.metrics.families import RETRY_REASONS
from bridge.model import Kind, Partition, Reason, Route, Service
from bridge.refusals import KNOWN, UNCLASSIFIED
from bridge.rules import RULES
from bridge.status import PartitionStatus, ServiceStatus, Status

ROOT = Path(__file__).parents[2]
REFERENCE: dict[str, Any] = runpy.run_path(str(ROOT / "scripts/metrics_reference.py"))

SERVICE = Service("DEMO", Kind.ORDER)
PLACES = [Partition("orders", number) for number in range(3)]


def test_the_document_is_current() -> None:
    assert REFERENCE["document"]() == (ROOT / "docs/metrics.md").read_text(), "run `make docs`"


def test_every_family_says_what_it_means_and_most_what_to_do() -> None:
    assert all(family.meaning.endswith(".") for family in FAMILIES)
    assert sum(bool(family.action) for family in FAMILIES) > len(FAMILIES) / 2
    assert len({family.name for family in FAMILIES}) == len(FAMILIES)


def test_a_process_in_every_kind_of_trouble_has_no_more_series_than_the_document_says() -> None:
    metrics = Metrics()
    metrics.begin([Route("orders", SERVICE)])
    metrics.watch(status)
    suffer_everything(metrics)

    found: Counter[str] = Counter()
    for family in metrics.registry.collect():
        if family.name.startswith("omeda_bridge_"):
            for sample in family.samples:
                owner = "partition" if "partition" in sample.labels else "process"
                service = owner == "process" and "brand" in sample.labels
                found["service" if service else owner] += not sample.name.endswith("_created")

    ceilings = REFERENCE["ceilings"]()
    assert found["service"] <= ceilings["service"]
    assert found["partition"] == ceilings["partition"] * len(PLACES)
    assert found["process"] <= ceilings["process"]
    # Nearly all of it was reached: the bound is no guess.
    assert found["service"] > 0.9 * ceilings["service"]


BY_ANSWER = {"omeda_bridge_requests", "omeda_bridge_request_duration_seconds"}
"""Whose outcomes and status classes cannot all occur: they are there once they did."""
BY_STRICTNESS = {"omeda_bridge_rules_broken"}
"""A rule has the one strictness that is configured."""


def test_counters_stand_at_0_from_the_start_with_each_label_that_trouble_would_bring() -> None:
    metrics = Metrics()
    metrics.begin([Route("orders", SERVICE)])
    at_first = series(metrics)
    suffer_everything(metrics)

    counting = {
        f"omeda_bridge_{family.name}"
        for family in FAMILIES
        if family.type in ("counter", "histogram")
    }
    for name in counting - BY_ANSWER:
        assert at_first[name], name
        assert at_first[name] == series(metrics)[name] or name in BY_STRICTNESS, name


def series(metrics: Metrics) -> dict[str, set[tuple[str, ...]]]:
    """By the family's name, and each with its labels' values."""
    return {
        family.name: {(one.name, *one.labels.values()) for one in family.samples}
        for family in metrics.registry.collect()
    }


def suffer_everything(metrics: Metrics) -> None:
    for reason in get_args(Reason):
        metrics.rejected(SERVICE, reason)
    for reason in RETRY_REASONS:
        metrics.backed_off(SERVICE, reason, 1.0)
    for rule in RULES:
        for strictness in ("reject", "warn"):
            metrics.rule_broken(SERVICE, rule, strictness)
    metrics.refused(SERVICE, [*(known.name for known in KNOWN), UNCLASSIFIED])
    for outcome in ("delivered", "rejected", "retried", "halted"):
        for answer in (None, 100, 200, 300, 400, 500):
            metrics.requested(SERVICE, outcome, answer, 0.1, 1)
    metrics.committed("ok", 0.1)
    metrics.committed("failed", 0.1)


def status() -> Status:
    partitions = [
        PartitionStatus(
            place.topic,
            place.number,
            *SERVICE,
            paused=False,
            records=0,
            committed=1,
            lag=1,
            oldest_unsettled=1.0,
            map_characters=0,
        )
        for place in PLACES
    ]
    services = [ServiceStatus(*SERVICE, in_flight=1, limit=2, breaker=0, halted=None)]
    return Status("running", 1, 1, 1, 1, partitions, services)
