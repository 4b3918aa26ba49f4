"""The error tree, drawn once, with what each error leads to.

BridgeError
├── ConfigError             nothing was started; exit status 2
├── Fault                   a restart may cure it; exit status 1
│   └── KafkaFault             Kafka could not be reached, or kept failing
├── Interrupted             somebody wanted no more of it; exit status 130
├── Undecodable             never deliverable -> dead letter
├── PollFailed              nothing came, or was lost on the way -> read again from the ledger
│   ├── OffsetsLost            retention has eaten what was not read yet -> the partition stands
│   └── GroupTrouble           the group's news, which is about no partition
├── NotWritten              a dead letter was not acknowledged -> written again, never skipped
├── NotCommitted            a commit was not acknowledged -> committed again, or moot
└── NoAnswer                one attempt got no answer -> tried again
    ├── NotSent                nothing left this machine: safe to repeat
    └── OutcomeUnknown         sent in whole or part
"""

import sys

from bridge.model import Reason


class BridgeError(Exception):
    """Any error that the bridge itself raises."""


class ConfigError(BridgeError):
    """The configuration cannot be used; the message names the path of the setting at fault."""


class Fault(BridgeError):
    """The process cannot go on, and a restart may cure it."""


class KafkaFault(Fault):
    """Kafka could not be reached in time, or refuses the bridge."""


class Interrupted(BridgeError):
    """A command was broken off; the message says what was done by then."""


class Undecodable(BridgeError):
    """The record can never be delivered."""

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class PollFailed(BridgeError):
    """A poll failed; the consumer may stand behind records that it never handed over."""


class OffsetsLost(PollFailed):
    """The next record to read is gone from the topic."""


class GroupTrouble(PollFailed):
    """The coordinator said something other than yes; no partition is to blame."""


class NotWritten(BridgeError):
    """The dead letter was not acknowledged; its record must stay unsettled."""


class NotCommitted(BridgeError):
    """The commit was not acknowledged. It may still be applied."""


class NoAnswer(BridgeError):
    """One attempt ended without an answer. *reason* is a bounded word for the metrics."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class NotSent(NoAnswer):
    """No byte of the request left: repeating it cannot duplicate anything."""


class OutcomeUnknown(NoAnswer):
    """The request was sent in whole or part; Omeda may have accepted it."""


def complain(error: BridgeError) -> None:
    """Tell *error* to whoever started the program: one sentence, and no traceback."""
    print(f"omeda-bridge: {error}", file=sys.stderr)  # noqa: T201 - errors are for people
