"""Reads of months and the ledger."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, joinedload

from tracker.db import table_of
from tracker.domain.account import COST_ROLES, Actor
from tracker.domain.calendar import shanghai_date
from tracker.domain.errors import not_found
from tracker.domain.ledger import Account
from tracker.models.ledger import LedgerEntry, Month
from tracker.queries.lock import for_writing

_OF_A_CORRECTION = ("reverses", "reason")
_PEOPLE = (joinedload(Month.submitted_by), joinedload(Month.closed_by))


def get(session: Session, actor: Actor, month: str, *, for_update: bool = False) -> Month:
    """Return a month of the ledger, for those who may see money. Raises ``NotFound``."""
    query = select(Month).where(Month.month == month).options(*_PEOPLE)
    if for_update:
        query = for_writing(query, Month)
    found = session.scalar(query) if actor.is_any(COST_ROLES) else None
    if found is None:
        raise not_found("结账月", "month", month)
    return found


def find(session: Session, month: str) -> Month | None:
    """Return a month as it stands, for those who ask whether it is closed."""
    return session.scalar(select(Month).where(Month.month == month))


def months(session: Session, actor: Actor) -> Sequence[Month]:
    """Return all months, newest first."""
    if not actor.is_any(COST_ROLES):
        return []
    query = select(Month).order_by(Month.month.desc()).options(*_PEOPLE)
    return session.scalars(query).all()


def month_of_document(session: Session, document: str) -> Month | None:
    """Return the month that carries a document's entries; ``None`` before it is approved.

    A later correction falls into another month and changes nothing of this."""
    return session.scalar(
        select(Month)
        .join(LedgerEntry, LedgerEntry.month == Month.month)
        .where(LedgerEntry.document == document, LedgerEntry.reverses.is_(None))
        .order_by(LedgerEntry.id.desc())
        .limit(1)
        .options(*_PEOPLE)
    )


def first(session: Session) -> str | None:
    """Return the first month of the ledger."""
    return session.scalar(select(func.min(Month.month)))


def last_before(session: Session, month: str) -> str | None:
    """Return the last month that stands before ``month``."""
    return session.scalar(select(func.max(Month.month)).where(Month.month < month))


def open_before(session: Session, month: str) -> str | None:
    """Return the first month before ``month`` that is not closed."""
    earlier = (Month.month < month, Month.status != "closed")
    return session.scalar(select(func.min(Month.month)).where(*earlier))


def is_closed(session: Session, month: str) -> bool:
    """Return whether a month is closed; one that does not stand is not."""
    return session.scalar(select(Month.status).where(Month.month == month)) == "closed"


def opening(session: Session) -> Sequence[LedgerEntry]:
    """Return the opening balances of before this system; they stand in the first month."""
    query = select(LedgerEntry).where(
        LedgerEntry.month == select(func.min(Month.month)).scalar_subquery(),
        LedgerEntry.account == Account.OPENING,
        LedgerEntry.reverses.is_(None),
    )
    return session.scalars(query.order_by(LedgerEntry.id)).all()


def last_charge(session: Session, registration_no: str) -> str | None:
    """Return the last month that charges somebody for a garment."""
    return session.scalar(
        select(func.max(LedgerEntry.month)).where(
            LedgerEntry.registration_no == registration_no,
            LedgerEntry.account == Account.CHARGE,
        )
    )


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the month's report."""

    amount_fen: int
    liable_kind: str
    liable_party: str
    liable_name: str
    supplier: str
    store: str
    style_no: str
    production_year: int
    defect: str
    piece_no: str
    registration_no: str
    form_no: str
    entry_no: str
    posted_on: date


_LINE = (
    LedgerEntry.amount_fen, LedgerEntry.liable_kind, LedgerEntry.liable_party,
    LedgerEntry.liable_name, LedgerEntry.supplier, LedgerEntry.store, LedgerEntry.style_no,
    LedgerEntry.production_year, LedgerEntry.defect, LedgerEntry.piece_no,
    LedgerEntry.registration_no, LedgerEntry.document, LedgerEntry.entry_no, LedgerEntry.at,
)  # fmt: skip
"""Columns and no rows of the mapper: a long report reads some ten thousands of them."""


@dataclass(frozen=True)
class Wanted:
    """Which lines of a month: the same names stand in the address of a drill-down."""

    liable: str | None = None
    supplier: str | None = None
    store: str | None = None
    year: int | None = None


