"""The settings of following orders, and what they need."""

from pathlib import Path

import pytest

from tests.core.configured import fault, least, loaded, with_

RECEIPTS = {"topic": "receipts", "required": True}


def followed(**changes: object) -> dict[str, object]:
    settings: dict[str, object] = {**least(), "receipts": RECEIPTS, "confirm": {"enabled": True}}
    settings["routes"] = [{"topic": "orders", "kind": "order", "brand": "DEMO"}]
    return {**settings, **changes}


def test_orders_are_followed_where_that_is_asked_for(file: Path) -> None:
    confirm = loaded(file, followed()).confirm

    assert (confirm.enabled, confirm.requests_per_second, confirm.orders) == (True, 1, 10_000)
    assert (confirm.first_seconds, confirm.max_wait_seconds) == (60, 3600)
    assert confirm.end_seconds == 86_400
    assert not loaded(file, least()).confirm.enabled


@pytest.mark.parametrize("receipts", [{}, {"topic": "receipts"}])
def test_what_is_followed_must_be_kept_in_required_receipts(
    file: Path, receipts: dict[str, object]
) -> None:
    sentence = fault(file, followed(receipts=receipts))

    assert "confirm.enabled: needs receipts.required" in sentence


def test_orders_can_only_be_followed_where_there_are_any(file: Path) -> None:
    routes = [{"topic": "behaviors", "kind": "behavior", "brand": "DEMO"}]

    assert "confirm.enabled: no route carries orders" in fault(file, followed(routes=routes))


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("requests_per_second", 0),
        ("first_seconds", 0),
        ("end_seconds", 604_801),
        ("orders", 0),
        ("first_seconds", 3601),
        ("end_seconds", 59),
    ],
)
def test_a_bound_that_cannot_be_is_an_error_with_its_path(
    file: Path, setting: str, value: float
) -> None:
    assert "confirm" in fault(file, with_(f"confirm.{setting}", value))
