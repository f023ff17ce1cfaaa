"""Reads of a garment's lines over all the loss forms that it stands or stood on."""

from __future__ import annotations

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from tracker.domain.codes import LiableKind
from tracker.domain.loss import Status
from tracker.models.catalog import Supplier
from tracker.models.loss import Liability, LossForm, LossLine
from tracker.models.registration import Piece, Registration

_BEFORE_SIGNED = (Status.DRAFT, Status.SUBMITTED, Status.DISPUTED)


def unsigned_beside(session: Session, form: LossForm) -> str | None:
    """Return the number of a form that shares a garment with this one and is not signed yet."""
    own, shared = aliased(LossLine), aliased(LossLine)
    shares_one = exists().where(
        own.form_id == form.id,
        own.is_live,
        shared.registration_id == own.registration_id,
        shared.is_live,
        shared.form_id == LossForm.id,
    )
    query = select(LossForm.no).where(
        LossForm.id != form.id, LossForm.status.in_(_BEFORE_SIGNED), shares_one
    )
    return session.scalar(query.order_by(LossForm.id).limit(1))


def last_of(session: Session, registration_id: int, party: str) -> LossLine | None:
    """Return a garment's last line, one of the same party first, whether it is live or not."""
    query = select(LossLine).where(LossLine.registration_id == registration_id)
    is_same = (LossLine.party == party).desc()
    return session.scalar(query.order_by(is_same, LossLine.id.desc()).limit(1))


def of_another_supplier(session: Session, form: LossForm) -> Piece | None:
    """Return the first garment of a form for which the rules proposed a supplier not its own now.

    Shares that were set by hand may name any.
    """
    by_hand = exists().where(
        Liability.registration_id == LossLine.registration_id, Liability.is_override
    )
    query = (
        select(Piece)
        .join(Registration, Registration.piece_id == Piece.id)
        .join(LossLine, LossLine.registration_id == Registration.id)
        .join(Supplier, Supplier.id == Piece.supplier_id)
        .where(
            LossLine.form_id == form.id,
            LossLine.is_live,
            LossLine.liable_kind == LiableKind.SUPPLIER,
            LossLine.party != Supplier.code,
            ~by_hand,
        )
    )
    return session.scalar(query.order_by(LossLine.id).limit(1))
