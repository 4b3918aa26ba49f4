"""Where Kafka does not let the bridge in, one sentence says which setting to look at."""

from pathlib import Path

import pytest

from tests.system import commands
from tests.system.bridge_process import BridgeProcess
from tests.system.security import (
    MECHANISMS,
    PASSWORD,
    WRONG_PASSWORD,
    Authority,
    Guarded,
    shown,
    written_password,
)
from tests.system.settings import Sections, merged
from tests.system.world import World

pytestmark = pytest.mark.long

START_SECONDS = 6
"""Enough for two attempts, on a machine that has other things to do as well."""

END_SECONDS = 60


@pytest.fixture(scope="session")
def bootstrap_servers(guarded: Guarded) -> str:
    """The tests themselves come in by the door that nobody guards."""
    return guarded.broker.bootstrap_servers


@pytest.fixture(scope="session")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """An authority that the broker does not know, and that did not sign its certificate."""
    return Authority(tmp_path_factory.mktemp("strangers") / "stranger")


@pytest.mark.parametrize("door", ["SASL", "SASL_TLS"])
def test_a_refused_password_is_named(world: World, work: Path, guarded: Guarded, door: str) -> None:
    password_file = str(written_password(work))
    wrong = [
        impatient(guarded.by(door, mechanism, password_file=password_file))
        for mechanism in MECHANISMS
    ]

    # Each has its own time, which they spend together.
    bridges = [world.start_bridge(one) for one in wrong]
    for bridge, settings in zip(bridges, wrong, strict=True):
        check_refused(world, work, bridge, settings, names=["kafka.security.password", "username"])


def test_a_user_whom_nobody_knows_is_named(world: World, work: Path, guarded: Guarded) -> None:
    wrong = guarded.by("SASL", "SCRAM-SHA-256", username="nobody")

    assert_refused(world, work, wrong, names=["kafka.security.username"])


@pytest.mark.parametrize("trusted", ["a stranger", "the system's own"])
def test_an_authority_that_did_not_sign_the_broker_s_certificate_is_named(
    world: World, work: Path, guarded: Guarded, stranger: Authority, trusted: str
) -> None:
    ca_file = str(stranger.certificate) if trusted == "a stranger" else None

    assert_refused(
        world, work, guarded.by("TLS", ca_file=ca_file), names=["kafka.security.ca_file"]
    )


def test_a_client_s_certificate_that_is_missing_is_named(
    world: World, work: Path, guarded: Guarded
) -> None:
    wrong = guarded.by("MUTUAL", certificate_file=None, key_file=None)

    assert_refused(world, work, wrong, names=["kafka.security.certificate_file"])


def test_a_client_s_certificate_that_the_broker_does_not_trust_is_named(
    world: World, work: Path, guarded: Guarded, stranger: Authority
) -> None:
    wrong = guarded.by("MUTUAL", **shown(stranger.issue("client")))

    assert_refused(world, work, wrong, names=["kafka.security.certificate_file"])


def test_a_broker_whose_certificate_is_for_another_host_is_named(
    world: World, work: Path, guarded: Guarded
) -> None:
    wrong = guarded.by("ELSEWHERE")

    assert_refused(world, work, wrong, names=["kafka.bootstrap_servers", "certificate"])


@pytest.mark.parametrize("behind", ["TLS", "SASL", "PLAIN"])
def test_a_protocol_that_the_listener_does_not_speak_is_named(
    world: World, work: Path, guarded: Guarded, behind: str
) -> None:
    if behind == "PLAIN":
        wrong = [guarded.by("TLS"), addressed(guarded.broker.bootstrap_servers)]
    else:
        wrong = [addressed(guarded.broker.address(behind))]

    assert_refused(world, work, merged(*wrong), names=["kafka.security.protocol"])


def test_a_key_with_a_passphrase_ends_with_2_and_nobody_is_asked_for_it(
    world: World, work: Path, guarded: Guarded
) -> None:
    locked = guarded.authority.lock(guarded.client, work / "locked.key")
    config = commands.written(work, world.settings(guarded.by("MUTUAL", key_file=str(locked))))

    for command in ("check", "run"):
        ended = commands.run(config, command)
        assert ended.status == 2
        assert "kafka.security.key_file" in ended.complaints
        assert is_one_sentence(ended.complaints), ended.complaints


def assert_refused(world: World, work: Path, door: Sections, *, names: list[str]) -> None:
    settings = impatient(door)
    check_refused(world, work, world.start_bridge(settings), settings, names=names)


def impatient(door: Sections) -> Sections:
    settings = merged(door)
    settings["kafka"]["start_timeout_seconds"] = START_SECONDS
    return settings


def check_refused(
    world: World, work: Path, bridge: BridgeProcess, settings: Sections, *, names: list[str]
) -> None:
    """The process tries until its time is up; it and the commands say which setting to look at."""
    assert bridge.wait(END_SECONDS) == 1, bridge.log_tail()
    config = commands.written(work, world.settings(settings))
    listed = commands.run(config, "dead-letters", "list")
    sent = commands.send(config, world.topics.behaviors, world.author.behavior(1).value)

    assert bridge.told("trying again") > 1, bridge.log_tail()
    assert (listed.status, sent.status) == (1, 1)
    *_, last = bridge.log.read_text().splitlines(keepends=True)
    for said in (last, listed.complaints, sent.complaints):
        assert is_one_sentence(said), said
        assert all(name in said for name in names), said
    everything = bridge.log.read_text() + str(listed) + str(sent)
    for hidden in ("Traceback", PASSWORD, WRONG_PASSWORD):
        assert hidden not in everything


def is_one_sentence(said: str) -> bool:
    return said.startswith("omeda-bridge: ") and said.count("\n") == 1


def addressed(bootstrap_servers: str) -> Sections:
    return {"kafka": {"bootstrap_servers": bootstrap_servers}}
