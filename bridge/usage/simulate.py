"""`omeda-bridge simulate`."""

from pathlib import Path

from bridge.usage.parsing import Example, Parser, Usage, completed_by_files
from bridge.usage.values import port


def _arguments(command: Parser) -> None:
    command.add_argument(
        "--host", default="127.0.0.1", metavar="ADDRESS", help="0.0.0.0 for all (%(default)s)"
    )
    command.add_argument(
        "--port", type=port, default=8080, metavar="N", help="to listen on (%(default)s)"
    )
    scenario = command.add_argument(
        "--scenario", type=Path, metavar="FILE", help="what goes wrong; without one, nothing does"
    )
    completed_by_files(scenario)


USAGE = Usage(
    "simulate",
    "run the Omeda simulator alone",
    (
        Example("simulate", "Omeda at http://127.0.0.1:8080/webservices/rest"),
        Example("simulate --port 8081 --scenario config/scenarios/outage.yaml", "with an outage"),
    ),
    _arguments,
)
