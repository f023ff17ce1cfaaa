"""Working days against the State Council's own notices, on every day of 2019 to 2026 (C-35).

The table is independent of the library that the product asks: taken from chinesecalendar 1.11.0,
which writes the notices of the General Office down by hand. Weekdays that are
free, and weekends that are worked.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.calendar import (
    DayKind,
    due_on,
    is_announced,
    is_working_day,
    kind_of,
    latest_overdue_start,
)

NOTICES = {
    2019: (
        "国办发明电〔2018〕15号，五一按〔2019〕3号",
        "0101 0204-0208 0405 0501-0503 0607 0913 1001-1004 1007",
        "0202 0203 0428 0505 0929 1012",
    ),
    2020: (
        "国办发明电〔2019〕16号，春节按〔2020〕1号",
        "0101 0124 0127-0131 0406 0501 0504-0505 0625-0626 1001-1002 1005-1008",
        "0119 0426 0509 0628 0927 1010",
    ),
    2021: (
        "国办发明电〔2020〕27号",
        "0101 0211-0212 0215-0217 0405 0503-0505 0614 0920-0921 1001 1004-1007",
        "0207 0220 0425 0508 0918 0926 1009",
    ),
    2022: (
        "国办发明电〔2021〕11号",
        "0103 0131-0204 0404-0405 0502-0504 0603 0912 1003-1007",
        "0129 0130 0402 0424 0507 1008 1009",
    ),
    2023: (
        "国办发明电〔2022〕16号",
        "0102 0123-0127 0405 0501-0503 0622-0623 0929 1002-1006",
        "0128 0129 0423 0506 0625 1007 1008",
    ),
    2024: (
        "国办发明电〔2023〕7号",
        "0101 0212-0216 0404-0405 0501-0503 0610 0916-0917 1001-1004 1007",
        "0204 0218 0407 0428 0511 0914 0929 1012",
    ),
    2025: (
        "国办发明电〔2024〕12号",
        "0101 0128-0131 0203-0204 0404 0501-0502 0505 0602 1001-1003 1006-1008",
        "0126 0208 0427 0928 1011",
    ),
    2026: (
        "国办发明电〔2025〕7号",
        "0101-0102 0216-0220 0223 0406 0501 0504-0505 0619 0925 1001-1002 1005-1007",
        "0104 0214 0228 0509 0920 1010",
    ),
}
"""By year: the notice, weekdays that are free, days of a weekend that are worked."""
WORKING_DAYS = {2019: 250, 2020: 249, 2021: 250, 2022: 249, 2023: 249, 2024: 251, 2025: 248,
                2026: 248}  # fmt: skip


def days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=number) for number in range((date(year + 1, 1, 1) - first).days)]


def read(year: int, words: str) -> set[date]:
    found = set()
    for word in words.split():
        first, _dash, last = word.partition("-")
        start = date(year, int(first[:2]), int(first[2:]))
        end = date(year, int(last[:2]), int(last[2:])) if last else start
        found |= {start + timedelta(days=number) for number in range((end - start).days + 1)}
    return found


@pytest.mark.parametrize("year", NOTICES)
def test_every_day_is_worked_or_free_as_the_notice_says(year: int) -> None:
    _number, free, made_up = NOTICES[year]
    off, on = read(year, free), read(year, made_up)
    assert all(day.weekday() < 5 for day in off)
    assert all(day.weekday() >= 5 for day in on)
    expected = {day: (day.weekday() < 5 and day not in off) or day in on for day in days_of(year)}
    assert {day: is_working_day(day) for day in days_of(year)} == expected
    assert {day for day in days_of(year) if kind_of(day) is DayKind.MAKE_UP} == on
    assert sum(expected.values()) == WORKING_DAYS[year]


@pytest.mark.parametrize("year", range(2027, 2041))
def test_a_year_to_come_is_sane_and_its_end_breaks_nothing(year: int) -> None:
    assert 240 <= sum(is_working_day(day) for day in days_of(year)) <= 262
    for start in (date(year, 12, day) for day in range(15, 32)):
        due = due_on(start, 15, "days", "working")
        assert 15 < (due - start).days < 45
        assert is_working_day(due)


def test_what_is_announced_is_known_by_its_make_up_days() -> None:
    assert [year for year in range(2019, 2030) if is_announced(year)] == [*NOTICES]


@given(
    start=st.dates(date(2019, 1, 1), date(2040, 12, 31)),
    count=st.integers(0, 40),
    free=st.sets(st.integers(1, 60), max_size=10),
)
def test_days_that_the_chain_is_free_only_ever_lengthen_a_clock(
    start: date, count: int, free: set[int]
) -> None:
    said = {start + timedelta(days=number): False for number in free}
    due = due_on(start, count, "days", "working", said)
    assert due >= due_on(start, count, "days", "working")
    assert due not in said
    passed = [start + timedelta(days=number + 1) for number in range((due - start).days)]
    assert sum(is_working_day(day, said) for day in passed) == count


@given(st.dates(date(2019, 1, 1), date(2040, 12, 31)), st.sets(st.integers(0, 30), max_size=8))
def test_the_newest_overdue_start_follows_the_chains_days(today: date, free: set[int]) -> None:
    said = {today - timedelta(days=number): False for number in free}
    last = latest_overdue_start(today, 5, "days", "working", said)
    assert due_on(last, 5, "days", "working", said) < today
    assert due_on(last + timedelta(days=1), 5, "days", "working", said) >= today
