"""Whatever goes wrong, no output of the bridge shows a credential or what is on a card.

The only exception is a record's own key, which its dead letter keeps.
"""

import itertools
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest

from bridge.config import load
from tests.system import commands
from tests.system.bridge_process import BridgeProcess
from tests.system.broker import free_ports
from tests.system.carded import BILL, CARD, CODE, HOPELESS, WORD, write_hopeless
from tests.system.events import Event
from tests.system.leaks import check_hidden
from tests.system.omeda_contract import APP_ID, INPUT_ID
from tests.system.parrot import Echo, Parrot, elsewhere, errors, page
from tests.system.security import PASSPHRASE, PASSWORD, WRONG_PASSWORD, Guarded, written_password
from tests.system.settings import Sections, merged
from tests.system.shown import looked_at, pages
from tests.system.waiting import eventually
from tests.system.world import World

pytestmark = pytest.mark.long

SECRETS = {
    "app id": APP_ID,
    "input id": INPUT_ID,
    "Kafka's password": PASSWORD,
    "a wrong password": WRONG_PASSWORD,
    "passphrase": PASSPHRASE,
    "card number": CARD,
    "security code": CODE,
    "security code in words": WORD,
}

PASSING: dict[str, Echo] = {
    "401 as Omeda would": errors(401),
    "403 as Omeda would": errors(403),
    "403 in HTML": page(403, "text/html"),
    "401 in plain text": page(401, "text/plain"),
    "407 in plain text": page(407, "text/plain"),
    "404 in plain text": page(404, "text/plain"),
    "a redirect": elsewhere,
    "429 as Omeda would": errors(429),
    "500 as Omeda would": errors(500),
    "503 in HTML": page(503, "text/html"),
    "200 in plain text": page(200, "text/plain"),
}
"""Answers after which the same request is made again."""

REFUSING: dict[str, Echo] = {
    "400 as Omeda would": errors(400),
    "200 as Omeda would": errors(200),
    "400 in HTML": page(400, "text/html"),
    "422 in plain text": page(422, "text/plain"),
    "400 in no JSON": page(400, "application/json"),
}

_numbers = itertools.count(1)


@pytest.fixture
def parrot() -> Parrot:
    return Parrot()


@pytest.fixture
def world(guarded: Guarded, parrot: Parrot, work: Path) -> Iterator[World]:
    name = f"s{os.getpid()}-{next(_numbers)}"
    world = World(guarded.broker.bootstrap_servers, name=name, work=work)
    world.omeda = parrot
    with world:
        yield world


@pytest.mark.parametrize("form", ["json", "console"])
def test_no_output_of_a_bridge_in_trouble_shows_a_secret(
    world: World, parrot: Parrot, work: Path, guarded: Guarded, form: Literal["json", "console"]
) -> None:
    settings = merged(guarded.by("SASL", "PLAIN"), talkative(form))
    world.create_topics(dead_letters=False)
    bridge = world.ready_bridge(settings)
    shown: dict[str, str] = {}

    for name, echo in PASSING.items():
        shown |= {f"{name}: {where}": text for where, text in meet(world, parrot, bridge, echo)}
    refused = refuse(world, parrot)
    hopeless = write_hopeless(world)
    world.eventually(
        "a letter could not be written",
        lambda: bridge.told("a dead letter was not written") > 0,
        within=60,
        instead=bridge.log_tail,
    )
    world.create_dead_letter_topic()
    world.await_delivered(besides=refused)
    world.await_committed_to_the_end(within=90)
    shown |= dict(pages(bridge))
    bridge.terminate()
    assert bridge.wait() == 0

    letters = world.cluster.read(world.topics.dead_letters)
    assert not refused & world.omeda.accepted_seqs
    # Of a letter whose acknowledgement did not come in time there may be two.
    assert {
        one.header("__connect.errors.offset") for one in letters if one.key == HOPELESS
    } == hopeless
    assert len({one.key for one in letters}) == len(refused) + 1
    shown |= {
        "log": bridge.log.read_text(),
        "letters": "\n".join(map(repr, letters)),
        "letters, as bytes": "\n".join(f"{one.value!r} {one.headers!r}" for one in letters),
        "commits": "\n".join(world.cluster.commit_metadata(world.group)),
        **looked_at(commands.written(work, world.settings(settings)), world, len(letters)),
    }
    assert "DEBUG" in shown["log"]
    check_hidden(SECRETS, shown)


def test_no_output_of_a_bridge_that_cannot_begin_shows_a_secret(
    world: World, work: Path, guarded: Guarded
) -> None:
    shown: dict[str, str] = {}
    wrong = str(written_password(work))
    for door, mechanism in (("SASL", "PLAIN"), ("SASL_TLS", "SCRAM-SHA-512")):
        settings = merged(guarded.by(door, mechanism, password_file=wrong), talkative("json"))
        settings["kafka"]["start_timeout_seconds"] = 2
        bridge = world.start_bridge(settings)
        assert bridge.wait() == 1
        shown[f"{door} log"] = bridge.log.read_text()
        config = commands.written(work, world.settings(settings))
        for command in (("check",), ("dead-letters", "list"), ("send", "--topic", "nowhere")):
            shown[f"{door} {command}"] = str(commands.run(config, *command))
    check_hidden(SECRETS, shown)


