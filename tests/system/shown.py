"""What a bridge shows to whoever looks: its pages, and what the commands print of its letters."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.system import commands
from tests.system.bridge_process import BridgeProcess
from tests.system.carded import BILL, CARD
from tests.system.events import order_body
from tests.system.world import World

PAGES = (
    *("/", "/metrics", "/status.json", "/history.json", "/config.json"),
    *("/startupz", "/livez", "/readyz", "/nowhere"),
)
OPEN_METRICS = "application/openmetrics-text; version=1.0.0"


def pages(bridge: BridgeProcess) -> Iterator[tuple[str, str]]:
    for path in PAGES:
        yield path, bridge.page(path)
    yield "OpenMetrics", bridge.page("/metrics", accept=OPEN_METRICS)


def looked_at(config: Path, world: World, letters: int) -> Mapping[str, str]:
    """What the commands print."""
    card = json.dumps({**order_body(1, "x"), "BillingInformation": {**BILL, "DepositDate": "?"}})
    asked = [
        ("check",),
        ("dead-letters", "list"),
        ("dead-letters", "list", "--json"),
        ("dead-letters", "replay", "--all", "--dry-run"),
        *(("dead-letters", "show", f"0:{number}") for number in range(letters)),
    ]
    shown = {" ".join(each): str(commands.run(config, *each)) for each in asked}
    sent = commands.send(config, world.topics.orders, card.encode(), f"card {CARD}".encode())
    assert sent.status == 3
    return {**shown, "send": str(sent)}
