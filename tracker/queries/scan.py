"""Reads of scans: what became of those of a site, and which of them wait to be settled."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, bindparam, func, select
from sqlalchemy.orm import Session, joinedload

from tracker.db import table_of
from tracker.domain.account import Actor
from tracker.domain.errors import not_found
from tracker.domain.scan import Outcome
from tracker.models.scan import Scan
from tracker.queries import scope
from tracker.queries.lock import for_writing
from tracker.queries.paging import PAGE, position


def of_author(session: Session, actor: Actor, scan_id: str) -> Scan:
    """Return a scan that the actor made. Raises ``NotFound``."""
    found = session.get(Scan, scan_id)
    if found is None or found.account_id != actor.account_id:
        raise not_found("扫描", "scan", scan_id)
    return found


def standing(session: Session, scan_id: str) -> Scan | None:
    """Return a scan that came before, held until the transaction ends: of two that complete it at
    one moment, the second finds it done. Mostly none did come, and that is asked cheaply.
    """
    if session.execute(_KNOWN, {"scan_id": scan_id}).scalar() is None:
        return None
    return session.scalars(for_writing(select(Scan).where(Scan.scan_id == scan_id), Scan)).one()


_ID = table_of(Scan).c.scan_id
_KNOWN = select(_ID).where(bindparam("scan_id") == _ID)


def latest(session: Session, actor: Actor, most: int) -> Sequence[Scan]:
    """Return the actor's own scans, the newest first."""
    return session.scalars(
        select(Scan)
        .where(Scan.account_id == actor.account_id, Scan.site_id == actor.site_id)
        .order_by(Scan.arrived_at.desc(), Scan.scan_id)
        .limit(most)
        .options(joinedload(Scan.registration))
    ).all()


def unanswered(session: Session, scan_ids: Collection[str]) -> list[str]:
    """Return those of ``scan_ids`` that were never answered for good here, in their order.

    What a person settled by hand is answered.
    """
    is_final = (Scan.outcome != Outcome.NEEDS_INPUT) | Scan.settlement.is_not(None)
    answered = select(Scan.scan_id).where(Scan.scan_id.in_(scan_ids), is_final)
    known = set(session.scalars(answered))
    return [scan_id for scan_id in scan_ids if scan_id not in known]


def to_settle(
    session: Session, actor: Actor, cursor: str | None = None
) -> tuple[Sequence[Scan], str | None]:
    """Return the late scans of the actor's sites that wait to be settled, oldest first."""
    skipped = position(cursor)
    rows = session.scalars(
        select(Scan)
        .where(_waits(actor))
        .order_by(Scan.arrived_at, Scan.scan_id)
        .offset(skipped)
        .limit(PAGE + 1)
        .options(joinedload(Scan.account), joinedload(Scan.registration))
    ).all()
    return rows[:PAGE], str(skipped + PAGE) if len(rows) > PAGE else None


def count_to_settle(session: Session, actor: Actor) -> int:
    """Return how many late scans of the actor's sites wait to be settled."""
    return int(session.scalar(select(func.count()).select_from(Scan).where(_waits(actor))) or 0)


def get_to_settle(
    session: Session, actor: Actor, scan_id: str, *, for_update: bool = False
) -> Scan:
    """Return a late scan of the actor's sites. Raises ``NotFound``."""
    query = select(Scan).where(
        Scan.scan_id == scan_id, Scan.facts.is_not(None), scope.within_sites(actor, Scan.site_id)
    )
    found = session.scalar(for_writing(query, Scan) if for_update else query)
    if found is None:
        raise not_found("扫描", "scan", scan_id)
    return found


def _waits(actor: Actor) -> ColumnElement[bool]:
    return (
        Scan.facts.is_not(None)
        & Scan.settlement.is_(None)
        & scope.within_sites(actor, Scan.site_id)
    )
