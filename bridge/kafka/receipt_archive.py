"""Kafka in: receipts that were written, read back without any group."""

import logging
from collections.abc import AsyncIterator

from bridge.config.kafka import Kafka
from bridge.kafka.topics import Span, reading
from bridge.receipt import Slip, receipt_in

log = logging.getLogger(__name__)

MOST = 100_000
"""Records of each partition that are read back at most, the newest: some seconds' worth."""


class ReceiptArchive:
    """Reads the receipts topic each time anew, as far as it reaches by then."""

    def __init__(self, kafka: Kafka, topic: str) -> None:
        self._kafka = kafka
        self._topic = topic

    async def since(self, ms: int) -> AsyncIterator[Slip]:
        """Receipts of that time or later, those of a customer in their order. Raises KafkaFault."""
        async with reading(self._kafka, "read_committed") as reader:
            spans = await reader.open(self._topic)
            starts = await reader.offsets_at(spans, ms) if spans else {}
            async for record in reader.records(self._bounded(spans, starts)):
                receipt = receipt_in(record)
                if receipt is not None:
                    yield Slip(record.key or b"", receipt)

    def _bounded(self, spans: dict[int, Span], starts: dict[int, int]) -> dict[int, Span]:
        bounded = {}
        for number, (first, end) in spans.items():
            start = max(first, starts[number])
            if end - start > MOST:
                log.warning(
                    "of %s-%d only the newest %d receipts are read back; orders that are told of"
                    " before are not followed",
                    *(self._topic, number, MOST),
                )
            bounded[number] = Span(max(start, end - MOST), end)
        return bounded
