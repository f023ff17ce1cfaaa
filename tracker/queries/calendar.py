"""Reads of the chain's own calendar and of due days that moved (C-35)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from tracker.domain import calendar as domain
from tracker.domain.policy import CalendarKind, Policy
from tracker.models.calendar_day import CalendarDay
from tracker.models.due_change import DueChange


def overrides(session: Session) -> dict[date, bool]:
    """Return the days on which the chain's own word stands against what is published."""
    newest = select(func.max(CalendarDay.id)).group_by(CalendarDay.day)
    rows = session.execute(
        select(CalendarDay.day, CalendarDay.is_working).where(
            CalendarDay.id.in_(newest), CalendarDay.is_working.is_not(None)
        )
    )
    return {day: bool(is_working) for day, is_working in rows}


def for_rule(session: Session, rule: Policy) -> dict[date, bool] | None:
    """Return the chain's days where a policy counts working days; others need none."""
    return overrides(session) if rule.calendar is CalendarKind.WORKING else None


def due_on(session: Session, start_on: date, rule: Policy) -> date:
    """Return the last day on time of a policy's clock that starts on a day, by the chain's days.

    Raises what ``domain.calendar.due_on`` raises.
    """
    said = for_rule(session, rule)
    return domain.due_on(start_on, rule.number, rule.unit, rule.calendar, said)


def of_year(session: Session, year: int) -> Mapping[date, CalendarDay]:
    """Return what the chain says of the days of a year, by day, with reason and author."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    rows = _standing(session, first, last)
    return {row.day: row for row in rows if row.is_working is not None}


def of_days(session: Session, days: Iterable[date]) -> dict[date, bool | None]:
    """Return what stands of some days; a day of which nothing was ever said is not in it."""
    wanted = sorted(days)
    if not wanted:
        return {}
    rows = _standing(session, wanted[0], wanted[-1])
    return {row.day: row.is_working for row in rows}


def _standing(
    session: Session, first: date = date.min, last: date = date.max
) -> Sequence[CalendarDay]:
    newest = (
        select(func.max(CalendarDay.id))
        .where(CalendarDay.day.between(first, last))
        .group_by(CalendarDay.day)
    )
    return session.scalars(
        select(CalendarDay)
        .where(CalendarDay.id.in_(newest))
        .order_by(CalendarDay.day)
        .options(joinedload(CalendarDay.by))
    ).all()


def due_changes(session: Session, registration_id: int) -> Sequence[DueChange]:
    """Return the due days of a garment that moved, oldest first; its page is bounded already."""
    return session.scalars(
        select(DueChange)
        .where(DueChange.registration_id == registration_id)
        .order_by(DueChange.id)
        .options(joinedload(DueChange.by))
    ).all()
