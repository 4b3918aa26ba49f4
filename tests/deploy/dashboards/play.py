"""What happens on the stage: every fault that a panel is there to show, once."""

import itertools
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.deploy.dashboards.stage import (
    BEHAVIORS,
    DEAD_LETTERS,
    HAPPENS_SECONDS,
    ORDERS,
    PAID,
    RECEIPTS,
    WEEKLY,
    Stage,
)
from tests.system.background import repeating
from tests.system.events import behavior_body, encode, order_body
from tests.system.waiting import eventually

PENDING = range(5000, 5016)
"""Enough that one is in each partition, to hold up its commits while others go on."""

MERGED, SURVIVING, UNKNOWN, CURSED = 6001, 6002, 6100, 6200
FAILING, HELD, PAYING = 7001, 7002, range(7010, 7210)
"""Of orders that are followed: their customers. So many at once that some are not."""

SCENARIO: dict[str, Any] = {
    "latency": {"base_seconds": 0.01, "jitter_seconds": 0.04},
    "customers": {
        "merged": {MERGED: SURVIVING},
        "unknown": [UNKNOWN],
        "pending": dict.fromkeys(PENDING, 1_000_000),
    },
    "transactions": {
        "courses": [
            {"states": [0, 7, 9], "customers": [FAILING]},
            {"states": [0, 7, 3], "customers": [HELD]},
        ]
    },
}
LOAD_STEP_SECONDS = 0.1
CUSTOMERS = 300
LATE_SECONDS = 400
SEEN_SECONDS = 5

REFUSING = {
    "effect": {"type": "errors", "status": 400, "error": "The moon is in the wrong house."},
    "customers": [CURSED],
}
FLAKY = [
    {"effect": {"type": "status", "status": 429, "retry_after": 1}, "probability": 0.15},
    {"effect": {"type": "status", "status": 500, "saved": True}, "probability": 0.05},
    {"effect": {"type": "stall"}, "probability": 0.05},
    {"effect": {"type": "reset_after"}, "probability": 0.05},
    {"effect": {"type": "html", "status": 503}, "probability": 0.05},
]
DOWN = {"effect": {"type": "html", "status": 503}}
FORBIDDEN = {"effect": {"type": "status", "status": 403}, "service": "order"}
OF = "omeda_bridge_"
REPLACED = "the Kafka client is replaced"


