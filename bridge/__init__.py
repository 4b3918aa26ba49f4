"""Delivers events from Kafka to Omeda: at least once, in order for each customer."""

from importlib.util import find_spec

__version__ = "0.1.0"


def compiled() -> bool:
    """Whether what every record passes is machine code here: see docs/performance.md."""
    spec = find_spec("bridge.ledger")
    return spec is not None and not str(spec.origin).endswith(".py")
