"""compose.yaml, as far as it can be told without a container engine."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
import pytest
import yaml

from bridge.config import load
from tests.deploy.tools import checked
from tests.docs.reading import ROOT, command_line
from tests.docs.test_samples import SECRETS
from tests.guides.distribution import JAVA, jars, unpack
from tests.system.broker import free_ports
from tests.system.cluster import Cluster
from tests.system.kafka_python import KafkaError
from tests.system.waiting import eventually

COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
KAFKA: dict[str, str] = SERVICES["kafka"]["environment"]
START_SECONDS = 90


def test_it_is_what_the_compose_specification_says() -> None:
    checked("check-jsonschema", "--builtin-schema", "vendor.compose-spec", "compose.yaml")


@pytest.mark.parametrize("service", SERVICES)
def test_every_image_is_pinned(service: str) -> None:
    image = SERVICES[service]["image"]

    if "build" in SERVICES[service]:
        assert image == "omeda-bridge:compose"
    else:
        assert re.fullmatch(r"[a-z/]+:v?\d+\.\d+\.\d+(@sha256:[0-9a-f]{64})?", image)


@pytest.mark.parametrize("service", SERVICES)
def test_what_is_waited_for_is_there_and_can_be_told(service: str) -> None:
    for name, waiting in SERVICES[service].get("depends_on", {}).items():
        if waiting["condition"] == "service_healthy":
            assert SERVICES[name]["healthcheck"]["test"]
        else:
            assert waiting["condition"] == "service_completed_successfully"


@pytest.mark.parametrize("service", SERVICES)
def test_what_is_mounted_exists_and_no_port_is_open_to_others(service: str) -> None:
    for volume in SERVICES[service].get("volumes", ()):
        here, _, how = volume.split(":")
        assert (ROOT / here).exists(), here
        assert how == "ro"
    for port in SERVICES[service].get("ports", ()):
        assert port.startswith("127.0.0.1:")


def written_commands() -> Iterator[list[str]]:
    """Every command line of ours, in exec form or in a script."""
    for service in SERVICES.values():
        if "build" not in service:
            continue
        if "entrypoint" not in service:
            yield service["command"]
            continue
        [script] = service["command"]
        values = dict(re.findall(r"^\s*(\w+)=(\S+)$", script, re.MULTILINE))
        for line in re.findall(r"omeda-bridge (.*)$", script, re.MULTILINE):
            yield [values.get(word.removeprefix("$$"), word) for word in line.split()]


@pytest.mark.parametrize("words", list(written_commands()), ids=" ".join)
def test_the_command_line_takes_what_is_typed_and_files_are_mounted(words: list[str]) -> None:
    command_line().parse_args(words)
    for word in words:
        if word.startswith("/etc/omeda-bridge/"):
            assert (ROOT / "config" / word.removeprefix("/etc/omeda-bridge/")).exists(), word


def test_the_bridge_and_its_surroundings_speak_of_each_other() -> None:
    config = load(ROOT / "config/compose/bridge.yaml", SECRETS)
    [job] = prometheus()["scrape_configs"]

    assert f"INSIDE://{config.kafka.bootstrap_servers}" in KAFKA["KAFKA_ADVERTISED_LISTENERS"]
    assert config.omeda.base_url.startswith("http://omeda:8080/")
    assert job["static_configs"] == [{"targets": [f"bridge:{config.admin.port}"]}]
    script = SERVICES["topics"]["command"][0]
    for topic in (*(route.topic for route in config.routes), config.dead_letters.topic):
        assert topic in script
    grace = int(SERVICES["bridge"]["stop_grace_period"].removesuffix("s"))
    assert grace >= config.delivery.drain_seconds + 15


def prometheus() -> dict[str, Any]:
    written: dict[str, Any] = yaml.safe_load((ROOT / "config/compose/prometheus.yml").read_text())
    return written


def test_prometheus_takes_its_configuration_with_the_alerts(tmp_path: Path) -> None:
    shutil.copy(ROOT / "config/compose/prometheus.yml", tmp_path)
    shutil.copy(ROOT / "helm/omeda-bridge/files/alerts.yaml", tmp_path)

    assert "SUCCESS" in checked("promtool", "check", "config", str(tmp_path / "prometheus.yml"))


class Source(msgspec.Struct, forbid_unknown_fields=True):
    """A data source, as Grafana's documentation of provisioning has it."""

    name: str
    type: Literal["prometheus"]
    access: Literal["proxy"]
    url: str
    uid: str
    is_default: bool = msgspec.field(name="isDefault")
    editable: bool
    json_data: dict[Literal["timeInterval"], str] = msgspec.field(name="jsonData")


