"""What a terminal gets, and a file or another program does not: colors, and progress."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal, NoReturn, TextIO

if TYPE_CHECKING:
    from tqdm import tqdm

BEFORE_SECONDS = 1.0
"""What takes no longer shows no progress."""

Color = Literal["red", "green", "yellow", "bold"]
_CODES: dict[Color, int] = {"red": 31, "green": 32, "yellow": 33, "bold": 1}


def painted(text: str, color: Color, stream: TextIO | None = None) -> str:
    """*text* in *color* where *stream*, else standard output, is a terminal that wants colors."""
    wanted = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    if not (wanted and _is_terminal(stream or sys.stdout)):
        return text
    return f"\x1b[{_CODES[color]}m{text}\x1b[0m"


class Progress:
    """How far something is; shown only where there is a bar."""

    def __init__(self, bar: "tqdm[NoReturn] | None" = None) -> None:
        self._bar = bar

    def update(self, done: int) -> None:
        """So many more are done."""
        if self._bar is not None:
            self._bar.update(done)

    def say(self, text: str) -> None:
        """Tell standard error something meanwhile."""
        if self._bar is not None:
            # Drawn again with the next update: by `write`, it would be before its time.
            self._bar.clear()
        print(text, file=sys.stderr)  # noqa: T201 - news for people


@contextmanager
def progress(what: str, *, total: int | None = None, unit: str = " records") -> Iterator[Progress]:
    """Show on standard error how far *what* is; nothing where that is no terminal."""
    if not _is_terminal(sys.stderr):
        yield Progress()
        return
    from tqdm import tqdm  # noqa: PLC0415 - seldom needed

    # It would look after the bar in a thread of its own.
    tqdm.monitor_interval = 0
    bar: tqdm[NoReturn]
    with tqdm(
        desc=what,
        total=total,
        unit=unit,
        delay=BEFORE_SECONDS,
        mininterval=0.2,
        leave=False,
        dynamic_ncols=True,
    ) as bar:
        yield Progress(bar)


def _is_terminal(stream: TextIO | None) -> bool:
    # It may have been closed before the program began.
    return stream is not None and stream.isatty()
