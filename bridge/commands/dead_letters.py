"""`omeda-bridge dead-letters`: what could not be delivered, to look at and to send again."""

import argparse
import asyncio
import logging
import sys
from collections import Counter

from bridge.commands.letter_texts import HEADING, as_document, as_json, as_row, as_text
from bridge.commands.replay import Choice, Order, Replay
from bridge.commands.signals import SIGNALS, end_at_once
from bridge.config import Config, load
from bridge.errors import ConfigError, Fault
from bridge.kafka import guard
from bridge.kafka.topics import opened
from bridge.letter_index import Index, Wanted
from bridge.letters import Place, place_named, stored
from bridge.terminal import progress

FINDINGS = 3
"""Exit status where a chosen letter could not be replayed."""


def execute(options: argparse.Namespace) -> int:
    """Do the action. Raises ConfigError, and Fault where Kafka fails or it was broken off."""
    # What matters of the client's own news is said here; where it fails, it also leaves futures
    # behind that nobody awaits.
    for name in ("aiokafka", "asyncio"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    guard.install()
    config = load(options.config)
    match options.action:
        case "list":
            asyncio.run(_list(config, _wanted(options), json=options.json))
            return 0
        case "show":
            asyncio.run(_show(config, _place(options.letter), json=options.json))
            return 0
        case _:
            return asyncio.run(_replay(config, _order(options), json=options.json))


async def _list(config: Config, wanted: Wanted, *, json: bool) -> None:
    """Read twice: whether a letter was replayed stands behind it, and letters are not kept."""
    counts: Counter[str] = Counter()
    async with opened(config.kafka, config.dead_letters.topic) as reader:
        index = Index()
        with progress("reading", total=reader.offsets, unit=" letters") as shown:
            async for record in reader.records():
                index.add(record)
                shown.update(1)
        replayed = index.replayed()
        if not json:
            print(HEADING)
        async for record in reader.records():
            letter = stored(record)
            if letter is not None and wanted.takes(letter):
                counts[letter.reason or "unknown"] += 1
                line = as_json if json else as_row
                print(line(letter, replayed=letter.place in replayed))
    by_reason = "".join(f", {count} {reason}" for reason, count in counts.most_common())
    print(f"{counts.total()} letters{by_reason}", file=sys.stderr if json else sys.stdout)


async def _show(config: Config, place: Place, *, json: bool) -> None:
    topic = config.dead_letters.topic
    async with opened(config.kafka, topic) as reader:
        record = await reader.at(topic, *place)
    if record is None:
        raise ConfigError(f"{topic} holds no letter {place}")
    print(as_document(record) if json else as_text(record))


async def _replay(config: Config, order: Order, *, json: bool) -> int:
    replay = Replay(config, order)

    def stop() -> None:
        if replay.stopped:
            end_at_once()
        replay.stop()

    for number in SIGNALS:
        asyncio.get_running_loop().add_signal_handler(number, stop)
    try:
        await replay.run()
    finally:
        print(replay.account.as_json() if json else replay.account)
    if replay.stopped:
        raise Fault("broken off: the same command goes on from here")
    return FINDINGS if replay.account.refused else 0


def _wanted(options: argparse.Namespace) -> Wanted:
    return Wanted(options.reason, options.brand, options.topic, options.since, options.until)


def _order(options: argparse.Namespace) -> Order:
    wanted, named = _wanted(options), frozenset(map(_place, options.letters))
    if named and (options.all or wanted != Wanted()):
        raise ConfigError("dead-letters replay: either letters are named, or chosen by filters")
    if not named and not options.all and options.reason is None:
        raise ConfigError("dead-letters replay: name letters, or give --reason or --all")
    return Order(Choice(named, wanted), dry=options.dry_run, per_second=options.rate)


def _place(text: str) -> Place:
    try:
        return place_named(text)
    except ValueError as error:
        raise ConfigError(str(error)) from error
