"""How a service stands, as the status tells it, and what brings it to a stand."""

import msgspec

from bridge.event import Request
from tests.fakes import Reply
from tests.flow.world import FORBIDDEN, REFUSED, SETTINGS, World

BEHAVIOR_DESK, ORDER_DESK = 0, 1
CLOSED, HALF_OPEN, OPEN = range(3)
"""States of a breaker."""

SOON = msgspec.structs.replace(SETTINGS, probe_seconds=2)
"""A service that stands is tried again soon."""


def halted(world: World, service: int = BEHAVIOR_DESK) -> str | None:
    return world.pipeline.status().services[service].halted


def breaker_of(world: World, service: int = BEHAVIOR_DESK) -> int:
    return world.pipeline.status().services[service].breaker


def limit_of(world: World, service: int = BEHAVIOR_DESK) -> int:
    return world.pipeline.status().services[service].limit


def refuse(_request: Request) -> Reply:
    return REFUSED


def forbid(_request: Request) -> Reply:
    return FORBIDDEN
