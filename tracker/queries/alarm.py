"""Reads of the alarm: garments that were destroyed or given back, and were scanned again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    String,
    Subquery,
    and_,
    cast,
    exists,
    func,
    literal,
    select,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.orm import Session, joinedload

from tracker.domain.alarm import LOOK_UP, Desk, Source
from tracker.domain.errors import InvalidInput
from tracker.domain.tag import Kind
from tracker.models.account import Account
from tracker.models.alarm import AlarmNote
from tracker.models.registration import Piece, Registration
from tracker.models.scan import HandlingScan, Scan
from tracker.models.site import Site
from tracker.queries.paging import PAGE, position
from tracker.queries.registration import GONE, last_of_piece, piece_of, read


@dataclass(frozen=True)
class Alarm:
    """One scan of a garment that cannot be there: who, where, when, at what.

    ``source`` and ``ref`` name the scan.
    """

    source: str
    ref: str
    at: datetime
    code: str
    raw_code: str
    by: str
    site_code: str
    site_name: str
    action: str
    document: str | None


def page(
    session: Session,
    since: datetime | None,
    until: datetime,
    cursor: str | None = None,
    open_at: Desk | None = None,
) -> tuple[Sequence[Alarm], str | None]:
    """Return the alarms of a stretch of time, newest first, and the cursor of the next page.

    ``open_at``: those alone into which a desk has not looked yet.
    """
    rows = _alarms(since, until).subquery()
    offset = min(position(cursor), 100_000)
    query: Select[Any] = _open(rows, open_at)
    found = session.execute(
        query.with_only_columns(
            rows.c.source,
            rows.c.ref,
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
        .order_by(rows.c.at.desc(), rows.c.raw_code, rows.c.ref)
        .offset(offset)
        .limit(PAGE + 1)
    ).all()
    alarms = [Alarm(*row) for row in found[:PAGE]]
    return alarms, str(offset + PAGE) if len(found) > PAGE else None


def open_count(session: Session, desk: Desk | None) -> tuple[int, datetime | None]:
    """Return how many alarms wait for a desk, and since when the oldest does; of all for none."""
    rows = _alarms(None, None).subquery()
    query = _open(rows, desk).with_only_columns(
        func.count(), func.min(rows.c.at, type_=HandlingScan.at.type)
    )
    total, oldest = session.execute(query).one()
    return int(total), oldest


def is_alarm(session: Session, source: Source, ref: str) -> bool:
    """Return whether a scan raised an alarm."""
    rows = _alarms(None, None).subquery()
    query = select(rows.c.ref).where(rows.c.source == source.value, rows.c.ref == ref)
    return session.scalar(query) is not None


def notes_of(
    session: Session, alarms: Sequence[Alarm]
) -> Mapping[tuple[str, str], Mapping[str, AlarmNote]]:
    """Return by scan what the desks wrote about it, by desk."""
    keys = [(alarm.source, alarm.ref) for alarm in alarms]
    query = select(AlarmNote).where(tuple_(AlarmNote.source, AlarmNote.ref).in_(keys))
    found: dict[tuple[str, str], dict[str, AlarmNote]] = {}
    for note in session.scalars(query.options(joinedload(AlarmNote.by))):
        found.setdefault((note.source, note.ref), {})[note.desk] = note
    return found


def note(session: Session, source: Source, ref: str, desk: Desk) -> AlarmNote | None:
    """Return what a desk wrote about an alarm."""
    return session.scalar(
        select(AlarmNote).where(
            AlarmNote.source == source.value, AlarmNote.ref == ref, AlarmNote.desk == desk.value
        )
    )


def looked_at(session: Session, raw: str) -> Registration | None:
    """Return the last registration of the garment whose own tag was typed."""
    try:
        piece = piece_of(session, read(session, raw))
    except InvalidInput:
        return None
    return last_of_piece(session, piece.id) if piece else None


def was_looked_up(session: Session, account_id: int, registration_id: int, since: datetime) -> bool:
    """Return whether somebody looked a garment up since a moment: that alarm stands already."""
    query = select(HandlingScan.id).where(
        HandlingScan.code.in_(GONE),
        HandlingScan.at >= since,
        HandlingScan.action == LOOK_UP,
        HandlingScan.account_id == account_id,
        HandlingScan.registration_id == registration_id,
    )
    return session.scalar(query.limit(1)) is not None


def _open(rows: Subquery, desk: Desk | None) -> Select[Any]:
    query = select(rows)
    if desk is None:
        return query
    noted = exists().where(
        AlarmNote.source == rows.c.source,
        AlarmNote.ref == rows.c.ref,
        AlarmNote.desk == desk.value,
    )
    return query.where(~noted)


def _alarms(since: datetime | None, until: datetime | None) -> CompoundSelect[Any]:
    registering = select(
        literal(Source.SCAN.value).label("source"),
        Scan.scan_id.label("ref"),
        Scan.arrived_at.label("at"),
        Scan.code,
        Scan.raw_code,
        Scan.account_id,
        Scan.site_id,
        literal("register").label("action"),
        literal(None).label("document"),
    ).where(Scan.code.in_(GONE), _within(Scan.arrived_at, since, until))
    handling = select(
        literal(Source.HANDLING_SCAN.value),
        cast(HandlingScan.id, String(36)),
        HandlingScan.at,
        HandlingScan.code,
        HandlingScan.raw_code,
        HandlingScan.account_id,
        HandlingScan.site_id,
        HandlingScan.action,
        HandlingScan.document,
    ).where(HandlingScan.code.in_(GONE), _within(HandlingScan.at, since, until))
    return union_all(registering, handling)


def _within(at: Any, since: datetime | None, until: datetime | None) -> ColumnElement[bool]:
    bounds = [at >= since] if since else []
    bounds += [at < until] if until else []
    return and_(true(), *bounds)


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
