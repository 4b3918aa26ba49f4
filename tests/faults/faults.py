"""The faults: what is done, how long it lasts, and what it may cost."""

import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

from tests.faults.configurations import Configuration, Feature, Loss
from tests.faults.lies import (
    ASKED_OF_COORDINATORS,
    COORDINATOR_ERRORS,
    NOT_AUTHORIZED,
    coordinator_error,
    damaged_batch,
    produce_error,
)
from tests.faults.proxy import Api
from tests.faults.rig import SESSION_SECONDS, Rig
from tests.system.bridge_process import BridgeProcess
from tests.system.omeda import Trouble

FAULT_SECONDS = 5.0
BEYOND_SESSION_SECONDS = SESSION_SECONDS + 3.0
LONG_SECONDS = 30.0
"""Longer than any session and any time-out of a request."""

LONG_BLOCKED_SECONDS = 20.0
LIES = 3
"""Wrong answers of each kind in one fault."""

OF_BULK: frozenset[Feature] = frozenset({"bulk"})
OF_RECEIPTS: frozenset[Feature] = frozenset({"receipts"})

ALWAYS = 10**9
"""As often as it is asked while the fault lasts."""


class Fault(NamedTuple):
    """*strike* does it, and undoes it."""

    name: str
    strike: Callable[[Rig], object]
    loss: Loss = Loss.NONE
    """What it may have sent once more."""
    rebalances: bool = False
    """Whether the group may be dealt anew."""
    ends: bool = False
    """Whether an instance ends by it, and another takes its place."""
    about: frozenset[Feature] = frozenset()
    """What must be on, or there is nothing for it to break."""

    def meets(self, configuration: Configuration) -> bool:
        """Whether there is something for it to break."""
        return self.about <= configuration.features


def _broker_killed(rig: Rig) -> None:
    rig.broker.kill()
    time.sleep(FAULT_SECONDS)
    rig.broker.start()


def _broker_terminated(rig: Rig) -> None:
    rig.broker.terminate()
    time.sleep(FAULT_SECONDS)
    rig.broker.start()


def _broker_frozen(rig: Rig, *, seconds: float = FAULT_SECONDS) -> None:
    rig.broker.freeze()
    time.sleep(seconds)
    rig.broker.thaw()


def _lied_to(rig: Rig, code: int) -> None:
    """The group has to be joined anew, so that every kind of request is made."""
    for api in ASKED_OF_COORDINATORS:
        rig.proxy.forged[api] = (coordinator_error(code), LIES)
    rig.replace(_terminated)
    time.sleep(FAULT_SECONDS)


def _black_hole(rig: Rig, *, seconds: float = FAULT_SECONDS) -> None:
    rig.proxy.black_hole = True
    time.sleep(seconds)


def _cut(rig: Rig) -> None:
    for _ in range(LIES):
        rig.proxy.cut()
        time.sleep(1.0)


def _slow(rig: Rig) -> None:
    rig.proxy.delay_seconds = 0.1
    time.sleep(FAULT_SECONDS)


def _damaged(rig: Rig) -> None:
    rig.proxy.altered[Api.FETCH] = (damaged_batch, 2 * LIES)
    time.sleep(FAULT_SECONDS)


def _terminated(bridge: BridgeProcess) -> None:
    bridge.terminate()
    assert bridge.wait() == 0, f"{bridge} did not end well"


def _replaced(rig: Rig, end: Callable[[BridgeProcess], object]) -> None:
    rig.replace(end)
    time.sleep(FAULT_SECONDS)


def _bridge_frozen(rig: Rig) -> None:
    rig.bridges[0].freeze()
    time.sleep(BEYOND_SESSION_SECONDS)
    rig.bridges[0].thaw()


def _blocked(rig: Rig, *, seconds: float = BEYOND_SESSION_SECONDS) -> None:
    rig.bridges[0].block()
    time.sleep(seconds)
    rig.bridges[0].unblock()


def _coming_and_going(rig: Rig) -> None:
    for _ in range(4):
        rig.replace(_terminated)
        time.sleep(1.0)


def _troubled(rig: Rig, trouble: Trouble) -> None:
    rig.world.omeda.trouble = trouble
    time.sleep(FAULT_SECONDS)


