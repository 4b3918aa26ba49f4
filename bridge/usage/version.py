"""`omeda-bridge version`."""

from bridge.usage.parsing import Example, Usage, add_json

USAGE = Usage(
    "version",
    "print the versions of the bridge and of what it stands on",
    (
        Example("version", "for a report of a fault"),
        Example("version --json | jq -r .aiokafka", "one of them"),
    ),
    add_json,
)
