"""What the alerts of a process, and of its Kafka client, are tried on."""

from tests.deploy.alerts.scenario import (
    LAG,
    LETTERS,
    LOST,
    MINUTES,
    NOTHING,
    UNWRITTEN,
    Scenario,
    counter,
    gauge,
    names,
    of_process,
    of_service,
    series,
    started,
)

STARTING = (
    Scenario(
        "what a new process found lost, dead or unwritable before it was first looked at",
        {
            **started(20),
            LOST: f"_x20 {counter((MINUTES, 0), start=20)}",
            LETTERS: f"_x20 {counter((MINUTES, 0), start=50)}",
            UNWRITTEN: f"_x20 {counter((MINUTES, 0), start=3)}",
        },
        {
            19: NOTHING,
            21: names("RecordsLost", "DeadLetters"),
            27: names("RecordsLost", "DeadLetters", "DeadLettersNotWritten"),
            33: names("RecordsLost", "DeadLetters"),
            55: names("RecordsLost"),
            142: NOTHING,
        },
    ),
    Scenario(
        "what a process had counted long before it was scraped again",
        {name: f"5+0x29 _x20 {counter((100, 0), start=5)}" for name in (LOST, LETTERS, UNWRITTEN)},
        dict.fromkeys((1, 29, 52, 63, 70, 112), NOTHING),
    ),
)
KAFKA = (
    Scenario(
        "Kafka is away for an hour, and nobody owns anything",
        {
            of_process("assigned_partitions"): gauge((30, 6), (60, 0), (60, 6)),
            LAG: f"{gauge((30, 0))} _x60 {gauge((60, 0))}",
        },
        {
            30: NOTHING,
            44: NOTHING,
            47: names("NoPartitions"),
            89: names("NoPartitions"),
            91: NOTHING,
        },
    ),
    Scenario(
        "one process more than there are partitions",
        {
            series("omeda_bridge_assigned_partitions", instance="b"): gauge((MINUTES, 0)),
        },
        {30: NOTHING, 149: NOTHING},
    ),
    Scenario(
        "half of the commits fail",
        {of_process("commits_total", outcome="failed"): counter((30, 0), (40, 12), (80, 0))},
        {30: NOTHING, 60: names("CommitsFail"), 90: NOTHING},
    ),
    Scenario(
        "the group rebalances each minute",
        {of_process("rebalances_total"): counter((30, 0), (20, 1), (100, 0))},
        {30: NOTHING, 48: names("RebalanceStorm"), 90: NOTHING},
    ),
    Scenario(
        "a rollout of three",
        {of_process("rebalances_total"): counter((30, 0), (5, 1), (115, 0))},
        {30: NOTHING, 40: NOTHING, 50: NOTHING},
    ),
    Scenario(
        "a client is replaced each five minutes",
        {of_process("consumer_rebuilds_total"): counter((30, 0), (30, 0.2), (140, 0))},
        {30: NOTHING, 55: names("ClientRebuilt"), 170: NOTHING},
        minutes=200,
    ),
)
PROCESS = (
    Scenario(
        "the job disappears",
        {
            series("up"): gauge((30, 1)) + " stale",
            of_process("build_info", version="1"): gauge((30, 1)) + " stale",
        },
        {30: NOTHING, 37: names("Absent")},
        minutes=80,
    ),
    Scenario(
        "the job disappears, others of the same kind are there",
        {
            of_process("build_info", version="1"): gauge((30, 1)) + " stale",
            'omeda_bridge_build_info{namespace="other",job="other/bridge",instance="b"}': gauge(
                (120, 1)
            ),
        },
        {30: NOTHING, 37: names("Absent"), 110: NOTHING},
        minutes=120,
    ),
    Scenario(
        "a process is not to be reached",
        {
            series("up"): gauge((30, 1), (20, 0), (100, 1)),
            series("up", job="events/other", instance="c"): gauge((MINUTES, 0)),
        },
        {30: NOTHING, 37: names("Down"), 51: NOTHING},
    ),
    Scenario(
        "the backlog is full for an hour",
        {of_process("backlog_records"): gauge((30, 10), (60, 4000), (60, 10))},
        {30: NOTHING, 50: NOTHING, 65: names("BacklogFull"), 91: NOTHING},
    ),
    Scenario(
        "the rate limit holds delivery up for an hour",
        {of_service("rate_limit_wait_seconds_total"): counter((30, 3), (60, 58), (60, 3))},
        {30: NOTHING, 55: NOTHING, 65: names("RateLimited"), 110: NOTHING},
    ),
    Scenario(
        "the loop wakes late",
        {
            of_process("event_loop_lag_seconds_bucket", le="0.01"): counter(
                (30, 600), (40, 300), (80, 600)
            )
        },
        {30: NOTHING, 60: names("EventLoopLate"), 90: NOTHING},
    ),
)
