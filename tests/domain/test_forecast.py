"""The forecast's arithmetic: every figure can be counted again by hand."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.forecast import (
    BACK,
    INTAKE,
    OUT,
    PACKING,
    PASSED_OVER,
    REPAIR,
    WHOLE,
    Flight,
    Model,
    Of,
    Risk,
    Spread,
    bench_day,
    risk_of,
)
from tracker.domain.turnaround import LEGS

TODAY = date(2026, 11, 16)
BUDGETS = dict(zip(LEGS, (4, 1, 5, 1, 4), strict=True))
DUE = TODAY + timedelta(days=5)


def model(least: int = 3, **chain: Spread) -> Model:
    legs = {"out": OUT, "intake": INTAKE, "repair": REPAIR, "packing": PACKING, "back": BACK}
    spreads = {(legs[name], Of.CHAIN, ""): spread for name, spread in chain.items()}
    return Model(spreads, least, BUDGETS)


def flight(leg: str, days_ago: int = 0, **more: object) -> Flight:
    return Flight(leg, TODAY - timedelta(days=days_ago), DUE, **more)  # type: ignore[arg-type]


def test_on_the_way_back_the_answer_is_that_of_the_leg_itself() -> None:
    found = model(back={2: 5, 3: 3, 6: 2}).forecast(flight(BACK), TODAY)
    assert (found.likely_on, found.safe_on) == (
        TODAY + timedelta(days=2),
        TODAY + timedelta(days=3),
    )
    assert found.press_on == DUE - timedelta(days=3)
    assert found.risk is Risk.ON_TIME


def test_only_those_that_took_as_long_already_say_what_is_left() -> None:
    found = model(back={2: 90, 4: 6, 9: 4}).forecast(flight(BACK, days_ago=3), TODAY)
    (step,) = found.steps
    assert (step.half, step.most, step.cases, step.elapsed) == (1, 6, 10, 3)
    assert found.risk is Risk.AT_RISK


def test_longer_than_any_is_expected_to_leave_tomorrow() -> None:
    found = model(back={2: 9}).forecast(flight(BACK, days_ago=8), TODAY)
    assert found.likely_on == TODAY + timedelta(days=1)


def test_two_legs_are_added_day_by_day_and_not_percentile_by_percentile() -> None:
    found = model(packing={0: 1, 4: 1}, back={0: 1, 4: 1}).forecast(flight(PACKING), TODAY)
    assert [(step.half, step.most) for step in found.steps] == [(0, 4), (0, 4)]
    assert (found.likely_on, found.safe_on) == (
        TODAY + timedelta(days=4),
        TODAY + timedelta(days=8),
    )


def test_a_leg_that_some_pass_over_takes_them_no_day_and_says_nothing_once_it_runs() -> None:
    spreads = {"intake": {0: 1}, "repair": {PASSED_OVER: 3, 4: 1}, "packing": {0: 1}}
    known = model(**spreads, back={1: 1})
    assert known.forecast(flight(INTAKE), TODAY).likely_on == TODAY + timedelta(days=1)
    assert known.forecast(flight(REPAIR), TODAY).likely_on == TODAY + timedelta(days=5)


def test_the_nearest_group_with_enough_cases_decides() -> None:
    spreads: dict[tuple[str, Of, str], Spread] = {
        (BACK, Of.CHAIN, ""): {5: 100},
        (BACK, Of.CARRIER, "顺丰速运"): {2: 3},
        (BACK, Of.STORE, "7"): {1: 2},
    }
    names = {(BACK, Of.STORE): "7", (BACK, Of.CARRIER): "顺丰速运"}
    for least, of, half in ((2, Of.STORE, 1), (3, Of.CARRIER, 2), (4, Of.CHAIN, 5)):
        (step,) = Model(spreads, least, BUDGETS).forecast(flight(BACK, names=names), TODAY).steps
        assert (step.of, step.half) == (of, half)


def test_of_a_leg_of_which_nothing_is_known_its_budget_is_expected() -> None:
    found = model().forecast(flight(INTAKE), TODAY)
    assert [(step.half, step.of, step.cases) for step in found.steps] == [
        (1, Of.BUDGET, 0),
        (5, Of.BUDGET, 0),
        (1, Of.BUDGET, 0),
        (4, Of.BUDGET, 0),
    ]
    assert found.likely_on == TODAY + timedelta(days=11)
    assert found.risk is Risk.LATE


def test_the_benchs_queue_and_the_outside_repairer_hold_the_present_leg_back() -> None:
    known = model(repair={0: 8, 1: 2}, packing={0: 1}, back={1: 1})
    until = TODAY + timedelta(days=3)
    found = known.forecast(flight(REPAIR, not_before=until, minutes_ahead=500), TODAY)
    assert found.likely_on == TODAY + timedelta(days=4)
    assert (found.steps[0].half, found.steps[0].minutes_ahead) == (3, 500)


@pytest.mark.parametrize(
    ("likely", "safe", "risk"),
    [(0, 0, Risk.ON_TIME), (-1, 1, Risk.AT_RISK), (1, 1, Risk.LATE)],
)
def test_the_class_follows_from_half_and_four_in_five(likely: int, safe: int, risk: Risk) -> None:
    assert risk_of(DUE + timedelta(days=likely), DUE + timedelta(days=safe), DUE) is risk


def test_the_bench_ends_its_queue_on_a_working_day() -> None:
    working = [date(2026, 11, day) for day in (16, 17, 18, 19, 20, 23)]
    ends = [bench_day(minutes, 100, TODAY, working) for minutes in (0, 100, 101, 600, 9000)]
    assert ends == [working[0], working[0], working[1], working[5], working[5]]
    assert bench_day(100, 0, TODAY, working) is None


def test_the_constant_is_the_mean_of_the_whole_way_half_up() -> None:
    assert Model({(WHOLE, Of.CHAIN, ""): {9: 1, 10: 1}}, 1, BUDGETS).constant_days() == 10
    assert model().constant_days() is None


SPREADS = st.dictionaries(st.integers(PASSED_OVER, 70), st.integers(1, 9), max_size=6)


@given(
    chain=st.fixed_dictionaries(
        dict.fromkeys(("out", "intake", "repair", "packing", "back"), SPREADS)
    ),
    leg=st.sampled_from(LEGS),
    days_ago=st.integers(-3, 90),
    floor=st.none() | st.integers(-5, 40),
)
def test_no_forecast_lies_before_today_nor_is_its_safe_day_before_the_likely_one(
    chain: dict[str, Spread], leg: str, days_ago: int, floor: int | None
) -> None:
    until = TODAY + timedelta(days=floor) if floor is not None else None
    found = model(**chain).forecast(flight(leg, days_ago, not_before=until), TODAY)
    assert TODAY <= found.likely_on <= found.safe_on
    assert found.press_on == DUE - (found.safe_on - TODAY)
    assert [step.leg for step in found.steps] == list(LEGS[LEGS.index(leg) :])
    assert all(0 <= step.half <= step.most for step in found.steps)
    assert until is None or found.likely_on >= until
