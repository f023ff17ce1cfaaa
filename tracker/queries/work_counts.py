"""How much work of each noun waits: how many rows, how many overdue, since when the oldest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, literal, select
from sqlalchemy.orm import Session

from tracker.domain.account import Actor
from tracker.domain.discrepancy import Status as CaseStatus
from tracker.domain.shipment import Status as Box
from tracker.models.registration import Registration
from tracker.models.shipment import Discrepancy, Shipment
from tracker.queries import scope
from tracker.queries.shipment_list import yet_to_relay
from tracker.queries.work_list import not_to_be_counted

_MOVING = (Box.OPEN, Box.SEALED, Box.DISPATCHED, Box.ARRIVING)


@dataclass(frozen=True)
class Count:
    """How much work: how many rows, how many overdue, since when the oldest, when the next due."""

    total: int = 0
    overdue: int = 0
    oldest_at: datetime | None = None
    next_due_on: date | None = None

    def __add__(self, other: Count) -> Count:
        oldest = [at for at in (self.oldest_at, other.oldest_at) if at is not None]
        due = [on for on in (self.next_due_on, other.next_due_on) if on is not None]
        return Count(
            self.total + other.total,
            self.overdue + other.overdue,
            min(oldest, default=None),
            min(due, default=None),
        )


def garments(session: Session, actor: Actor, today: date) -> Mapping[str, Count]:
    """Return by status what live registrations the actor sees."""
    own = Registration
    rows = session.execute(
        select(
            own.status,
            func.count(),
            func.count().filter(own.due_on < today),
            func.min(own.since_at),
            func.min(own.due_on).filter(own.due_on >= today),
        )
        .where(scope.registrations(actor), own.closed_at.is_(None), not_to_be_counted(actor))
        .group_by(own.status)
    )
    return {row[0]: Count(*row[1:]) for row in rows}


def boxes_out(session: Session, actor: Actor) -> Mapping[str, Count]:
    """Return by status the boxes on their way from the actor's site; none is overdue yet."""
    return _boxes(session, Shipment.from_site_id == actor.site_id)


def boxes_in(session: Session, actor: Actor, late_from: datetime) -> Mapping[str, Count]:
    """Return by status the boxes on their way to the actor's site.

    Overdue is what was dispatched before ``late_from`` and has not arrived.
    """
    return _boxes(session, Shipment.to_site_id == actor.site_id, late_from)


def boxes_on_the_road(session: Session, actor: Actor, late_from: datetime) -> Mapping[str, Count]:
    """Return by status the boxes on the road that the actor sees."""
    return _boxes(session, scope.shipments(actor), late_from)


def _boxes(
    session: Session, where: ColumnElement[bool], late_from: datetime | None = None
) -> Mapping[str, Count]:
    late: Any = literal(0)
    if late_from is not None:
        is_late = (Shipment.status == Box.DISPATCHED) & (Shipment.dispatched_at < late_from)
        late = func.count().filter(is_late)
    since = func.coalesce(Shipment.dispatched_at, Shipment.opened_at)
    rows = session.execute(
        select(
            Shipment.status,
            func.count(),
            late,
            func.min(since, type_=Shipment.opened_at.type),
        )
        .where(where, Shipment.status.in_(_MOVING))
        .group_by(Shipment.status)
    )
    return {row[0]: Count(*row[1:]) for row in rows}


def unrelayed(session: Session, actor: Actor) -> Count:
    """Return the stores' boxes whose papers their region has yet to relay (rules 1.12, 1.13)."""
    row = session.execute(
        select(func.count(), func.min(Shipment.dispatched_at)).where(yet_to_relay(actor))
    ).one()
    return Count(row[0], 0, row[1])


def open_cases(session: Session, actor: Actor) -> Count:
    """Return the open discrepancies on shipments that the actor sees."""
    row = session.execute(
        select(func.count(), func.min(Discrepancy.opened_at))
        .join(Discrepancy.shipment)
        .where(scope.shipments(actor), Discrepancy.status == CaseStatus.OPEN)
    ).one()
    return Count(row[0], 0, row[1])
