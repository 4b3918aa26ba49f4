"""`omeda-bridge demo`: see it work, with nothing else installed or running."""

import argparse
import logging

import uvloop

from bridge.errors import BridgeError, ConfigError


def execute(options: argparse.Namespace) -> int:
    """Run the demo; 0 where its account balances. Raises ConfigError without the extra."""
    try:
        from rich.console import Console  # noqa: PLC0415 - an extra, which may be missing

        from bridge.demo.run import demo  # noqa: PLC0415 - likewise
    except ImportError as error:
        raise ConfigError(
            f"the demo needs {error.name}: install it with `pip install 'omeda-bridge[demo]'`"
        ) from error
    logging.basicConfig(level=logging.ERROR)
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    console = Console()
    console.print("An embedded Kafka broker, a simulated Omeda, and the bridge between them.")
    console.print("On the way: broken records, an unknown customer, Omeda down for three seconds.")
    console.print(f"Meanwhile, the status page: http://127.0.0.1:{options.port}/\n")
    balanced = False
    try:
        balanced = uvloop.run(demo(console, options.port))
    except* BridgeError as errors:
        # What goes wrong in one of the demo's tasks comes as a group, with a group in it.
        raise first(errors) from errors
    return 0 if balanced else 1


def first(errors: BaseExceptionGroup[BridgeError]) -> BridgeError:
    """The error that the group began with."""
    error = errors.exceptions[0]
    return first(error) if isinstance(error, BaseExceptionGroup) else error