class Play:
    """The acts, in their order; each ends when Prometheus has seen what it is about."""

    def __init__(self, stage: Stage, *, calm_seconds: float) -> None:
        self._stage = stage
        self._calm_seconds = calm_seconds
        self._turns = itertools.count()

    def perform(self) -> None:
        self.begin_with_a_loss()
        with self._load():
            self.letters_that_cannot_be_written()
            self.customers_who_hold_up_their_partitions()
            self.a_second_process()
            self.a_wire_that_dies_while_omeda_is_unwell()
            self.orders_that_are_followed()
            # What came last must have been scraped, and lie before the end of every graph.
            time.sleep(SEEN_SECONDS)
        self._stage.written()

    def begin_with_a_loss(self) -> None:
        """Counted at 0 first: what grew before the first look at it would not be seen."""
        stage = self._stage
        for customer in range(200):
            stage.write(WEEKLY, customer, encode(behavior_body(customer + 1, "early")))
        stage.written()
        stage.lose(WEEKLY, before=3, expired=9)
        stage.wire.black_hole = True
        stage.start_bridge(by_wire=True)
        stage.until(f"{OF}lost_records_total == 0")
        stage.wire.black_hole = False
        stage.until(f"{OF}lost_records_total > 0")

    def letters_that_cannot_be_written(self) -> None:
        self._stage.trouble(REFUSING)
        self._bad_events()
        self._stage.until(f"{OF}dead_letter_failures_total > 0")
        self.calm()
        self._stage.cluster.create_topics({DEAD_LETTERS: 1})
        self._stage.until(f'{OF}dead_letters_total{{reason="rule"}} > 0')
        self._bad_events()

    def customers_who_hold_up_their_partitions(self) -> None:
        for customer in PENDING:
            self._stage.write(BEHAVIORS, customer, encode(behavior_body(customer, "held")))
        self._stage.until(f"{OF}completion_map_bytes > 0")
        self.calm()

    def a_second_process(self) -> None:
        self._stage.start_bridge()
        self._stage.until(f"sum({OF}records_skipped_total) > 0")
        at_work = (
            f'sum by (instance) (rate({OF}records_settled_total{{outcome="delivered"}}[4s])) > 0'
        )
        self.calm()
        self._stage.until(f"count({at_work}) == 2")

    def a_wire_that_dies_while_omeda_is_unwell(self) -> None:
        """Commits fail, and after a session and a rebalance together the client is replaced."""
        stage = self._stage
        stage.trouble(*FLAKY)
        stage.until(f"sum({OF}unknown_outcomes_total) > 3")
        # By now there is something in hand that will settle, and ask for a commit.
        stage.wire.black_hole = True
        stage.until(f'{OF}commits_total{{outcome="failed"}} > 0')
        self.calm()
        stage.trouble(DOWN)
        stage.until(f"{OF}breaker_state == 2")
        self.calm()
        stage.trouble(FORBIDDEN)
        stage.until(f"{OF}halted == 1")
        self.calm()
        stage.trouble()
        stage.until(f"sum({OF}halted) == 0")
        self._heal_while_a_new_client_connects()
        stage.until(f"{OF}consumer_rebuilds_total > 0")
        stage.until(f'sum({OF}records_settled_total{{outcome="exhausted"}}) > 0')

    def orders_that_are_followed(self) -> None:
        """Their receipts find no topic at first."""
        stage = self._stage
        stage.start_follower()
        for customer in (FAILING, HELD):
            stage.write(PAID, customer, encode(order_body(customer, f"paid-{customer}")))
        stage.until(f"{OF}receipt_failures_total > 0")
        stage.cluster.create_topics({RECEIPTS: 1})
        stage.until(f"sum({OF}receipts_total) > 1")
        for customer in PAYING:
            stage.write(PAID, customer, encode(order_body(customer, f"paid-{customer}")))
        stage.until(f'{OF}orders_ended_total{{state="landed"}} > 2')
        stage.until(f"{OF}orders_not_followed_total > 0")
        self.calm()

    def _heal_while_a_new_client_connects(self) -> None:
        """Between two attempts the former client would find its way back by itself."""
        bridge = self._stage.bridges[0]
        before = bridge.told(REPLACED)
        eventually(REPLACED, lambda: bridge.told(REPLACED) > before, within=HAPPENS_SECONDS)
        self._stage.wire.black_hole = False

    def calm(self) -> None:
        """Nothing new, for as long as it takes to be seen in a graph."""
        time.sleep(self._calm_seconds)

    @contextmanager
    def _load(self) -> Iterator[None]:
        """Events keep coming, some of them late, some against a rule that only warns."""
        with repeating(self._some_events, every=LOAD_STEP_SECONDS):
            yield

    def _some_events(self) -> None:
        turn = next(self._turns)
        customer = 1000 + turn * 7 % CUSTOMERS
        stage, seq = self._stage, f"seq-{turn}"
        stage.write(BEHAVIORS, customer, encode(behavior_body(customer, seq)))
        stage.write(BEHAVIORS, customer + 1, encode(behavior_body(customer + 1, seq)))
        stage.write(ORDERS, customer, encode(order_body(customer, seq)))
        late = 0 if turn % 10 else LATE_SECONDS
        stage.write(WEEKLY, customer, encode(behavior_body(customer, seq)), age_seconds=late)

    def _bad_events(self) -> None:
        stage = self._stage
        for customer in range(3000, 3006):
            stage.write(BEHAVIORS, customer, b"{not JSON")
            negative = order_body(customer, f"bad-{customer}")
            negative["Products"][0]["Amount"] = "-1.00"
            stage.write(ORDERS, customer, encode(negative))
            two_ids = {**order_body(customer, f"two-{customer}"), "ClientCustomerId": "C1"}
            stage.write(ORDERS, customer + 50, encode(two_ids))
        # Those of one customer leave together, and are taken apart where they are refused.
        for customer in (MERGED, UNKNOWN, *[CURSED] * 6):
            stage.write(BEHAVIORS, customer, encode(behavior_body(customer, "odd")))
        stage.written()