def _receipts_refused(rig: Rig) -> None:
    """Everything but these goes on, commits too."""
    rig.proxy.forged[Api.PRODUCE] = (produce_error(NOT_AUTHORIZED), ALWAYS)
    time.sleep(FAULT_SECONDS)


def _receipts_unconfirmed(rig: Rig, *, seconds: float = FAULT_SECONDS) -> None:
    """They are written, and nobody is told."""
    rig.proxy.kept_back.add(Api.PRODUCE)
    time.sleep(seconds)


def _omeda(
    name: str,
    trouble: Trouble,
    *,
    loss: Loss = Loss.NONE,
    about: frozenset[Feature] = frozenset(),
) -> Fault:
    return Fault(f"Omeda: {name}", partial(_troubled, trouble=trouble), loss=loss, about=about)


FAULTS: Sequence[Fault] = (
    Fault("broker killed", _broker_killed, loss=Loss.KAFKA_AWAY, rebalances=True),
    Fault("broker terminated", _broker_terminated, loss=Loss.KAFKA_AWAY, rebalances=True),
    Fault("broker frozen", _broker_frozen, loss=Loss.KAFKA_AWAY, rebalances=True),
    *(
        Fault(f"coordinator says {code}", partial(_lied_to, code=code), rebalances=True, ends=True)
        for code in COORDINATOR_ERRORS
    ),
    Fault("black hole", _black_hole, loss=Loss.KAFKA_AWAY, rebalances=True),
    # One that closes while it is written to ends a task of the client's, which is then replaced.
    Fault("connections cut", _cut, rebalances=True),
    Fault("slow wire", _slow),
    Fault("damaged batches", _damaged),
    Fault(
        "kill -9",
        partial(_replaced, end=BridgeProcess.kill),
        loss=Loss.ONE_CRASH,
        rebalances=True,
        ends=True,
    ),
    Fault("SIGTERM", partial(_replaced, end=_terminated), rebalances=True, ends=True),
    Fault("members come and go", _coming_and_going, rebalances=True, ends=True),
    Fault("SIGSTOP past the session", _bridge_frozen, loss=Loss.ONE_CRASH, rebalances=True),
    Fault("event loop blocked", _blocked, loss=Loss.ONE_CRASH, rebalances=True),
    _omeda("out of order (503)", Trouble("unavailable")),
    _omeda("a third answers 503", Trouble("unavailable", 0.3)),
    _omeda("throttles (429)", Trouble("throttled", 0.3)),
    _omeda("HTML of a gateway (502)", Trouble("html", 0.3)),
    _omeda("answers nothing", Trouble("stall", 0.1)),
    _omeda("hangs up before it has accepted", Trouble("reset", 0.3)),
    _omeda("refuses what is not alone (400, 404)", Trouble("several refused"), about=OF_BULK),
    _omeda("accepts and hangs up", Trouble("answer lost", 0.3), loss=Loss.ANSWERS),
    Fault("receipts refused", _receipts_refused, about=OF_RECEIPTS),
    Fault("receipts not confirmed", _receipts_unconfirmed, about=OF_RECEIPTS),
)

LONG_FAULTS: Sequence[Fault] = (
    Fault(
        f"broker frozen for {LONG_SECONDS:g} s",
        partial(_broker_frozen, seconds=LONG_SECONDS),
        loss=Loss.KAFKA_AWAY,
        rebalances=True,
    ),
    Fault(
        f"black hole for {LONG_SECONDS:g} s",
        partial(_black_hole, seconds=LONG_SECONDS),
        loss=Loss.KAFKA_AWAY,
        rebalances=True,
    ),
    Fault(
        f"event loop blocked for {LONG_BLOCKED_SECONDS:g} s",
        partial(_blocked, seconds=LONG_BLOCKED_SECONDS),
        loss=Loss.ONE_CRASH,
        rebalances=True,
    ),
    Fault(
        f"receipts not confirmed for {LONG_SECONDS:g} s",
        partial(_receipts_unconfirmed, seconds=LONG_SECONDS),
        about=OF_RECEIPTS,
    ),
)
"""For runs that have the time; the others try the same with less of it."""
