"""What every node of the settings tree is."""

from msgspec import Struct


class Settings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The base of every node of the tree."""
