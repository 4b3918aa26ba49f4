"""What single arguments may be: text to a value, or to a sentence about it."""

import argparse
from datetime import datetime

LAST_PORT = 65_535
LAST_OFFSET = (1 << 63) - 1


def instant(text: str) -> int:
    """Milliseconds since the epoch, of an ISO 8601 time with a zone."""
    return round(moment(text).timestamp() * 1000)


def offset_or_moment(text: str) -> int | datetime:
    """An offset, or an ISO 8601 time with a zone."""
    if text.isascii() and text.isdecimal():
        return min(int(text), LAST_OFFSET)
    try:
        return moment(text)
    except argparse.ArgumentTypeError as error:
        raise argparse.ArgumentTypeError(f"{error}, nor an offset") from error


def offset(text: str) -> int:
    """An offset."""
    if not (text.isascii() and text.isdecimal()):
        raise argparse.ArgumentTypeError(f"{text!r} is no offset")
    return min(int(text), LAST_OFFSET)


def partition(text: str) -> int:
    """The number of a partition."""
    if not (text.isascii() and text.isdecimal()):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of a partition")
    return int(text)


def moment(text: str) -> datetime:
    """An ISO 8601 time with a zone."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no ISO 8601 time") from error
    if found.tzinfo is None:
        raise argparse.ArgumentTypeError(f"{text!r} has no zone: add Z, or one such as +02:00")
    return found


def rate(text: str) -> float:
    """A number a second, above 0."""
    try:
        found = float(text)
    except ValueError:
        found = 0.0
    if not 0 < found < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is no number above 0")
    return found


def count(text: str) -> int:
    """A whole number, above 0."""
    if not (text.isascii() and text.isdecimal() and int(text)):
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number above 0")
    return int(text)


def port(text: str) -> int:
    """A port to listen on; 0 takes any free one."""
    if not (text.isascii() and text.isdecimal() and int(text) <= LAST_PORT):
        raise argparse.ArgumentTypeError(f"{text!r} is no port: they go from 0 to {LAST_PORT}")
    return int(text)
