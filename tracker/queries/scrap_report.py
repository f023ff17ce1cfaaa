"""The report of scrap: a closed month from the totals it kept, any other from its entries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import reduce
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    Text,
    cast,
    func,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.orm import Session

from tracker.domain.account import Actor
from tracker.domain.address import unknown_choice
from tracker.domain.calendar import shanghai_date
from tracker.domain.ledger import Account, Status
from tracker.domain.scrap_report import (
    COLUMNS,
    Dimension,
    Selection,
    Sum,
    Table,
    dimensions_of,
    parts_of,
    summed,
    table,
)
from tracker.models.ledger import LedgerEntry, Month
from tracker.models.month import MonthTotal
from tracker.queries import scope
from tracker.queries.month_total import GROUPINGS
from tracker.queries.paging import PAGE, key_text
from tracker.queries.paging import key_of as cursor_key


@dataclass(frozen=True, slots=True)
class Line:
    """One charge behind a figure: when it was posted, what it charges whom with, in fen."""

    month: str
    posted_on: date
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


_LINE = (
    LedgerEntry.month, LedgerEntry.at, LedgerEntry.amount_fen, LedgerEntry.liable_kind,
    LedgerEntry.liable_party, LedgerEntry.liable_name, LedgerEntry.supplier, LedgerEntry.store,
    LedgerEntry.style_no, LedgerEntry.production_year, LedgerEntry.defect, LedgerEntry.piece_no,
    LedgerEntry.registration_no, LedgerEntry.document, LedgerEntry.entry_no,
)  # fmt: skip


@dataclass(frozen=True)
class Page:
    """Some lines, the last ones posted first, and the cursor of those that follow."""

    lines: Sequence[Line]
    next: str | None


def figures(session: Session, actor: Actor, wanted: Selection) -> Table:
    """Return what the months charge by the dimensions wanted, of what the actor may see, in fen.

    One statement answers, so a month that closes meanwhile is counted once.
    """
    rows = _rows(session, _parts(session, actor, wanted, wanted.by))
    return table(wanted.months, ((row[0], row[3:], Sum(row[1], row[2])) for row in rows))


def whole(session: Session, actor: Actor, wanted: Selection) -> Sum:
    """Return the lines behind a selection and their sum in fen, as ``figures`` counts them."""
    rows = _rows(session, _parts(session, actor, wanted, ()))
    return summed([Sum(lines, fen) for _month, lines, fen in rows])


def _rows(session: Session, parts: Sequence[Select[Any]]) -> Sequence[Any]:
    """Return the rows of all parts: month, lines, fen, and a key for each dimension."""
    return session.execute(union_all(*parts)).all() if parts else ()


def statuses(session: Session, wanted: Selection) -> dict[str, Status]:
    """Return the status of each month of a selection that stands."""
    query = select(Month.month, Month.status).where(Month.month.between(wanted.first, wanted.last))
    return {month: Status(status) for month, status in session.execute(query)}


def _parts(
    session: Session, actor: Actor, wanted: Selection, by: Sequence[Dimension]
) -> list[Select[Any]]:
    """Return the questions: one for the closed months, one for the others, where there are any."""
    bounds = _bounds(actor, wanted)
    of_status = statuses(session, wanted)
    closed = [month for month, status in of_status.items() if status is Status.CLOSED]
    others = [month for month in of_status if month not in closed]
    grouping = _grouping({*bounds, *(column for one in by for column in COLUMNS[one])})
    kept, entry = MonthTotal, LedgerEntry
    parts = []
    if closed:
        one = _grouped(kept, closed, bounds, by, func.sum(kept.lines))
        parts.append(one.where(kept.grouped_by == grouping))
    if others:
        parts.append(_grouped(entry, others, bounds, by, func.count()))
    return parts


def _grouped(
    source: Any,
    months: Sequence[str],
    bounds: Mapping[str, Any],
    by: Sequence[Dimension],
    lines: ColumnElement[int],
) -> Select[Any]:
    """Return the question of one source; the database writes the keys, once a group."""
    columns = [[getattr(source, name) for name in COLUMNS[dimension]] for dimension in by]
    keys = [_key(parts) for parts in columns]
    return (
        select(source.month, cast(lines, BigInteger), cast(func.sum(source.amount_fen), BigInteger))
        .add_columns(*keys)
        .where(source.month.in_(months), source.account == Account.CHARGE)
        .where(*_conditions(source, bounds))
        .group_by(source.month, *(column for parts in columns for column in parts))
    )


def _key(columns: Sequence[Any]) -> ColumnElement[str]:
    """Return a dimension's key as ``parts_of`` reads it."""
    texts = [column if column.type.python_type is str else cast(column, Text) for column in columns]
    return reduce(lambda left, right: left + ":" + right, texts)


