"""The last scans of a site, of both kinds, with what became of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from tracker.domain.account import Actor
from tracker.models.account import Account
from tracker.models.registration import Piece, Registration
from tracker.models.scan import HandlingScan, Scan
from tracker.queries import scope

LAST = 20


@dataclass(frozen=True)
class RecentScan:
    """A scan as it was made. ``action`` is ``register`` or that of the box.

    ``code`` is the stable code of a refusal; ``registration`` and ``piece_no`` stand where the
    reader may open the garment, ``document`` names the box, the record or the bench.
    """

    at: datetime
    person: str
    raw_code: str
    outcome: str
    code: str | None
    action: str = ""
    document: str = ""
    registration: str | None = None
    piece_no: str | None = None


def last(session: Session, actor: Actor, *, mine: bool = False) -> Sequence[RecentScan]:
    """Return the last twenty scans at the actor's own site, newest first; ``mine``: his own."""
    found = [*_registering(session, actor, mine), *_handling(session, actor, mine)]
    return sorted(found, key=lambda scan: scan.at, reverse=True)[:LAST]


def _registering(session: Session, actor: Actor, mine: bool) -> list[RecentScan]:
    rows = _rows(session, actor, Scan, Scan.arrived_at, mine)
    return [
        RecentScan(
            row.arrived_at, name, row.raw_code, row.outcome, row.code, "register", "", no, piece_no
        )
        for row, name, no, piece_no in rows
    ]


def _handling(session: Session, actor: Actor, mine: bool) -> list[RecentScan]:
    rows = _rows(session, actor, HandlingScan, HandlingScan.at, mine)
    return [
        RecentScan(
            row.at, name, row.raw_code, row.outcome, row.code, row.action, row.document,
            no, piece_no,
        )
        for row, name, no, piece_no in rows
    ]  # fmt: skip


def _rows(session: Session, actor: Actor, kind: Any, at: Any, mine: bool) -> Sequence[Any]:
    bounds: list[ColumnElement[bool]] = [kind.site_id == actor.site_id]
    if mine:
        bounds.append(kind.account_id == actor.account_id)
    seen = (Registration.id == kind.registration_id) & scope.registrations(actor)
    return session.execute(
        select(kind, Account.name, Registration.no, Piece.piece_no)
        .join(Account, Account.id == kind.account_id)
        .outerjoin(Registration, seen)
        .outerjoin(Piece, Piece.id == Registration.piece_id)
        .where(*bounds)
        .order_by(at.desc())
        .limit(LAST)
    ).all()
