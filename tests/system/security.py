"""A broker with a guarded door of each kind, and what opens each of them to the bridge."""

import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from tests.system.broker import Broker, Doors
from tests.system.settings import Sections

USER = "bridge"
PASSWORD = "Invented.Kafka+Password/7b1f=="
WRONG_PASSWORD = "Invented.Other+Password/c41a=="
PASSPHRASE = "Invented.Passphrase/90cd"
SCRAM = ("SCRAM-SHA-256", "SCRAM-SHA-512")
MECHANISMS = ("PLAIN", *SCRAM)

PROTOCOLS = {
    "TLS": "SSL",
    "MUTUAL": "SSL",
    "ELSEWHERE": "SSL",
    "SASL": "SASL_PLAINTEXT",
    "SASL_TLS": "SASL_SSL",
}
"""`MUTUAL` asks for a client's certificate, `ELSEWHERE` has one that is for another host."""

DOORS = [
    ("TLS", None),
    ("MUTUAL", None),
    *(("SASL", mechanism) for mechanism in MECHANISMS),
    *(("SASL_TLS", mechanism) for mechanism in MECHANISMS),
]
"""Every one that opens, and the mechanism with which it does."""


class Identity(NamedTuple):
    """A certificate and its key, each in a file."""

    certificate: Path
    key: Path


class Authority:
    """Signs certificates; its own is what others need in order to trust them."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir()
        self._directory = directory
        self.certificate = directory / "authority.pem"
        self.key = _key(directory / "authority.key")
        _openssl(
            *("req", "-x509", "-new", "-key", self.key, "-subj", f"/CN={directory.name}"),
            # Which Python 3.13 asks of an authority.
            *("-addext", "keyUsage=critical,keyCertSign,cRLSign"),
            *("-days", "2", "-out", self.certificate),
        )

    def issue(self, name: str, *, host: str = "IP:127.0.0.1", days: int = 2) -> Identity:
        """A certificate for *host*; it has expired already where *days* is 0."""
        identity = Identity(self._directory / f"{name}.pem", self._directory / f"{name}.key")
        request, extensions = self._directory / "request", self._directory / "extensions"
        extensions.write_text(f"subjectAltName={host}\nauthorityKeyIdentifier=keyid\n")
        _openssl("req", "-new", "-key", _key(identity.key), "-subj", f"/CN={name}", "-out", request)
        _openssl(
            *("x509", "-req", "-in", request, "-CA", self.certificate, "-CAkey", self.key),
            *("-CAcreateserial", "-extfile", extensions, "-days", str(days)),
            *("-out", identity.certificate),
        )
        return identity

    def lock(self, identity: Identity, locked: Path) -> Path:
        """The key of *identity*, behind a passphrase."""
        _openssl(
            *("pkey", "-in", identity.key, "-aes256", "-passout", f"pass:{PASSPHRASE}"),
            *("-out", locked),
        )
        return locked


class Guarded:
    """The broker, and the settings with which the bridge comes in by each door."""

    def __init__(self, directory: Path) -> None:
        self.authority = Authority(directory / "authority")
        self.client = self.authority.issue("client")
        self.password_file = written_password(directory, PASSWORD)
        self.broker = Broker(directory, Doors(PROTOCOLS, self._properties(), _users()))

    def by(self, door: str, mechanism: str | None = None, **changes: Any) -> Sections:
        """The section `kafka` for *door*; *changes* are made to its `security`."""
        security: dict[str, Any] = {"protocol": PROTOCOLS[door]}
        if PROTOCOLS[door].endswith("SSL"):
            security["ca_file"] = str(self.authority.certificate)
        if door == "MUTUAL":
            security |= shown(self.client)
        if mechanism is not None:
            security |= {"sasl_mechanism": mechanism, "username": USER}
            security["password_file"] = str(self.password_file)
        address = self.broker.address(door)
        return {"kafka": {"bootstrap_servers": address, "security": {**security, **changes}}}

    def _properties(self) -> dict[str, str]:
        here = self.authority.issue("broker")
        elsewhere = self.authority.issue("elsewhere", host="DNS:elsewhere.invalid")
        trusted = {
            "ssl.truststore.type": "PEM",
            "ssl.truststore.location": self.authority.certificate,
        }
        guards: dict[str, Mapping[str, object]] = {
            "TLS": _store(here),
            "MUTUAL": {**_store(here), **trusted, "ssl.client.auth": "required"},
            "ELSEWHERE": _store(elsewhere),
            "SASL": _logins(),
            "SASL_TLS": {**_store(here), **_logins()},
        }
        # The tests themselves come in by the plain door, and may do everything.
        rights = {
            "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "allow.everyone.if.no.acl.found": "true",
            "super.users": "User:ANONYMOUS",
        }
        return rights | {
            f"listener.name.{door.lower()}.{name}": str(value)
            for door, guard in guards.items()
            for name, value in guard.items()
        }


def written_password(directory: Path, password: str = WRONG_PASSWORD) -> Path:
    path = directory / "password"
    path.write_text(f"{password}\n")
    return path


def shown(identity: Identity) -> dict[str, str]:
    """The settings with which the bridge shows *identity*."""
    return {"certificate_file": str(identity.certificate), "key_file": str(identity.key)}


def _store(identity: Identity) -> dict[str, object]:
    """What a listener proves itself with: the broker wants key and certificate in one file."""
    store = identity.key.with_suffix(".store")
    store.write_bytes(identity.key.read_bytes() + identity.certificate.read_bytes())
    return {"ssl.keystore.type": "PEM", "ssl.keystore.location": store}


def _logins() -> dict[str, object]:
    modules = "org.apache.kafka.common.security"
    plain = f'{modules}.plain.PlainLoginModule required user_{USER}="{PASSWORD}";'
    scram = f"{modules}.scram.ScramLoginModule required;"
    return {
        "sasl.enabled.mechanisms": ",".join(MECHANISMS),
        "plain.sasl.jaas.config": plain,
        **{f"{mechanism.lower()}.sasl.jaas.config": scram for mechanism in SCRAM},
    }


def _users() -> list[str]:
    return [f"{mechanism}=[name={USER},password={PASSWORD}]" for mechanism in SCRAM]


def _key(path: Path) -> Path:
    _openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", path)
    return path


def _openssl(*arguments: str | Path) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)
