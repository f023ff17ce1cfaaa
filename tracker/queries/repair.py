"""Reads of the bench."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.domain.codes import Cause
from tracker.models.registration import Registration
from tracker.models.repair import Assessment, Work


def repairers(session: Session, registration_id: int) -> frozenset[int]:
    """Return the accounts that worked on a garment."""
    return frozenset(
        session.scalars(
            select(Work.by_id).where(Work.registration_id == registration_id).distinct()
        )
    )


def spent_fen(session: Session, registration_id: int) -> int:
    """Return what labour and parts of a garment's repair cost so far, in fen."""
    query = select(func.coalesce(func.sum(Work.labour_fen + Work.parts_fen), 0))
    return int(session.scalar(query.where(Work.registration_id == registration_id)) or 0)


def last_cause(session: Session, registration: Registration) -> Cause:
    """Return the cause as after-sales observed it last, or as the store registered it (C-24)."""
    query = select(Assessment.cause).where(Assessment.registration_id == registration.id)
    observed = session.scalar(query.order_by(Assessment.id.desc()).limit(1))
    return Cause(observed or registration.cause)
