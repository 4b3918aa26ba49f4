"""A replay that is asked to stop: at the first signal in order, at the second one at once."""

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bridge.commands.replay import Choice, Order, Replay
from bridge.config import load
from bridge.kafka import guard
from bridge.letter_index import Wanted
from bridge.letters import Place
from tests.edges.embedded import Broker
from tests.edges.test_dead_letters_command import headers, written

pytestmark = pytest.mark.slow

PATIENCE_SECONDS = 10


@pytest.fixture(scope="module")
def config(broker: Broker, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of two letters, both without their value; nobody has their originals any more."""
    for offset in range(2):
        broker.write("letters", [b""], headers=headers(offset, masked="true"))
    return written(tmp_path_factory.mktemp("letters"), broker.address)


@contextmanager
def replaying(config: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A replay in a process of its own."""
    with subprocess.Popen(
        [sys.executable, "-m", "bridge", "dead-letters", "replay", *arguments, "--config", config],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_that_waits_for_its_rate_ends_and_goes_on_with_no_other_letter(
    config: Path, number: signal.Signals
) -> None:
    with replaying(config, "--all", "--dry-run", "--rate", "0.001") as process:
        assert process.stderr is not None
        assert any("0:0: source_gone" in line for line in process.stderr)
        process.send_signal(number)
        said, complaint = process.communicate(timeout=PATIENCE_SECONDS)

    assert (process.returncode, said) == (1, "0 letters would be replayed, 1 refused\n")
    assert complaint == "omeda-bridge: broken off: the same command goes on from here\n"


def test_a_second_signal_ends_one_that_hangs(tmp_path: Path) -> None:
    """A broker that takes connections and never says anything holds it up."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        config = written(tmp_path, f"127.0.0.1:{silent.getsockname()[1]}")
        with replaying(config, "--all") as process:
            silent.settimeout(PATIENCE_SECONDS)
            connection, _ = silent.accept()
            with connection:
                process.send_signal(signal.SIGINT)
                process.send_signal(signal.SIGTERM)

                assert process.wait(PATIENCE_SECONDS) == 1


async def test_one_that_was_stopped_reads_no_further_and_calls_no_letter_missing(
    config: Path,
) -> None:
    guard.install()
    named = frozenset({Place(0, 0), Place(3, 9)})
    replay = Replay(load(config, {}), Order(Choice(named, Wanted()), dry=True, per_second=None))
    replay.stop()

    await replay.run()

    assert str(replay.account) == "0 letters would be replayed"
