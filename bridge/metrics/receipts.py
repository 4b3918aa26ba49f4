"""What the flow tells of records that ended: receipts, and orders that are followed."""

from typing import get_args

from bridge.metrics.declaring import Declaring
from bridge.model import Kind, Service
from bridge.receipt import Later
from bridge.transactions import Progress

NO_ANSWER = "no_answer"
"""Of a look-up that told nothing."""


class ReceiptMetrics(Declaring):
    """A part of the flow's `Observer`."""

    def __init__(self) -> None:
        super().__init__()
        self._receipts = self._counter("receipts")
        self._receipt_failures = self._counter("receipt_failures")
        self._receipts_lost = self._counter("receipts_lost")
        self._orders_ended = self._counter("orders_ended")
        self._landing = self._histogram("landing_seconds")
        self._order_lookups = self._counter("order_lookups")
        self._orders_not_followed = self._counter("orders_not_followed")

    def _begin_receipts(self, service: Service) -> None:
        self._receipts(*service)
        self._receipt_failures(*service)
        self._receipts_lost(*service)
        if service.kind is Kind.ORDER:
            self._begin_orders(service)

    def _begin_orders(self, service: Service) -> None:
        self._orders_not_followed(*service)
        self._landing(*service)
        for outcome in get_args(Later):
            self._orders_ended(*service, outcome)
        for state in (*Progress, NO_ANSWER):
            self._order_lookups(*service, state)

    def receipts_written(self, service: Service, receipts: int) -> None:
        self._receipts(*service).inc(receipts)

    def receipts_failed(self, service: Service, receipts: int) -> None:
        self._receipt_failures(*service).inc(receipts)

    def receipts_lost(self, service: Service, receipts: int) -> None:
        self._receipts_lost(*service).inc(receipts)

    def order_not_followed(self, service: Service) -> None:
        self._orders_not_followed(*service).inc()

    def order_looked_up(self, service: Service, progress: str | None) -> None:
        self._order_lookups(*service, progress or NO_ANSWER).inc()

    def order_ended(self, service: Service, outcome: str, seconds: float) -> None:
        self._orders_ended(*service, outcome).inc()
        if outcome.startswith("landed"):
            self._landing(*service).observe(seconds)
