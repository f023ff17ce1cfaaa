"""Reads of signed papers; the caller found the form within what its reader may see."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, undefer

from tracker.domain.account import Actor
from tracker.domain.signed_paper import Audience
from tracker.models.loss import Signature
from tracker.models.signed_paper import SignatureScan, SignedPaper


def last(session: Session, document: str, audience: Audience) -> SignedPaper | None:
    """Return the last paper of a document for an audience, with its bytes."""
    query = (
        select(SignedPaper)
        .where(SignedPaper.document == document, SignedPaper.audience == audience)
        .order_by(SignedPaper.id.desc())
        .limit(1)
        .options(undefer(SignedPaper.content))
    )
    return session.scalar(query)


def of_document(session: Session, actor: Actor, document: str) -> Sequence[SignedPaper]:
    """Return the papers of a document without their bytes: the house sees all, a party its own."""
    query = (
        select(SignedPaper)
        .where(SignedPaper.document == document)
        .order_by(SignedPaper.id)
        .options(joinedload(SignedPaper.by), joinedload(SignedPaper.event))
    )
    if not actor.sees_cost:
        query = query.where(SignedPaper.audience == Audience.PARTY)
    return session.scalars(query).all()


def scans(session: Session, form_id: int) -> Sequence[SignatureScan]:
    """Return the pictures on which the signatures of a form rest."""
    query = (
        select(SignatureScan)
        .join(Signature, Signature.id == SignatureScan.signature_id)
        .where(Signature.form_id == form_id)
        .order_by(SignatureScan.id)
    )
    return session.scalars(query).all()


def live_on_paper(session: Session, form_id: int) -> Sequence[Signature]:
    """Return the signatures on paper that count on a form: that of its party, or none."""
    query = select(Signature).where(
        Signature.form_id == form_id, Signature.is_on_paper, Signature.is_live
    )
    return session.scalars(query).all()


def is_evidence(session: Session, photo_id: int) -> bool:
    """Return whether a signature rests on a photo: it is nobody's to take away."""
    query = select(SignatureScan.id).where(SignatureScan.photo_id == photo_id).limit(1)
    return session.scalar(query) is not None
