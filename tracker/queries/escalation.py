"""The steps of escalation: every version, and those in force."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from tracker.domain import escalation
from tracker.domain.account import Role
from tracker.domain.escalation import Step
from tracker.domain.notice import Occasion
from tracker.models.notice import EscalationStep


def rows(session: Session) -> Sequence[EscalationStep]:
    """Return every version of every step, in the order in which they were written."""
    query = select(EscalationStep).options(joinedload(EscalationStep.by))
    return session.scalars(query.order_by(EscalationStep.id)).all()


def step_of(row: Any) -> Step:
    """Return a row as the plain value."""
    return Step(
        Occasion(row.occasion),
        row.ordinal,
        Role(row.role),
        row.hours,
        row.effective_from,
        row.is_off,
    )


def in_force(session: Session, on: date) -> Sequence[Step]:
    """Return the steps in force on a day, by occasion and ordinal."""
    return escalation.in_force((step_of(row) for row in rows(session)), on)
