"""Reads of loss forms, liabilities and destruction records, within what the actor may see."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session, aliased, joinedload

from tracker.domain import registration as garment
from tracker.domain.account import LOSS_ROLES, Actor
from tracker.domain.codes import LiableKind
from tracker.domain.discrepancy import Finding as Found
from tracker.domain.discrepancy import Kind as Gap
from tracker.domain.discrepancy import Status as GapStatus
from tracker.domain.errors import not_found
from tracker.domain.loss import MACHINE, Action, DestructionStatus, Status
from tracker.domain.registration import Status as GarmentStatus
from tracker.models.history import Event
from tracker.models.loss import (
    Destruction,
    DestructionLine,
    Liability,
    LossForm,
    LossLine,
    Signature,
)
from tracker.models.registration import Registration
from tracker.models.shipment import Discrepancy
from tracker.queries import loss_clock, scope
from tracker.queries.lock import for_writing


def get(session: Session, actor: Actor, no: str, *, for_update: bool = False) -> LossForm:
    """Return a loss form that the actor may see. Raises ``NotFound``."""
    query = (
        select(LossForm)
        .where(LossForm.no == no, scope.loss_forms(actor))
        .options(joinedload(LossForm.opened_by))
    )
    if for_update:
        query = for_writing(query, LossForm)
    found = session.scalar(query)
    if found is None:
        raise not_found("报损单", "loss form", no)
    return found


def forms(
    session: Session,
    actor: Actor,
    *,
    statuses: Sequence[str] = (),
    month: str | None = None,
    overdue_on: date | None = None,
) -> Sequence[LossForm]:
    """Return loss forms that the actor may see, newest first, 200 at most.

    ``overdue_on``: those alone whose signature is overdue on that day.
    """
    query = select(LossForm).where(scope.loss_forms(actor)).order_by(LossForm.id.desc()).limit(200)
    if statuses:
        query = query.where(LossForm.status.in_(statuses))
    if month:
        query = query.where(LossForm.month == month)
    if overdue_on is not None:
        query = query.where(loss_clock.is_late(session, overdue_on))
    return session.scalars(query).all()


def draft(session: Session, kind: LiableKind, party: str, month: str) -> LossForm | None:
    """Return the one draft of a liable party in a month, locked: nobody submits it meanwhile."""
    query = select(LossForm).where(
        LossForm.liable_kind == kind,
        LossForm.party == party,
        LossForm.month == month,
        LossForm.status == Status.DRAFT,
    )
    return session.scalar(for_writing(query, LossForm))


def lines(session: Session, form: LossForm) -> Sequence[LossLine]:
    """Return a form's live lines in the order of listing; of a voided one, what it had then."""
    query = (
        select(LossLine)
        .where(LossLine.form_id == form.id)
        .order_by(LossLine.id)
        .options(joinedload(LossLine.registration))
    )
    is_void = form.status == Status.VOIDED
    query = query.where(*_stood_when_voided(form)) if is_void else query.where(LossLine.is_live)
    return session.scalars(query).all()


def _stood_when_voided(form: LossForm) -> tuple[ColumnElement[bool], ...]:
    """The lines that the voiding itself took off, each garment's last one only."""
    voiding, unlisting, later = aliased(Event), aliased(Event), aliased(LossLine)
    fell_with_it = exists().where(
        voiding.noun == MACHINE.noun,
        voiding.subject_id == form.id,
        voiding.action == Action.VOID,
        unlisting.noun == garment.MACHINE.noun,
        unlisting.subject_id == LossLine.registration_id,
        unlisting.action == garment.Action.UNLIST,
        unlisting.at == voiding.at,
    )
    listed_again = exists().where(
        later.form_id == LossLine.form_id,
        later.registration_id == LossLine.registration_id,
        later.id > LossLine.id,
    )
    return fell_with_it, ~listed_again


def live_lines_of(
    session: Session, registration_id: int, *, for_update: bool = False
) -> Sequence[LossLine]:
    """Return a garment's live lines over all its liable parties, with their forms."""
    query = (
        select(LossLine)
        .where(LossLine.registration_id == registration_id, LossLine.is_live)
        .order_by(LossLine.id)
        .options(joinedload(LossLine.form))
    )
    return session.scalars(for_writing(query, LossLine) if for_update else query).all()


