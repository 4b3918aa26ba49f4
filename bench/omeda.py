"""The stand-in for Omeda that contenders are measured against: bench/standin, built with Go."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any, NamedTuple, Self
from urllib.request import urlopen

SOURCE = Path(__file__).with_name("standin")
BRAND = "DEMO"
ROOT = "/webservices/rest"
WAIT_SECONDS = 1.0
ANSWER_SECONDS = 30


class Unavailable(Exception):
    """Something that the benchmark needs is not on this machine."""


class Status(NamedTuple):
    """How far a run is; each as in bench/standin/book.go."""

    requests: int
    accepted: int
    distinct: int
    overlaps: int
    refused: int
    first_ns: int
    last_ns: int


class Accepted(NamedTuple):
    """An event, in the order of acceptance."""

    seq: str
    customer: int
    at_ns: int


def build(into: Path) -> Path:
    """The program."""
    if shutil.which("go") is None:
        raise Unavailable("go is not on the PATH, so the stand-in for Omeda cannot be built")
    program = into / "standin"
    subprocess.run(
        ["go", "build", "-o", str(program), "."],
        cwd=SOURCE,
        env={**os.environ, "GOTOOLCHAIN": "local", "GOWORK": "off"},
        check=True,
    )
    return program


def ceiling(program: Path, seconds: float) -> float:
    """Requests a second that it takes of a client that costs next to nothing, on this machine."""
    asked = [str(program), "-ceiling", f"{seconds}s"]
    return float(subprocess.run(asked, check=True, capture_output=True, text=True).stdout)


class StandIn:
    """The running program; one run at a time."""

    def __init__(self, program: Path) -> None:
        # A collector that runs less often costs less; a run's book is some ten megabytes.
        self._process = subprocess.Popen(
            [str(program)], stdout=subprocess.PIPE, env={**os.environ, "GOGC": "400"}
        )
        assert self._process.stdout is not None
        addresses = json.loads(self._process.stdout.readline())
        self.base_url = f"http://{addresses['omeda']}{ROOT}"
        self._control = f"http://{addresses['control']}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait()

    @property
    def pid(self) -> int:
        """Of the program."""
        return self._process.pid

    def url(self, kind: str) -> str:
        """Of the service that takes one event of *kind* a request."""
        service = {"behavior": "assignbehavior", "order": "storecustomerandorder"}[kind]
        return f"{self.base_url}/brand/{BRAND}/{service}/*"

    def begin(self, **plan: int) -> None:
        """A new run; the book is empty. *plan* as in bench/standin/book.go."""
        self._ask("begin", json.dumps(plan).encode())

    def wait(self, *, requests: int = 0, events: int = 0, seconds: float = WAIT_SECONDS) -> Status:
        """How far it is, once there are so many, or after *seconds*."""
        found = self._ask(f"wait?requests={requests}&events={events}&seconds={seconds}")
        return Status(**json.loads(found))

    def events(self) -> list[Accepted]:
        """All that was accepted, repeats included."""
        lines = (line.split() for line in self._ask("events").decode().splitlines())
        return [Accepted(seq, int(customer), int(at)) for seq, customer, at in lines]

    def _ask(self, what: str, body: bytes | None = None) -> bytes:
        with urlopen(f"{self._control}/{what}", body, timeout=ANSWER_SECONDS) as answer:  # noqa: S310
            found: Any = answer.read()
        return bytes(found)
