"""The statement's table of moves, and what is left of it."""

from __future__ import annotations

import pytest

from tracker.domain.account import Role
from tracker.domain.errors import Forbidden, HangtagError, InvalidInput, RuleViolation, WrongStatus
from tracker.domain.month import Flow, Roll, Stock, check_month, last_day, next_month, span
from tracker.domain.statement import MACHINE, Action, Balance, Status, check_settlement

LEGAL = {
    (Status.DRAFT, Action.ISSUE): Status.ISSUED,
    (Status.ISSUED, Action.DELIVER): Status.DELIVERED,
    (Status.DELIVERED, Action.AGREE): Status.AGREED,
    (Status.DISPUTED, Action.AGREE): Status.AGREED,
    (Status.DELIVERED, Action.DISPUTE): Status.DISPUTED,
    **{
        (status, Action.SETTLE): Status.SETTLED
        for status in (Status.DELIVERED, Status.AGREED, Status.DISPUTED)
    },
    **{
        (status, Action.VOID): Status.VOIDED
        for status in Status
        if status not in (Status.SETTLED, Status.VOIDED)
    },
}


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("action", Action)
def test_every_status_and_action_leads_where_the_table_says(status: Status, action: Action) -> None:
    who = MACHINE.who[action]
    wanted = LEGAL.get((status, action))
    if wanted is None:
        with pytest.raises(WrongStatus):
            MACHINE.target(status, action, who, Balance(status, 0))
    else:
        assert MACHINE.target(status, action, who, Balance(status, 0)) is wanted
    with pytest.raises(Forbidden):
        MACHINE.target(status, action, frozenset({Role.CLERK}), Balance(status, 0))


@pytest.mark.parametrize("status", [Status.DELIVERED, Status.AGREED, Status.DISPUTED])
def test_a_partial_settlement_leaves_it_where_it_stood(status: Status) -> None:
    who = MACHINE.who[Action.SETTLE]
    assert MACHINE.target(status, Action.SETTLE, who, Balance(status, 1)) is status


@pytest.mark.parametrize(
    ("total", "settled", "amount", "left"),
    [(100, 0, 100, 0), (100, 40, 59, 1), (-100, 0, 100, 0), (0, 0, 0, 0)],
)
def test_what_is_left_of_a_charge_or_a_credit(
    total: int, settled: int, amount: int, left: int
) -> None:
    assert check_settlement(total, settled, amount) == left


@pytest.mark.parametrize(
    ("amount", "kind", "code"),
    [
        (0, InvalidInput, "nothing_settled"),
        (-1, InvalidInput, "nothing_settled"),
        (61, RuleViolation, "too_much"),
    ],
)
def test_nothing_or_too_much_is_refused(amount: int, kind: type[HangtagError], code: str) -> None:
    with pytest.raises(kind) as refusal:
        check_settlement(100, 40, amount)
    assert refusal.value.code == code


def test_a_roll_forward_adds_up_by_construction() -> None:
    roll = Roll(Stock(5, 500), Stock(3, 330), Stock(2, 210), Stock(1, 90))
    assert roll.rows()[-1] == (Flow.CLOSING, Stock(5, 530))


def test_months_are_named_counted_and_end_in_shanghai() -> None:
    assert (next_month("2026-12"), next_month("2026-01", -1)) == ("2027-01", "2025-12")
    assert last_day("2028-02").isoformat() == "2028-02-29"
    begins, ends = span("2026-11")
    assert (begins.isoformat(), ends.isoformat()) == (
        "2026-11-01T00:00:00+08:00",
        "2026-12-01T00:00:00+08:00",
    )
    for wrong in ("2026-13", "2026", "x", "2026-1"):
        with pytest.raises(InvalidInput):
            check_month(wrong)
