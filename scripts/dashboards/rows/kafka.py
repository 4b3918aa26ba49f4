"""Where records wait in Kafka, who owns what, and whether commits get through."""

from scripts.dashboards.panels import Graph, Query, Row, Step
from scripts.dashboards.queries import ALL, sum_of

EACH = "{{topic}} {{partition}}"

LAG = (
    Graph(
        title="Lag in records",
        description="Offsets between the lowest unsettled record and the end, by topic.",
        unit="short",
        queries=[
            Query(sum_of(ALL.partitions("consumer_lag_records"), ("topic",)), "{{topic}}"),
        ],
        stacked=True,
        alerts=("LagGrows", "Stuck"),
    ),
    Graph(
        title="Lag by partition",
        description="One line far above the others is a customer whose event cannot be delivered,"
        " or a key that most events have.",
        unit="short",
        queries=[Query(ALL.partitions("consumer_lag_records"), EACH)],
        alerts=("LagGrows", "PartitionStuck"),
    ),
    Graph(
        title="Lag in time by partition",
        description="Age of the oldest event of a partition that was read and has not ended."
        " Nothing where nothing waits.",
        unit="s",
        queries=[Query(ALL.waiting(), EACH)],
        limits=[Step(3600, "red")],
        alerts=("PartitionStuck",),
    ),
)

GROUP = (
    Graph(
        title="Partitions owned",
        description="By process. Together they are all partitions of all routes; a process with"
        " none is one more than there is work for. More than all: one has lost touch with Kafka,"
        " and does not know yet that they are another's.",
        unit="short",
        queries=[Query(ALL.highest("assigned_partitions", ("instance",)), "{{instance}}")],
        stacked=True,
        alerts=("NoPartitions",),
    ),
    Graph(
        title="Partitions paused",
        description="Partitions from which nothing is taken in: their share of the backlog is used"
        " up, or their service is at rest.",
        unit="short",
        queries=[Query(sum_of(ALL.partitions("partition_paused"), ("topic",)), "{{topic}}")],
        stacked=True,
    ),
    Graph(
        title="Rebalances and new clients",
        description="Rebalances stop every member for a moment. New clients: a Kafka client no"
        " longer worked and was replaced; the log says why.",
        unit="short",
        queries=[
            Query(ALL.grown("rebalances", by=("instance",)), "{{instance}} rebalances"),
            Query(ALL.grown("consumer_rebuilds", by=("instance",)), "{{instance}} new clients"),
        ],
        alerts=("RebalanceStorm", "ClientRebuilt"),
    ),
)

COMMITS = (
    Graph(
        title="Commits",
        description="Offset commits by outcome. After failed ones, or where the completion map did"
        " not fit, a crash repeats more.",
        unit="cps",
        queries=[
            Query(ALL.rate("commits", by=("outcome",)), "{{outcome}}"),
            Query(ALL.rate("completion_map_overflows"), "map did not fit"),
        ],
        colors={"ok": "green", "failed": "red"},
        alerts=("CommitsFail",),
    ),
    Graph(
        title="Time to commit",
        description="From a commit to Kafka's confirmation.",
        unit="s",
        queries=[
            Query(ALL.quantile(share, "commit_duration_seconds"), f"{share:.0%}")
            for share in (0.5, 0.95, 0.99)
        ],
    ),
    Graph(
        title="Committed offsets",
        description="The last confirmed offset of each partition. A line that stays level while lag"
        " grows is a partition that stands.",
        unit="locale",
        queries=[Query(ALL.partitions("committed_offset"), EACH)],
    ),
)

ROW = Row("Kafka, lag, rebalances", (*LAG, *GROUP, *COMMITS))
