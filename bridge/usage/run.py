"""`omeda-bridge run`."""

from bridge.usage.parsing import Example, Usage, add_config

USAGE = Usage(
    "run",
    "deliver until SIGTERM or SIGINT",
    (
        Example("run --config bridge.yaml", "deliver, with metrics and probes on port 9464"),
        Example(
            "check --connect --config bridge.yaml && omeda-bridge run --config bridge.yaml",
            "only where everything can be reached",
        ),
    ),
    add_config,
)