def test_no_output_of_a_bridge_that_cannot_reach_omeda_shows_a_secret(
    world: World, parrot: Parrot, guarded: Guarded
) -> None:
    world.create_topics()
    world.produce([order(world, BillingInformation=BILL), world.author.behavior(1)])
    [closed] = free_ports(1)
    shown: dict[str, str] = {}
    for name, url in {
        "nobody listens": f"http://127.0.0.1:{closed}/rest",
        "no TLS": parrot.base_url.replace("http:", "https:"),
    }.items():
        where = {"omeda": {"base_url": url}}
        bridge = world.ready_bridge(guarded.by("SASL", "PLAIN"), talkative("json"), where)
        await_retries(bridge)
        shown |= {f"{name}: {what}": text for what, text in pages(bridge)}
        bridge.terminate()
        assert bridge.wait() == 0
        shown[f"{name}: log"] = bridge.log.read_text()
    check_hidden(SECRETS, shown)


WRONG: dict[str, Sections] = {
    "a secret in the file": {"brands": {"DEMO": {"app_id": APP_ID, "input_id": INPUT_ID}}},
    "a password in the file": {"kafka": {"security": {"password": PASSWORD}}},
    "a password under another name": {"kafka": {"security": {"passwort": PASSWORD}}},
    "something else": {"admin": {"port": "many"}},
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_no_fault_of_the_configuration_shows_a_secret(
    world: World, work: Path, guarded: Guarded, wrong: Sections
) -> None:
    config = commands.written(work, world.settings(guarded.by("SASL", "PLAIN"), wrong))

    shown = {each: str(commands.run(config, each)) for each in ("check", "run")}

    assert all("status=2" in text for text in shown.values())
    check_hidden(SECRETS, shown)


def test_no_representation_of_the_settings_shows_a_secret(
    world: World, work: Path, guarded: Guarded
) -> None:
    config = commands.written(work, world.settings(guarded.by("SASL", "PLAIN")))
    environment = {
        "BRIDGE__BRANDS__DEMO__APP_ID": APP_ID,
        "BRIDGE__BRANDS__DEMO__INPUT_ID": INPUT_ID,
        "BRIDGE__KAFKA__SECURITY__PASSWORD": PASSWORD,
    }

    check_hidden(SECRETS, {"repr": repr(load(config, environment))})


def test_a_key_with_a_passphrase_and_the_passphrase_beside_it_show_nothing(
    world: World, work: Path, guarded: Guarded
) -> None:
    locked = guarded.authority.lock(guarded.client, work / "locked.key")
    config = commands.written(work, world.settings(guarded.by("MUTUAL", key_file=str(locked))))
    secrets = {**SECRETS, "key": "".join(locked.read_text().splitlines()[1:3])}

    shown = {each: str(commands.run(config, each)) for each in ("check", "run")}

    check_hidden(secrets, shown)


def talkative(form: str) -> Sections:
    return {
        "log": {"level": "debug", "format": form},
        "delivery": {
            "probe_seconds": 0.5,
            "retry": {"initial_seconds": 0.1, "max_seconds": 0.5},
            "breaker": {"open_seconds": 0.2, "max_open_seconds": 0.5},
        },
    }


def order(world: World, **more: Any) -> Event:
    return world.author.order(2001, **more)


def await_retries(bridge: BridgeProcess) -> None:
    eventually(
        "requests fail",
        lambda: bridge.metrics().get("omeda_bridge_retries_total", 0) > 1,
        within=30,
        instead=bridge.log_tail,
    )


def meet(world: World, parrot: Parrot, bridge: BridgeProcess, echo: Echo) -> list[tuple[str, str]]:
    """Events meet *echo* until both services have; what the bridge shows meanwhile."""
    before, parrot.echo = parrot.echoed, echo
    world.produce([order(world, BillingInformation=BILL), world.author.behavior(2002)])
    parrot.await_echoes(before + 4)
    seen = list(pages(bridge))
    parrot.echo = None
    world.await_delivered()
    return seen


def refuse(world: World, parrot: Parrot) -> set[str]:
    """Events are refused with each echo; their sequence texts."""
    refused: set[str] = set()
    for customer, echo in enumerate(REFUSING.values(), start=3001):
        before, parrot.echo = parrot.echoed, echo
        event = world.author.order(customer, BillingInformation=BILL)
        refused.add(event.seq)
        world.produce([event])
        parrot.await_echoes(before + 1)
    parrot.echo = None
    return refused