@dataclass(frozen=True)
class Total:
    """Pieces and fen of one party, supplier, store or production year."""

    key: str
    name: str
    pieces: int
    amount_fen: int


@dataclass(frozen=True)
class Totals:
    """A month's totals; every group sums to the same ``amount_fen``."""

    amount_fen: int
    pieces: int
    by_liable: Sequence[Total] = field(default_factory=tuple)
    by_supplier: Sequence[Total] = field(default_factory=tuple)
    by_store: Sequence[Total] = field(default_factory=tuple)
    by_year: Sequence[Total] = field(default_factory=tuple)
    by_defect: Sequence[Total] = field(default_factory=tuple)
    by_style: Sequence[Total] = field(default_factory=tuple)


def lines(
    session: Session, month: str, wanted: Wanted = Wanted(), limit: int | None = None
) -> list[Line]:
    """Return what is deducted in a month, line by line in the order of posting (rule 1.47)."""
    query = select(*_LINE).where(*_charges(month, wanted)).order_by(LedgerEntry.id)
    return [_line(row) for row in session.execute(query.limit(limit))]


def sum_of(session: Session, month: str, wanted: Wanted) -> tuple[int, int]:
    """Return how many lines of a month are wanted, and their sum in fen."""
    amount = func.coalesce(func.sum(LedgerEntry.amount_fen), 0)
    query = select(func.count(), amount).where(*_charges(month, wanted))
    count, fen = session.execute(query).one()
    return count, int(fen)


def _charges(month: str, wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions = [LedgerEntry.month == month, LedgerEntry.account == Account.CHARGE]
    if wanted.liable:
        conditions.append(
            or_(
                LedgerEntry.liable_party == wanted.liable,
                (LedgerEntry.liable_kind == wanted.liable) & (LedgerEntry.liable_party == ""),
            )
        )
    if wanted.supplier:
        conditions.append(LedgerEntry.supplier == wanted.supplier)
    if wanted.store:
        conditions.append(LedgerEntry.store == wanted.store)
    if wanted.year:
        conditions.append(LedgerEntry.production_year == wanted.year)
    return conditions


def _line(row: Any) -> Line:
    return Line(*(*row[:13], shanghai_date(row[13])))


def totals(session: Session, month: str) -> Totals:
    """Return a month's totals by liable party, supplier, store and production year, in fen."""

    def grouped(*columns):
        return session.execute(
            select(
                *columns,
                func.count(LedgerEntry.piece_no.distinct()),
                func.coalesce(func.sum(LedgerEntry.amount_fen), 0),
            )
            .where(*_charges(month, Wanted()))
            .group_by(*columns)
            .order_by(*columns)
        ).all()

    entry = LedgerEntry
    pieces, amount = session.execute(
        select(
            func.count(entry.piece_no.distinct()), func.coalesce(func.sum(entry.amount_fen), 0)
        ).where(*_charges(month, Wanted()))
    ).one()
    liable = grouped(entry.liable_kind, entry.liable_party, entry.liable_name)
    return Totals(
        amount_fen=int(amount),
        pieces=pieces,
        by_liable=[Total(p or k, n, c, int(a)) for k, p, n, c, a in liable],
        by_supplier=[Total(k, k, c, int(a)) for k, c, a in grouped(entry.supplier)],
        by_store=[Total(k, k, c, int(a)) for k, c, a in grouped(entry.store)],
        by_year=[Total(str(k), str(k), c, int(a)) for k, c, a in grouped(entry.production_year)],
        by_defect=[Total(k, k, c, int(a)) for k, c, a in grouped(entry.defect)],
        by_style=[Total(k, k, c, int(a)) for k, c, a in grouped(entry.style_no)],
    )


def content_sha256(session: Session, month: str) -> str:
    """Return the SHA-256 over every ledger row of a month, in order: what ``close`` keeps.

    What a row says of a correction counts only where it is one: months closed before there were
    corrections keep their digest.
    """
    columns = [c for c in table_of(LedgerEntry).columns if c.name not in _OF_A_CORRECTION]
    later = (LedgerEntry.reverses, LedgerEntry.reason)
    seal = hashlib.sha256()
    query = select(*columns, *later).where(LedgerEntry.month == month).order_by(LedgerEntry.id)
    for *row, reverses, reason in session.execute(query):
        more = () if reverses is None and reason is None else (reverses, reason)
        seal.update(("\x1f".join(str(value) for value in (*row, *more)) + "\n").encode())
    return seal.hexdigest()
