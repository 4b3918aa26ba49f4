"""Scenarios: what a simulator is like, as a YAML file says it."""

from pathlib import Path

import msgspec

from bridge.simulator.assigning import Refused
from bridge.simulator.catalog import Catalog
from bridge.simulator.customers import CustomerRules
from bridge.simulator.faults import Capacity, FaultRule, Latency
from bridge.simulator.transactions import TransactionRules


class ScenarioError(ValueError):
    """A scenario cannot be used; the text is one sentence for the person who wrote it."""


class Scenario(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that can be chosen about a simulator. By default nothing ever goes wrong."""

    seed: int = 0
    """One seed always draws the same faults, latencies and ids for the same requests."""
    latency: Latency = Latency()
    faults: tuple[FaultRule, ...] = ()
    customers: CustomerRules = CustomerRules()
    app_ids: frozenset[str] = frozenset()
    """The only app ids let in; where there are none, any is."""
    catalog: Catalog = Catalog()
    transactions: TransactionRules = TransactionRules()
    refused_behaviors: Refused = "nothing_saved"
    """Whether a refused Assign Behavior has saved its other behaviors: Omeda does not say."""
    capacity: Capacity | None = None
    """How much is taken at once; null: everything."""


CALM = Scenario()
"""Everything exists, and nothing goes wrong."""


def load_scenario(path: Path | str) -> Scenario:
    """Read the YAML file at *path*.

    Raises:
        ScenarioError: It cannot be read, is not YAML, or holds a bad value, whose path is named.
    """
    try:
        return msgspec.yaml.decode(Path(path).read_bytes(), type=Scenario)
    except OSError as error:
        raise ScenarioError(f"{path}: {error.strerror}") from error
    # Beyond its own errors, PyYAML lets through those of impossible dates and of deep nesting.
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise ScenarioError(f"{path}: {' '.join(str(error).split())}") from error