class Sources(msgspec.Struct, forbid_unknown_fields=True):
    api_version: Literal[1] = msgspec.field(name="apiVersion")
    datasources: Annotated[list[Source], msgspec.Meta(min_length=1)]


class Provider(msgspec.Struct, forbid_unknown_fields=True):
    """Where dashboards are read from."""

    name: str
    folder: str
    type: Literal["file"]
    options: dict[Literal["path"], str]
    disable_deletion: bool = msgspec.field(name="disableDeletion")
    allow_ui_updates: bool = msgspec.field(name="allowUiUpdates")


class Providers(msgspec.Struct, forbid_unknown_fields=True):
    api_version: Literal[1] = msgspec.field(name="apiVersion")
    providers: Annotated[list[Provider], msgspec.Meta(min_length=1)]


def test_grafana_finds_its_data_and_its_dashboards() -> None:
    folder = ROOT / "config/compose/grafana"
    [source] = msgspec.yaml.decode(
        (folder / "datasources.yaml").read_bytes(), type=Sources
    ).datasources
    [provider] = msgspec.yaml.decode(
        (folder / "dashboards.yaml").read_bytes(), type=Providers
    ).providers
    mounted = dict(reversed(volume.split(":")[:2]) for volume in SERVICES["grafana"]["volumes"])

    assert source.url == "http://prometheus:9090"
    assert mounted[provider.options["path"]] == "./helm/omeda-bridge/dashboards"
    home = SERVICES["grafana"]["environment"]["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"]
    path = Path(mounted[str(Path(home).parent)]) / Path(home).name
    assert (ROOT / path).exists()


def test_a_real_kafka_starts_with_these_settings_and_the_topics_are_created(tmp_path: Path) -> None:
    inside, outside, controller = free_ports(3)
    ports = {"19092": inside, "9092": outside, "9093": controller}

    def here(text: str) -> str:
        """On this machine's loopback, on ports that are free."""
        text = re.sub(r"kafka:(?=\d)|(?<=//):(?=\d)", "127.0.0.1:", text)
        return re.sub(r"\b(19092|9092|9093)\b", lambda found: str(ports[found[0]]), text)

    # The image's own rule: what is behind KAFKA_, in small letters, with dots.
    settings = {
        name.removeprefix("KAFKA_").lower().replace("_", "."): here(value)
        for name, value in KAFKA.items()
    }
    settings["log.dirs"] = str(tmp_path / "data")
    properties = tmp_path / "server.properties"
    properties.write_text("".join(f"{name}={value}\n" for name, value in settings.items()))
    java = [*JAVA, "-cp", jars()]
    cluster_id = "b21lZGEtYnJpZGdlLXRlcw"
    storage = ["kafka.tools.StorageTool", "format", "-t", cluster_id, "-c", str(properties)]
    subprocess.run([*java, *storage], check=True, timeout=START_SECONDS, capture_output=True)

    with (tmp_path / "broker.log").open("wb") as log:
        broker = subprocess.Popen([*java, "kafka.Kafka", str(properties)], stdout=log, stderr=log)
    try:
        cluster = Cluster(f"127.0.0.1:{outside}")
        eventually(
            "the broker answers",
            lambda: answers(cluster),
            within=START_SECONDS,
            instead=(tmp_path / "broker.log").read_text,
        )
        [script] = SERVICES["topics"]["command"]
        unpack(tmp_path / "opt")
        script = here(script).replace("$$", "$").replace("/opt/kafka", f"{tmp_path}/opt")
        subprocess.run(["/bin/sh", "-ec", script], check=True, timeout=START_SECONDS)

        assert {"omeda.behaviors", "omeda.orders", "omeda.dead-letters"} <= set(cluster.topics())
        log_text = (tmp_path / "broker.log").read_text()
        assert "unknown" not in log_text.lower(), log_text
    finally:
        broker.terminate()
        broker.wait(START_SECONDS)


def answers(cluster: Cluster) -> bool:
    try:
        cluster.topics()
    except KafkaError:
        return False
    return True
