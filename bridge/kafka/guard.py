"""Guards around gaps in aiokafka 0.14.0; private names are touched here and in `closing`.

* An OffsetFetch reply can carry an error for the whole group (the coordinator is loading,
  has moved, refuses). aiokafka does not look at it and reads the empty reply as "nothing
  was committed": the group would start over, or skip what is waiting.
* Where its C extension did not load, aiokafka falls back silently to code that is some
  forty times slower.
"""

from typing import Any

import aiokafka
import aiokafka.consumer.consumer as consumer_module
from aiokafka import errors
from aiokafka.consumer.group_coordinator import GroupCoordinator
from aiokafka.protocol.commit import OffsetFetchRequest

from bridge.errors import ConfigError

CHECKED_VERSION = "0.14.0"

_MOVED = (errors.GroupCoordinatorNotAvailableError, errors.NotCoordinatorForGroupError)


class GuardedGroupCoordinator(GroupCoordinator):
    """Raises what an OffsetFetch reply says, so that it is asked again instead of believed."""

    async def _send_req(self, request: Any) -> Any:
        response = await super()._send_req(request)
        if isinstance(request, OffsetFetchRequest) and response.error_code:
            error = errors.for_code(response.error_code)
            if error in _MOVED:
                # Look it up anew, or the same broker would be asked for ever.
                self.coordinator_dead()
            raise error(self.group_id)
        return response


def install() -> None:
    """Put the guards in place; the consumer looks its coordinator class up when it starts.

    Raises ConfigError where aiokafka is not the version that the guards were checked with,
    or runs without its C extension: an installation fault, found before anything is started.
    """
    if aiokafka.__version__ != CHECKED_VERSION:
        raise ConfigError(
            f"aiokafka {aiokafka.__version__} is installed, but the bridge's guards were checked"
            f" with {CHECKED_VERSION} only: install omeda-bridge with its pinned requirements"
        )
    if not extension_loaded():
        raise ConfigError(
            "aiokafka's C extension did not load (is AIOKAFKA_NO_EXTENSIONS set?):"
            " install its wheel for this platform"
        )
    consumer_module.GroupCoordinator = GuardedGroupCoordinator


def extension_loaded() -> bool:
    """Whether records are parsed by compiled code."""
    from aiokafka.record import default_records  # noqa: PLC0415 - looked at when asked

    return bool(default_records.DefaultRecordBatch.__module__.endswith("_crecords.default_records"))
