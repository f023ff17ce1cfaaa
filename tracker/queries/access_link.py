"""Reads of one-time links: what a secret opens, and what became of a document's links."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from tracker.domain.access_link import MAKERS, Noun, State, speaker, state
from tracker.domain.account import Actor
from tracker.domain.codes import LiableKind
from tracker.domain.errors import NotFound, not_found
from tracker.models.access_link import AccessLink
from tracker.models.loss import LossForm
from tracker.models.statement import Statement
from tracker.queries import loss, statement
from tracker.queries.account import actor_of, secret_sha256
from tracker.queries.lock import for_writing


def by_secret(session: Session, secret: str, *, for_update: bool = False) -> AccessLink:
    """Return the link of a secret, whatever became of it. Raises ``NotFound``."""
    query = select(AccessLink).where(AccessLink.secret_sha256 == secret_sha256(secret))
    if for_update:
        query = for_writing(query, AccessLink)
    found = session.scalar(query.options(joinedload(AccessLink.account)))
    if found is None:
        raise gone()
    return found


def standing(
    session: Session, secret: str, now: datetime, *, for_update: bool = False
) -> AccessLink:
    """Return the link that a secret opens at ``now``.

    Raises ``NotFound``, the same for one that is used, expired, revoked or never was.
    """
    found = by_secret(session, secret, for_update=for_update)
    if state(found, now) is not State.OPEN:
        raise gone()
    return found


def gone() -> NotFound:
    """Return the one answer of every link that opens nothing."""
    return not_found("链接", "link", "—")


def holder(link: AccessLink) -> Actor:
    """Return as whom the holder of a link acts: its party, on its one document."""
    role = speaker(LiableKind(link.liable_kind))
    return replace(actor_of(link.account), roles=frozenset({role}), document=link.document)


def document(session: Session, actor: Actor, noun: Noun, no: str) -> LossForm | Statement:
    """Return the document that links are made for. Raises ``NotFound``, so for other roles too."""
    if not actor.is_any(MAKERS):
        raise not_found("单据", "document", no)
    if noun is Noun.LOSS_FORM:
        return loss.get(session, actor, no)
    return statement.get(session, actor, no)


def of_document(session: Session, actor: Actor, no: str) -> Sequence[AccessLink]:
    """Return the links to a document with their openings, newest first; for their makers."""
    if not actor.is_any(MAKERS):
        return []
    return session.scalars(
        select(AccessLink)
        .where(AccessLink.document == no)
        .order_by(AccessLink.id.desc())
        .options(
            joinedload(AccessLink.made_by),
            joinedload(AccessLink.revoked_by),
            selectinload(AccessLink.openings),
        )
    ).all()


def get(session: Session, actor: Actor, number: int) -> AccessLink:
    """Return a link to be taken back, held for writing. Raises ``NotFound``."""
    query = for_writing(select(AccessLink).where(AccessLink.id == number), AccessLink)
    found = session.scalar(query) if actor.is_any(MAKERS) else None
    if found is None:
        raise not_found("链接", "link", str(number))
    return found


def signer(session: Session, no: str, action: str, at: datetime) -> str | None:
    """Return the name that was typed when a link carried an answer at a moment, if one did."""
    query = select(AccessLink.used_by).where(
        AccessLink.document == no, AccessLink.used_action == action, AccessLink.used_at == at
    )
    return session.scalar(query)