def locked_forms_of(session: Session, registration_id: int) -> Sequence[LossForm]:
    """Return the forms that carry a garment, locked: none of them moves on meanwhile."""
    query = (
        select(LossForm)
        .join(LossLine, LossLine.form_id == LossForm.id)
        .where(LossLine.registration_id == registration_id, LossLine.is_live)
        .order_by(LossForm.id)
    )
    return session.scalars(for_writing(query, LossForm)).all()


def liabilities(session: Session, registration_id: int) -> Sequence[Liability]:
    """Return the shares of a garment's loss, as proposed or overridden."""
    return session.scalars(
        select(Liability).where(Liability.registration_id == registration_id).order_by(Liability.id)
    ).all()


def liabilities_of(
    session: Session, registrations: Sequence[Registration]
) -> dict[int, list[Liability]]:
    """Return the shares of several garments, by the registration's id."""
    found: dict[int, list[Liability]] = {registration.id: [] for registration in registrations}
    rows = session.scalars(
        select(Liability).where(Liability.registration_id.in_(found)).order_by(Liability.id)
    )
    for row in rows:
        found[row.registration_id].append(row)
    return found


def signatures(session: Session, form: LossForm) -> Sequence[Signature]:
    """Return the steps taken on a form, those of a returned round too, oldest first."""
    return session.scalars(
        select(Signature)
        .where(Signature.form_id == form.id)
        .order_by(Signature.id)
        .options(joinedload(Signature.by))
    ).all()


def line_counts(session: Session, forms: Sequence[LossForm]) -> dict[int, int]:
    """Return how many garments stand on each of these forms, by the form's id."""
    rows = session.execute(
        select(LossLine.form_id, func.count())
        .where(LossLine.form_id.in_([form.id for form in forms]), LossLine.is_live)
        .group_by(LossLine.form_id)
    )
    return {row[0]: row[1] for row in rows}


def signers(session: Session, form_ids: Sequence[int]) -> dict[int, str]:
    """Return whose step still counts on these forms, or was taken for whom: account id → step."""
    rows = session.execute(
        select(Signature.by_id, Signature.for_id, Signature.step).where(
            Signature.form_id.in_(form_ids), Signature.is_live
        )
    )
    return {who: row.step for row in rows for who in (row.by_id, row.for_id) if who is not None}


def pending(session: Session, actor: Actor, limit: int = 150) -> Sequence[Registration]:
    """Return the garments that wait for a loss form, oldest first."""
    return session.scalars(
        select(Registration)
        .where(Registration.status == GarmentStatus.SCRAP_PENDING, scope.registrations(actor))
        .order_by(Registration.id)
        .limit(limit)
    ).all()


def _unapproved_form() -> ColumnElement[bool]:
    line, form = aliased(LossLine), aliased(LossForm)
    return exists().where(
        line.registration_id == Registration.id,
        line.is_live,
        line.form_id == form.id,
        form.status != Status.APPROVED,
    )


_WRITTEN_OFF = (
    Discrepancy.kind.in_((Gap.SHORT, Gap.SCRAP_GONE)),
    Discrepancy.finding == Found.WRITTEN_OFF,
)


def written_off_by(session: Session, registration_id: int) -> str | None:
    """Return the number of the discrepancy by which a garment stands written off, if one does."""
    query = select(Discrepancy.no).where(
        Discrepancy.registration_id == registration_id, *_WRITTEN_OFF
    )
    return session.scalar(query.order_by(Discrepancy.id.desc()).limit(1))


def _is_destroyable() -> tuple[ColumnElement[bool], ...]:
    planned = exists().where(DestructionLine.registration_id == Registration.id)
    is_listed = Registration.status == GarmentStatus.ON_LOSS_FORM
    looked_for = exists().where(
        Discrepancy.registration_id == Registration.id,
        Discrepancy.kind == Gap.SCRAP_GONE,
        Discrepancy.status == GapStatus.OPEN,
    )
    lost = exists().where(Discrepancy.registration_id == Registration.id, *_WRITTEN_OFF)
    return is_listed, ~_unapproved_form(), ~planned, ~looked_for, ~lost


