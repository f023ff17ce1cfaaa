"""Moments of a week and of a day in Shanghai: the weekly cut-off (rule 1.31), quiet hours."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from tracker.domain.calendar import SHANGHAI
from tracker.domain.policy_value import WeekTime


def minute_of(clock: str) -> int:
    """Return the minute of the day of ``HH:MM``. Raises ``ValueError`` for no time of day."""
    at = time.fromisoformat(clock)
    return at.hour * 60 + at.minute


def moment_of(day: date, minute: int) -> datetime:
    """Return the moment of a day's minute in Shanghai."""
    return datetime.combine(day, time(minute // 60, minute % 60), SHANGHAI)


def end_of(day: date) -> datetime:
    """Return the moment in which a day has ended: what is due on it is on time until then."""
    return datetime.combine(day + timedelta(days=1), time(), SHANGHAI)


def cut_off_of_week(at: datetime, value: str) -> datetime:
    """Return the cut-off in the ISO week of a moment (rule 1.31), past or to come."""
    weekday, clock = WeekTime().read(value)
    day = at.astimezone(SHANGHAI).date()
    return datetime.combine(day + timedelta(days=weekday - day.isoweekday()), clock, SHANGHAI)


def next_cut_off(at: datetime, value: str) -> datetime:
    """Return the first cut-off at or after a moment."""
    this = cut_off_of_week(at, value)
    return this if this >= at else cut_off_of_week(at + timedelta(days=7), value)


def is_quiet(at: datetime, quiet_from: int | None, quiet_until: int | None) -> bool:
    """Return whether a moment lies in quiet hours, which may span midnight.

    ``None`` or two equal minutes mean that no hour is quiet.
    """
    if quiet_from is None or quiet_until is None or quiet_from == quiet_until:
        return False
    local = at.astimezone(SHANGHAI)
    minute = local.hour * 60 + local.minute
    if quiet_from < quiet_until:
        return quiet_from <= minute < quiet_until
    return minute >= quiet_from or minute < quiet_until


def last_digest(at: datetime, minute: int) -> datetime:
    """Return the latest moment of a daily digest at or before ``at``."""
    today = moment_of(at.astimezone(SHANGHAI).date(), minute)
    return today if today <= at else today - timedelta(days=1)
