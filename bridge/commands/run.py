"""`omeda-bridge run`: the service."""

import argparse

from bridge.commands.signals import Signals


def execute(options: argparse.Namespace) -> int:
    """Serve until a signal comes. Raises ConfigError and Fault."""
    signals = Signals()
    # Loading takes most of the start's time.
    from bridge.commands.service import serve  # noqa: PLC0415

    serve(options.config, signals)
    return 0
