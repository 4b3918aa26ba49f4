"""Heads of answers that aiohttp's parser has read before. Pure.

What must stay true: the same bytes mean the same. A server's heads differ in little but their
`Date`, so most are as one of the same second was, and are not parsed anew. Kept are those alone
that came with all of their body, and after which the connection goes on.
"""

from collections.abc import Mapping

from bridge.http.exchange import Begun, Reply

MOST = 64
"""Heads that are kept; where each answer has one of its own, they are of no use."""

MOST_BYTES = 4096
"""Of one of them."""

_END = b"\r\n\r\n"


class Heads:
    """What to make of an answer that begins with one of them."""

    def __init__(self) -> None:
        self._known: dict[bytes, tuple[int, Mapping[str, str], int]] = {}
        """Each with its status, its headers, and how many bytes follow."""

    def __repr__(self) -> str:
        return f"<Heads: {len(self._known)} known>"

    def whole(self, data: bytes) -> Reply | None:
        """The answer that *data* is, all of it and no more; None where that takes a parser."""
        end = data.find(_END) + len(_END)
        known = self._known.get(data[:end])
        if known is None or known[2] != len(data) - end:
            return None
        return Reply(known[0], known[1], data[end:])

    def learn(self, data: bytes, answer: Begun) -> None:
        """*data* was parsed at once and is all of *answer*."""
        end = data.find(_END) + len(_END)
        size = len(data) - end
        # Less is the body where the head ends elsewhere, or has none whatever length it tells.
        whole = answer.stream.total_bytes == size
        if whole and answer.plain and end <= MOST_BYTES:
            if len(self._known) >= MOST:
                self._known.clear()
            self._known[data[:end]] = answer.status, answer.headers, size
