"""Reads of the history: what was done to a record last."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from tracker.models.history import Event


def last(session: Session, noun: str, subject_id: int, action: str) -> Event | None:
    """Return the last row of one action on a record, with its actor, or ``None``."""
    return session.scalar(
        select(Event)
        .where(Event.noun == noun, Event.subject_id == subject_id, Event.action == action)
        .order_by(Event.id.desc())
        .limit(1)
        .options(joinedload(Event.actor))
    )


def every(session: Session, noun: str, subject_id: int, action: str) -> Sequence[Event]:
    """Return every row of one action on a record, oldest first, each with its actor."""
    return session.scalars(
        select(Event)
        .where(Event.noun == noun, Event.subject_id == subject_id, Event.action == action)
        .order_by(Event.id)
        .options(joinedload(Event.actor))
    ).all()
