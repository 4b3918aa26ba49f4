"""How many dead letters are believable before something else must be wrong. Pure.

After a bad release of a producer, or of this program, a whole topic could end there.
"""

from collections import deque
from itertools import islice


class LetterLimit:
    """*consecutive* in a row; or more than *ratio* of the last *window* records that ended."""

    def __init__(self, *, consecutive: int, ratio: float, window: int) -> None:
        self._most = consecutive
        self._ratio = ratio
        self._ended: deque[bool] = deque(maxlen=window)
        """Of the last records: whether each became a dead letter."""
        self._letters = 0
        self._in_a_row = 0
        self._under_way = 0

    def __repr__(self) -> str:
        return f"<LetterLimit: {self._in_a_row} in a row, {self._letters} of {len(self._ended)}>"

    def begin(self) -> str | None:
        """A letter is about to be written; or, why it must not be."""
        if self._in_a_row + self._under_way >= self._most:
            return f"{self._most} records in a row became dead letters (dead_letters.limit)"
        window = self._ended.maxlen or 1
        # The oldest make room for those under way, and for this one.
        beyond = len(self._ended) + self._under_way + 1 - window
        gone = sum(islice(self._ended, max(0, beyond)))
        share = (self._letters - gone + self._under_way + 1) / window
        if beyond > 0 and share > self._ratio:
            return (
                f"more than {self._ratio:.0%} of the last {self._ended.maxlen} records became"
                " dead letters (dead_letters.limit)"
            )
        self._under_way += 1
        return None

    def failed(self) -> None:
        """The letter that was begun is not written."""
        self._under_way -= 1

    def buried(self) -> None:
        """The letter that was begun is written."""
        self._under_way -= 1
        self._in_a_row += 1
        self._note(letter=True)

    def delivered(self) -> None:
        """A record was accepted."""
        self._in_a_row = 0
        self._note(letter=False)

    def _note(self, *, letter: bool) -> None:
        if len(self._ended) == self._ended.maxlen:
            self._letters -= self._ended[0]
        self._ended.append(letter)
        self._letters += letter
