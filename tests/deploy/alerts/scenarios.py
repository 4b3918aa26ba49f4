"""What the alerts are tried on. Prometheus' clock begins at 0: a timestamp is seconds of it."""

from tests.deploy.alerts.scenario import (
    COMMITTED,
    LAG,
    LETTERS,
    LOST,
    MINUTES,
    NOTHING,
    OLDEST,
    SETTLED,
    UNWRITTEN,
    Scenario,
    bridge,
    counter,
    delays,
    gauge,
    grown,
    names,
    of_service,
    series,
)
from tests.deploy.alerts.scenarios_of_the_process import KAFKA, PROCESS, STARTING

STILL = Scenario(
    "nothing comes in for hours",
    bridge(MINUTES, a_minute=0),
    dict.fromkeys((1, 10, 40, 149), NOTHING),
    at_work=False,
)
AT_WORK = Scenario("all is well", {}, dict.fromkeys((1, 10, 40, 149), NOTHING))
NEVER_SEEN = Scenario(
    "no process was ever seen",
    {series("up"): "_x30"},
    {4: NOTHING, 6: names("Absent")},
    at_work=False,
    minutes=30,
)
DELIVERY = (
    Scenario(
        "half of the events are late for half an hour",
        delays(MINUTES, (60, 600, 0), (30, 300, 300), (60, 600, 0)),
        {
            60: NOTHING,
            85: names("FreshnessBudgetBurnsFast", "FreshnessBudgetBurns"),
            97: names("FreshnessBudgetBurns"),
            130: NOTHING,
        },
    ),
    Scenario(
        "half of few events are late",
        {**delays(MINUTES, (90, 0.5, 0.5), (60, 1, 0)), SETTLED: counter((MINUTES, 1))},
        {60: NOTHING, 85: NOTHING, 97: NOTHING},
    ),
    Scenario(
        "a tenth of the events are late for five hours",
        delays(450, (60, 600, 0), (300, 540, 60), (90, 600, 0)),
        {60: NOTHING, 120: NOTHING, 350: names("FreshnessBudgetBurns"), 400: NOTHING},
        minutes=450,
    ),
    Scenario(
        "a hundred wait and none is delivered",
        {
            LAG: gauge((30, 0), (60, 100), (60, 0)),
            SETTLED: counter((30, 600), (60, 0), (60, 600)),
        },
        {45: NOTHING, 52: names("Stuck"), 92: NOTHING},
    ),
    Scenario(
        "one customer holds up a partition for two hours",
        {
            OLDEST: gauge((120, 600), (30, 8700)),
            LAG: gauge((120, 500), (30, 0)),
        },
        {60: NOTHING, 99: NOTHING, 105: names("PartitionStuck"), 121: NOTHING},
    ),
    Scenario(
        "a partition stands for hours, because its next offset was lost, while others go on",
        {
            LOST: counter((30, 0), (1, 1000), (329, 0)),
            LAG: gauge((30, 0), (210, 500), (120, 0)),
            COMMITTED: f"{counter((30, 600))} {gauge((210, 17_400))} {counter((120, 600))}",
        },
        {
            29: NOTHING,
            32: names("RecordsLost"),
            115: names("RecordsLost"),
            122: names("RecordsLost", "PartitionStuck"),
            155: names("PartitionStuck"),
            239: names("PartitionStuck"),
            242: NOTHING,
        },
        minutes=360,
    ),
    Scenario(
        "a partition whose commits move, if only every half an hour",
        {
            LAG: gauge((MINUTES, 3)),
            COMMITTED: " ".join(gauge((30, at)) for at in range(5)),
            SETTLED: counter((MINUTES, 600)),
        },
        {60: NOTHING, 120: NOTHING, 149: NOTHING},
    ),
    Scenario(
        "old records, and a lag that shrinks",
        {OLDEST: gauge((MINUTES, 0)), LAG: grown((MINUTES, -2), start=500)},
        {60: NOTHING, 90: NOTHING, 149: NOTHING},
    ),
    Scenario(
        "more comes in than is delivered",
        {LAG: grown((30, 0), (60, 300), (60, -300))},
        {30: NOTHING, 45: NOTHING, 60: names("LagGrows"), 120: NOTHING},
    ),
)
OMEDA = (
    Scenario(
        "Omeda is down for half an hour",
        {
            of_service("breaker_state"): gauge((30, 0), (30, 2), (90, 0)),
            SETTLED: counter((30, 600), (30, 0), (90, 600)),
            LAG: grown((30, 0), (30, 600), (30, -600), (60, 0)),
        },
        {
            30: NOTHING,
            33: NOTHING,
            36: names("OmedaDown"),
            58: names("OmedaDown", "Stuck", "LagGrows"),
            100: NOTHING,
        },
    ),
    Scenario(
        "the breaker is half-open, again and again",
        {of_service("breaker_state"): gauge((30, 0), (10, 1), (10, 2), (100, 0))},
        {36: names("OmedaDown"), 45: names("OmedaDown"), 51: NOTHING},
    ),
    Scenario(
        "credentials are refused until they are replaced",
        {of_service("halted"): gauge((30, 0), (20, 1), (100, 0))},
        {30: NOTHING, 32: names("Halted"), 51: NOTHING},
    ),
    Scenario(
        "one in thirty requests is not answered",
        {of_service("unknown_outcomes_total"): counter((30, 0), (30, 20), (90, 0))},
        {30: NOTHING, 45: names("UnknownOutcomes"), 90: NOTHING},
    ),
    Scenario(
        "Omeda throttles down to one request",
        {
            of_service("concurrency_limit"): gauge((30, 32), (60, 1), (60, 32)),
            of_service("retries_total", reason="throttled"): counter((30, 0), (60, 30), (60, 0)),
        },
        {30: NOTHING, 40: NOTHING, 50: names("Throttled"), 91: NOTHING},
    ),
    Scenario(
        "one request at a time is what was configured",
        {of_service("concurrency_limit"): gauge((MINUTES, 1))},
        {60: NOTHING, 149: NOTHING},
    ),
)
DEAD_LETTERS = (
    Scenario(
        "one dead letter",
        {LETTERS: counter((30, 0), (1, 1), (119, 0))},
        {30: NOTHING, 33: names("DeadLetters"), 55: names("DeadLetters"), 65: NOTHING},
    ),
    Scenario(
        "one of ten becomes a dead letter",
        {LETTERS: counter((30, 0), (30, 60), (90, 0))},
        {
            30: NOTHING,
            33: names("DeadLetters"),
            50: names("DeadLetters", "DeadLetterRatio"),
            95: NOTHING,
        },
    ),
    Scenario(
        "the dead-letter topic is not there",
        {UNWRITTEN: counter((30, 0), (20, 6), (100, 0))},
        {30: NOTHING, 33: NOTHING, 40: names("DeadLettersNotWritten"), 65: NOTHING},
    ),
    Scenario(
        "retention has taken a thousand records",
        {LOST: counter((10, 0), (1, 1000), (239, 0))},
        {9: NOTHING, 12: names("RecordsLost"), 60: names("RecordsLost"), 140: NOTHING},
    ),
)
RECEIPTS = (
    Scenario(
        "the receipts topic is not there",
        {
            of_service("receipt_failures_total"): counter((30, 0), (20, 60), (200, 0)),
            of_service("receipts_lost_total"): counter((40, 0), (10, 50), (200, 0)),
        },
        {
            30: NOTHING,
            33: NOTHING,
            38: names("ReceiptsNotWritten"),
            45: names("ReceiptsNotWritten", "ReceiptsLost"),
            75: names("ReceiptsLost"),
            149: names("ReceiptsLost"),
            175: NOTHING,
        },
        minutes=250,
    ),
    *(
        Scenario(
            f"one order is {state}",
            {of_service("orders_ended_total", state=state): counter((10, 0), (1, 1), (239, 0))},
            {9: NOTHING, 13: names(alert), 60: names(alert), 145: NOTHING},
            minutes=250,
        )
        for state, alert in (
            ("failed", "OrdersFailed"),
            ("landed_with_loss", "OrdersFailed"),
            ("held", "OrdersHeld"),
            ("unknown", "OrdersHeld"),
        )
    ),
)
ALL = (
    *(STILL, AT_WORK, NEVER_SEEN, *DELIVERY, *OMEDA, *DEAD_LETTERS, *RECEIPTS, *STARTING),
    *(*KAFKA, *PROCESS),
)
