"""The tables of docs/performance.md, from a file of results. Standard library only.

python -m bench.render RESULTS.json [--document docs/performance.md]
"""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.figures import DifferentSets
from bench.results import Results, Run, load, ratio

BASE = "omeda-bridge"
"""Whom the others are held against."""
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
LEGEND = f"""\
Medians of the rounds. `bridge is`: how many times the row's events per second {BASE} delivers,
median of the rounds' ratios; `per CPU s`: the same of the events that a second of CPU delivers. No
ratio is given of runs that delivered different sets of events. CPU is the contender's own, from
its first request to its last event; memory is the largest resident size. `repeats` and `out of
order` are those of the worst round."""
MEBIBYTE = 1024 * 1024
REFUSED = "-"
"""Where a ratio would compare unlike things."""


def document(results: Results, pictures: Sequence[str] = ()) -> str:
    """Everything that was measured, as Markdown."""
    parts = [_about(results), LEGEND, *(_workload(results, each) for each in results.workloads)]
    parts += [_growth(results)] * bool(results.growth)
    parts += [_micro(results)] * bool(results.micro)
    parts += ["\n".join(f"![{Path(each).stem}]({each})" for each in pictures)] * bool(pictures)
    return "\n\n".join(parts) + "\n"


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table of Markdown; the first column is text, the others are numbers."""
    rule = ["---", *["---:"] * (len(header) - 1)]
    return "\n".join("| " + " | ".join(row) + " |" for row in (header, rule, *rows))


def _about(results: Results) -> str:
    rows = [[name, value.replace("|", "/")] for name, value in results.about.items()]
    says = [f"- **{name}**: {text}" for name, text in results.contenders_say.items()]
    return "\n".join(
        [
            table(["measured on", ""], rows),
            "",
            *says,
            "",
            _ceiling(results),
        ]
    )


def _ceiling(results: Results) -> str:
    """That the stand-in for Omeda was not the limit, or that it was."""
    rates = {(run.requests / run.seconds, run) for run in results.runs if run.seconds}
    says = f"The stand-in for Omeda took {results.ceiling:,.0f} requests a second of a sender on"
    says += " the same machine."
    if rates:
        most, run = max(rates, key=lambda each: each[0])
        says += (
            f" The most that a contender sent was {most:,.0f} ({run.contender}, {run.workload}):"
            f" {most / results.ceiling:.0%} of it."
            if results.ceiling
            else ""
        )
    return says


def _workload(results: Results, workload: str) -> str:
    contenders = results.contenders(workload)
    steady = any(results.of(workload, each)[0].delay_p99_ms is not None for each in contenders)
    slow = "slow" in workload
    header = ["", "events/s", *["to 95 %, s"] * slow, "bridge is", "CPU s per 1,000", "per CPU s"]
    header += ["requests", "peak MiB", *["p50 ms", "p99 ms"] * steady, "repeats", "out of order"]
    rows = [_row(results, workload, each, steady=steady, slow=slow) for each in contenders]
    notes = [f"- {note}" for each in contenders for note in _notes(results, workload, each)]
    lines = [f"### {workload}", "", results.workloads[workload] + ".", "", table(header, rows)]
    return "\n".join([*lines, *[""] * bool(notes), *notes])


def _row(results: Results, workload: str, contender: str, *, steady: bool, slow: bool) -> list[str]:
    def middle(value: str, form: str) -> str:
        found = results.middle(workload, contender, value)
        return REFUSED if found is None else format(found, form)

    runs = results.of(workload, contender)
    peak = results.middle(workload, contender, "peak_bytes") or 0
    return [
        contender,
        middle("rate", ",.0f"),
        *[middle("seconds_95", ".1f")] * slow,
        _ratio(results, workload, contender, "rate"),
        middle("cpu_per_thousand", ".3f"),
        _ratio(results, workload, contender, "per_cpu_second"),
        middle("requests", ",.0f"),
        format(peak / MEBIBYTE, ".0f"),
        *([middle("delay_p50_ms", ".1f"), middle("delay_p99_ms", ".1f")] * steady),
        str(max(run.repeats for run in runs)),
        str(max(run.out_of_order for run in runs)),
    ]


def _ratio(results: Results, workload: str, contender: str, value: str) -> str:
    """How many times the bridge's figure this is of that contender's."""
    if contender == BASE:
        return "1 x"
    try:
        found = ratio(results.of(workload, BASE), results.of(workload, contender), value)
    except DifferentSets:
        return REFUSED
    return REFUSED if found is None else f"{found:.2f} x"


def _notes(results: Results, workload: str, contender: str) -> Iterator[str]:
    """Why there is no ratio, and what else is to be known."""
    runs = results.of(workload, contender)
    for run in runs:
        if run.note or not run.complete:
            yield f"{contender}: {run.delivered:,} of {run.produced:,} events; {run.note}"
    if len({run.digest for run in runs}) > 1 and all(run.complete for run in runs):
        yield f"{contender}: its rounds delivered different events"
    if any(run.complete and not run.committed for run in runs):
        yield f"{contender}: its offsets were not at the end some seconds after the last event"
    if any(run.refused for run in runs):
        yield f"{contender}: {sum(run.refused for run in runs)} requests were none of Omeda's"


def _growth(results: Results) -> str:
    header = ["the bridge alone", "events/s", "CPU s per 1,000", "peak MiB", "repeats"]
    return "\n".join(["### Growth", "", table(header, [_grown(run) for run in results.growth])])


def _grown(run: Run) -> list[str]:
    what = run.workload if run.complete else f"{run.workload} ({run.delivered:,} delivered)"
    peak = format(run.peak_bytes / MEBIBYTE, ".0f")
    return [what, f"{run.rate:,.0f}", f"{run.cpu_per_thousand:.3f}", peak, str(run.repeats)]


def _micro(results: Results) -> str:
    rows = [[name, f"{value:.2f}"] for name, value in results.micro.items()]
    return "\n".join(["### Steps of the line", "", table(["", "us an event"], rows)])


def put_into(text: str, measured: str) -> str:
    """*text* with what stands between its two marks replaced."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"the document has no {BEGIN} with {END} behind it")
    return f"{before}{BEGIN}\n\n{measured}\n{END}{after}"


def main() -> None:
    """Print the tables, or put them into a document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("results", type=Path)
    parser.add_argument("--document", type=Path)
    options = parser.parse_args()
    measured = document(load(options.results))
    if options.document is None:
        print(measured)
    else:
        options.document.write_text(put_into(options.document.read_text(), measured))


if __name__ == "__main__":
    main()
