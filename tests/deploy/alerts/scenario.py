"""Hours of a bridge's metrics, minute by minute, and which alerts they set off when."""

from collections.abc import Mapping
from typing import NamedTuple

MINUTES = 150
"""How long a scenario lasts, unless it says otherwise."""

STARTED = "process_start_time_seconds"

Phase = tuple[int, float]
"""For so many minutes: a gauge's value, or what a counter grows by in each."""

Values = Mapping[str, str]
"""What a series shows, in promtool's notation, by the series."""


class Scenario(NamedTuple):
    """What happens, and which alerts fire at some of its minutes: those, and no other."""

    name: str
    changes: Values
    """Beside, or in place of, a bridge at work."""
    firing: Mapping[int, frozenset[str]]
    at_work: bool = True
    minutes: int = MINUTES


def series(name: str, **labels: str) -> str:
    """Of the process `a`, as its pod monitor labels it."""
    found = {"namespace": "events", "job": "events/bridge", "instance": "a", **labels}
    inside = ",".join(f'{label}="{value}"' for label, value in found.items())
    return f"{name}{{{inside}}}"


def of_service(name: str, **labels: str) -> str:
    """Of the one brand and kind that the scenarios have."""
    return series(f"omeda_bridge_{name}", brand="DEMO", kind="order", **labels)


def of_partition(name: str) -> str:
    return of_service(name, topic="orders", partition="0")


def of_process(name: str, **labels: str) -> str:
    return series(f"omeda_bridge_{name}", **labels)


def gauge(*phases: Phase) -> str:
    return " ".join(f"{value}+0x{minutes - 1}" for minutes, value in phases)


def counter(*phases: Phase, start: float = 0) -> str:
    """Grows on from phase to phase."""
    said, at = [], start
    for minutes, growth in phases:
        said.append(f"{at}+{growth}x{minutes - 1}")
        at += growth * minutes
    return " ".join(said)


def grown(*phases: Phase, start: float = 0) -> str:
    """A gauge that grows or falls by so much in each minute of a phase."""
    said, at = [], start
    for minutes, growth in phases:
        said.append(f"{at}{growth:+}x{minutes - 1}")
        at += growth * minutes
    return " ".join(said)


def started(minute: int) -> Values:
    """The process `a` began in that minute, and was then scraped for the first time."""
    return {series(STARTED): f"_x{minute} {gauge((MINUTES, minute * 60))}"}


def delays(minutes: int, *phases: tuple[int, float, float]) -> Values:
    """Of the delay's histogram: for so many minutes what was in time, and what was late."""
    in_time = [(length, good) for length, good, _ in phases]
    everything = [(length, good + late) for length, good, late in phases]
    assert sum(length for length, *_ in phases) == minutes
    return {
        of_service("delivery_delay_seconds_bucket", le="60.0"): counter(*in_time),
        of_service("delivery_delay_seconds_bucket", le="+Inf"): counter(*everything),
        of_service("delivery_delay_seconds_count"): counter(*everything),
    }


def bridge(minutes: int, a_minute: float = 600) -> dict[str, str]:
    """All that the rules read of a bridge that is well and delivers so many events a minute."""
    still, always = counter((minutes, 0)), gauge((minutes, 1))
    long_ago = gauge((minutes, -86_400))
    return {
        series("up"): always,
        of_process("build_info", version="1"): always,
        series(STARTED): long_ago,
        **delays(minutes, (minutes, a_minute, 0)),
        of_service("records_settled_total", outcome="delivered"): counter((minutes, a_minute)),
        of_service("requests_total", outcome="delivered", status_class="2xx"): counter(
            (minutes, a_minute)
        ),
        **{
            of_service(f"{name}_total", **labels): still
            for name, labels in (
                ("unknown_outcomes", {}),
                ("dead_letters", {"reason": "refused"}),
                ("dead_letter_failures", {}),
                ("lost_records", {}),
                ("receipt_failures", {}),
                ("receipts_lost", {}),
                ("rate_limit_wait_seconds", {}),
                ("retries", {"reason": "throttled"}),
            )
        },
        **{
            of_service("orders_ended_total", state=state): still
            for state in ("landed_with_loss", "failed", "held", "unknown")
        },
        of_service("orders_ended_total", state="landed"): counter((minutes, a_minute)),
        of_service("breaker_state"): gauge((minutes, 0)),
        of_service("halted"): gauge((minutes, 0)),
        of_service("concurrency_limit"): gauge((minutes, 32)),
        of_partition("consumer_lag_records"): gauge((minutes, 0)),
        of_partition("committed_offset"): counter((minutes, a_minute)),
        of_process("commits_total", outcome="ok"): counter((minutes, 12)),
        of_process("commits_total", outcome="failed"): still,
        of_process("assigned_partitions"): gauge((minutes, 6)),
        of_process("rebalances_total"): still,
        of_process("consumer_rebuilds_total"): still,
        of_process("backlog_records"): gauge((minutes, 10)),
        of_process("backlog_high_records"): gauge((minutes, 4000)),
        of_process("event_loop_lag_seconds_bucket", le="0.01"): counter((minutes, 600)),
        of_process("event_loop_lag_seconds_bucket", le="1.0"): counter((minutes, 600)),
        of_process("event_loop_lag_seconds_bucket", le="+Inf"): counter((minutes, 600)),
    }


NOTHING: frozenset[str] = frozenset()
SETTLED = of_service("records_settled_total", outcome="delivered")
LAG = of_partition("consumer_lag_records")
COMMITTED = of_partition("committed_offset")
OLDEST = of_partition("oldest_unsettled_timestamp_seconds")
LOST = of_service("lost_records_total")
UNWRITTEN = of_service("dead_letter_failures_total")
LETTERS = of_service("dead_letters_total", reason="refused")


def names(*short: str) -> frozenset[str]:
    return frozenset(f"OmedaBridge{name}" for name in short)
