"""When a customer is called, what is promised, and how he is masked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tracker.domain.customer import (
    CallReason,
    is_promise_overdue,
    masked_name,
    masked_phone,
    proposed_promise,
    reason_to_call,
)
from tracker.domain.policy import DEFAULTS, CalendarKind
from tracker.domain.registration import MACHINE, Owner, Status

TODAY = date(2026, 11, 22)
POLICIES = {policy.name: policy for policy in DEFAULTS}


@pytest.mark.parametrize("status", list(Status))
def test_only_an_open_question_a_garment_to_fetch_or_a_broken_promise_is_a_reason(
    status: Status,
) -> None:
    always = {
        Status.AWAITING_CUSTOMER: CallReason.TO_DECIDE,
        Status.BACK_IN_STORE: CallReason.TO_COLLECT,
    }
    past = None if status in MACHINE.final else CallReason.PROMISE_OVERDUE
    today_is_the_day = reason_to_call(status, Owner.CUSTOMER, TODAY, TODAY)
    yesterday_was = reason_to_call(status, Owner.CUSTOMER, date(2026, 11, 21), TODAY)
    assert today_is_the_day == always.get(status)
    assert yesterday_was == always.get(status, past)
    assert reason_to_call(status, Owner.CUSTOMER, None, TODAY) == always.get(status)


@pytest.mark.parametrize("status", list(Status))
def test_a_garment_that_became_the_stores_is_nobodys_call(status: Status) -> None:
    assert reason_to_call(status, Owner.STORE, date(2026, 1, 1), TODAY) is None
    assert is_promise_overdue(status, Owner.STORE, date(2026, 1, 1), TODAY) is False


def test_the_day_proposed_is_the_turnaround_and_a_margin_after_today_1_34() -> None:
    turnaround, margin = POLICIES["repair_tat"], POLICIES["promise_margin"]
    assert proposed_promise(TODAY, turnaround, margin) == date(2026, 12, 14)
    assert proposed_promise(TODAY, turnaround, replace(margin, value="0")) == date(2026, 12, 7)


def test_where_the_margin_counts_working_days_a_free_day_of_the_chain_moves_the_promise() -> None:
    turnaround = POLICIES["repair_tat"]
    margin = replace(POLICIES["promise_margin"], value="2", calendar=CalendarKind.WORKING)
    free = {date(2026, 12, 8): False}
    assert proposed_promise(TODAY, turnaround, margin) == date(2026, 12, 9)
    assert proposed_promise(TODAY, turnaround, margin, free) == date(2026, 12, 10)


@pytest.mark.parametrize(
    ("phone", "masked"),
    [
        ("13812345678", "138****5678"), ("+8613812345678", "+86****5678"),
        ("020-12345678", "020****5678"), ("1234567", "****67"), ("1", "****1"), ("", "****"),
    ],
)  # fmt: skip
def test_a_phone_keeps_its_first_three_and_last_four(phone: str, masked: str) -> None:
    assert masked_phone(phone) == masked


@pytest.mark.parametrize(("name", "masked"), [("张三丰", "张*"), ("A", "A*"), ("", "")])
def test_a_name_keeps_its_first_character(name: str, masked: str) -> None:
    assert masked_name(name) == masked
