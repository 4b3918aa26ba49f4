"""The way of chosen letters back to their source topics, one transaction each."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import NamedTuple

from bridge.config import Config
from bridge.errors import KafkaFault
from bridge.kafka.replaying import Replayer, TurnedAway
from bridge.kafka.topics import TopicReader, opened, reading
from bridge.letter_index import Chosen, Index, Wanted
from bridge.letters import Again, Place, Stored, again, is_of, stored
from bridge.record import Record
from bridge.terminal import Progress, progress


class Choice(NamedTuple):
    """The letters that were named, or, where none was, those that are wanted."""

    named: frozenset[Place]
    wanted: Wanted

    def takes(self, letter: Stored) -> bool:
        """Whether *letter* was chosen."""
        return letter.place in self.named if self.named else self.wanted.takes(letter)


class Order(NamedTuple):
    """What the operator asked for."""

    choice: Choice
    dry: bool
    per_second: float | None


class Account:
    """What became of the chosen letters."""

    def __init__(self, *, dry: bool) -> None:
        self._dry = dry
        self.done: set[Place] = set()
        self.before = 0
        """How many had been replayed by an earlier command."""
        self.refused: dict[Place, str] = {}

    def __str__(self) -> str:
        """The summary that the operator gets."""
        would = "would be " if self._dry else ""
        parts = [f"{len(self.done)} letters {would}replayed"]
        parts += [f"{self.before} replayed already"] * bool(self.before)
        parts += [f"{len(self.refused)} refused"] * bool(self.refused)
        return ", ".join(parts)

    def as_json(self) -> str:
        """The same for a program, with each letter that was refused and why."""
        said = {
            "dry_run": self._dry,
            "replayed": len(self.done),
            "replayed_before": self.before,
            "refused": {str(letter): reason for letter, reason in self.refused.items()},
        }
        return json.dumps(said, indent=2)


class Refused(Exception):
    """This letter cannot be replayed: a bounded word, and a sentence."""


class Replay:
    """One run of the command. After a stop, or a crash, another one goes on."""

    def __init__(self, config: Config, order: Order) -> None:
        self._kafka = config.kafka
        self._topic = config.dead_letters.topic
        self._routed = {route.topic for route in config.line}
        self._order = order
        self._next_at = 0.0
        self._shown = Progress()
        self._stopping = asyncio.Event()
        self.account = Account(dry=order.dry)

    @property
    def stopped(self) -> bool:
        """Whether it was asked to end."""
        return self._stopping.is_set()

    def stop(self) -> None:
        """End after the letter that is under way."""
        self._stopping.set()

    async def run(self) -> None:
        """Replay whatever was chosen and can be. Raises KafkaFault."""
        while not await self._all_through() and not self.stopped:
            # A producer that was turned away writes no more. The next one reads anew what
            # was replayed: between the two, another command may have been at work.
            pass

    async def _all_through(self) -> bool:
        async with self._parts() as (writer, letters, originals):
            todo = await self._todo(letters)
            with self._progress("replaying", len(todo)):
                for one in todo:
                    await self._pace()
                    if self.stopped:
                        break
                    try:
                        await self._one(one, writer, letters, originals)
                    except Refused as refused:
                        self._refuse(one.place, *refused.args)
                    except TurnedAway as error:
                        self._refuse(one.place, "turned_away", f"{one.source.topic}: {error}")
                        return False
                    self._shown.update(1)
        return True

    @asynccontextmanager
    async def _parts(self) -> AsyncIterator[tuple[Replayer | None, TopicReader, TopicReader]]:
        writer = None if self._order.dry else Replayer(self._kafka, self._topic)
        try:
            if writer:
                # Before anything is read: from now on nobody else adds a marker.
                await writer.connect()
            async with (
                opened(self._kafka, self._topic) as letters,
                reading(self._kafka, self._kafka.isolation_level) as originals,
            ):
                yield writer, letters, originals
        finally:
            if writer:
                await writer.close()

    async def _todo(self, letters: TopicReader) -> list[Chosen]:
        """The chosen letters that were not replayed yet, in the order of their sources."""
        index, chosen = Index(), []
        with self._progress("reading the dead letters", letters.offsets):
            async for record in letters.records():
                if self.stopped:
                    return []
                self._shown.update(1)
                letter = index.add(record)
                if letter is not None and self._order.choice.takes(letter):
                    chosen.append(Chosen(letter.source, letter.offset, letter.place))
        if hiding := letters.hides():
            raise KafkaFault(
                f"in {', '.join(map(str, hiding))} a transaction is open, behind which a letter"
                " may be marked as replayed: try again when it has ended"
            )
        self._refuse_unknown({one.place for one in chosen})
        replayed = index.replayed()
        self.account.before = len(replayed.intersection(one.place for one in chosen)) - len(
            self.account.done
        )
        return [
            one
            for one in index.once_each(chosen)
            if one.place not in replayed and one.place not in self.account.refused
        ]

    def _refuse_unknown(self, found: set[Place]) -> None:
        for place in sorted(self._order.choice.named - found - self.account.refused.keys()):
            self._refuse(place, "no_letter", f"{self._topic} holds no letter there")

    async def _one(
        self,
        one: Chosen,
        writer: Replayer | None,
        letters: TopicReader,
        originals: TopicReader,
    ) -> None:
        """Raises Refused or TurnedAway."""
        made = await self._made(one, letters, originals)
        if writer:
            await writer.write(made, one.place)
        self.account.done.add(one.place)

    async def _made(self, one: Chosen, letters: TopicReader, originals: TopicReader) -> Again:
        record = await letters.at(self._topic, *one.place)
        letter = stored(record) if record is not None else None
        if letter is None:
            raise Refused("letter_gone", f"{self._topic} no longer holds it")
        if letter.source.topic not in self._routed:
            raise Refused("no_route", f"no route reads {letter.source.topic}")
        if letter.whole:
            return again(letter)
        return again(letter, await self._original(letter, originals))

    async def _original(self, letter: Stored, originals: TopicReader) -> Record:
        found = await originals.at(*letter.source, letter.offset)
        where = f"{letter.source}@{letter.offset}"
        if found is None:
            raise Refused("source_gone", f"{where} is no longer there")
        if not is_of(letter, found):
            raise Refused("source_gone", f"{where} is not the record of this letter")
        return found

    async def _pace(self) -> None:
        """Wait for the next letter's turn, or for a stop."""
        if self._order.per_second is None:
            return
        now = asyncio.get_running_loop().time()
        self._next_at = max(self._next_at, now)
        with suppress(TimeoutError):
            async with asyncio.timeout_at(self._next_at):
                await self._stopping.wait()
        self._next_at += 1 / self._order.per_second

    def _refuse(self, letter: Place, reason: str, why: str) -> None:
        """Leave *letter* where it is, and say so."""
        self.account.refused[letter] = reason
        self._shown.say(f"{letter}: {reason}: {why}")

    @contextmanager
    def _progress(self, what: str, total: int) -> Iterator[None]:
        with progress(what, total=total, unit=" letters") as self._shown:
            yield
        self._shown = Progress()
