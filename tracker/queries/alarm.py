"""Reads of the alarm: garments that were destroyed or given back, and were scanned again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, literal, select, union_all
from sqlalchemy.orm import Session

from tracker.domain.errors import InvalidInput
from tracker.domain.tag import Kind
from tracker.models.account import Account
from tracker.models.registration import Piece, Registration
from tracker.models.scan import HandlingScan, Scan
from tracker.models.site import Site
from tracker.queries.paging import PAGE, position
from tracker.queries.registration import GONE, piece_of, read


@dataclass(frozen=True)
class Alarm:
    """One scan of a garment that cannot be there: who, where, when, at what."""

    at: datetime
    code: str
    raw_code: str
    by: str
    site_code: str
    site_name: str
    action: str
    document: str | None


def page(
    session: Session, since: datetime, until: datetime, cursor: str | None = None
) -> tuple[Sequence[Alarm], str | None]:
    """Return the alarms of a stretch of time, newest first, and the cursor of the next page."""
    rows = _alarms(since, until).subquery()
    offset = min(position(cursor), 100_000)
    found = session.execute(
        select(
            rows.c.at,
            rows.c.code,
            rows.c.raw_code,
            Account.name,
            Site.code,
            Site.name,
            rows.c.action,
            rows.c.document,
        )
        .join(Account, Account.id == rows.c.account_id)
        .join(Site, Site.id == rows.c.site_id)
        .order_by(rows.c.at.desc(), rows.c.raw_code)
        .offset(offset)
        .limit(PAGE + 1)
    ).all()
    alarms = [Alarm(*row) for row in found[:PAGE]]
    return alarms, str(offset + PAGE) if len(found) > PAGE else None


def count(session: Session, since: datetime, until: datetime) -> int:
    """Return how many alarms there were in a stretch of time."""
    rows = _alarms(since, until).subquery()
    return int(session.scalar(select(func.count()).select_from(rows)) or 0)


def _alarms(since: datetime, until: datetime):
    registering = select(
        Scan.arrived_at.label("at"),
        Scan.code,
        Scan.raw_code,
        Scan.account_id,
        Scan.site_id,
        literal("register").label("action"),
        literal(None).label("document"),
    ).where(Scan.code.in_(GONE), Scan.arrived_at >= since, Scan.arrived_at < until)
    handling = select(
        HandlingScan.at,
        HandlingScan.code,
        HandlingScan.raw_code,
        HandlingScan.account_id,
        HandlingScan.site_id,
        HandlingScan.action,
        HandlingScan.document,
    ).where(HandlingScan.code.in_(GONE), HandlingScan.at >= since, HandlingScan.at < until)
    return union_all(registering, handling)


def garments_of(session: Session, alarms: Sequence[Alarm]) -> Mapping[str, tuple[str, str]]:
    """Return by raw code the piece number and the last registration of the garment scanned."""
    raws = {alarm.raw_code for alarm in alarms}
    numbers = {raw: no for raw in raws if (no := _piece_no(session, raw)) is not None}
    last = (
        select(Piece.piece_no, func.max(Registration.id).label("id"))
        .join(Registration, Registration.piece_id == Piece.id)
        .where(Piece.piece_no.in_(set(numbers.values())))
        .group_by(Piece.piece_no)
        .subquery()
    )
    rows = session.execute(
        select(last.c.piece_no, Registration.no).join(Registration, Registration.id == last.c.id)
    )
    known = {row[0]: row[1] for row in rows}
    return {raw: (no, known[no]) for raw, no in numbers.items() if no in known}


def _piece_no(session: Session, raw: str) -> str | None:
    try:
        tag = read(session, raw)
        piece = None if tag.kind is Kind.PIECE else piece_of(session, tag)
    except InvalidInput:
        return None
    return piece.piece_no if piece else tag.piece_no
