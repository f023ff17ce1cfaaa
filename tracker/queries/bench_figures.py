"""Reads of the bench's figures: who repaired what in which week, and whether it held."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Subquery, and_, case, func, or_, select
from sqlalchemy.orm import Session

from tracker.domain.account import Role
from tracker.domain.bench_figures import Repair
from tracker.domain.calendar import SHANGHAI
from tracker.domain.registration import Status
from tracker.models.account import Account
from tracker.models.bench import BenchTime, PartMovement
from tracker.models.registration import Registration
from tracker.models.repair import Check, Work
from tracker.queries.bench import time_limit

Pair = tuple[int, int]
"""A garment and who repaired it."""


def repairers(session: Session) -> Sequence[Account]:
    """Return the accounts of repairers, by name."""
    query = select(Account).where(Account.role == Role.REPAIRER)
    return session.scalars(query.order_by(Account.name, Account.id)).all()


def repairs(
    session: Session, from_on: date, until_on: date, now: datetime, account_id: int | None = None
) -> list[Repair]:
    """Return the repairs finished from one day to another, both included, newest first.

    A repair counts in the week of its repairer's last entry of work. A garment that is still in
    repair without a check, or was given up, is none. One that two worked on counts for both.
    """
    kept = _pairs(from_on, until_on, account_id).subquery()
    parts, checks, cut = _parts(session, kept), _checks(session, kept), _cut(session, kept, now)
    came_back = _came_back(session, kept)
    found = []
    for row in session.execute(_sums(kept)):
        pair = (row.registration_id, row.by_id)
        passed, failed = checks.get(row.registration_id, (None, 0))
        found.append(
            Repair(
                registration_id=row.registration_id,
                account_id=row.by_id,
                at=row.at,
                minutes=row.minutes,
                measured=row.measured,
                standard=row.standard,
                compared=row.compared,
                parts=parts.get(pair, 0),
                parts_fen=int(row.parts_fen),
                first_passed=passed,
                failed_checks=failed,
                came_back=row.registration_id in came_back,
                is_cut=pair in cut,
            )
        )
    return found


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)


def _pairs(from_on: date, until_on: date, account_id: int | None) -> Any:
    """Garment and repairer whose last entry of work lies in the days; with the time of it."""
    is_checked = select(Check.id).where(Check.registration_id == Work.registration_id).exists()
    garment = (Work.registration_id + 0).label("registration_id")  # else SQLite reads every year
    query = (
        select(garment, Work.by_id, func.max(Work.at).label("at"))
        .join(Registration, Registration.id == Work.registration_id)
        .where(
            Work.at >= _midnight(from_on),
            or_(Registration.status == Status.IN_CHECK, is_checked),
        )
        .group_by(garment, Work.by_id)
        .having(func.max(Work.at) < _midnight(until_on + timedelta(days=1)))
    )
    return query if account_id is None else query.where(Work.by_id == account_id)


def _sums(kept: Subquery) -> Any:
    has_standard = Work.standard_minutes.is_not(None)
    return (
        select(
            Work.registration_id,
            Work.by_id,
            func.max(kept.c.at).label("at"),
            func.sum(Work.minutes).label("minutes"),
            func.sum(Work.measured_minutes).label("measured"),
            func.sum(Work.standard_minutes).label("standard"),
            func.sum(case((has_standard, Work.minutes), else_=0)).label("compared"),
            func.sum(Work.parts_fen).label("parts_fen"),
        )
        .join(kept, _same(kept, Work.registration_id, Work.by_id))
        .group_by(Work.registration_id, Work.by_id)
        .order_by(func.max(kept.c.at).desc(), Work.registration_id.desc(), Work.by_id)
    )


def _same(kept: Subquery, registration_id: Any, account_id: Any) -> Any:
    return and_(kept.c.registration_id == registration_id, kept.c.by_id == account_id)


def _parts(session: Session, kept: Subquery) -> Mapping[Pair, int]:
    query = (
        select(Work.registration_id, Work.by_id, -func.sum(PartMovement.quantity))
        .join(PartMovement, PartMovement.work_id == Work.id)
        .join(kept, _same(kept, Work.registration_id, Work.by_id))
        .group_by(Work.registration_id, Work.by_id)
    )
    return {(garment, who): int(total) for garment, who, total in session.execute(query)}


def _checks(session: Session, kept: Subquery) -> Mapping[int, tuple[bool, int]]:
    garments = select(kept.c.registration_id)
    query = select(Check.registration_id, Check.is_passed)
    rows = query.where(Check.registration_id.in_(garments)).order_by(Check.id)
    found: dict[int, tuple[bool, int]] = {}
    for garment, is_passed in session.execute(rows):
        first, failed = found.get(garment, (is_passed, 0))
        found[garment] = (first, failed + (not is_passed))
    return found


def _came_back(session: Session, kept: Subquery) -> frozenset[int]:
    """Garments registered again for the same part within the guarantee (C-34)."""
    query = select(Registration.previous_id).where(
        Registration.is_repeat, Registration.previous_id.in_(select(kept.c.registration_id))
    )
    return frozenset(session.scalars(query))


def _cut(session: Session, kept: Subquery, now: datetime) -> frozenset[Pair]:
    limit = timedelta(minutes=time_limit(session, now))
    query = select(
        BenchTime.registration_id, BenchTime.account_id, BenchTime.started_at, BenchTime.stopped_at
    ).join(kept, _same(kept, BenchTime.registration_id, BenchTime.account_id))
    return frozenset(
        (garment, who)
        for garment, who, started_at, stopped_at in session.execute(query)
        if (stopped_at or now) - started_at > limit
    )


def garments(session: Session, ids: Sequence[int]) -> Mapping[int, Registration]:
    """Return registrations by id."""
    query = select(Registration).where(Registration.id.in_(ids))
    return {row.id: row for row in session.scalars(query)}
