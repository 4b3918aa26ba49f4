"""Books that are open, and what stands in them."""

from bridge.ledger import Book, Entry, Ledger
from bridge.model import Commit, Partition
from tests.core.samples import P, record


def opened(offset: int = 0, metadata: str = "", *, partition: Partition = P) -> tuple[Ledger, Book]:
    ledger = Ledger()
    return ledger, ledger.open(partition, Commit(offset, metadata))


def admitted(ledger: Ledger, *offsets: int) -> list[Entry]:
    entries = [ledger.admit(record(offset)) for offset in offsets]
    assert None not in entries
    return [entry for entry in entries if entry]


def redelivered(commit: Commit, log: list[int]) -> list[int]:
    """What the next owner, starting at *commit*, takes in of *log*."""
    ledger, _ = opened(commit.offset, commit.metadata)
    remaining = [offset for offset in log if offset >= commit.offset]
    return [offset for offset in remaining if ledger.admit(record(offset))]
