"""Signed papers are what was kept, and every step that says so has its papers."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from tracker.domain.codes import LiableKind
from tracker.domain.loss import MACHINE, Action
from tracker.domain.signed_paper import Audience, digest
from tracker.models.history import Event
from tracker.models.loss import LossForm, Signature
from tracker.models.photo import Photo
from tracker.models.signed_paper import SignatureScan, SignedPaper
from tracker.queries.verify import LIMIT

STEPS = (Action.APPROVE.value, Action.VOID.value)


def papers_agree(session: Session) -> list[str]:
    """Bytes have their digest, papers belong to their step, signatures on paper to their scan."""
    return list(islice(_faults(session), LIMIT))


def _faults(session: Session) -> Iterator[str]:
    yield from _bytes(session)
    yield from _strangers(session)
    yield from _missing(session)
    yield from _scans(session)


def _bytes(session: Session) -> Iterator[str]:
    query = select(
        SignedPaper.document, SignedPaper.audience, SignedPaper.sha256, SignedPaper.content
    )
    rows = session.execute(query.order_by(SignedPaper.id).execution_options(yield_per=50))
    for document, audience, sha256, content in rows:
        if digest(content) != sha256:
            yield f"signed paper {document}/{audience} is not what was kept"


def _strangers(session: Session) -> Iterator[str]:
    query = (
        select(SignedPaper.document, SignedPaper.audience)
        .outerjoin(Event, Event.id == SignedPaper.event_id)
        .outerjoin(LossForm, LossForm.id == Event.subject_id)
        .where(
            func.coalesce(
                (Event.noun != MACHINE.noun)
                | Event.action.not_in(STEPS)
                | (LossForm.no != SignedPaper.document),
                True,
            )
        )
    )
    for document, audience in session.execute(query):
        yield f"signed paper {document}/{audience} belongs to no step of its form"


def _missing(session: Session) -> Iterator[str]:
    """A step since the first kept paper that lacks its own; the chain knows of the first."""
    first = select(func.min(SignedPaper.event_id)).scalar_subquery()
    kept = select(func.count()).where(SignedPaper.event_id == Event.id).scalar_subquery()
    wanted = case((LossForm.liable_kind == LiableKind.HEAD_OFFICE, 1), else_=len(Audience))
    query = (
        select(LossForm.no, kept, wanted)
        .select_from(Event)
        .join(LossForm, LossForm.id == Event.subject_id)
        .where(
            Event.noun == MACHINE.noun,
            Event.action.in_(STEPS),
            Event.id >= first,
            kept != wanted,
        )
    )
    for no, found, due in session.execute(query):
        yield f"{no} has {found} signed papers of {due}"


def _scans(session: Session) -> Iterator[str]:
    query = (
        select(SignatureScan.id, LossForm.no)
        .join(Signature, Signature.id == SignatureScan.signature_id)
        .join(LossForm, LossForm.id == Signature.form_id)
        .outerjoin(Photo, Photo.id == SignatureScan.photo_id)
        .where(
            Photo.id.is_(None)
            | Photo.removed_at.is_not(None)
            | (Photo.sha256 != SignatureScan.sha256)
            | Signature.is_on_paper.is_(False)
        )
    )
    for scan_id, no in session.execute(query):
        yield f"scan {scan_id} of a signature on {no} is not the picture that stands"
