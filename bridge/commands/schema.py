"""`omeda-bridge schema`: JSON Schema of what producers send or operators write."""

import argparse
import json

from bridge.schema import schema


def execute(options: argparse.Namespace) -> int:
    """Print the schema."""
    print(json.dumps(schema(options.name), indent=2))
    return 0
