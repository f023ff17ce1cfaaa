"""The month's roll-forward: opening + new − destroyed − returned = closing, down to the rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, select
from sqlalchemy.orm import Session, aliased

from tracker.domain.ledger import Account
from tracker.domain.month import Departure as Way
from tracker.domain.month import Flow, Roll, Stock
from tracker.models.ledger import LedgerEntry, Month
from tracker.models.month import Departure, MonthRoll

_NONE = Stock(0, 0)


@dataclass(frozen=True)
class Row:
    """One garment of a roll-forward and what was charged for it, in fen."""

    registration_no: str
    piece_no: str
    style_no: str
    supplier: str
    store: str
    documents: str
    amount_fen: int


def roll(session: Session, month: str) -> Roll:
    """Return a month's roll-forward; a closed one as it was kept at its close."""
    return kept(session, month) or worked_out(session, month)


def worked_out(session: Session, month: str) -> Roll:
    """Return a month's roll-forward from the last one that was kept before it, and the rows."""
    before = session.execute(
        select(MonthRoll.month, MonthRoll.pieces, MonthRoll.amount_fen)
        .where(MonthRoll.month < month, MonthRoll.flow == Flow.CLOSING)
        .order_by(MonthRoll.month.desc())
        .limit(1)
    ).first()
    since = before.month if before else ""
    opening = Stock(before.pieces, before.amount_fen) if before else _NONE
    between = session.scalars(
        select(Month.month).where(Month.month > since, Month.month < month).order_by(Month.month)
    )
    opening = reduce(lambda stock, name: _flows(session, name, stock).closing, between, opening)
    return _flows(session, month, opening)


def kept(session: Session, month: str) -> Roll | None:
    """Return the roll-forward that was kept when a month was closed."""
    rows = session.execute(
        select(MonthRoll.flow, MonthRoll.pieces, MonthRoll.amount_fen).where(
            MonthRoll.month == month
        )
    )
    found = {flow: Stock(pieces, int(fen)) for flow, pieces, fen in rows}
    if not found:
        return None
    return Roll(found[Flow.OPENING], found[Flow.NEW], found[Flow.DESTROYED], found[Flow.RETURNED])


def _flows(session: Session, month: str, opening: Stock) -> Roll:
    left = {Way(kind): stock for kind, stock in _departed(session, month)}
    return Roll(
        opening, _new(session, month), left.get(Way.DESTROYED, _NONE), left.get(Way.RETURNED, _NONE)
    )


def _new(session: Session, month: str) -> Stock:
    """What was charged in a month for garments that had not left before it."""
    earlier, gone = aliased(LedgerEntry), aliased(Departure)
    is_first = ~exists().where(
        earlier.registration_no == LedgerEntry.registration_no,
        earlier.account == Account.CHARGE,
        earlier.month < month,
    )
    pieces = func.count(case((is_first, LedgerEntry.registration_no)).distinct())
    query = (
        select(pieces, func.coalesce(func.sum(LedgerEntry.amount_fen), 0))
        .outerjoin(
            gone,
            and_(gone.registration_no == LedgerEntry.registration_no, gone.month < month),
        )
        .where(LedgerEntry.month == month, LedgerEntry.account == Account.CHARGE, gone.id.is_(None))
    )
    count, fen = session.execute(query).one()
    return Stock(count, int(fen))


def _departed(session: Session, month: str) -> list[tuple[str, Stock]]:
    query = (
        select(
            Departure.kind,
            func.count(Departure.registration_no.distinct()),
            func.sum(LedgerEntry.amount_fen),
        )
        .join(LedgerEntry, LedgerEntry.registration_no == Departure.registration_no)
        .where(
            Departure.month == month,
            LedgerEntry.account == Account.CHARGE,
            LedgerEntry.month <= month,
        )
        .group_by(Departure.kind)
    )
    return [(kind, Stock(count, int(fen))) for kind, count, fen in session.execute(query)]


def counted(session: Session, month: str) -> Stock:
    """Return the closing stock counted anew: all that was charged and has not left by then."""
    query = select(
        func.count(LedgerEntry.registration_no.distinct()),
        func.coalesce(func.sum(LedgerEntry.amount_fen), 0),
    ).where(*_standing(month))
    count, fen = session.execute(query).one()
    return Stock(count, int(fen))


def _standing(month: str) -> tuple[ColumnElement[bool], ...]:
    gone = exists().where(
        Departure.registration_no == LedgerEntry.registration_no, Departure.month <= month
    )
    return LedgerEntry.account == Account.CHARGE, LedgerEntry.month <= month, ~gone


def rows(session: Session, month: str, flow: Flow, limit: int) -> Sequence[Row]:
    """Return the garments behind one figure of the roll-forward, by registration number."""
    query = _rows_of(month, flow).order_by(LedgerEntry.registration_no).limit(limit)
    return [
        Row(no, piece, style, supplier, store, document, int(fen))
        for no, piece, style, supplier, store, document, fen in session.execute(query)
    ]


def _rows_of(month: str, flow: Flow) -> Select[str, str, str, str, str, str, int]:
    entry = LedgerEntry
    query = select(
        entry.registration_no, func.min(entry.piece_no), func.min(entry.style_no),
        func.min(entry.supplier), func.min(entry.store), func.min(entry.document),
        func.sum(entry.amount_fen),
    ).group_by(entry.registration_no)  # fmt: skip
    if flow is Flow.CLOSING:
        return query.where(*_standing(month))
    if flow is Flow.OPENING:
        gone = exists().where(
            Departure.registration_no == entry.registration_no, Departure.month < month
        )
        return query.where(entry.account == Account.CHARGE, entry.month < month, ~gone)
    if flow is Flow.NEW:
        gone = exists().where(
            Departure.registration_no == entry.registration_no, Departure.month < month
        )
        return query.where(entry.account == Account.CHARGE, entry.month == month, ~gone)
    left = exists().where(
        Departure.registration_no == entry.registration_no,
        Departure.month == month,
        Departure.kind == flow.value,
    )
    return query.where(entry.account == Account.CHARGE, entry.month <= month, left)
