"""Omeda's two write services, simulated: a stand-alone HTTP server with faults and books.

Nothing here is shared with the bridge. What one side gets wrong, the other must show.
"""

from bridge.simulator.books import Accepted, Books, Counts, Overlap
from bridge.simulator.customers import CustomerRules
from bridge.simulator.faults import (
    Effect,
    ErrorsAnswer,
    FaultRule,
    HtmlAnswer,
    Latency,
    Reset,
    ResetAfterAcceptance,
    Stall,
    StatusAnswer,
    TruncatedAnswer,
)
from bridge.simulator.scenario import CALM, Scenario, ScenarioError, load_scenario
from bridge.simulator.server import Simulator

__all__ = [
    "CALM",
    "Accepted",
    "Books",
    "Counts",
    "CustomerRules",
    "Effect",
    "ErrorsAnswer",
    "FaultRule",
    "HtmlAnswer",
    "Latency",
    "Overlap",
    "Reset",
    "ResetAfterAcceptance",
    "Scenario",
    "ScenarioError",
    "Simulator",
    "Stall",
    "StatusAnswer",
    "TruncatedAnswer",
    "load_scenario",
]
