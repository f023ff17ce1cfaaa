"""Reads around a destruction: what was taken off its plan, its photos, why a piece is not on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from tracker.domain.account import Role
from tracker.domain.discrepancy import Status as GapStatus
from tracker.domain.loss import Status
from tracker.domain.photo import Subject
from tracker.models.account import Account
from tracker.models.destruction import TakenOff
from tracker.models.loss import Destruction, DestructionLine, LossForm, LossLine
from tracker.models.photo import Photo
from tracker.models.scan import HandlingScan
from tracker.models.shipment import Discrepancy, Receipt, Shipment, ShipmentLine
from tracker.queries import shipment


class Hand(NamedTuple):
    """Who had a garment in hand last: an account, at a site, at a moment."""

    account_id: int
    site_id: int
    at: datetime


def taken_off(session: Session, record: Destruction) -> Sequence[TakenOff]:
    """Return what was taken off a plan, in that order."""
    query = (
        select(TakenOff)
        .where(TakenOff.destruction_id == record.id)
        .order_by(TakenOff.id)
        .options(joinedload(TakenOff.by))
    )
    return session.scalars(query).all()


def photo_counts(session: Session, record: Destruction) -> Mapping[str, int]:
    """Return by kind how many photos stand on a record."""
    query = (
        select(Photo.kind, func.count())
        .where(
            Photo.noun == Subject.DESTRUCTION,
            Photo.subject_id == record.id,
            Photo.removed_at.is_(None),
        )
        .group_by(Photo.kind)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def photos(session: Session, record: Destruction) -> Sequence[Photo]:
    """Return the photos that stand on a record, the oldest first."""
    query = (
        select(Photo)
        .where(
            Photo.noun == Subject.DESTRUCTION,
            Photo.subject_id == record.id,
            Photo.removed_at.is_(None),
        )
        .order_by(Photo.id)
        .options(joinedload(Photo.taken_by))
    )
    return session.scalars(query).all()


def people(session: Session, ids: Sequence[int | None]) -> Mapping[int, str]:
    """Return the names of accounts by their id."""
    wanted = {one for one in ids if one is not None}
    query = select(Account.id, Account.name).where(Account.id.in_(wanted))
    return {row[0]: row[1] for row in session.execute(query)}


def supervisors(session: Session) -> Sequence[str]:
    """Return the names of the after-sales supervisors: they take a missing piece off the plan."""
    query = select(Account.name).where(Account.role == Role.SUPERVISOR, Account.is_active)
    return session.scalars(query.order_by(Account.id)).all()


def form_numbers(session: Session, record: Destruction) -> Mapping[int, Sequence[str]]:
    """Return by registration the numbers of the loss forms that carry a record's pieces."""
    rows = session.execute(
        select(LossLine.registration_id, LossForm.no)
        .join(LossForm, LossForm.id == LossLine.form_id)
        .join(DestructionLine, DestructionLine.registration_id == LossLine.registration_id)
        .where(DestructionLine.destruction_id == record.id, LossLine.is_live)
        .order_by(LossLine.id)
    )
    found: dict[int, list[str]] = {}
    for registration_id, no in rows:
        found.setdefault(registration_id, []).append(no)
    return found


def record_of(session: Session, registration_id: int) -> str | None:
    """Return the number of the record on whose plan a garment stands."""
    query = (
        select(Destruction.no)
        .join(DestructionLine, DestructionLine.destruction_id == Destruction.id)
        .where(DestructionLine.registration_id == registration_id)
    )
    return session.scalar(query)


def looked_for(session: Session, registration_id: int) -> str | None:
    """Return the number of the open discrepancy that looks for a garment taken off a plan."""
    query = (
        select(Discrepancy.no)
        .join(TakenOff, TakenOff.discrepancy_id == Discrepancy.id)
        .where(TakenOff.registration_id == registration_id, Discrepancy.status == GapStatus.OPEN)
    )
    return session.scalar(query)


def taken_off_by(session: Session, case: Discrepancy) -> Sequence[int]:
    """Return who took off a plan what a discrepancy looks for, as accounts."""
    return session.scalars(select(TakenOff.by_id).where(TakenOff.discrepancy_id == case.id)).all()


def unapproved_form(session: Session, registration_id: int) -> LossForm | None:
    """Return a form that carries a garment and is not approved yet."""
    query = (
        select(LossForm)
        .join(LossLine, LossLine.form_id == LossForm.id)
        .where(
            LossLine.registration_id == registration_id,
            LossLine.is_live,
            LossForm.status != Status.APPROVED,
        )
        .order_by(LossForm.id)
    )
    return session.scalar(query.limit(1))


def last_box(session: Session, registration_id: int) -> Shipment:
    """Return the box in which a garment came last, on its list or not: scrap came in one."""
    packed = select(ShipmentLine.shipment_id).where(ShipmentLine.registration_id == registration_id)
    counted = select(Receipt.shipment_id).where(Receipt.registration_id == registration_id)
    query = select(Shipment).where(Shipment.id.in_(packed.union(counted)))
    return session.scalars(query.order_by(Shipment.id.desc()).limit(1)).one()


def last_hand(session: Session, registration_id: int) -> Hand:
    """Return who scanned a garment last, into or out of a box or at the shredder; else its last
    row of history."""
    scan = session.execute(
        select(HandlingScan.account_id, HandlingScan.site_id, HandlingScan.at)
        .where(HandlingScan.registration_id == registration_id, HandlingScan.code.is_(None))
        .order_by(HandlingScan.id.desc())
        .limit(1)
    ).first()
    if scan is not None:
        return Hand(*scan)
    event = shipment.last_scan(session, registration_id)
    return Hand(event.actor_id, event.site_id, event.at)
