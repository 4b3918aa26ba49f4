"""How many dead letters are believable before something else must be wrong. Pure.

After a bad release of a producer, or of this program, a whole topic could end there.
"""

from bisect import bisect_right, insort
from collections import deque


class LetterLimit:
    """*consecutive* in a row; or more than *ratio* of the last *window* records that ended.

    "In a row" goes by the numbers of the records, the order in which they were taken in, since what
    is bad is known sooner than what is good: a letter is in the row while no record that came
    later was accepted.
    """

    def __init__(self, *, consecutive: int, ratio: float, window: int) -> None:
        self._most = consecutive
        self._ratio = ratio
        self._window = window
        self._ended = 0
        """How many records ended, in whatever way."""
        self._letters: deque[int] = deque()
        """Which of the last ones were letters: 0 is the first record that ended."""
        self._row: list[int] = []
        """Numbers of letters, written or under way, above the highest accepted one."""
        self._accepted = -1
        """Highest number of a record that was accepted."""
        self.under_way = 0

    def __repr__(self) -> str:
        among = min(self._ended, self._window)
        return f"<LetterLimit: {len(self._row)} in a row, {len(self._letters)} of {among}>"

    def exceeded(self, number: int) -> str | None:
        """Why no letter for record *number* may be begun; None where one may."""
        if number > self._accepted and len(self._row) >= self._most:
            return f"{self._most} records in a row became dead letters (dead_letters.limit)"
        # The oldest make room for those under way, and for this one.
        first = self._ended + self.under_way + 1 - self._window
        among = sum(letter >= first for letter in self._letters)
        share = (among + self.under_way + 1) / self._window
        if first > 0 and share > self._ratio:
            return (
                f"more than {self._ratio:.0%} of the last {self._window} records became"
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
        self._letters.append(self._ended)
        self._ended += 1
        while self._letters[0] < self._ended - self._window:
            self._letters.popleft()

    def delivered(self, number: int, records: int = 1) -> None:
        """So many *records* were accepted, *number* the last of them."""
        if number > self._accepted:
            self._accepted = number
            if self._row:
                del self._row[: bisect_right(self._row, number)]
        self._ended += records
