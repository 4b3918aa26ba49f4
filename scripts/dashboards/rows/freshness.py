"""Do events arrive in time? The symptoms, and the objective that the alerts hold them against."""

from scripts.dashboards.panels import Graph, Query, Row, Stat, Step
from scripts.dashboards.queries import ALL, SERVICE, max_of, share_of, sum_of

DELAY = "delivery_delay_seconds"
IN_TIME = 'le="60.0"'
ALLOWED = 0.01
"""Of what Omeda accepts, so much may be late."""

EXTREME = 0.99

GREEN = Step(None, "green")
_BURNT = ("FreshnessBudgetBurnsFast", "FreshnessBudgetBurns")
_STUCK = ("PartitionStuck",)


def _late(window: str, by: tuple[str, ...] = ()) -> str:
    in_time = ALL.within(window, DELAY, IN_TIME, by=by, part="_bucket")
    return f"1 - {share_of(in_time, ALL.within(window, DELAY, by=by, part='_count'))}"


def _burnt(window: str, by: tuple[str, ...] = ()) -> str:
    return f"({_late(window, by)}) / {ALLOWED}"


_late_now = share_of(
    ALL.rate(DELAY, IN_TIME, by=SERVICE, part="_bucket"),
    ALL.rate(DELAY, by=SERVICE, part="_count"),
)

STATS = (
    Stat(
        title="Delivered in time",
        description="Events that Omeda accepted within 60 seconds of their timestamp, as a share"
        " of all that it accepted in the time that is shown. The objective is 99 %.",
        unit="percentunit",
        queries=[
            Query(
                share_of(
                    ALL.shown(DELAY, IN_TIME, part="_bucket"), ALL.shown(DELAY, part="_count")
                ),
                "in time",
            )
        ],
        steps=[Step(None, "red"), Step(1 - ALLOWED, "green")],
        alerts=_BURNT,
    ),
    Stat(
        title="Error budget burnt",
        description="How fast late events use up what the objective allows, over the time that is"
        " shown. At 1, all of it is gone just when the objective's month ends.",
        unit="none",
        queries=[Query(_burnt("$__range"), "burn rate")],
        steps=[GREEN, Step(1, "orange"), Step(6, "red")],
        alerts=_BURNT,
    ),
    Stat(
        title="Oldest event waiting",
        description="Age of the oldest event that was read and has not ended. It grows while Omeda"
        " is down, a service is halted, or one customer's events wait.",
        unit="s",
        queries=[Query(f"{max_of(ALL.waiting())} or vector(0)", "oldest")],
        steps=[GREEN, Step(60, "orange"), Step(900, "red")],
        alerts=_STUCK,
    ),
    Stat(
        title="Lag",
        description="Records in Kafka that have not ended, of all partitions.",
        unit="short",
        decimals=0,
        queries=[Query(sum_of(ALL.partitions("consumer_lag_records")), "lag")],
        steps=[Step(None, "text")],
        alerts=("Stuck", "LagGrows"),
    ),
    Stat(
        title="Services halted",
        description="Services (a brand's behaviors, or its orders) that stand until somebody acts.",
        unit="none",
        decimals=0,
        queries=[Query(sum_of(ALL.highest("halted", SERVICE)), "halted")],
        steps=[GREEN, Step(1, "red")],
        alerts=("Halted",),
    ),
    Stat(
        title="Dead letters",
        description="Records that became dead letters in the time that is shown. None of them is"
        " sent again by itself; the other dashboard says of which brand, and why.",
        unit="short",
        decimals=0,
        queries=[Query(ALL.shown("dead_letters"), "dead letters")],
        steps=[GREEN, Step(1, "orange")],
        alerts=("DeadLetters", "DeadLetterRatio"),
    ),
)

GRAPHS = (
    Graph(
        title="Delay from timestamp to acceptance",
        description="How old events are when Omeda accepts them. The delay begins with the"
        " record's timestamp, so what producers and Kafka have used of it is in it, too.",
        unit="s",
        queries=[
            Query(ALL.quantile(share, DELAY), f"{share:.0%}", exemplars=share == EXTREME)
            for share in (0.5, 0.95, EXTREME)
        ],
        limits=[Step(60, "red")],
        alerts=_BURNT,
        width=6,
    ),
    Graph(
        title="Late events",
        description="Events accepted later than 60 seconds, as a share. The objective allows 1 %.",
        unit="percentunit",
        queries=[Query(f"1 - {_late_now}", "{{brand}} {{kind}}")],
        limits=[Step(ALLOWED, "orange")],
        alerts=_BURNT,
        width=6,
    ),
    Graph(
        title="Burn rate of the error budget",
        description="As the alerts see it: above 14.4 over an hour a month's budget is gone within"
        " two days, above 6 over six hours within five.",
        unit="none",
        queries=[
            Query(_burnt("1h", SERVICE), "{{brand}} {{kind}}, 1 h"),
            Query(_burnt("6h", SERVICE), "{{brand}} {{kind}}, 6 h"),
        ],
        limits=[Step(6, "orange"), Step(14.4, "red")],
        alerts=_BURNT,
        width=6,
    ),
    Graph(
        title="Age of the oldest event waiting",
        description="The oldest unsettled event of each topic. A line that rises as fast as time"
        " passes is a partition that stands still.",
        unit="s",
        queries=[Query(max_of(ALL.waiting(), ("topic",)), "{{topic}}")],
        alerts=_STUCK,
        width=6,
    ),
)

ROW = Row("Freshness and objective", (*STATS, *GRAPHS))
