"""`omeda-bridge check`: the configuration, and the secrets it refers to."""

import argparse

from bridge.config import Credentials, load


def execute(options: argparse.Namespace) -> int:
    """Say what would run. Raises ConfigError where nothing would."""
    config = load(options.config)
    Credentials(config)
    print(f"{options.config}: good")
    for route in config.routes:
        print(f"  {route.topic} -> {route.brand}, {route.kind}")
    return 0
