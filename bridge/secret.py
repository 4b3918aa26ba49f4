"""A text that can be used and not shown."""

import re
from collections.abc import Iterable
from typing import NoReturn

UNMISTAKABLE = 8
"""Characters from which on a secret stands in a text by no chance, also within a word."""


class Secret:
    """A text that no log line, error, representation, pickle or encoder shows."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself, for the one place that sends it."""
        return self._text

    def __bool__(self) -> bool:
        return bool(self._text)

    def __repr__(self) -> str:
        return "Secret(***)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not pickled")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._text == other._text

    def __hash__(self) -> int:
        return hash(self._text)


def without(text: str, secrets: Iterable[Secret]) -> str:
    """*text* with asterisks for what it quotes of *secrets*, whether in capitals or not.

    It keeps its length, so that what is then cut off cannot have been part of a secret.
    """
    for secret in filter(None, secrets):
        text = _pattern(secret.reveal()).sub(lambda found: "*" * len(found[0]), text)
    return text


def _pattern(secret: str) -> re.Pattern[str]:
    quoted = re.escape(secret)
    alone = quoted if len(secret) >= UNMISTAKABLE else rf"(?<!\w){quoted}(?!\w)"
    return re.compile(alone, re.IGNORECASE)
