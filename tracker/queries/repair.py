"""Reads of the bench."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.domain.codes import Cause
from tracker.domain.registration import MACHINE, Status
from tracker.domain.repair import Route
from tracker.models.history import Event
from tracker.models.registration import Registration
from tracker.models.repair import Assessment, OutsideJob, Work


def repairers(session: Session, registration_id: int) -> frozenset[int]:
    """Return the accounts that worked on a garment."""
    return frozenset(
        session.scalars(
            select(Work.by_id).where(Work.registration_id == registration_id).distinct()
        )
    )


def spent_fen(session: Session, registration_id: int) -> int:
    """Return what labour, parts and outside repair of a garment cost so far, in fen."""
    here = select(func.coalesce(func.sum(Work.labour_fen + Work.parts_fen), 0)).where(
        Work.registration_id == registration_id
    )
    outside = select(func.coalesce(func.sum(OutsideJob.cost_fen), 0)).where(
        OutsideJob.registration_id == registration_id
    )
    return int(session.scalar(here) or 0) + int(session.scalar(outside) or 0)


def last_cause(session: Session, registration: Registration) -> Cause:
    """Return the cause as after-sales observed it last, or as the store registered it (C-24)."""
    query = select(Assessment.cause).where(Assessment.registration_id == registration.id)
    observed = session.scalar(query.order_by(Assessment.id.desc()).limit(1))
    return Cause(observed or registration.cause)


def last_route(session: Session, registration_id: int) -> Route | None:
    """Return where the last assessment sends a garment to be repaired."""
    query = select(Assessment.route).where(Assessment.registration_id == registration_id)
    route = session.scalar(query.order_by(Assessment.id.desc()).limit(1))
    return Route(route) if route else None


def open_job(session: Session, registration_id: int) -> OutsideJob | None:
    """Return the outside repair on which a garment is away now."""
    return session.scalar(
        select(OutsideJob).where(
            OutsideJob.registration_id == registration_id, OutsideJob.returned_at.is_(None)
        )
    )


def repaired_in(session: Session, registration_id: int) -> Status:
    """Return the status from which a garment came to its check: the bench, unless outside."""
    query = select(Event.from_status).where(
        Event.noun == MACHINE.noun,
        Event.subject_id == registration_id,
        Event.to_status == Status.IN_CHECK,
        Event.from_status != Status.IN_CHECK,
    )
    return Status(session.scalar(query.order_by(Event.id.desc()).limit(1)) or Status.IN_REPAIR)
