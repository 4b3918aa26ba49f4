"""The settings of Kafka: where the events come from."""

from enum import StrEnum
from typing import Annotated, Literal

from msgspec import Meta, field

from bridge.config.base import Settings
from bridge.config.types import Seconds, Text, is_server
from bridge.secret import Secret


class StartFrom(StrEnum):
    """Where a partition starts for which the group has no offset."""

    EARLIEST = "earliest"
    LATEST = "latest"
    FAIL = "fail"


class LostOffsets(StrEnum):
    """What happens where retention has eaten records that were not delivered."""

    HALT = "halt"
    EARLIEST = "earliest"
    LATEST = "latest"


class Security(Settings, frozen=True):
    """How the bridge proves itself to Kafka."""

    protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    """What the listener speaks that `bootstrap_servers` names."""
    ca_file: Text | None = None
    """PEM file of the authorities to trust; the system's own where null."""
    certificate_file: Text | None = None
    """PEM file of the client's certificate, where the brokers want one."""
    key_file: Text | None = None
    """PEM file of its key, without a passphrase."""
    sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] | None = None
    """How the login is made; needed with a SASL protocol."""
    username: Text | None = None
    """Who logs in; needed with a SASL protocol."""
    password: Secret | None = None
    """From the environment only; see `password_file`."""
    password_file: Text | None = None
    """File that holds the password; a SASL protocol wants it from here or the environment."""

    def __post_init__(self) -> None:
        sasl = self.protocol.startswith("SASL")
        if sasl and not (self.sasl_mechanism and self.username):
            raise ValueError(f"{self.protocol} needs sasl_mechanism and username")
        if sasl and not (self.password or self.password_file):
            raise ValueError(f"{self.protocol} needs password_file")
        if bool(self.certificate_file) != bool(self.key_file):
            raise ValueError("certificate_file and key_file belong together")


class Kafka(Settings, frozen=True):
    """Where the events come from."""

    bootstrap_servers: Text
    """`host:port`, several separated by commas."""
    group_id: Text = "omeda-bridge"
    """The consumer group: processes of one group share the partitions."""
    group_instance_id: Text | None = None
    """Static membership: unique for each process, and the same after its restart."""
    start_from: StartFrom = StartFrom.EARLIEST
    """Only where the group has no offset. `fail` ends with exit status 2."""
    on_lost_offsets: LostOffsets = LostOffsets.HALT
    """The partition stands, or goes on from the first, or the next, offset. Counted always."""
    session_timeout_seconds: Annotated[float, Meta(ge=6, le=1800)] = 45
    """Kafka gives a silent member's partitions away after this long."""
    rebalance_timeout_seconds: Annotated[float, Meta(ge=11, le=1800)] = 40
    """How long the group waits for a member that still drains."""
    start_timeout_seconds: Seconds = 300
    """Kafka unreachable at start: tried again until then, then exit status 1."""
    isolation_level: Literal["read_committed", "read_uncommitted"] = "read_committed"
    """Whether records of transactions that were not committed are left out."""
    security: Security = field(default_factory=Security)

    def __post_init__(self) -> None:
        for server in self.bootstrap_servers.split(","):
            if not is_server(server.strip()):
                raise ValueError(f"bootstrap_servers: {server!r} is not host:port")

    @property
    def heartbeat_seconds(self) -> float:
        """Three heartbeats fit into a session, so that one lost one costs nothing."""
        return min(3.0, self.session_timeout_seconds / 3)
