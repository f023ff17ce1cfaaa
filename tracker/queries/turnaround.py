"""Reads of the 15 days: the marks that each garment passed, with the policies of its dispatch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from tracker.domain.calendar import due_on, shanghai_date
from tracker.domain.registration import Action, Status
from tracker.domain.turnaround import LEGS, Marks, Turnaround, turnaround
from tracker.models.history import Event
from tracker.models.registration import Registration
from tracker.queries import policy

CLOCK = "repair_tat"
_ASSESSED = (Action.ASSESS.value, Action.REFUSE_INTAKE.value)


def of(
    session: Session, registrations: Sequence[Registration], now: datetime
) -> dict[int, Turnaround]:
    """Return the turnaround of every garment that was dispatched, by registration id."""
    sent = [row for row in registrations if row.dispatched_at is not None]
    marks = _marks(session, [row.id for row in sent]) if sent else {}
    terms: dict[date, tuple[date, Mapping[str, int]]] = {}
    found = {}
    for row in sent:
        assert row.dispatched_at is not None  # noqa: S101
        day = shanghai_date(row.dispatched_at)
        if day not in terms:
            terms[day] = _terms(session, day)
        due, budgets = terms[day]
        received, assessed, checked = marks.get(row.id, (None, None, None))
        found[row.id] = turnaround(
            Marks(row.dispatched_at, received, assessed, checked, row.returned_at, row.back_at),
            due,
            budgets,
            now,
            is_running=row.clock == CLOCK,
        )
    return found


def _terms(session: Session, day: date) -> tuple[date, Mapping[str, int]]:
    rules = policy.in_force(session, day)
    whole = rules[CLOCK]
    due = due_on(day, whole.number, whole.unit, whole.calendar)
    return due, {name: rules[name].number for name in LEGS}


def _marks(
    session: Session, identities: Sequence[int]
) -> dict[int, tuple[datetime | None, datetime | None, datetime | None]]:
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
