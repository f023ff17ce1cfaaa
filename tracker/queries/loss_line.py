"""Reads of a garment's lines over all the loss forms that it stands or stood on."""

from __future__ import annotations

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from tracker.domain.loss import Status
from tracker.models.loss import LossForm, LossLine

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
