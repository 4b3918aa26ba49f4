"""The configuration that the system tests run the bridge with, unless a test says otherwise."""

from collections.abc import Mapping
from typing import Any

Sections = Mapping[str, Mapping[str, Any]]

CONCURRENCY = 16
TOGETHER = 4
"""Events that may be in one request, in tests that count what a crash repeats."""

FEW_TOGETHER: Sections = {"delivery": {"max_behaviors_per_request": TOGETHER}}
APART: Sections = {"delivery": {"coalesce": False}}


def repeats_per_crash(together: int) -> int:
    """Events that were in flight, as many again since the last acknowledged commit, and what
    settles while that commit is under way."""
    return 2 * CONCURRENCY * together + 32


SOON_SECONDS = 6
SOON_MISSED: Sections = {"kafka": {"session_timeout_seconds": SOON_SECONDS}}
"""The shortest session that Kafka allows by default, for tests that kill a member."""

DEFAULTS: dict[str, dict[str, Any]] = {
    "kafka": {
        "start_from": "earliest",
        "session_timeout_seconds": 20,
        "rebalance_timeout_seconds": 25,
        "start_timeout_seconds": 60,
    },
    "omeda": {"timeout_seconds": 5, "connect_timeout_seconds": 2},
    "delivery": {
        "concurrency": CONCURRENCY,
        "coalesce": True,
        "retry": {"initial_seconds": 0.1, "max_seconds": 2},
        "backlog_high": 2000,
        "backlog_low": 1000,
        "backlog_bytes": 16_777_216,
        "drain_seconds": 10,
    },
    "admin": {"host": "127.0.0.1"},
    "log": {"level": "info", "format": "json"},
}


def merged(*layers: Sections) -> dict[str, dict[str, Any]]:
    """The layers' sections; within a section, the later layer wins setting by setting."""
    sections: dict[str, dict[str, Any]] = {}
    for layer in layers:
        for section, values in layer.items():
            sections[section] = {**sections.get(section, {}), **values}
    return sections
