"""Omeda's services for behaviors and orders, simulated: an HTTP server with faults and books.

Nothing here is shared with the bridge. What one side gets wrong, the other must show.
"""

from bridge.simulator.books import Accepted, Books, Counts, Overlap
from bridge.simulator.catalog import Attribute, Catalog, Owned
from bridge.simulator.customers import CustomerRules
from bridge.simulator.faults import (
    Capacity,
    Effect,
    ErrorsAnswer,
    FaultRule,
    HtmlAnswer,
    LateAnswer,
    Latency,
    Reset,
    ResetAfterAcceptance,
    SlowAnswer,
    Stall,
    StatusAnswer,
    TruncatedAnswer,
)
from bridge.simulator.scenario import CALM, Scenario, ScenarioError, load_scenario
from bridge.simulator.server import Simulator
from bridge.simulator.transactions import Course, TransactionRules

__all__ = [
    "CALM",
    "Accepted",
    "Attribute",
    "Books",
    "Capacity",
    "Catalog",
    "Counts",
    "Course",
    "CustomerRules",
    "Effect",
    "ErrorsAnswer",
    "FaultRule",
    "HtmlAnswer",
    "LateAnswer",
    "Latency",
    "Overlap",
    "Owned",
    "Reset",
    "ResetAfterAcceptance",
    "Scenario",
    "ScenarioError",
    "Simulator",
    "SlowAnswer",
    "Stall",
    "StatusAnswer",
    "TransactionRules",
    "TruncatedAnswer",
    "load_scenario",
]
