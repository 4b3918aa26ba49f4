"""The live view: what the bridge is doing, drawn over and over; plain lines without a terminal."""

import time
from types import TracebackType
from typing import Self

from rich.console import Console, Group
from rich.live import Live
from rich.panel import Panel
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from bridge.demo.account import Account
from bridge.status import Status

PLAIN_SECONDS = 2.0
RATE_SECONDS = 1.5


class View:
    """Draws while the context lasts."""

    def __init__(self, console: Console, total: int) -> None:
        self._console = console
        self._total = total
        self._progress = Progress(
            TextColumn("[bold]{task.description}"),
            BarColumn(bar_width=40),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
        )
        self._bar = self._progress.add_task("ended", total=total)
        self._live = Live(console=console, refresh_per_second=8) if console.is_terminal else None
        self._last_plain = 0.0
        self._rate = Rate()

    def __enter__(self) -> Self:
        if self._live is not None:
            self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._live is not None:
            self._live.stop()

    def show(self, account: Account, status: Status) -> None:
        """Draw the state of things."""
        ended = account.delivered + account.dead_lettered
        rate = self._rate.of(account.delivered)
        self._progress.update(self._bar, completed=ended)
        if self._live is not None:
            self._live.update(Panel(Group(self._progress, _table(account, status, rate))))
        elif time.monotonic() - self._last_plain >= PLAIN_SECONDS:
            self._last_plain = time.monotonic()
            self._console.print(_line(account, status, rate))


class Rate:
    """Events a second, over the last second or so."""

    def __init__(self) -> None:
        self._marks: list[tuple[float, int]] = []

    def of(self, count: int) -> float:
        """Take note of *count* and return the rate at which it grows."""
        now = time.monotonic()
        self._marks = [mark for mark in self._marks if now - mark[0] <= RATE_SECONDS] + [
            (now, count)
        ]
        (began, first), *_ = self._marks
        return (count - first) / (now - began) if now > began else 0.0


def _table(account: Account, status: Status, rate: float) -> Table:
    table = Table.grid(padding=(0, 3))
    table.add_row("produced", f"{account.produced:,}", "in flight", _in_flight(status))
    table.add_row("delivered", f"{account.delivered:,}", "backlog", f"{status.backlog_records:,}")
    table.add_row("rejected", f"{account.dead_lettered:,}", "tried again", f"{account.retried:,}")
    table.add_row("rate", f"{rate:,.0f}/s", "state", status.state)
    return table


def _line(account: Account, status: Status, rate: float) -> str:
    return (
        f"produced {account.produced}  delivered {account.delivered} ({rate:.0f}/s)"
        f"  rejected {account.dead_lettered}  tried again {account.retried}"
        f"  in flight {_in_flight(status)}  backlog {status.backlog_records}"
    )


def _in_flight(status: Status) -> str:
    return f"{sum(service.in_flight for service in status.services)} of {status.concurrency}"
