"""Reads of disputes; who may see a form may see what was said about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from tracker.domain.loss import Action
from tracker.models.access_link import AccessLink
from tracker.models.dispute import Dispute, DisputeLine
from tracker.models.loss import LossForm, LossLine


def thread(session: Session, form: LossForm) -> Sequence[Dispute]:
    """Return every dispute of a form with its answer and its lines, oldest first."""
    return session.scalars(
        select(Dispute)
        .where(Dispute.form_id == form.id)
        .order_by(Dispute.id)
        .options(
            joinedload(Dispute.by),
            joinedload(Dispute.answered_by),
            selectinload(Dispute.lines)
            .joinedload(DisputeLine.line)
            .joinedload(LossLine.registration),
        )
    ).all()


def signers(session: Session, form: LossForm) -> Mapping[int, str]:
    """Return by dispute the name of who gave it by a one-time link."""
    rows = session.execute(
        select(Dispute.id, AccessLink.used_by)
        .join(AccessLink, AccessLink.used_at == Dispute.at)
        .where(
            Dispute.form_id == form.id,
            AccessLink.document == form.no,
            AccessLink.used_action == Action.DISPUTE.value,
        )
    )
    return {number: name or "" for number, name in rows}


def open_of(session: Session, form: LossForm) -> Dispute:
    """Return the one unanswered dispute of a disputed form; the caller holds the form's lock."""
    query = select(Dispute).where(Dispute.form_id == form.id, Dispute.answered_at.is_(None))
    return session.scalars(query).one()
