"""Reads of the 15 days: the marks that each garment passed, with the policies of its dispatch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session

from tracker.domain.calendar import Overrides, due_on, shanghai_date
from tracker.domain.policy import Reach
from tracker.domain.registration import Action, Status
from tracker.domain.turnaround import LEGS, Marks, Turnaround, turnaround
from tracker.models.history import Event
from tracker.models.registration import Registration
from tracker.models.repair import Check, Work
from tracker.models.shipment import Shipment, ShipmentLine
from tracker.queries import calendar, policy

CLOCK = "repair_tat"
_ASSESSED = (Action.ASSESS.value, Action.REFUSE_INTAKE.value)


def of(
    session: Session, registrations: Sequence[Registration], now: datetime
) -> dict[int, Turnaround]:
    """Return the turnaround of every garment that was dispatched, by registration id."""
    sent = [row for row in registrations if row.dispatched_at is not None]
    marks = received_and_on(session, [row.id for row in sent]) if sent else {}
    book, said = policy.book(session, CLOCK, *LEGS), calendar.overrides(session) if sent else {}
    found = {}
    for row in sent:
        assert row.dispatched_at is not None  # noqa: S101
        day = shanghai_date(row.dispatched_at)
        due, budgets = _terms(book, said, day, policy.reach_of_site(row.site))
        received, assessed, checked = marks.get(row.id, (None, None, None))
        found[row.id] = turnaround(
            Marks(row.dispatched_at, received, assessed, checked, row.returned_at, row.back_at),
            due,
            budgets,
            now,
            is_running=row.clock == CLOCK,
        )
    return found


def _terms(
    book: policy.Book, said: Overrides, day: date, reach: Reach
) -> tuple[date, Mapping[str, int]]:
    whole = book.one(CLOCK, day, reach)
    due = due_on(day, whole.number, whole.unit, whole.calendar, said)
    return due, {name: book.one(name, day).number for name in LEGS}


def received_and_on(
    session: Session, identities: Sequence[int] | Select[Any]
) -> dict[int, tuple[datetime | None, datetime | None, datetime | None]]:
    """Return when each garment was received, assessed and checked, by registration id."""
    at = Event.at
    received = case((Event.to_status == Status.RECEIVED, at))
    is_in = Event.action.in_((Action.RECEIVE.value, Action.FOUND.value))
    rows = session.execute(
        select(
            Event.subject_id,
            func.max(received).filter(is_in),
            func.max(at).filter(Event.action.in_(_ASSESSED)),
            func.max(at).filter(Event.action == Action.PASS_CHECK.value),
        )
        .where(Event.noun == "registration", Event.subject_id.in_(identities))
        .group_by(Event.subject_id)
    )
    return {row[0]: (row[1], row[2], row[3]) for row in rows}


@dataclass(frozen=True)
class Hands:
    """Through whose hands a garment went on its round trip."""

    carrier_out: str | None
    carrier_back: str | None
    repairer_id: int | None
    is_repaired: bool
    failed_checks: int


def hands(session: Session, registration: Registration) -> Hands:
    """Return the carriers of both ways, who repaired it longest, and how its checks went."""
    checks = session.scalars(
        select(Check.is_passed).where(Check.registration_id == registration.id)
    ).all()
    repairer = session.scalar(
        select(Work.by_id)
        .where(Work.registration_id == registration.id)
        .group_by(Work.by_id)
        .order_by(func.sum(Work.minutes).desc(), Work.by_id)
        .limit(1)
    )
    out, back = _carriers(session, registration)
    return Hands(out, back, repairer, any(checks), checks.count(False))


def _carriers(session: Session, registration: Registration) -> tuple[str | None, str | None]:
    """Who carried the last box that left the store with it, and the last one sent to the store."""
    home = registration.site_id
    sent = session.execute(
        select(Shipment.from_site_id, Shipment.to_site_id, Shipment.carrier)
        .join(ShipmentLine, ShipmentLine.shipment_id == Shipment.id)
        .where(ShipmentLine.registration_id == registration.id)
        .order_by(Shipment.dispatched_at, Shipment.id)
    ).all()
    out = [carrier for start, _end, carrier in sent if start == home]
    back = [carrier for _start, end, carrier in sent if end == home]
    return (out[-1] if out else None, back[-1] if back else None)
