"""Kafka out, for replays: a record and the marker of its letter, both or neither."""

import asyncio
from contextlib import suppress
from operator import itemgetter
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.errors import (
    InvalidTimestampError,
    MessageSizeTooLargeError,
    ProducerFenced,
    RecordListTooLargeError,
)

from bridge.config.kafka import Kafka
from bridge.errors import KafkaFault
from bridge.kafka.client import CALL_SECONDS, FAILURES, REQUEST_SECONDS, options, sentence
from bridge.kafka.closing import close_producer
from bridge.letters import REPLAYED, Again, Place

TRANSACTION_SECONDS = 20.0
"""What a replay that was killed leaves open is ended after this long; until then the bridge
does not read past it."""

LARGEST_BYTES = 64 * 1024 * 1024
"""How large a record may be is the broker's decision: a letter's original may be larger than
any letter."""

TURNED_AWAY = (MessageSizeTooLargeError, RecordListTooLargeError, InvalidTimestampError)
"""What a topic takes at no time; nothing of the transaction is kept."""


class TurnedAway(Exception):
    """The source topic does not take this record. No other can be written after it."""


class Replayer:
    """The one producer that may replay: its `connect` ends whatever an earlier one has begun.

    From then on an earlier one can write nothing, so that markers read after `connect` are all
    there are.
    """

    def __init__(self, kafka: Kafka, letters: str) -> None:
        self._letters = letters
        self._id = f"{kafka.group_id}-replay"
        self._producer = _producer(kafka, self._id)

    async def connect(self) -> None:
        """Reach Kafka, and be the only one. Raises KafkaFault."""
        try:
            async with asyncio.timeout(CALL_SECONDS + TRANSACTION_SECONDS):
                await self._producer.start()
        except FAILURES as error:
            raise KafkaFault(
                f"no transaction could be begun as {self._id} ({sentence(error)}):"
                " may the bridge use this transactional id?"
            ) from error

    async def write(self, again: Again, letter: Place) -> None:
        """Replay *letter* as *again*. Raises TurnedAway, or KafkaFault: then it is done, or not."""
        try:
            async with asyncio.timeout(REQUEST_SECONDS + CALL_SECONDS):
                await self._in_one_transaction(again, letter)
        except TURNED_AWAY as error:
            await self._abort()
            raise TurnedAway(sentence(error)) from error
        except ProducerFenced as error:
            raise KafkaFault(
                f"another replay has begun as {self._id}, and ended this one"
            ) from error
        except FAILURES as error:
            raise KafkaFault(
                f"replaying {letter} to {again.partition.topic} failed: {sentence(error)}"
            ) from error

    async def close(self) -> None:
        """End in bounded time; a transaction that is open is never committed."""
        await close_producer(self._producer, seconds=CALL_SECONDS)

    async def _in_one_transaction(self, again: Again, letter: Place) -> None:
        number = await self._number(again)
        await self._producer.begin_transaction()
        # The record's answer first: where it is turned away, nothing else is under way.
        await self._producer.send_and_wait(
            again.partition.topic,
            (again.value,),
            (again.key,),
            number,
            again.timestamp_ms,
            list(again.headers),
        )
        name = str(letter).encode()
        # Beside its letter, so that retention takes the letter first.
        await self._producer.send_and_wait(
            self._letters, (b"",), (name,), letter.partition, None, [(REPLAYED, name)]
        )
        await self._producer.commit_transaction()

    async def _abort(self) -> None:
        """Let readers pass at once; where it fails, the broker does it in its own time."""
        with suppress(*FAILURES):
            async with asyncio.timeout(CALL_SECONDS):
                await self._producer.abort_transaction()

    async def _number(self, again: Again) -> int | None:
        """The partition that the record came from: only its producers know how they choose."""
        numbers = await self._producer.partitions_for(again.partition.topic)
        return again.partition.number if again.partition.number in numbers else None


def _producer(kafka: Kafka, transactional_id: str) -> Any:
    return AIOKafkaProducer(
        **options(kafka),
        transactional_id=transactional_id,
        transaction_timeout_ms=int(TRANSACTION_SECONDS * 1000),
        max_request_size=LARGEST_BYTES,
        # Boxed, since aiokafka takes no record with neither key nor value, and Kafka does.
        key_serializer=itemgetter(0),
        value_serializer=itemgetter(0),
    )
