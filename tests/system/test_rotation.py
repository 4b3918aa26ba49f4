"""Secrets that change under the process, as a kubelet changes them."""

import shutil
from collections.abc import Mapping
from pathlib import Path

from tests.system.omeda_contract import APP_ID, BRAND, INPUT_ID
from tests.system.waiting import eventually
from tests.system.world import World

FORMER = "0C1A4E9E-0000-4000-8000-INVENTED0000"
NEVER_SECONDS = 3600


class Mounted:
    """A volume of a Secret: each file leads over `..data` to the one folder that is current."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._versions = 0
        path.mkdir()

    def put(self, files: Mapping[str, str]) -> None:
        """All files at once, by one link that is replaced."""
        link, former = self.path / "..data", self._folder()
        self._versions += 1
        self._folder().mkdir()
        for name, text in files.items():
            (self._folder() / name).write_text(text)
            if not (self.path / name).is_symlink():
                (self.path / name).symlink_to(Path("..data") / name)
        fresh = self.path / "..data_tmp"
        fresh.symlink_to(self._folder().name)
        fresh.replace(link)
        if former.exists():
            shutil.rmtree(former)

    def _folder(self) -> Path:
        return self.path / f"..version_{self._versions}"


def test_a_secret_that_is_replaced_ends_the_halt_of_the_same_process(
    world: World, work: Path
) -> None:
    secret = Mounted(work / "mounted")
    secret.put({"app-id": FORMER, "input-id": INPUT_ID})
    world.omeda.former_app_ids.add(FORMER)
    world.create_topics()
    files = {
        "app_id_file": str(secret.path / "app-id"),
        "input_id_file": str(secret.path / "input-id"),
    }
    bridge = world.ready_bridge(
        {"brands": {BRAND: files}, "delivery": {"probe_seconds": NEVER_SECONDS}}
    )

    def halted() -> float:
        return bridge.metrics()["omeda_bridge_halted"]

    def began() -> float:
        return bridge.metrics()["process_start_time_seconds"]

    first = began()
    world.produce(world.author.mixed(100))
    eventually("both services halted", lambda: halted() == 2, within=30, instead=bridge.log_tail)
    assert not world.omeda.accepted

    secret.put({"app-id": APP_ID, "input-id": INPUT_ID})
    world.await_delivered()

    world.await_committed_to_the_end()
    assert halted() == 0
    assert began() == first
    assert bridge.answers("/livez")
    world.check()
