"""Reads of photos: each is bounded by the record that it belongs to.

Who must count a box blind sees of it the closed box and what his own site took, nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select, text
from sqlalchemy.orm import Session, joinedload

from tracker.domain.account import Actor
from tracker.domain.errors import NotFound, not_found
from tracker.domain.photo import Kind, Subject
from tracker.models.loss import Destruction, LossForm
from tracker.models.photo import Photo
from tracker.models.registration import Registration
from tracker.models.shipment import Discrepancy, Shipment
from tracker.queries import discrepancy, loss, registration, shipment
from tracker.queries.lock import for_writing

_MODELS: dict[Subject, Any] = {
    Subject.REGISTRATION: Registration,
    Subject.SHIPMENT: Shipment,
    Subject.DISCREPANCY: Discrepancy,
    Subject.LOSS_FORM: LossForm,
    Subject.DESTRUCTION: Destruction,
}


def record(
    session: Session, actor: Actor, subject: Subject, no: str, *, for_update: bool = False
) -> Any:
    """Return the record ``no`` of a noun that carries photos. Raises ``NotFound``."""
    found = {
        Subject.REGISTRATION: registration.get,
        Subject.SHIPMENT: shipment.get,
        Subject.DISCREPANCY: discrepancy.get,
        Subject.LOSS_FORM: loss.get,
        Subject.DESTRUCTION: loss.destruction,
    }[subject]
    return found(session, actor, no, for_update=for_update)


def of_record(session: Session, actor: Actor, subject: Subject, row: Any) -> Sequence[Photo]:
    """Return the photos of a record that the actor may see, in the order in which they came.

    The caller found ``row`` within the actor's sites.
    """
    query = (
        select(Photo)
        .where(Photo.noun == subject, Photo.subject_id == row.id, Photo.removed_at.is_(None))
        .order_by(Photo.id)
        .options(joinedload(Photo.taken_by), joinedload(Photo.site))
    )
    if _is_blind(actor, subject, row):
        query = query.where(or_(Photo.kind == Kind.BOX, Photo.site_id == actor.site_id))
    return session.scalars(query).all()


def get(
    session: Session, actor: Actor, no: str, *, for_update: bool = False
) -> tuple[Photo, Subject, Any]:
    """Return a photo that stands, its noun and its record, if the actor may see both.

    ``for_update`` locks the record and then the photo: what rests upon the photo (a witness, a
    signature on paper) comes wholly before or wholly after. Raises ``NotFound``: for one that was
    removed, another site's and none alike.
    """
    photo_id = int(no) if no.isascii() and no.isdigit() and len(no) < 16 else 0
    query = (
        select(Photo)
        .where(Photo.id == photo_id, Photo.removed_at.is_(None))
        .options(joinedload(Photo.taken_by), joinedload(Photo.site))
    )
    photo = session.scalar(query)
    if photo is None:
        raise not_found("照片", "photo", no)
    subject = Subject(photo.noun)
    model = _MODELS[subject]
    number = session.scalar(select(model.no).where(model.id == photo.subject_id))
    try:
        row = record(session, actor, subject, str(number), for_update=for_update)
    except NotFound:
        raise not_found("照片", "photo", no) from None
    if for_update and session.scalar(for_writing(query, Photo)) is None:
        raise not_found("照片", "photo", no)
    is_shown = photo.kind == Kind.BOX or photo.site_id == actor.site_id
    if not is_shown and _is_blind(actor, subject, row):
        raise not_found("照片", "photo", no)
    return photo, subject, row


def _is_blind(actor: Actor, subject: Subject, row: Any) -> bool:
    if subject in (Subject.REGISTRATION, Subject.LOSS_FORM, Subject.DESTRUCTION):
        return False
    return shipment.is_blind(actor, row if subject is Subject.SHIPMENT else row.shipment)


def of_kind(
    session: Session, subject: Subject, subject_id: int, kind: Kind, since: datetime
) -> Sequence[Photo]:
    """Return the photos of a kind that stand on a record since a moment, oldest first."""
    query = select(Photo).where(
        Photo.noun == subject,
        Photo.subject_id == subject_id,
        Photo.kind == kind,
        Photo.removed_at.is_(None),
        Photo.at >= since,
    )
    return session.scalars(query.order_by(Photo.id)).all()


def same(session: Session, subject: Subject, subject_id: int, sha256: str) -> Photo | None:
    """Return the photo of this content that stands on a record already, the last of several."""
    return session.scalar(
        select(Photo)
        .where(
            Photo.noun == subject,
            Photo.subject_id == subject_id,
            Photo.sha256 == sha256,
            Photo.removed_at.is_(None),
        )
        .order_by(Photo.id.desc())
        .limit(1)
        .options(joinedload(Photo.taken_by), joinedload(Photo.site))
    )


def count(session: Session, subject: Subject, subject_id: int) -> int:
    """Return how many photos stand on a record, seen by the actor or not."""
    return int(
        session.scalar(
            select(func.count()).where(
                Photo.noun == subject, Photo.subject_id == subject_id, Photo.removed_at.is_(None)
            )
        )
        or 0
    )


def site_bytes(session: Session, site_id: int) -> int:
    """Return how many bytes the photos that stand take, of those that a site took."""
    return int(
        session.scalar(
            select(func.coalesce(func.sum(Photo.bytes), 0)).where(
                Photo.site_id == site_id, Photo.removed_at.is_(None)
            )
        )
        or 0
    )


def kept_contents(session: Session, removed_since: datetime) -> frozenset[str]:
    """Return the digests of what stands or was removed only since a moment."""
    query = select(Photo.sha256).where(
        or_(Photo.removed_at.is_(None), Photo.removed_at >= removed_since)
    )
    return frozenset(session.scalars(query))


def contents(session: Session) -> Iterator[tuple[int, str, int]]:
    """Return number, digest and bytes of every photo that stands, read a thousand at a time."""
    query = (
        select(Photo.id, Photo.sha256, Photo.bytes)
        .where(Photo.removed_at.is_(None))
        .order_by(Photo.id)
        .execution_options(yield_per=1000)
    )
    return ((number, sha256, size) for number, sha256, size in session.execute(query))


def without_record(session: Session) -> list[str]:
    """Return one sentence for each photo whose record is not there."""
    found: list[str] = []
    for subject in Subject:
        rows = session.execute(
            text(
                "SELECT p.id FROM photo p "  # noqa: S608
                f"LEFT JOIN {subject.value} r ON r.id = p.subject_id "
                "WHERE p.noun = :noun AND r.id IS NULL ORDER BY p.id LIMIT 20"
            ),
            {"noun": subject.value},
        )
        found += [f"photo {row[0]} belongs to no {subject.value}" for row in rows]
    return found
