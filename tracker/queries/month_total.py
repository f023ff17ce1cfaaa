"""Totals of months: of a closed one those that were kept, of an open one those of its ledger."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Insert, String, case, cast, func, insert, literal, select
from sqlalchemy.orm import Session

from tracker.domain.account import COST_ROLES, Actor
from tracker.domain.ledger import COUNTERPARTS, CREDITS, Account
from tracker.models.ledger import LedgerEntry, Month
from tracker.models.month import Departure, MonthCarry, MonthRoll, MonthTotal
from tracker.queries import ledger
from tracker.queries.ledger import Total, Totals

CELL = "cell"
"""The finest totals: one for each combination of party, supplier, store, defect, year, style."""

GROUPINGS: Mapping[str, tuple[str, ...]] = {
    "all": (),
    "liable": ("liable_kind", "liable_party", "liable_name"),
    "supplier": ("supplier",),
    "store": ("store",),
    "defect": ("defect",),
    "year": ("production_year",),
    "style": ("style_no",),
    CELL: (
        "liable_kind", "liable_party", "liable_name", "supplier", "store", "defect",
        "production_year", "style_no",
    ),
}  # fmt: skip
"""By what a month's totals are grouped when it closes, as columns of the ledger."""

_COLUMNS = GROUPINGS[CELL]


def materialised(month: str, grouping: str) -> Insert:
    """Return the statement that keeps one grouping of a month's ledger as totals."""
    grouped = GROUPINGS[grouping]
    entry = LedgerEntry.__table__.c
    empty: dict[str, Any] = {"production_year": literal(0)}
    values = [entry[name] if name in grouped else empty.get(name, literal("")) for name in _COLUMNS]
    by = [entry.account, *(entry[name] for name in grouped)]
    query = (
        select(
            entry.month, literal(grouping), entry.account, *values, func.count(),
            func.count(entry.piece_no.distinct()), func.sum(entry.amount_fen),
        )
        .where(entry.month == month)
        .group_by(entry.month, *by)
        .order_by(*by)
    )  # fmt: skip
    columns = ["month", "grouped_by", "account", *_COLUMNS, "lines", "pieces", "amount_fen"]
    return insert(MonthTotal).from_select(columns, query)


def totals(session: Session, month: str) -> Totals:
    """Return what a month charges, in fen: the kept totals of a closed one, else the ledger's."""
    return kept(session, month) or ledger.totals(session, month)


def kept(session: Session, month: str) -> Totals | None:
    """Return the totals that were kept when a month was closed; ``None`` before it is."""
    if session.scalar(select(Month.status).where(Month.month == month)) != "closed":
        return None
    total = MonthTotal.__table__.c
    # Only one of the columns is filled in: they make the key together.
    key = (
        total.supplier + total.store + total.defect + total.style_no
        + case((total.liable_party != "", total.liable_party), else_=total.liable_kind)
        + case((total.production_year != 0, cast(total.production_year, String)), else_="")
    )  # fmt: skip
    query = (
        select(total.grouped_by, key, total.liable_name, total.pieces, total.amount_fen)
        .where(
            total.month == month,
            total.grouped_by.in_([name for name in GROUPINGS if name != CELL]),
            total.account == Account.CHARGE.value,
        )
        .order_by(total.grouped_by, total.id)
    )
    found: dict[str, list[Total]] = defaultdict(list)
    for grouped, code, name, pieces, fen in session.execute(query).all():
        found[grouped].append(Total(code, name or code, pieces, fen))
    whole = found["all"][0] if found["all"] else Total("", "", 0, 0)
    return Totals(
        amount_fen=whole.amount_fen,
        pieces=whole.pieces,
        by_liable=found["liable"],
        by_supplier=found["supplier"],
        by_store=found["store"],
        by_year=found["year"],
        by_defect=found["defect"],
        by_style=found["style"],
    )


def amounts(session: Session, actor: Actor) -> dict[str, tuple[int, int]]:
    """Return by month how many pieces were charged, and how much in fen.

    Closed months read what they kept; only the others read the ledger.
    """
    if not actor.is_any(COST_ROLES):
        return {}
    rows = session.execute(
        select(MonthTotal.month, MonthTotal.pieces, MonthTotal.amount_fen).where(
            MonthTotal.grouped_by == "all", MonthTotal.account == Account.CHARGE
        )
    )
    found = {month: (pieces, int(fen)) for month, pieces, fen in rows}
    for month in session.scalars(select(Month.month).where(Month.status != "closed")):
        found[month] = _charged(session, month)
    return found


def _charged(session: Session, month: str) -> tuple[int, int]:
    pieces, fen = session.execute(
        select(
            func.count(LedgerEntry.piece_no.distinct()),
            func.coalesce(func.sum(LedgerEntry.amount_fen), 0),
        ).where(LedgerEntry.month == month, LedgerEntry.account == Account.CHARGE)
    ).one()
    return pieces, int(fen)


def others(session: Session, month: str) -> dict[Account, int]:
    """Return what a month moved on each account beside the charges, in fen, as people read it.

    What grows by credits stands without its sign, counterparts and what sums to nothing are left
    out. A closed month reads what it kept.
    """
    source: Any = LedgerEntry
    more: Sequence[Any] = ()
    if session.scalar(select(Month.status).where(Month.month == month)) == "closed":
        source, more = MonthTotal, (MonthTotal.grouped_by == "all",)
    query = select(source.account, func.sum(source.amount_fen)).where(
        source.month == month,
        source.account.not_in((Account.CHARGE, *COUNTERPARTS)),
        *more,
    )
    sums = {
        Account(name): int(fen) for name, fen in session.execute(query.group_by(source.account))
    }
    return {
        account: -sums[account] if account in CREDITS else sums[account]
        for account in Account
        if sums.get(account)
    }


def totals_sha256(session: Session, month: str, content_sha256: str) -> str:
    """Return the SHA-256 over the digest of a month's rows and all that its close kept beside."""
    seal = hashlib.sha256(content_sha256.encode())
    for model in (MonthTotal, MonthRoll, MonthCarry, Departure):
        columns = [column for column in model.__table__.columns if column.name != "id"]
        query = select(*columns).where(model.month == month).order_by(model.id)
        for row in session.execute(query):
            seal.update(("\x1f".join(str(value) for value in row) + "\n").encode())
    return seal.hexdigest()
