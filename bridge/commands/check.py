"""`omeda-bridge check`: the configuration, and the secrets and certificates it refers to."""

import argparse

from bridge.config import Credentials, load
from bridge.endpoint import trust
from bridge.kafka import client


def execute(options: argparse.Namespace) -> int:
    """Say what would run. Raises ConfigError where nothing would."""
    config = load(options.config)
    Credentials(config)
    client.options(config.kafka)
    trust(config.omeda.ca_file)
    print(f"{options.config}: good")
    for route in config.routes:
        print(f"  {route.topic} -> {route.brand}, {route.kind}")
    return 0
