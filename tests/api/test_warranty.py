"""The warranty calculator for programs: promise, law, conflicts, and what each letter says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

CASE = {
    "category": "textile",
    "purchased_on": "2026-09-01",
    "on": "2026-10-10",
    "cause": "material",
    "purchase_price_fen": 69900,
    "repairable": False,
}


def _ask(api: Callable[[str], Any], **facts: Any) -> dict[str, Any]:
    answer = api("store1").post("/warranty/evaluate", CASE | facts)
    assert answer.status_code == 200, answer.json
    return dict(answer.json)


@pytest.mark.parametrize(
    ("facts", "entitlement", "charge_fen"),
    [
        ({}, "paid_exchange", 6990),
        ({"region": "浙江省"}, "exchange", 0),
        ({"region": "R1"}, "paid_exchange", 6990),
        ({"region": "shanghai", "on": "2027-02-01", "repairable": True}, "free_repair", 0),
        ({"on": "2027-02-01", "repairable": True}, "paid_repair", 0),
        ({"profile": "year_2024"}, "exchange", 0),
        ({"ground": "no_reason", "worn": False, "on": "2026-09-05"}, "refund", 0),
        ({"ground": "no_reason", "on": "2026-09-05"}, "none", 0),
        ({"cause": "wash_misuse", "repairable": True}, "paid_repair", 0),
    ],
)
def test_the_most_that_may_be_asked_for(
    api: Callable[[str], Any], facts: dict[str, Any], entitlement: str, charge_fen: int
) -> None:
    told = _ask(api, **facts)
    assert (told["entitlement"], told["charge_fen"]) == (entitlement, charge_fen)


def test_a_conflict_says_what_was_promised_and_what_the_law_says(
    api: Callable[[str], Any],
) -> None:
    told = _ask(api, profile="concise")
    assert told["conflicts"][1] == {
        "matter": "freight_quality",
        "promised": "customer",
        "promised_rule": "2.73",
        "law": "company",
        "article": "消法 24",
    }
    assert (told["profile"], told["law_pack"], told["freight"]) == (
        "concise",
        "national",
        "company",
    )


@pytest.mark.parametrize(
    ("facts", "status", "code"),
    [
        ({"profile": "nothing"}, 404, "not_found"),
        ({"received_on": "2026-08-01"}, 422, "received_before_purchase"),
        ({"channel": "moon"}, 422, "unknown_value"),
    ],
)
def test_a_case_that_cannot_be_is_refused(
    api: Callable[[str], Any], facts: dict[str, Any], status: int, code: str
) -> None:
    answer = api("store1").post("/warranty/evaluate", CASE | facts)
    assert (answer.status_code, answer.json["code"]) == (status, code)


def test_the_letters_are_served_with_their_rules(api: Callable[[str], Any]) -> None:
    items = {one["code"]: one for one in api("store1").get("/promises").json["items"]}
    assert len(items) == 16
    assert items["plan"]["terms"]["no_reason_exchange"] == {
        "value": 30,
        "unit": "days",
        "calendar": "calendar",
        "start": "purchased",
        "rule": "2.43",
    }
    assert items["concise"]["freight"]["quality"] == ["customer", "2.73"]
