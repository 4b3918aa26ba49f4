"""Dead letters and rejections, by brand and reason."""

from scripts.dashboards.panels import Graph, Query, Row, Stat, States, Step, Table
from scripts.dashboards.queries import OF_BRANDS, SERVICE, share_of
from scripts.dashboards.rows.omeda import HALTED

NAMED = "{{brand}} {{kind}}"
GREEN = Step(None, "green")
_DEAD = 'outcome!="delivered"'

HOW_MANY = Row(
    "How many",
    (
        Stat(
            title="Dead letters",
            description="Records that became dead letters in the time that is shown.",
            unit="short",
            decimals=0,
            queries=[Query(OF_BRANDS.shown("dead_letters"), "dead letters")],
            steps=[GREEN, Step(1, "orange")],
            alerts=("DeadLetters",),
            width=6,
        ),
        Stat(
            title="Of all records",
            description="Dead letters among the records that ended in the time that is shown. Past"
            " dead_letters.limit, the service halts.",
            unit="percentunit",
            queries=[
                Query(
                    share_of(
                        OF_BRANDS.shown("records_settled", _DEAD),
                        OF_BRANDS.shown("records_settled"),
                    ),
                    "share",
                )
            ],
            steps=[GREEN, Step(0.01, "orange"), Step(0.05, "red")],
            alerts=("DeadLetterRatio",),
            width=6,
        ),
        Stat(
            title="Letters not stored",
            description="Writes to the dead-letter topic that failed; each is tried again, and its"
            " record waits. Is the topic there, and may the bridge write to it?",
            unit="short",
            decimals=0,
            queries=[Query(OF_BRANDS.shown("dead_letter_failures"), "failed writes")],
            steps=[GREEN, Step(1, "red")],
            alerts=("DeadLettersNotWritten",),
            width=6,
        ),
        Stat(
            title="Warned of",
            description="Rules with strictness `warn` that events broke: they were sent all the"
            " same.",
            unit="short",
            decimals=0,
            queries=[Query(OF_BRANDS.shown("rules_broken", 'strictness="warn"'), "warnings")],
            steps=[GREEN, Step(1, "orange")],
            width=6,
        ),
    ),
)

BY_REASON = Row(
    "By brand and reason",
    (
        Graph(
            title="By reason",
            description="empty, not_json, wrong_type, rule: never sent. refused, merged, forbidden:"
            " Omeda said no. exhausted, unknown_outcome: given up.",
            unit="cps",
            queries=[Query(OF_BRANDS.rate("dead_letters", by=("reason",)), "{{reason}}")],
            stacked=True,
            alerts=("DeadLetters",),
        ),
        Graph(
            title="By service",
            description="Which brand's events, and which kind.",
            unit="cps",
            queries=[Query(OF_BRANDS.rate("dead_letters", by=SERVICE), NAMED)],
            stacked=True,
            alerts=("DeadLetters",),
        ),
        Graph(
            title="Share by service",
            description="Dead letters among the records that ended. A step up at a producer's"
            " release says whom to ask.",
            unit="percentunit",
            queries=[
                Query(
                    share_of(
                        OF_BRANDS.rate("records_settled", _DEAD, by=SERVICE),
                        OF_BRANDS.rate("records_settled", by=SERVICE),
                    ),
                    NAMED,
                )
            ],
            limits=[Step(0.05, "red")],
            alerts=("DeadLetterRatio",),
        ),
        Table(
            title="Brand, kind and reason",
            description="Dead letters in the time that is shown. `omeda-bridge dead-letters list`"
            " names each, and `replay` sends them again.",
            unit="short",
            decimals=0,
            queries=[Query(f"{OF_BRANDS.shown('dead_letters', by=(*SERVICE, 'reason'))} > 0")],
            columns=(*SERVICE, "reason"),
            value="dead letters",
            alerts=("DeadLetters",),
            width=8,
        ),
        Graph(
            title="Letters not stored, by service",
            description="Writes to the dead-letter topic that failed. The partitions concerned"
            " cannot commit past those records until the topic takes them.",
            unit="short",
            queries=[Query(OF_BRANDS.grown("dead_letter_failures", by=SERVICE), NAMED)],
            alerts=("DeadLettersNotWritten",),
        ),
        States(
            title="Halted",
            description="Too many dead letters halt a service until a restart; a refusal by Omeda"
            " until it is mended. The log and the status page say which it is.",
            unit="none",
            queries=[Query(OF_BRANDS.highest("halted", SERVICE), NAMED)],
            states=HALTED,
            alerts=("Halted",),
        ),
    ),
)

RULES = Row(
    "Rules that events broke",
    (
        Graph(
            title="By rule",
            description="Whatever its strictness. docs/events.md says what each rule asks for.",
            unit="cps",
            queries=[Query(OF_BRANDS.rate("rules_broken", by=("rule",)), "{{rule}}")],
            stacked=True,
            width=12,
        ),
        Table(
            title="Brand, rule and strictness",
            description="In the time that is shown. `reject` made a dead letter, `warn` did not.",
            unit="short",
            decimals=0,
            queries=[
                Query(f"{OF_BRANDS.shown('rules_broken', by=(*SERVICE, 'rule', 'strictness'))} > 0")
            ],
            columns=(*SERVICE, "rule", "strictness"),
            value="times",
        ),
    ),
)

COMPLAINTS = Row(
    "What Omeda complained of",
    (
        Graph(
            title="Complaints",
            description="`unclassified` is a text that none of Omeda's pages has; the dead letter's"
            " message holds it.",
            unit="cps",
            queries=[Query(OF_BRANDS.rate("omeda_errors", by=("error",)), "{{error}}")],
            stacked=True,
        ),
        Graph(
            title="Given up, or nobody knows",
            description="Exhausted: every attempt failed while others were accepted. Unknown: sent,"
            " and no answer came; delivery.unknown_outcome says what follows.",
            unit="cps",
            queries=[
                Query(OF_BRANDS.rate("unknown_outcomes", by=SERVICE), f"{NAMED} unknown"),
                Query(
                    OF_BRANDS.rate("records_settled", 'outcome="exhausted"', by=SERVICE),
                    f"{NAMED} exhausted",
                ),
            ],
            alerts=("UnknownOutcomes",),
        ),
        Table(
            title="Brand and complaint",
            description="In the time that is shown, the most frequent first.",
            unit="short",
            decimals=0,
            queries=[Query(f"{OF_BRANDS.shown('omeda_errors', by=(*SERVICE, 'error'))} > 0")],
            columns=(*SERVICE, "error"),
            value="times",
            width=8,
        ),
    ),
)

ROWS = (HOW_MANY, BY_REASON, RULES, COMPLAINTS)
