"""An event as Omeda takes it, and the request that takes it there.

Plain classes, not structs: each record makes one of both, and compiled code reaches their members
at once. Nothing changes either once it is made: `Final` has mypy see to it.
"""

from typing import Final

from bridge.contexts import Headers
from bridge.model import LaneKey, Operation, Service, Warned


class Event:
    """A record that was read: whose it is, and the body that Omeda gets."""

    __slots__ = ("body", "events", "lane", "paid", "tail", "warnings")

    def __init__(
        self,
        lane: LaneKey,
        body: bytes,
        events: int = 1,
        warnings: tuple[Warned, ...] = (),
        *,
        paid: bool = False,
        tail: bytes = b"",
    ) -> None:
        self.lane: Final = lane
        self.body: Final = body
        self.events: Final = events
        """How many behaviors the body holds; 1 for an order."""
        self.warnings: Final = warnings
        self.paid: Final = paid
        """An order with BillingInformation, or an AmountPaid above zero."""
        self.tail: Final = tail
        """What stands in the body behind the list of behaviors; empty for an order."""

    def __repr__(self) -> str:
        return f"<Event of {self.events}: {len(self.body)} bytes>"


class Request:
    """One request on behalf of one service. *events* is how many events its body holds."""

    __slots__ = ("body", "events", "operation", "paid", "service", "tail", "topic", "trace")

    def __init__(
        self,
        service: Service,
        topic: str,
        body: bytes,
        events: int = 1,
        *,
        paid: bool = False,
        tail: bytes = b"",
        operation: Operation | None = None,
        trace: Headers = (),
    ) -> None:
        self.service: Final = service
        self.topic: Final = topic
        """Whose input id it shows; without effect where the operation wants none."""
        self.body: Final = body
        self.events: Final = events
        self.paid: Final = paid
        self.tail: Final = tail
        """What stands in the body behind a list of behaviors that others may join; else empty."""
        self.operation: Final = operation
        """None is the write that the service is named after."""
        self.trace: Final = trace
        """Its trace's context, as headers; empty where nobody follows it."""

    def __repr__(self) -> str:
        return f"<Request to {self.service}: {len(self.body)} bytes>"

    def carrying(self, body: bytes, events: int) -> "Request":
        """The same, with *body* in the place of its own."""
        return Request(
            self.service,
            self.topic,
            body,
            events,
            paid=self.paid,
            tail=self.tail,
            operation=self.operation,
            trace=self.trace,
        )

    def traced(self, trace: Headers) -> "Request":
        """The same, which tells whoever takes it to which *trace* it belongs."""
        return Request(
            self.service,
            self.topic,
            self.body,
            self.events,
            paid=self.paid,
            tail=self.tail,
            operation=self.operation,
            trace=trace,
        )
