"""The image: built as a user builds it, and run as Kubernetes runs it."""

import json
import re
import stat
import subprocess
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.deploy.container import ROOT, Container, Store
from tests.system.bridge_process import BridgeProcess
from tests.system.broker import Broker
from tests.system.world import World

BRIDGE = "/opt/omeda-bridge/bin/omeda-bridge"
PYTHON = "/opt/omeda-bridge/bin/python"
UNWANTED = ("pip", "uv", "hatchling", "setuptools", "gcc", "cc", "make", "git", "curl")
SETTLED = 500


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return Store(tmp_path_factory.mktemp("images"))


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that the image's user can reach, and read."""
    shared = tmp_path_factory.mktemp("shared")
    for folder in (shared, *shared.parents[:2]):
        folder.chmod(folder.stat().st_mode | stat.S_IXOTH | stat.S_IROTH)
    return shared


@pytest.fixture(scope="session")
def container(store: Store, shared: Path) -> Iterator[Container]:
    with Container(store, shared=shared) as container:
        yield container


@pytest.fixture
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    broker = Broker(tmp_path_factory.mktemp("kafka"))
    try:
        broker.start()
        yield broker
    finally:
        broker.stop()


def test_the_image_says_what_it_is_and_how_it_is_run(store: Store) -> None:
    told = store.configuration()

    assert told["User"] == "65532:65532"
    assert told["Entrypoint"] == [BRIDGE]
    assert told["Cmd"] == ["run", "--config", "/etc/omeda-bridge/bridge.yaml"]
    assert told["StopSignal"] == "SIGTERM"
    assert list(told["ExposedPorts"]) == ["9464/tcp"]
    assert told["Healthcheck"]["Test"][0] == "CMD"
    labels = told["Labels"]
    prefix = "org.opencontainers.image."
    assert labels[f"{prefix}version"] == version("omeda-bridge")
    assert {f"{prefix}{name}" for name in ("title", "description", "licenses")} <= set(labels)
    assert all(labels.values())


def test_it_holds_the_environment_and_nothing_of_how_that_was_made(container: Container) -> None:
    programs = {path.name for path in container.files() if path.parent.name in ("bin", "sbin")}
    assert {"omeda-bridge", "python3"} <= programs
    assert not programs.intersection(UNWANTED)
    for folder in ("src", "build", "dist"):
        assert not (container.root / folder).exists()
    assert not list(container.root.glob("opt/omeda-bridge/lib/*/site-packages/pip*"))


def test_every_module_is_compiled_and_every_link_leads_somewhere(container: Container) -> None:
    environment = container.root / "opt/omeda-bridge"
    modules = list(environment.glob("lib/*/site-packages/bridge/**/*.py"))
    assert len(modules) > 50
    for module in modules:
        assert list(module.parent.glob(f"__pycache__/{module.stem}.*.pyc")), module
    assert container.run(PYTHON, "-c", "import bridge.cli").returncode == 0


def test_commands_run_in_it_as_a_user_without_rights(container: Container, shared: Path) -> None:
    assert version("omeda-bridge") in container.run(BRIDGE, "version").stdout
    assert json.loads(container.run(BRIDGE, "version", "--json").stdout)["compiled"] == "yes"
    who = container.run(PYTHON, "-c", "import os; print(os.getuid(), os.getgid())")
    assert who.stdout.split() == ["65532", "65532"]
    for place in ("/opt/omeda-bridge/x", "/x", "/etc/x"):
        refused = container.run(PYTHON, "-c", f"open({place!r}, 'w')")
        assert "PermissionError" in refused.stderr

    config = shared / "bridge.yaml"
    config.write_text((ROOT / "config/minimal.yaml").read_text().replace("topic:", "topik:"))
    checked = container.run(BRIDGE, "check", "--config", str(config))
    assert checked.returncode == 2
    assert "topik" in checked.stderr


def test_the_bill_of_materials_names_every_dependency_in_its_version(store: Store) -> None:
    """Of those that Linux needs: others stand in the list with a marker."""
    written = subprocess.run(
        [ROOT / "scripts/sbom.sh", store.directory], check=True, capture_output=True, text=True
    ).stdout
    found = {(one["name"], one.get("version")) for one in json.loads(written)["components"]}
    pins = re.findall(
        r"^(\S+)==(\S+) \\$", (ROOT / "requirements/run.txt").read_text(), re.MULTILINE
    )
    assert ("aiokafka", "0.14.0") in pins
    assert set(pins) <= found
    assert ("omeda-bridge", version("omeda-bridge")) in found


def test_it_delivers_ends_in_order_and_writes_no_file(
    store: Store, container: Container, shared: Path, broker: Broker
) -> None:
    before = container.files()
    with World(broker.bootstrap_servers, name="image", work=shared) as world:
        world.command = container.command(BRIDGE)
        world.create_topics()
        bridge = world.ready_bridge()
        world.produce(world.author.mixed(SETTLED))
        world.await_delivered()
        assert container.run(*health_check(store, bridge)).returncode == 0
        bridge.terminate()
        assert bridge.wait() == 0
        assert container.run(*health_check(store, bridge)).returncode == 1
        world.await_committed_to_the_end()
        world.check()

    assert container.files() == before


def health_check(store: Store, bridge: BridgeProcess) -> list[str]:
    """What compose runs; the image's variable says where the process listens."""
    [kind, *command] = store.configuration()["Healthcheck"]["Test"]
    assert kind == "CMD"
    return ["/usr/bin/env", f"BRIDGE__ADMIN__PORT={bridge.admin_port}", *command]
