"""Secrets, and the files they are read from."""

from pathlib import Path

from bridge.errors import ConfigError
from bridge.secret import Secret


def read_secret(setting: str, *, value: Secret | None, file: str | None) -> Secret:
    """The secret of *setting*: *value* from the environment, else the content of *file*.

    Trailing white space is stripped. Raises ConfigError where there is none, it cannot be
    read, or it could not travel in an HTTP header.
    """
    secret = value or _from_file(setting, file)
    text = secret.reveal()
    if not text or not text.isprintable() or not text.isascii():
        raise ConfigError(f"{setting}: must be one line of printable ASCII characters, not empty")
    return secret


def _from_file(setting: str, file: str | None) -> Secret:
    if file is None:
        raise ConfigError(f"{setting}_file: is not set")
    try:
        return Secret(Path(file).read_text(encoding="utf-8").rstrip())
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is not a path to UTF-8 text"
        raise ConfigError(f"{setting}_file: cannot read {file}: {reason}") from error
