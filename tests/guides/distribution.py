"""A Kafka as it is when its archive is unpacked, made of the jars of Maven Central.

The archive's scripts run these same classes. Its `config/server.properties` is stood in for by
the same settings, on ports and in a folder that are free.
"""

import os
from pathlib import Path

from tests.system.broker import free_ports
from tests.system.jars import fetch, fetch_jars, jars_directory

POM = Path(__file__).with_name("tools_pom.xml")
CLASSES = {
    "kafka-storage.sh": "kafka.tools.StorageTool",
    "kafka-server-start.sh": "kafka.Kafka",
    "kafka-topics.sh": "org.apache.kafka.tools.TopicCommand",
    "kafka-console-producer.sh": "org.apache.kafka.tools.ConsoleProducer",
}
JAVA = (
    *("java", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
)
"""None of them lives long enough for the second compiler."""
SCRIPT = f"""\
#!/bin/sh
exec {" ".join(JAVA)} -cp '{{jars}}' {{name}} "$@"
"""
PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.bootstrap.servers=localhost:{controller}
listeners=PLAINTEXT://:{port},CONTROLLER://:{controller}
inter.broker.listener.name=PLAINTEXT
advertised.listeners=PLAINTEXT://localhost:{port},CONTROLLER://localhost:{controller}
controller.listener.names=CONTROLLER
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
log.dirs={data}
offsets.topic.replication.factor=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
"""


def jars() -> str:
    """The broker's, and those of its command line tools, as a class path."""
    tools = fetch(POM, jars_directory().with_name("kafka-tools-4.2.0"))
    return f"{fetch_jars()}/*{os.pathsep}{tools}/*"


def unpack(into: Path) -> int:
    """Make the folder of a distribution; the port that its broker will have."""
    (into / "bin").mkdir(parents=True)
    for name, main in CLASSES.items():
        script = into / "bin" / name
        script.write_text(SCRIPT.format(jars=jars(), name=main))
        script.chmod(0o755)
    port, controller = free_ports(2)
    (into / "config").mkdir()
    (into / "config/server.properties").write_text(
        PROPERTIES.format(port=port, controller=controller, data=into / "data")
    )
    return port
