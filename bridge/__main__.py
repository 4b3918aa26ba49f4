"""`python -m bridge` is the command `omeda-bridge`."""

from bridge.cli import entry

entry()