def destroyable(session: Session) -> Sequence[Registration]:
    """Return the pieces that are there, all of whose forms are approved, on no destruction yet."""
    query = select(Registration).where(*_is_destroyable()).order_by(Registration.id)
    return session.scalars(query).all()


def destroyable_count(session: Session) -> int:
    """Return how many pieces wait for the next destruction."""
    query = select(func.count()).select_from(Registration).where(*_is_destroyable())
    return int(session.scalar(query) or 0)


_PEOPLE = (
    joinedload(Destruction.planned_by),
    joinedload(Destruction.destroyed_by),
    joinedload(Destruction.witnessed_by),
)


def destruction(
    session: Session, actor: Actor, no: str, *, for_update: bool = False
) -> Destruction:
    """Return a destruction record; head office only. Raises ``NotFound``."""
    query = select(Destruction).where(Destruction.no == no).options(*_PEOPLE)
    if for_update:
        query = for_writing(query, Destruction)
    found = session.scalar(query) if actor.is_any(LOSS_ROLES) else None
    if found is None:
        raise not_found("销毁记录", "destruction record", no)
    return found


def destructions_of(session: Session, form: LossForm) -> Sequence[Destruction]:
    """Return the records on which the garments of a form are destroyed, oldest first."""
    pieces = select(LossLine.registration_id).where(LossLine.form_id == form.id, LossLine.is_live)
    held = exists().where(
        DestructionLine.destruction_id == Destruction.id,
        DestructionLine.registration_id.in_(pieces),
    )
    query = select(Destruction).where(held).order_by(Destruction.id).options(*_PEOPLE)
    return session.scalars(query).all()


def destructions(session: Session, actor: Actor) -> Sequence[Destruction]:
    """Return destruction records, newest first, 200 at most."""
    if not actor.is_any(LOSS_ROLES):
        return []
    query = select(Destruction).order_by(Destruction.id.desc()).limit(200).options(*_PEOPLE)
    return session.scalars(query).all()


def destruction_counts(
    session: Session, records: Sequence[Destruction]
) -> dict[int, tuple[int, int]]:
    """Return how many pieces each of these records has and how many were scanned, by its id."""
    rows = session.execute(
        select(DestructionLine.destruction_id, func.count(), func.count(DestructionLine.scanned_at))
        .where(DestructionLine.destruction_id.in_([record.id for record in records]))
        .group_by(DestructionLine.destruction_id)
    )
    return {record_id: (pieces, scanned) for record_id, pieces, scanned in rows}


def is_planned(session: Session, registration_id: int) -> bool:
    """Return whether a garment is on a destruction record."""
    query = select(DestructionLine.id).where(DestructionLine.registration_id == registration_id)
    return session.scalar(query) is not None


def destruction_lines(session: Session, record: Destruction) -> Sequence[DestructionLine]:
    """Return the pieces of a destruction record."""
    return session.scalars(
        select(DestructionLine)
        .where(DestructionLine.destruction_id == record.id)
        .order_by(DestructionLine.id)
        .options(joinedload(DestructionLine.registration))
    ).all()


def estimated_salvage_fen(session: Session, record: Destruction) -> int:
    """Return what the forms estimated as salvage of a record's pieces, each once, in fen."""
    piece = (
        select(func.max(LossLine.salvage_fen).label("fen"))
        .join(DestructionLine, DestructionLine.registration_id == LossLine.registration_id)
        .where(DestructionLine.destruction_id == record.id, LossLine.is_live)
        .group_by(LossLine.registration_id)
        .subquery()
    )
    return int(session.scalar(select(func.coalesce(func.sum(piece.c.fen), 0))) or 0)


def counts(session: Session, actor: Actor) -> dict[str, int]:
    """Return by status how many loss forms the actor may see."""
    rows = session.execute(
        select(LossForm.status, func.count())
        .where(scope.loss_forms(actor))
        .group_by(LossForm.status)
    )
    return {row[0]: row[1] for row in rows}


def open_destructions(session: Session) -> dict[str, int]:
    """Return by status how many destruction records are not finished."""
    rows = session.execute(
        select(Destruction.status, func.count())
        .where(Destruction.status.in_((DestructionStatus.PLANNED, DestructionStatus.SCANNED)))
        .group_by(Destruction.status)
    )
    return {row[0]: row[1] for row in rows}
