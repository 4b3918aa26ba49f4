"""docs/start.md, from its first command to its last, as a reader types them."""

import os
import re
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from tests.docs.reading import ROOT, samples
from tests.guides.distribution import unpack
from tests.system.broker import free_ports
from tests.system.jars import BrokerUnavailable
from tests.system.needing import do_without

GUIDE = "docs/start.md"
COMMANDS = [one.text for one in samples("sh") if one.document == ROOT / GUIDE]
RUN_SECONDS = 240


def checkout(into: Path) -> Path:
    """The repository as a clone would be: no file that git ignores."""
    listing = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(listing, cwd=ROOT, check=True, capture_output=True, text=True)
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (into / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, into / name)
    return into


def script(kafka: Path, kafkas_port: int) -> str:
    """Every command of the guide, on ports that are free here, with the unpacked Kafka."""
    omeda, admin = free_ports(2)
    text = re.sub(
        r"^export KAFKA=.*$", f"export KAFKA={kafka}", "\n".join(COMMANDS), flags=re.MULTILINE
    )
    for port, ours in {"9092": kafkas_port, "8080": omeda, "9464": admin}.items():
        text = re.sub(rf"\b{port}\b", str(ours), text)
    return f"export BRIDGE__ADMIN__PORT={admin}\n{text}"


def test_the_guide_is_about_real_commands() -> None:
    assert len(COMMANDS) >= 9
    assert (ROOT / "config/examples/start.yaml").read_text().partition("\nkafka:")[2] in (
        ROOT / GUIDE
    ).read_text()


@pytest.mark.timeout(RUN_SECONDS + 60)
def test_every_command_does_what_the_guide_says(tmp_path: Path) -> None:
    kafka = tmp_path / "kafka"
    try:
        port = unpack(kafka)
    except BrokerUnavailable as unavailable:
        do_without(unavailable)
    here = checkout(tmp_path / "omeda-bridge")
    example = here / "config/examples/start.yaml"
    commands = script(kafka, port)
    [omeda] = re.findall(r"simulate --port (\d+)", commands)
    example.write_text(example.read_text().replace("9092", str(port)).replace("8080", omeda))

    # Job control, as at a prompt: each job is a group of its own, and %1 names it.
    typed = subprocess.Popen(
        ["bash", "-mec", commands],
        cwd=here,
        env={key: value for key, value in os.environ.items() if key != "PYTHONPATH"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        said, _ = typed.communicate(timeout=RUN_SECONDS)
    finally:
        end_session(typed.pid)

    logs = "".join(path.read_text() for path in here.glob("*.log"))
    assert typed.returncode in (0, 143), f"{said}\n{logs}"
    assert "start.yaml: good" in said
    assert "12 events sent to omeda.behaviors" in said
    assert re.findall(r'"accepted_events":(\d+)', said) == ["15", "27"], f"{said}\n{logs}"
    assert '"overlaps":0' in said
    assert re.search(r'records_settled_total\{.*outcome="delivered"\} \d', said)
    assert "not_json" in said
    assert "stopping" in (here / "bridge.log").read_text()


def end_session(session: int) -> None:
    """Whatever was left behind, where the commands went wrong."""
    listed = subprocess.run(
        ["ps", "-o", "pid=", "-s", str(session)], check=False, capture_output=True, text=True
    )
    for pid in listed.stdout.split():
        os.kill(int(pid), signal.SIGKILL)
