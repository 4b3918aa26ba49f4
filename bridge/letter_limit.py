"""How many dead letters are believable before something else must be wrong. Pure.

After a bad release of a producer, or of this program, a whole topic could end there.
"""

from bisect import bisect_right, insort
from collections import deque
from itertools import islice

from bridge.model import Partition, Record


class LetterLimit:
    """*consecutive* in a row; or more than *ratio* of the last *window* records that ended.

    "In a row" goes by the records' order in their partitions, since what is bad is known sooner
    than what is good: a letter is in the row while no later record was accepted.
    """

    def __init__(self, *, consecutive: int, ratio: float, window: int) -> None:
        self._most = consecutive
        self._ratio = ratio
        self._ended: deque[bool] = deque(maxlen=window)
        """Of the last records: whether each became a dead letter."""
        self._letters = 0
        self._row: dict[Partition, list[int]] = {}
        """Offsets of letters, written or under way, above the highest accepted one."""
        self._accepted: dict[Partition, int] = {}
        """Highest accepted offset."""
        self.under_way = 0

    def __repr__(self) -> str:
        return f"<LetterLimit: {self._in_a_row} in a row, {self._letters} of {len(self._ended)}>"

    def exceeded(self, record: Record) -> str | None:
        """Why no letter for *record* may be begun; None where one may."""
        if self._is_last(record) and self._in_a_row >= self._most:
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

    def begin(self, record: Record) -> None:
        """A letter for *record* is about to be written."""
        self.under_way += 1
        if self._is_last(record):
            insort(self._row.setdefault(record.partition, []), record.offset)

    def failed(self, record: Record) -> None:
        """The letter that was begun is not written."""
        self.under_way -= 1
        row = self._row.get(record.partition, [])
        if record.offset in row:
            row.remove(record.offset)

    def buried(self) -> None:
        """A letter that was begun is written."""
        self.under_way -= 1
        self._note(letter=True)

    def delivered(self, record: Record) -> None:
        """*record* was accepted."""
        if self._is_last(record):
            self._accepted[record.partition] = record.offset
            if row := self._row.get(record.partition):
                del row[: bisect_right(row, record.offset)]
        self._note(letter=False)

    @property
    def _in_a_row(self) -> int:
        return sum(map(len, self._row.values()))

    def _is_last(self, record: Record) -> bool:
        """Whether no later record of its partition was accepted."""
        return record.offset > self._accepted.get(record.partition, -1)

    def _note(self, *, letter: bool) -> None:
        if len(self._ended) == self._ended.maxlen:
            self._letters -= self._ended[0]
        self._ended.append(letter)
        self._letters += letter
