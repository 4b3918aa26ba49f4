"""No ratio of unlike things, and the arithmetic behind the tables."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bench.figures import DifferentSets, out_of_order, paired_ratio, percentile
from bench.render import BEGIN, END, document, put_into
from bench.results import Results, Run, digest, load, ratio

EVENTS = {"seq-1", "seq-2", "seq-3", "seq-4"}


def run(contender: str, turn: int = 1, *, seconds: float = 2.0, events: set[str] = EVENTS) -> Run:
    return Run(
        workload="orders",
        contender=contender,
        round=turn,
        produced=len(EVENTS),
        delivered=len(events),
        timed=len(events),
        digest=digest(events),
        repeats=0,
        out_of_order=0,
        overlaps=0,
        refused=0,
        requests=len(events),
        seconds=seconds,
        seconds_95=seconds,
        cpu_seconds=seconds / 2,
        cpu_seconds_whole=seconds,
        omeda_cpu_seconds=0.1,
        peak_bytes=64 << 20,
        committed=True,
    )


def row(results: Results, contender: str) -> list[str]:
    [found] = [
        line for line in document(results).splitlines() if line.startswith(f"| {contender} |")
    ]
    return [cell.strip() for cell in found.strip("|").split("|")]


def results(*runs: Run) -> Results:
    return Results(about={"date": "2024-01-02"}, workloads={"orders": "4 orders"}, runs=[*runs])


def test_a_ratio_is_the_median_of_the_rounds() -> None:
    ours = [run("omeda-bridge", turn) for turn in (1, 2, 3)]
    theirs = [run("loop", turn, seconds=each) for turn, each in ((1, 4.0), (2, 6.0), (3, 40.0))]

    assert ratio(ours, theirs) == pytest.approx(3.0)


def test_only_rounds_that_both_were_in_are_compared() -> None:
    assert paired_ratio({1: 6.0, 2: 100.0}, {1: 2.0, 3: 1.0}) == 3.0
    assert paired_ratio({1: 6.0}, {2: 2.0}) is None


def test_no_ratio_of_a_run_that_delivered_less() -> None:
    less = run("loop", events={"seq-1", "seq-2", "seq-3"})

    with pytest.raises(DifferentSets, match="loop delivered 3 of 4"):
        ratio([run("omeda-bridge")], [less])
    assert row(results(run("omeda-bridge"), less), "loop")[2] == "-"


def test_no_ratio_of_runs_that_delivered_as_many_but_others() -> None:
    others = run("loop", events={"seq-1", "seq-2", "seq-3", "seq-5"})

    with pytest.raises(DifferentSets):
        ratio([run("omeda-bridge")], [others])
    assert row(results(run("omeda-bridge"), others), "loop")[2] == "-"


def test_one_bad_round_is_enough_for_no_ratio() -> None:
    theirs = [run("loop", 1), run("loop", 2, events={"seq-1"})]

    with pytest.raises(DifferentSets):
        ratio([run("omeda-bridge", 1), run("omeda-bridge", 2)], theirs)


def test_repeats_are_told_apart_and_cost_no_ratio() -> None:
    repeating = replace(run("loop", seconds=5.0), repeats=7)

    cells = row(results(run("omeda-bridge"), repeating), "loop")

    assert (cells[2], cells[-2]) == ("2.50 x", "7")


def test_results_can_be_read_again(tmp_path: Path) -> None:
    written = results(run("omeda-bridge"), run("loop"))
    written.growth.append(run("omeda-bridge"))

    written.save(tmp_path / "results.json")

    assert load(tmp_path / "results.json") == written
    assert json.loads((tmp_path / "results.json").read_text())["runs"][0]["requests"] == 4


def test_the_measured_part_of_a_document_is_replaced_and_nothing_else() -> None:
    text = f"before\n{BEGIN}\nold\n{END}\nafter\n"

    once = put_into(text, "new\n")

    assert once == f"before\n{BEGIN}\n\nnew\n\n{END}\nafter\n"
    assert put_into(once, "new\n") == once
    with pytest.raises(ValueError, match="measured"):
        put_into("no marks", "new\n")


@pytest.mark.parametrize(
    ("share", "expected"), [(0.0, 1.0), (0.5, 2.0), (0.75, 3.0), (0.76, 4.0), (0.99, 4.0)]
)
def test_a_percentile_is_one_of_the_values(share: float, expected: float) -> None:
    assert percentile([3.0, 1.0, 4.0, 2.0], share) == expected


def test_order_is_each_customers_own_and_repeats_do_not_break_it() -> None:
    produced = {"a1": 0, "b1": 1, "a2": 2, "b2": 3, "a3": 4}

    kept = [("b1", 2), ("b2", 2), ("a1", 1), ("a2", 1), ("a1", 1), ("a3", 1)]
    broken = [("a2", 1), ("a1", 1), ("a3", 1), ("b2", 2), ("b1", 2)]

    assert out_of_order(produced, kept) == 0
    assert out_of_order(produced, broken) == 2
