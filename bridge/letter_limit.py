"""How many dead letters are believable before something else must be wrong. Pure.

After a bad release of a producer, or of this program, a whole topic could end there.
"""

from bisect import bisect_right, insort
from collections import deque
from itertools import islice


class LetterLimit:
    """*consecutive* in a row; or more than *ratio* of the last *window* records that ended.

    "In a row" goes by the numbers of the records, the order in which they were taken in, since what
    is bad is known sooner than what is good: a letter is in the row while no record that came
    later was accepted.
    """

    def __init__(self, *, consecutive: int, ratio: float, window: int) -> None:
        self._most = consecutive
        self._ratio = ratio
        self._ended: deque[bool] = deque(maxlen=window)
        """Of the last records: whether each became a dead letter."""
        self._letters = 0
        self._row: list[int] = []
        """Numbers of letters, written or under way, above the highest accepted one."""
        self._accepted = -1
        """Highest number of a record that was accepted."""
        self.under_way = 0

    def __repr__(self) -> str:
        return f"<LetterLimit: {len(self._row)} in a row, {self._letters} of {len(self._ended)}>"

    def exceeded(self, number: int) -> str | None:
        """Why no letter for record *number* may be begun; None where one may."""
        if number > self._accepted and len(self._row) >= self._most:
            return f"{self._most} records in a row became dead letters (dead_letters.limit)"
        window = self._ended.maxlen or 1
        # The oldest make room for those under way, and for this one.
        beyond = len(self._ended) + self.under_way + 1 - window
        gone = sum(islice(self._ended, max(0, beyond)))
        share = (self._letters - gone + self.under_way + 1) / window
        if beyond > 0 and share > self._ratio:
            return (
                f"more than {self._ratio:.0%} of the last {self._ended.maxlen} records became"
                " dead letters (dead_letters.limit)"
            )
        return None

    def begin(self, number: int) -> None:
        """A letter for record *number* is about to be written."""
        self.under_way += 1
        if number > self._accepted:
            insort(self._row, number)

    def failed(self, number: int) -> None:
        """The letter that was begun is not written."""
        self.under_way -= 1
        if number in self._row:
            self._row.remove(number)

    def buried(self) -> None:
        """A letter that was begun is written."""
        self.under_way -= 1
        self._note(letter=True)

    def delivered(self, number: int) -> None:
        """Record *number* was accepted."""
        if number > self._accepted:
            self._accepted = number
            if self._row:
                del self._row[: bisect_right(self._row, number)]
        self._note(letter=False)

    def _note(self, *, letter: bool) -> None:
        ended = self._ended
        if len(ended) == ended.maxlen:
            self._letters -= ended[0]
        ended.append(letter)
        self._letters += letter
