"""The processes themselves."""

from scripts.dashboards.panels import Graph, Query, Row, States, Table
from scripts.dashboards.queries import ALL, max_of, sum_of

EACH = "{{instance}}"
_INSTANCE = ("instance",)


def _gauge(exposed: str) -> str:
    return max_of(ALL.foreign(exposed), _INSTANCE)


_cpu = sum_of(f"rate({ALL.foreign('process_cpu_seconds_total')}[$__rate_interval])", _INSTANCE)
_age = f"(time() - {ALL.foreign('process_start_time_seconds')})"
_versions = f"on (job, instance) group_left (version, python) {ALL.metric('build')}"

USE = (
    Graph(
        title="CPU",
        description="Cores in use. One process uses one core at most.",
        unit="short",
        queries=[Query(_cpu, EACH)],
    ),
    Graph(
        title="Memory",
        description="Resident set of each process.",
        unit="bytes",
        queries=[Query(_gauge("process_resident_memory_bytes"), EACH)],
    ),
    Graph(
        title="Files and sockets",
        description="Open descriptors, and how many may be: at the limit nothing can be connected"
        " to.",
        unit="short",
        queries=[
            Query(_gauge("process_open_fds"), f"{EACH} open"),
            Query(_gauge("process_max_fds"), f"{EACH} limit"),
        ],
    ),
)

WHO = (
    States(
        title="Scraped",
        description="Whether each process answers Prometheus. One that does not may be blocked;"
        " one whose line ends was stopped.",
        unit="none",
        queries=[Query(_gauge("up"), EACH)],
        states=(("no answer", "red"), ("answers", "green")),
        alerts=("Down",),
    ),
    Table(
        title="Running",
        description="Each process, its version, and for how long it has been up.",
        unit="s",
        queries=[Query(f"{_age} * {_versions}")],
        columns=("instance", "version", "python"),
        value="up for",
        alerts=("Absent",),
        width=8,
    ),
    Table(
        title="Configured",
        description="What tells two deployments apart. Different rows: not all processes were"
        " started with the same configuration.",
        unit="none",
        decimals=0,
        queries=[Query(f"count by (group_id, routes, omeda) ({ALL.metric('config')})")],
        columns=("group_id", "routes", "omeda"),
        value="processes",
        width=8,
    ),
)

ROW = Row("Process", (*USE, *WHO))
