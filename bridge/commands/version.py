"""`omeda-bridge version`."""

import argparse
import json
import platform
from importlib.metadata import version

from bridge import __version__, compiled

STANDS_ON = ("aiokafka", "aiohttp", "msgspec")


def execute(options: argparse.Namespace) -> int:
    """Print the versions, one a line."""
    versions = {"omeda-bridge": __version__, "Python": platform.python_version()}
    versions |= {name: version(name) for name in STANDS_ON}
    if options.json:
        print(json.dumps({**versions, "compiled": "yes" if compiled() else "no"}, indent=2))
        return 0
    for name, number in versions.items():
        print(f"{name} {number}")
    return 0
