"""Guards around gaps in aiokafka 0.14.0; private names are touched here and in `closing`.

* An OffsetFetch reply can carry an error for the whole group (the coordinator is loading,
  has moved, refuses). aiokafka does not look at it and reads the empty reply as "nothing
  was committed": the group would start over, or skip what is waiting.
* A member that the group has given up commits as nobody, and Kafka takes that while the group is
  empty: what the next owner committed would be overwritten, and repeated.
* A process that was frozen does not know that its partitions are another's by now: the age of the
  last proof of membership tells, on a clock that counts through the freeze.
* Where its C extension did not load, aiokafka falls back silently to code that is some
  forty times slower.
"""

import time
from collections.abc import Iterator
from functools import partial
from typing import Any

import aiokafka
import aiokafka.consumer.consumer as consumer_module
from aiokafka import TopicPartition, errors
from aiokafka.consumer.group_coordinator import GroupCoordinator
from aiokafka.protocol.commit import OffsetCommitRequest, OffsetFetchRequest
from aiokafka.protocol.group import HeartbeatRequest, SyncGroupRequest

from bridge.errors import ConfigError
from bridge.kafka import unpacking

CHECKED_VERSION = "0.14.0"

_MOVED = (errors.GroupCoordinatorNotAvailableError, errors.NotCoordinatorForGroupError)


_PROOFS = (HeartbeatRequest, SyncGroupRequest)
"""Requests whose answer says that the group still counts this member in."""

_STILL_MEMBER = (errors.NoError.errno, errors.RebalanceInProgressError.errno)


NEVER = float("-inf")


boot_seconds = partial(time.clock_gettime, time.CLOCK_BOOTTIME)
"""A clock that goes on while the process, or the whole machine, is suspended."""


class GuardedGroupCoordinator(GroupCoordinator):
    """Raises what an OffsetFetch reply says, so that it is asked again instead of believed."""

    proven_at = NEVER
    """When the last request was sent that proved the membership, in `boot_seconds`."""

    unfit: frozenset[TopicPartition] = frozenset()
    """Partitions of the last commit whose metadata was too large; aiokafka does not say which."""

    async def _send_req(self, request: Any) -> Any:
        if isinstance(request, OffsetCommitRequest):
            self._check_generation()
        sent_at = boot_seconds()
        response = await super()._send_req(request)
        if isinstance(request, _PROOFS) and response.error_code in _STILL_MEMBER:
            self.proven_at = sent_at
        if isinstance(request, OffsetFetchRequest) and response.error_code:
            error = errors.for_code(response.error_code)
            if error in _MOVED:
                # Look it up anew, or the same broker would be asked for ever.
                self.coordinator_dead()
            raise error(self.group_id)
        if isinstance(request, OffsetFetchRequest):
            _check_partitions(response)
        if isinstance(request, OffsetCommitRequest):
            self.unfit = frozenset(_unfit(response))
        return response

    def _check_generation(self) -> None:
        """Raises where the group was joined, and has given this member up since.

        Asked as late as this: a heartbeat's answer may come while a commit waits for its turn.
        """
        if self.generation < 0 and self._subscription.partitions_auto_assigned():
            raise errors.KafkaError("the group has given this member up: another may own it all")


def _check_partitions(response: Any) -> None:
    """Raises for the one error of a partition that aiokafka takes for "nothing committed"."""
    for topic, partitions in response.topics:
        for number, _, _, code in partitions:
            if code == errors.UnknownTopicOrPartitionError.errno:
                raise errors.KafkaError(f"the coordinator does not know {topic}-{number}")


def _unfit(response: Any) -> Iterator[TopicPartition]:
    for topic, partitions in response.topics:
        for number, code in partitions:
            if code == errors.OffsetMetadataTooLargeError.errno:
                yield TopicPartition(topic, number)


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
    unpacking.install()


def extension_loaded() -> bool:
    """Whether records are parsed by compiled code."""
    from aiokafka.record import default_records  # noqa: PLC0415 - looked at when asked

    return bool(default_records.DefaultRecordBatch.__module__.endswith("_crecords.default_records"))
