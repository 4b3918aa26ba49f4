"""Every metric family: its name, labels and unit, what it means, and what to do when it moves.

docs/metrics.md is made from it: `make docs`.
"""

from bridge.metrics.family import PREFIX, Family
from bridge.metrics.receipt_families import RECEIPTS

__all__ = ["FAMILIES", "FAMILY", "PREFIX", "Family"]

_SERVICE = ("brand", "kind")
_PARTITION = ("brand", "kind", "topic", "partition")
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 60)
_DELAY = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300, 900, 3600, 14_400, 86_400)
"""60, 300 and 900 s are the bounds of the alerts."""
_EVENTS = (1, 2, 5, 10, 20, 50, 100)
_LOOP = (0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5)


FAMILIES = (
    # Records: what came, and how it ended.
    Family(
        *("records_consumed", "counter", "records", (*_SERVICE, "topic")),
        "Records read from Kafka.",
        "0 while lag grows: the process is paused, or owns nothing.",
    ),
    Family(
        *("records_settled", "counter", "records", (*_SERVICE, "outcome")),
        "Records that ended: accepted by Omeda, or stored as a dead letter.",
        "Compare it with records_consumed_total: the difference is in hand.",
    ),
    Family(
        *("delivery_delay_seconds", "histogram", "seconds", _SERVICE),
        "Time from a record's timestamp to its acceptance by Omeda.",
        "The one that publishers feel. High: look at lag, at Omeda's answers, at the limits.",
        _DELAY,
    ),
    Family(
        *("dead_letters", "counter", "records", (*_SERVICE, "reason")),
        "Records stored in the dead-letter topic.",
        "Look at them with `omeda-bridge dead-letters list`.",
    ),
    Family(
        *("dead_letter_failures", "counter", "attempts", _SERVICE),
        "Dead letters that were not acknowledged; each is written again.",
        "Does the dead-letter topic exist, and may the bridge write to it?",
    ),
    *RECEIPTS,
    Family(
        *("lost_records", "counter", "offsets", _SERVICE),
        "Offsets that Kafka no longer held before they were delivered, or that"
        " kafka.on_lost_offsets passed over.",
        "Raise the topic's retention, and see the log for which.",
    ),
    Family(
        *("records_skipped", "counter", "records", _SERVICE),
        "Records read that an earlier owner of the partition had settled already.",
        "",
    ),
    Family(
        *("rules_broken", "counter", "events", (*_SERVICE, "rule", "strictness")),
        "Rules that events broke. With strictness `reject` each ended as a dead letter, with"
        " `warn` it was sent all the same.",
        "Tell its producer.",
    ),
    # Omeda, as seen from here.
    Family(
        *("requests", "counter", "requests", (*_SERVICE, "outcome", "status_class")),
        "Requests sent to Omeda.",
        "",
    ),
    Family(
        *("request_duration_seconds", "histogram", "seconds"),
        (*_SERVICE, "outcome", "status_class"),
        "Time from request to outcome.",
        "Near omeda.timeout_seconds: Omeda is slow, and outcomes become unknown.",
        _SECONDS,
    ),
    Family(
        *("request_events", "histogram", "events", _SERVICE),
        "Events that one request carried.",
        "",
        _EVENTS,
    ),
    Family(
        *("retries", "counter", "attempts", (*_SERVICE, "reason")),
        "Attempts that failed and are repeated.",
        "Of one reason alone: that is what ails Omeda, or the way to it.",
    ),
    Family(
        *("backoff_seconds", "counter", "seconds", (*_SERVICE, "reason")),
        "Time that records wait for their next attempt.",
        "",
    ),
    Family(
        *("unknown_outcomes", "counter", "requests", _SERVICE),
        "Requests that were sent and whose fate is unknown; repeating one may duplicate it.",
        "Often: see delivery.unknown_outcome, and whether a gateway cuts requests off.",
    ),
    Family(
        *("omeda_errors", "counter", "answers", (*_SERVICE, "error")),
        "Answers in which Omeda complained, by what it complained of.",
        "`unclassified` is what none of its pages has: the dead letter's message says what.",
    ),
    Family(
        *("merges_followed", "counter", "events", _SERVICE),
        "Events sent again for the customer that theirs was merged into.",
        "High: the producers' ids are stale.",
    ),
    Family(
        *("events_parted", "counter", "events", _SERVICE),
        "Events of joined requests that Omeda refused, sent again in smaller requests. What Omeda"
        " took of one in spite of that exists twice.",
        "A producer writes what Omeda refuses: see omeda_errors_total.",
    ),
    Family(
        *("breaker_state", "gauge", "state", _SERVICE),
        "0 closed, 1 half-open, 2 open: Omeda fails, and is tried from time to time.",
        "Nothing is lost, and it goes on by itself.",
    ),
    Family(
        *("halted", "gauge", "boolean", _SERVICE),
        "1 while Omeda refuses the whole service, or too many records became dead letters.",
        "The log and the status say why, and what to do.",
    ),
    Family(*("in_flight", "gauge", "requests", _SERVICE), "Requests under way.", ""),
    Family(
        *("concurrency_limit", "gauge", "requests", _SERVICE),
        "Requests that may be under way.",
        "Falls when Omeda throttles or times out, and grows again by itself.",
    ),
    Family(
        *("rate_limit_wait_seconds", "counter", "seconds", _SERVICE),
        "Time that requests waited for delivery.requests_per_second.",
        "Near one second per second: the limit is what holds delivery up.",
    ),
    # Records in hand.
    Family(
        *("backlog_records", "gauge", "records", ()),
        "Records in hand: read and not settled.",
        "Near the high mark: Omeda is the bottleneck.",
    ),
    Family(*("backlog_bytes", "gauge", "bytes", ()), "Payload of the records in hand.", ""),
    Family(
        *("backlog_high_records", "gauge", "records", ()),
        "Records in hand above which partitions pause, all shares together.",
        "",
    ),
    Family(
        *("partition_paused", "gauge", "boolean", _PARTITION),
        "1 while the partition takes nothing in.",
        "Usual while Omeda is slower than the producers.",
    ),
    # Kafka.
    Family(
        *("consumer_lag_records", "gauge", "offsets", _PARTITION),
        "Offsets between the lowest unsettled record and the end.",
        "Growing on one partition alone: a customer who is stuck; on all: Omeda, or too few slots.",
    ),
    Family(
        *("committed_offset", "gauge", "offset", _PARTITION),
        "The last confirmed offset.",
        "Stands still while records arrive: look at the oldest unsettled one.",
    ),
    Family(
        *("oldest_unsettled_timestamp_seconds", "gauge", "timestamp", _PARTITION),
        "Timestamp of the lowest unsettled record.",
        "Old: /status.json tells the partition, the log the record.",
    ),
    Family(
        *("completion_map_bytes", "gauge", "bytes", _PARTITION),
        "Length of the completion map in the last commit; 4096 is the most that Kafka takes.",
        "",
    ),
    Family(
        *("completion_map_overflows", "counter", "maps", ()),
        "Completion maps that did not fit into a commit; a crash then repeats more.",
        "Often: some records wait long among many that do not.",
    ),
    Family(
        *("assigned_partitions", "gauge", "partitions", ()),
        "Partitions that this process owns.",
        "0 for long, in a group with more processes than partitions: one too many.",
    ),
    Family(
        *("rebalances", "counter", "rebalances", ()),
        "Rebalances of the consumer group.",
        "Without a rollout: members come and go, or are silent for longer than a session.",
    ),
    Family(
        *("commits", "counter", "commits", ("outcome",)),
        "Offset commits.",
        "Many failed ones: the group's coordinator; what settled since would be repeated.",
    ),
    Family(
        *("commit_duration_seconds", "histogram", "seconds", ("outcome",)),
        "Time from commit to confirmation.",
        "",
        _SECONDS,
    ),
    Family(
        *("consumer_rebuilds", "counter", "clients", ()),
        "Kafka clients that no longer worked and were replaced.",
        "The log says what was wrong.",
    ),
    # The process.
    Family(
        *("event_loop_lag_seconds", "histogram", "seconds", ()),
        "How late the event loop wakes a timer.",
        "High: the process is short of CPU.",
        _LOOP,
    ),
    Family(
        *("build", "info", "", ()),
        "Versions of the bridge and of Python, and whether it is compiled.",
        "",
    ),
    Family(*("config", "info", "", ()), "Facts of the configuration.", ""),
)

FAMILY = {family.name: family for family in FAMILIES}
