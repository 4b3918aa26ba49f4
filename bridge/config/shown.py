"""The configuration as it may be shown: every setting, and no secret."""

import re
from typing import Any

import msgspec

from bridge.config.settings import Config
from bridge.secret import Secret

MASK = "***"
_USER = re.compile(r"(?<=://)[^/@\s]+(?=@)")
"""Of a URL: what may be a name and a password."""


def shown(config: Config) -> dict[str, Any]:
    """*config* as plain values, with defaults; `***` stands where a secret is set."""
    plain: dict[str, Any] = msgspec.to_builtins(config, enc_hook=_masked)
    return {name: _without_users(value) for name, value in plain.items()}


def _masked(value: object) -> str:
    if isinstance(value, Secret):
        return MASK
    raise TypeError(f"{type(value).__name__} has no plain form")


def _without_users(value: Any) -> Any:
    match value:
        case dict():
            return {name: _without_users(each) for name, each in value.items()}
        case list():
            return [_without_users(each) for each in value]
        case str():
            return _USER.sub(MASK, value)
        case _:
            return value
