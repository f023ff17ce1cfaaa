"""Photos of the defects on a loss form, for its party too, who sees no registration.

Only photos of the kind ``fault``: others may show a receipt, and with it a customer.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from tracker.domain.account import Actor
from tracker.domain.errors import not_found
from tracker.domain.photo import Kind, Subject
from tracker.models.loss import LossForm, LossLine
from tracker.models.photo import Photo
from tracker.models.registration import Piece, Registration
from tracker.queries import loss

SHOWN = 60
"""So many photos stand on a page."""


def of_form(session: Session, form: LossForm) -> Sequence[tuple[Photo, str]]:
    """Return the photos of the defects of a form's garments, each with its piece number.

    The caller found ``form`` within what the reader may see.
    """
    query = (
        select(Photo, Piece.piece_no)
        .join(Registration, Registration.id == Photo.subject_id)
        .join(Piece, Piece.id == Registration.piece_id)
        .where(*_of_lines(form))
        .order_by(Photo.subject_id, Photo.id)
        .limit(SHOWN)
    )
    return [(row[0], row[1]) for row in session.execute(query)]


def _of_lines(form: LossForm) -> tuple[ColumnElement[bool], ...]:
    lines = select(LossLine.registration_id).where(LossLine.form_id == form.id, LossLine.is_live)
    return (
        Photo.noun == Subject.REGISTRATION,
        Photo.kind == Kind.FAULT,
        Photo.removed_at.is_(None),
        Photo.subject_id.in_(lines),
    )


def get(session: Session, actor: Actor, form_no: str, photo_no: int) -> Photo:
    """Return one photo that stands on a form: of a defect, or brought as evidence.

    Raises ``NotFound`` for a form or a photo that the actor does not see.
    """
    form = loss.get(session, actor, form_no)
    photo = session.scalar(select(Photo).where(Photo.id == photo_no, *_of_lines(form)))
    if photo is None:
        photo = session.scalar(
            select(Photo).where(
                Photo.id == photo_no,
                Photo.noun == Subject.LOSS_FORM,
                Photo.subject_id == form.id,
                Photo.removed_at.is_(None),
            )
        )
    if photo is None:
        raise not_found("照片", "photo", photo_no)
    return photo
