"""A memory with an end: the latest entries, the oldest forgotten first."""

from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Latest(Generic[K, V]):
    """Maps keys to values, and holds no more of them than *most*; None: all.

    An entry that is put again keeps its age.
    """

    def __init__(self, most: int | None) -> None:
        self._most = most
        self._entries: dict[K, V] = {}

    def __repr__(self) -> str:
        return f"<Latest: {len(self._entries)} of at most {self._most}>"

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, key: K) -> bool:
        return key in self._entries

    def get(self, key: K) -> V | None:
        """The value of *key*; None where there is none, or none any more."""
        return self._entries.get(key)

    def put(self, key: K, value: V) -> None:
        """Remember *value*, and forget the oldest where that is one too many."""
        self._entries[key] = value
        if self._most is not None and len(self._entries) > self._most:
            del self._entries[next(iter(self._entries))]

    def clear(self) -> None:
        """Forget everything."""
        self._entries.clear()
