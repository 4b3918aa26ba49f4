"""Where the program begins and ends: one command, and its exit status.

0: clean. 1: a fault that a restart may cure, or a second signal. 2: usage or configuration,
and nothing was started. 3: findings, in what was to be checked or replayed. 130: interrupted.
"""

# Next to nothing is loaded here: Ctrl-C must be as clean now as at any other moment.
import errno
import os
import signal
import sys
from typing import NoReturn

INTERRUPTED = 130
"""As a shell says it of what SIGINT has ended."""

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)


def entry() -> None:
    """The console script."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _end)
    status = main(sys.argv[1:])
    # Nothing is left that could be broken off, and the interpreter's own end is told of as little.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.exit(status)


def main(arguments: list[str]) -> int:
    """Run one command and return its exit status."""
    # Loading takes a while, and until then an interrupt ends the process without a word.
    from bridge.errors import ConfigError, Fault, Interrupted, complain  # noqa: PLC0415

    try:
        status = _execute(arguments)
        if sys.stdout is not None:
            sys.stdout.flush()
    except ConfigError as error:
        complain(error)
        return 2
    except Fault as error:
        complain(error)
        return 1
    except Interrupted as error:
        complain(error)
        return INTERRUPTED
    except KeyboardInterrupt:
        complain(Interrupted("interrupted"))
        return INTERRUPTED
    except OSError as error:
        return _not_written(error)
    return status


def _not_written(error: OSError) -> int:
    """Standard output takes no more: `| head` has seen enough, or a disk is full."""
    if not (isinstance(error, BrokenPipeError) or error.errno in _FULL):
        raise error
    # The interpreter would try once more while it ends, and complain.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if isinstance(error, BrokenPipeError):
        return 0
    print(f"omeda-bridge: the output cannot be written: {error.strerror}", file=sys.stderr)  # noqa: T201
    return 1


def _execute(arguments: list[str]) -> int:
    import importlib  # noqa: PLC0415 - see `main`

    from bridge.usage import parser  # noqa: PLC0415 - likewise

    try:
        options = parser().parse_args(arguments)
    except SystemExit as ended:
        # Help was asked for, or the usage is wrong: both are said already.
        return int(ended.code or 0)
    # Loaded only now, and alone: `run` must have its signal handlers before the rest loads.
    command = importlib.import_module(f"bridge.commands.{options.command.replace('-', '_')}")
    if signal.getsignal(signal.SIGINT) is _end:
        # From here on there may be something to tidy up.
        signal.signal(signal.SIGINT, signal.default_int_handler)
    return int(command.execute(options))


def _end(*_: object) -> NoReturn:
    os._exit(INTERRUPTED)
