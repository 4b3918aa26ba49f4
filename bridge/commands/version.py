"""`omeda-bridge version`."""

import argparse
import platform
from importlib.metadata import version

from bridge import __version__

STANDS_ON = ("aiokafka", "aiohttp", "msgspec")


def execute(_options: argparse.Namespace) -> int:
    """Print the versions, one a line."""
    print(f"omeda-bridge {__version__}")
    print(f"Python {platform.python_version()}")
    for name in STANDS_ON:
        print(f"{name} {version(name)}")
    return 0