def _grouping(needed: set[str]) -> str:
    """Return the coarsest grouping of a closed month's totals that tells the columns apart."""
    fitting = [name for name, columns in GROUPINGS.items() if needed <= set(columns)]
    return min(fitting, key=lambda name: len(GROUPINGS[name]))


def _bounds(actor: Actor, wanted: Selection) -> dict[str, list[Any]]:
    """Return what each bound column must be: what was chosen, and what the actor may see.

    Raises ``InvalidInput`` ``unknown_choice`` for what its reader is not told.
    """
    if not {*wanted.by, *wanted.filters} <= set(dimensions_of(actor)):
        raise unknown_choice("by")
    found: dict[str, list[Any]] = {}
    for dimension, key in wanted.filters.items():
        for column, value in zip(COLUMNS[dimension], parts_of(dimension, key), strict=True):
            found.setdefault(column, []).append(value)
    for column, value in scope.charges(actor).items():
        found.setdefault(column, []).append(value)
    return found


def _conditions(source: Any, bounds: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    return [
        getattr(source, column).in_(value)
        if isinstance(value, Select)
        else getattr(source, column) == value
        for column, values in bounds.items()
        for value in values
    ]


def page(session: Session, actor: Actor, wanted: Selection, cursor: str | None) -> Page:
    """Return a page of the lines behind a figure, each an entry of the ledger."""
    month, number = cursor_key(cursor)
    query = _lines(actor, wanted).add_columns(LedgerEntry.id)
    if number:
        query = query.where(tuple_(LedgerEntry.month, LedgerEntry.id) < (month, number))
    order = (LedgerEntry.month.desc(), LedgerEntry.id.desc())
    rows = session.execute(query.order_by(*order).limit(PAGE + 1)).all()
    shown = rows[:PAGE]
    following = key_text(shown[-1].month, shown[-1].id) if len(rows) > PAGE else None
    return Page([_line(row, actor) for row in shown], following)


def lines(session: Session, actor: Actor, wanted: Selection) -> list[Line]:
    """Return every line behind a selection, in the order of posting."""
    query = _lines(actor, wanted).order_by(LedgerEntry.month, LedgerEntry.id)
    return [_line(row, actor) for row in session.execute(query)]


def _lines(actor: Actor, wanted: Selection) -> Select[Any]:
    columns: Sequence[Any] = _LINE
    return select(*columns).where(
        LedgerEntry.month.in_(wanted.months),
        LedgerEntry.account == Account.CHARGE,
        *_conditions(LedgerEntry, _bounds(actor, wanted)),
    )


def _line(row: Any, actor: Actor) -> Line:
    """A line as its reader is told it: a supplier of no store, and of no other supplier."""
    at: datetime = row[1]
    line = Line(row[0], shanghai_date(at), *row[2:15])
    if Dimension.STORE in dimensions_of(actor):
        return line
    is_own = line.supplier == actor.supplier_code
    return replace(line, store="", supplier=line.supplier if is_own else "")
