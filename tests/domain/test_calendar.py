"""Days, working days, months and weeks in Asia/Shanghai."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.calendar import (
    add_days,
    add_months,
    days_between,
    due_on,
    is_working_day,
    iso_week,
    month_of,
    shanghai_date,
)

DATES = st.dates(date(2019, 1, 1), date(2035, 12, 31))


def test_rule_1_34_a_dispatch_on_2_november_is_due_on_17_november():
    due = due_on(date(2026, 11, 2), 15, "days", "calendar")
    assert due == date(2026, 11, 17)
    assert days_between(date(2026, 11, 2), due) == 15
    assert days_between(date(2026, 11, 2), date(2026, 11, 18)) == 16


def test_the_business_date_is_that_of_shanghai():
    assert shanghai_date(datetime(2026, 11, 30, 15, 59, 59, tzinfo=UTC)) == date(2026, 11, 30)
    assert shanghai_date(datetime(2026, 11, 30, 16, 0, tzinfo=UTC)) == date(2026, 12, 1)
    assert month_of(datetime(2026, 11, 30, 16, 0, tzinfo=UTC)) == "2026-12"


def test_rule_1_31_the_week_is_the_iso_week_in_shanghai():
    assert iso_week(datetime(2026, 11, 22, 15, 59, tzinfo=UTC)) == (2026, 47)
    assert iso_week(datetime(2026, 11, 22, 16, 0, tzinfo=UTC)) == (2026, 48)
    assert iso_week(datetime(2027, 1, 1, 4, 0, tzinfo=UTC)) == (2026, 53)


@pytest.mark.parametrize("reading", [shanghai_date, month_of, iso_week])
def test_a_naive_instant_is_refused(reading):
    with pytest.raises(ValueError, match="offset"):
        reading(datetime(2026, 11, 22, 12, 0))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("start_on", "months", "expected"),
    [
        (date(2026, 8, 31), 3, date(2026, 11, 30)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2027, 11, 29), 3, date(2028, 2, 29)),
        (date(2026, 12, 1), 0, date(2026, 12, 1)),
        (date(2026, 10, 15), 2, date(2026, 12, 15)),
        (date(2026, 12, 31), 12, date(2027, 12, 31)),
        (date(9999, 11, 5), 3, date.max),
    ],
)
def test_c_09_calendar_months_end_on_the_last_day_of_a_shorter_month(start_on, months, expected):
    assert add_months(start_on, months) == expected
    assert due_on(start_on, months, "months") == expected


def test_working_days_cross_new_year_2027():
    assert due_on(date(2026, 12, 21), 15, "days", "working") == date(2027, 1, 12)


def test_c_35_make_up_days_are_worked_and_spring_festival_is_not():
    assert is_working_day(date(2026, 10, 10))
    assert is_working_day(date(2026, 2, 14))
    assert not is_working_day(date(2026, 2, 17))
    assert not is_working_day(date(2026, 11, 21))
    assert is_working_day(date(2026, 11, 23))


def test_rule_1_20_one_working_day_after_a_friday_is_the_monday():
    assert due_on(date(2026, 11, 20), 1, "days", "working") == date(2026, 11, 23)


def test_the_company_calendar_wins_over_the_published_one():
    overrides = {date(2026, 11, 21): True, date(2026, 11, 23): False}
    assert due_on(date(2026, 11, 20), 1, "days", "working", overrides) == date(2026, 11, 21)
    assert due_on(date(2026, 11, 20), 2, "days", "working", overrides) == date(2026, 11, 24)


def test_a_clock_of_no_days_is_due_on_its_first_day():
    assert due_on(date(2026, 11, 21), 0, "days", "working") == date(2026, 11, 21)
    assert due_on(date(2026, 11, 21), 0) == date(2026, 11, 21)


def test_a_clock_past_the_end_of_the_calendar_ends_on_its_last_date():
    assert add_days(date(9999, 12, 30), 15) == date.max
    assert due_on(date(9999, 12, 30), 15, "days", "working") == date.max


@pytest.mark.parametrize(
    ("value", "unit", "calendar"),
    [
        (-1, "days", "calendar"),
        (1, "hours", "calendar"),
        (1, "percent", "calendar"),
        (1, "months", "working"),
        (1, "days", "lunar"),
    ],
)
def test_a_clock_that_cannot_end_on_a_date_is_refused(value, unit, calendar):
    with pytest.raises(ValueError, match=r"clock|counted"):
        due_on(date(2026, 11, 2), value, unit, calendar)


@given(DATES, st.integers(0, 40))
def test_a_working_clock_counts_back_to_its_value(start_on, value):
    due = due_on(start_on, value, "days", "working")
    days = [start_on + timedelta(days=day + 1) for day in range(days_between(start_on, due))]
    assert sum(is_working_day(day) for day in days) == value
    assert value == 0 or is_working_day(due)


@given(DATES, st.integers(0, 36))
def test_a_month_later_is_in_the_month_that_many_later(start_on, months):
    end = add_months(start_on, months)
    assert (end.year - start_on.year) * 12 + end.month - start_on.month == months
    assert end.day == start_on.day or (end + timedelta(days=1)).day == 1
