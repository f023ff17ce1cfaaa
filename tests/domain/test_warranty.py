"""The chain's own 三包: rules 2.01 to 2.08 with the defaults of C-06 to C-12 and C-34."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.codes import Category, Cause
from tracker.domain.errors import InvalidInput
from tracker.domain.policy import DEFAULTS
from tracker.domain.warranty import (
    Band,
    Case,
    Entitlement,
    Step,
    StepName,
    Terms,
    evaluate,
    terms_from,
    warranty_ends_on,
)

SALE = date(2026, 3, 1)
TERMS = Terms(
    return_days=7,
    exchange_days=15,
    months={"textile": 3, "down": 3, "leather": 6, "other": 3},
    is_depreciation_enabled=True,
    bands=(Band(30, 5), Band(60, 10), Band(90, 20)),
    after_last_band_percent=20,
    max_repairs=2,
    registration_working_days=2,
)
JACKET = Case(
    category=Category.TEXTILE,
    purchased_on=SALE,
    on=SALE,
    cause=Cause.WORKMANSHIP,
    purchase_price_fen=69900,
    is_repairable=True,
)


def on_day(day, case=JACKET, **facts):
    return replace(case, on=case.purchased_on + timedelta(days=day), **facts)


def step_of(answer, name):
    return next((step for step in answer.derivation if step.step is name), None)


def test_the_default_policies_are_these_terms():
    assert terms_from({policy.name: policy.value for policy in DEFAULTS}) == TERMS


@pytest.mark.parametrize(
    ("day", "entitlement"),
    [
        (0, Entitlement.REFUND),
        (7, Entitlement.REFUND),
        (8, Entitlement.EXCHANGE),
        (15, Entitlement.EXCHANGE),
        (16, Entitlement.FREE_REPAIR),
        (92, Entitlement.FREE_REPAIR),
        (93, Entitlement.PAID_REPAIR),
    ],
)
def test_c_06_and_2_03_what_is_owed_for_a_repairable_jacket_by_its_day(day, entitlement):
    answer = evaluate(TERMS, on_day(day))
    assert (answer.entitlement, answer.charge_fen, answer.depreciation_percent) == (
        entitlement,
        0,
        0,
    )
    assert answer.within_warranty is (day <= 92)


@pytest.mark.parametrize(
    ("day", "percent", "charge_fen", "rule"),
    [
        (16, 5, 3495, "2.05"),
        (30, 5, 3495, "2.05"),
        (31, 10, 6990, "2.06"),
        (60, 10, 6990, "2.06"),
        (61, 20, 13980, "2.07"),
        (90, 20, 13980, "2.07"),
        (91, 20, 13980, "2.07, C-09"),
        (92, 20, 13980, "2.07, C-09"),
    ],
)
@pytest.mark.parametrize("facts", [{"is_repairable": False}, {"is_restorable": False}])
def test_2_04_to_2_07_what_cannot_be_restored_is_exchanged_at_a_charge(
    day, percent, charge_fen, rule, facts
):
    answer = evaluate(TERMS, on_day(day, **facts))
    assert answer.entitlement is Entitlement.PAID_EXCHANGE
    assert (answer.depreciation_percent, answer.charge_fen) == (percent, charge_fen)
    assert step_of(answer, StepName.DEPRECIATION_PERCENT).rule == rule
    assert not answer.needs_approval


def test_c_11_leather_on_day_120_needs_approval():
    answer = evaluate(TERMS, on_day(120, category=Category.LEATHER, is_repairable=False))
    assert answer.entitlement is Entitlement.PAID_EXCHANGE
    assert answer.depreciation_percent == 20
    assert step_of(answer, StepName.MANUAL_APPROVAL) == Step(
        StepName.MANUAL_APPROVAL, "C-11", "required"
    )
    assert answer.needs_approval


@pytest.mark.parametrize(
    ("category", "sale", "ends_on"),
    [
        (Category.TEXTILE, date(2026, 8, 31), date(2026, 11, 30)),
        (Category.DOWN, date(2026, 11, 30), date(2027, 2, 28)),
        (Category.OTHER, date(2026, 8, 22), date(2026, 11, 22)),
        (Category.LEATHER, date(2026, 8, 31), date(2027, 2, 28)),
    ],
)
def test_2_01_and_2_02_the_warranty_counts_calendar_months(category, sale, ends_on):
    case = replace(JACKET, category=category, purchased_on=sale, on=ends_on)
    assert warranty_ends_on(TERMS, case) == ends_on
    assert evaluate(TERMS, case).within_warranty
    assert not evaluate(TERMS, replace(case, on=ends_on + timedelta(days=1))).within_warranty


def test_days_in_repair_lengthen_the_warranty():
    assert evaluate(TERMS, on_day(100, repair_days=8)).entitlement is Entitlement.FREE_REPAIR
    assert evaluate(TERMS, on_day(100, repair_days=7)).entitlement is Entitlement.PAID_REPAIR
    answer = evaluate(TERMS, on_day(100, repair_days=8, is_repairable=False))
    assert (answer.depreciation_percent, answer.needs_approval) == (20, False)


@pytest.mark.parametrize("cause", [Cause.WASH_MISUSE, Cause.WEAR_MISUSE])
@pytest.mark.parametrize(
    ("is_repairable", "entitlement"),
    [(True, Entitlement.PAID_REPAIR), (False, Entitlement.NONE)],
)
def test_2_03_damage_in_washing_or_wearing_is_the_customers(cause, is_repairable, entitlement):
    answer = evaluate(TERMS, on_day(3, cause=cause, is_repairable=is_repairable))
    assert (answer.within_warranty, answer.entitlement) == (True, entitlement)
    assert answer.charge_fen == 0
    assert step_of(answer, StepName.QUALITY_CAUSE).result == "no"


def test_a_cause_that_nobody_can_tell_is_not_held_against_the_customer():
    assert evaluate(TERMS, on_day(3, cause=Cause.UNKNOWN)).entitlement is Entitlement.REFUND


def test_out_of_warranty_and_beyond_repair_nothing_is_owed():
    answer = evaluate(TERMS, on_day(200, is_repairable=False))
    assert (answer.within_warranty, answer.entitlement, answer.charge_fen) == (
        False,
        Entitlement.NONE,
        0,
    )


def test_c_34_after_two_repairs_the_next_is_a_free_exchange():
    assert evaluate(TERMS, on_day(40, repairs=1)).entitlement is Entitlement.FREE_REPAIR
    answer = evaluate(TERMS, on_day(40, repairs=2, is_repairable=False))
    assert (answer.entitlement, answer.charge_fen) == (Entitlement.EXCHANGE, 0)


def test_c_12_where_depreciation_is_barred_the_exchange_is_free():
    barred = replace(TERMS, is_depreciation_enabled=False)
    answer = evaluate(barred, on_day(70, is_repairable=False))
    assert (answer.entitlement, answer.depreciation_percent, answer.charge_fen) == (
        Entitlement.EXCHANGE,
        0,
        0,
    )


@pytest.mark.parametrize(
    ("is_repairable", "entitlement"),
    [(True, Entitlement.FREE_REPAIR), (False, Entitlement.NONE)],
)
def test_2_124_what_was_sold_as_imperfect_is_repaired_but_not_taken_back(
    is_repairable, entitlement
):
    case = on_day(3, is_sold_as_imperfect=True, is_repairable=is_repairable)
    assert evaluate(TERMS, case).entitlement is entitlement


def test_2_08_late_registration_is_a_flag_and_bars_nothing():
    sale = date(2026, 11, 20)  # a Friday: two working days later is the Tuesday
    in_time = evaluate(TERMS, replace(JACKET, purchased_on=sale, on=date(2026, 11, 24)))
    late = evaluate(TERMS, replace(JACKET, purchased_on=sale, on=date(2026, 11, 25)))
    assert step_of(in_time, StepName.LATE_REGISTRATION).result == "no"
    assert step_of(late, StepName.LATE_REGISTRATION).result == "yes"
    assert late.entitlement is Entitlement.REFUND


def test_the_derivation_reads_from_the_facts_to_the_answer():
    assert evaluate(TERMS, on_day(31, is_repairable=False)).derivation == (
        Step(StepName.DAYS_SINCE_SALE, "C-10", "31"),
        Step(StepName.WARRANTY_ENDS_ON, "2.01", "2026-06-01"),
        Step(StepName.WITHIN_WARRANTY, "2.01", "yes"),
        Step(StepName.QUALITY_CAUSE, "2.03", "yes"),
        Step(StepName.LATE_REGISTRATION, "2.08, C-06", "yes"),
        Step(StepName.REPAIRS_SO_FAR, "C-34", "0"),
        Step(StepName.RESTORABLE, "2.04", "no"),
        Step(StepName.DEPRECIATION_PERCENT, "2.06", "10"),
        Step(StepName.ENTITLEMENT, "2.04", "paid_exchange"),
    )


def test_a_charge_of_half_a_fen_is_rounded_up():
    case = on_day(20, is_repairable=False, purchase_price_fen=10)
    assert evaluate(TERMS, case).charge_fen == 1


@pytest.mark.parametrize(
    ("facts", "code", "field"),
    [
        ({"on": SALE - timedelta(days=1)}, "purchased_in_future", "purchased_on"),
        ({"purchase_price_fen": -1}, "negative_amount", "purchase_price_fen"),
        ({"repairs": -1}, "negative_count", "repairs"),
        ({"repair_days": -1}, "negative_count", "repair_days"),
    ],
)
def test_impossible_facts_are_refused_on_their_field(facts, code, field):
    with pytest.raises(InvalidInput) as refusal:
        evaluate(TERMS, replace(JACKET, **facts))
    assert (refusal.value.code, refusal.value.field) == (code, field)


@given(
    st.builds(
        Case,
        category=st.sampled_from(Category),
        purchased_on=st.dates(),
        on=st.dates(),
        cause=st.sampled_from(Cause),
        purchase_price_fen=st.integers(0, 10**9),
        is_repairable=st.booleans(),
        is_restorable=st.booleans(),
        is_sold_as_imperfect=st.booleans(),
        repairs=st.integers(0, 5),
        repair_days=st.integers(0, 10**6),
    )
)
def test_every_case_is_answered_and_only_a_paid_exchange_is_charged(case):
    if case.purchased_on > case.on:
        case = replace(case, purchased_on=case.on, on=case.purchased_on)
    answer = evaluate(TERMS, case)
    assert 0 <= answer.charge_fen <= case.purchase_price_fen
    if answer.entitlement is not Entitlement.PAID_EXCHANGE:
        assert (answer.charge_fen, answer.depreciation_percent) == (0, 0)
    assert answer.derivation[-1].result == answer.entitlement.value
