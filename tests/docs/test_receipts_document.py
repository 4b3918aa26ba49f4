"""docs/receipts.md has every member of a receipt, every state, and what Omeda's codes are."""

import json
import re

import msgspec

from bridge.receipt import VERSION, Receipt, encoded
from bridge.tracing import FINDINGS, SAYS
from bridge.transactions import Progress, progress_of
from tests.docs.reading import ROOT

DOCUMENT = (ROOT / "docs/receipts.md").read_text()
OUTCOMES = {
    "landed": Progress.DONE,
    "landed_with_loss": Progress.DONE_WITH_LOSS,
    "failed": Progress.FAILED,
    "held": Progress.NEEDS_PERSON,
}


def section(heading: str) -> str:
    return DOCUMENT.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


def rows(text: str) -> list[tuple[str, str]]:
    """The first two cells of each row."""
    return re.findall(r"^\| (.+?) \| (.+?) \|", text, re.MULTILINE)


def named(text: str) -> list[str]:
    return re.findall(r"`(\w+)`", text)


def test_the_sample_is_a_receipt() -> None:
    sample = re.search(r"```text\n(\{.*?\})\n```", section("The record"), re.DOTALL)
    assert sample is not None
    receipt = msgspec.json.decode(sample[1], type=Receipt)

    assert json.loads(encoded(receipt)) == json.loads(sample[1])
    assert receipt.version == VERSION


def test_each_member_is_described() -> None:
    described = [name for first, _ in rows(section("The record")) for name in named(first)]

    assert sorted(described) == sorted(field.name for field in msgspec.structs.fields(Receipt))


def test_each_state_is_described_and_those_that_end_with_findings_are_named() -> None:
    found = rows(section("omeda-bridge trace"))
    described = [name for first, _ in found for name in named(first)]
    [findings] = [second for first, second in found if first == "3"]

    assert sorted(described) == sorted(SAYS)
    assert set(named(findings)) == FINDINGS


def test_omeda_s_codes_are_grouped_as_the_bridge_groups_them() -> None:
    found = {
        code: named(second)[0]
        for first, second in rows(section("Landed, not only accepted"))
        for code in map(int, re.findall(r"\d+", first))
    }

    told = {code: OUTCOMES[outcome] for code, outcome in found.items()}
    assert told == {code: progress_of(code) for code in range(120) if code in told}
    assert all(progress_of(code) is Progress.PENDING for code in range(120) if code not in told)
