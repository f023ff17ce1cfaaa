"""Days, working days, months and weeks as the chain counts them, in Asia/Shanghai.

Instants are aware; business dates are dates in Shanghai. The company calendar of the database comes
in as ``overrides`` and wins over the published holidays, which beyond the announced year are an
estimate (C-35).
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from datetime import MAXYEAR, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

from tracker.domain.named import NamedEnum
from tracker.domain.policy import CalendarKind, Unit

SHANGHAI = ZoneInfo("Asia/Shanghai")
SATURDAY = 5

Overrides = Mapping[date, bool]
"""The company calendar: whether a day is worked, by date."""


def shanghai_date(instant: datetime) -> date:
    """Return the business date of an instant. Raises ValueError for a naive instant."""
    if instant.tzinfo is None or instant.utcoffset() is None:
        raise ValueError("an instant needs its offset")
    return instant.astimezone(SHANGHAI).date()


def month_of(instant: datetime) -> str:
    """Return the month ``YYYY-MM`` of an instant. Raises ValueError for a naive instant."""
    return shanghai_date(instant).strftime("%Y-%m")


def iso_week(instant: datetime) -> tuple[int, int]:
    """Return (ISO year, ISO week) of an instant, the week of rules 1.31 and 1.32.

    Raises ValueError for a naive instant.
    """
    iso = shanghai_date(instant).isocalendar()
    return iso.year, iso.week


def days_between(start_on: date, end_on: date) -> int:
    """Return the calendar days from ``start_on`` (day 0) to ``end_on``; negative if before it."""
    return (end_on - start_on).days


def add_days(start_on: date, days: int) -> date:
    """Return the date ``days`` later; past the end of the calendar it is the last date there is."""
    return start_on + timedelta(days=min(days, (date.max - start_on).days))


def add_months(start_on: date, months: int) -> date:
    """Return the same day ``months`` later, or that month's last day: 31 August + 3 = 30 November.

    Past the end of the calendar it is the last date there is.
    """
    year, month_index = divmod(start_on.year * 12 + start_on.month - 1 + months, 12)
    if year > MAXYEAR:
        return date.max
    last_day = monthrange(year, month_index + 1)[1]
    return date(year, month_index + 1, min(start_on.day, last_day))


def months_between(start_on: date, end_on: date) -> int:
    """Return the whole months from ``start_on`` to ``end_on``; none before a month is full."""
    months = (end_on.year - start_on.year) * 12 + end_on.month - start_on.month
    return max(0, months if add_months(start_on, months) <= end_on else months - 1)


def is_working_day(day: date, overrides: Overrides | None = None) -> bool:
    """Return whether a day is worked: by the company calendar, else by the published holidays.

    Make-up working days (调休) count as worked (C-35).
    """
    if overrides is not None and day in overrides:
        return overrides[day]
    return _is_published_working_day(day)


class DayKind(NamedEnum):
    """What a day is by the published notices."""

    WORKDAY = "workday", "工作日", "Working day"
    WEEKEND = "weekend", "周末", "Weekend"
    HOLIDAY = "holiday", "节假日", "Holiday"
    MAKE_UP = "make_up", "调休上班", "Make-up working day"


class DayWord(NamedEnum):
    """What the chain says of a day."""

    WORKING = "working", "上班", "Working"
    FREE = "free", "休息", "Free"
    PUBLISHED = "published", "按国家安排", "As published"


def kind_of(day: date) -> DayKind:
    """Return what a day is by the published notices, or by the estimate of a year to come."""
    if _is_published_working_day(day):
        return DayKind.MAKE_UP if day.weekday() >= SATURDAY else DayKind.WORKDAY
    return DayKind.HOLIDAY if day in _published(day.year) else DayKind.WEEKEND


def name_of(day: date) -> str | None:
    """Return the Chinese name of a published holiday, or ``None``."""
    return _published(day.year).get(day)


def is_announced(year: int) -> bool:
    """Return whether the State Council's notice for a year is known: each has make-up days.

    Until then the feasts of law and the weekends are an estimate (C-35).
    """
    return any(day.year == year for day in _published(year).weekend_workdays)


def due_on(
    start_on: date,
    value: int,
    unit: str = Unit.DAYS,
    calendar: str = CalendarKind.CALENDAR,
    overrides: Overrides | None = None,
) -> date:
    """Return the last day that is on time for a clock that starts on ``start_on``, its day 0.

    ``unit`` is ``days`` or ``months``; ``calendar`` is ``working`` (days only), else all days
    count. 15 calendar days from 2 November end on 17 November (rule 1.34). A clock that would
    outlast the calendar ends on its last date. Raises ValueError for a negative value, a unit that
    does not end on a date, or working months.
    """
    if value < 0:
        raise ValueError("a clock cannot run backwards")
    if unit not in {Unit.DAYS, Unit.MONTHS} or calendar not in set(CalendarKind):
        raise ValueError(f"no due date can be counted in {unit!r} by {calendar!r}")
    if unit == Unit.MONTHS and calendar == CalendarKind.WORKING:
        raise ValueError("working days are counted in days only")
    if unit == Unit.MONTHS:
        return add_months(start_on, value)
    if calendar == CalendarKind.WORKING:
        return _working_day_after(start_on, value, overrides)
    return add_days(start_on, value)


def latest_overdue_start(
    today: date, value: int, unit: str, calendar: str, overrides: Overrides | None = None
) -> date:
    """Return the newest day on which a clock may have started that is past its due day ``today``.

    Raises what ``due_on`` raises.
    """
    day = today
    while due_on(day, value, unit, calendar, overrides) >= today:
        day -= timedelta(days=1)
    return day


def _working_day_after(start_on: date, count: int, overrides: Overrides | None) -> date:
    day = start_on
    while count > 0 and day < date.max:
        day += timedelta(days=1)
        if is_working_day(day, overrides):
            count -= 1
    return day


@lru_cache(maxsize=4096)
def _is_published_working_day(day: date) -> bool:
    return bool(_published(day.year).is_working_day(day))


@lru_cache(maxsize=32)
def _published(year: int) -> holidays.HolidayBase:
    return holidays.country_holidays("CN", years=year, language="zh_CN")
