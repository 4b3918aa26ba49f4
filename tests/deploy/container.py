"""The image, built and run without a container engine: buildah, chroot isolation."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

ROOT = Path(__file__).parents[2]
IMAGE = "localhost/omeda-bridge:test"
BUILD_SECONDS = 900
RUN_SECONDS = 60
USER = "65532:65532"


class Store:
    """Where the images are. Raises CalledProcessError where they cannot be built."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._tool = ["buildah", "--root", str(directory / "storage")]
        self._tool += ["--runroot", str(directory / "run"), "--storage-driver", "vfs"]
        subprocess.run([ROOT / "scripts/image.sh", directory], check=True, timeout=BUILD_SECONDS)

    def command(self, *arguments: str) -> list[str]:
        return [*self._tool, *arguments]

    def ask(self, *arguments: str) -> str:
        done = subprocess.run(
            self.command(*arguments),
            check=True,
            capture_output=True,
            text=True,
            timeout=RUN_SECONDS,
        )
        return done.stdout.strip()

    def configuration(self) -> dict[str, Any]:
        """What the image says of itself, as container engines read it."""
        told: dict[str, Any] = json.loads(self.ask("inspect", "--type", "image", IMAGE))
        configuration: dict[str, Any] = told["Docker"]["config"]
        return configuration


class Container:
    """One container of the image; use as a context manager."""

    def __init__(self, store: Store, *, shared: Path) -> None:
        """*shared* is seen by the container in its place, as a mounted volume is."""
        self._store = store
        self._shared = shared
        self._name = ""
        self.root = Path()
        """Its files, as the host sees them."""

    def __enter__(self) -> Self:
        self._name = self._store.ask("from", "--pull-never", IMAGE)
        self.root = Path(self._store.ask("mount", self._name))
        return self

    def __exit__(self, *_: object) -> None:
        self._store.ask("rm", self._name)

    def command(self, *arguments: str) -> list[str]:
        """What runs *arguments* in it, on the host's network, as the image's user."""
        options = ["--isolation", "chroot", "--user", USER]
        options += ["--volume", f"{self._shared}:{self._shared}"]
        return self._store.command("run", *options, self._name, "--", *arguments)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*arguments),
            capture_output=True,
            text=True,
            check=False,
            timeout=RUN_SECONDS,
        )

    def files(self) -> dict[Path, tuple[int, int]]:
        """Size and time of each of its files, outside of what every container mounts."""
        return dict(_files(self.root))


def _files(root: Path) -> Iterator[tuple[Path, tuple[int, int]]]:
    for directory, _, names in os.walk(root):
        for name in names:
            path = Path(directory, name)
            state = path.lstat()
            yield path.relative_to(root), (state.st_size, state.st_mtime_ns)
