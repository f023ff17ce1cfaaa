"""Reads of a month's ledger as vouchers take it, and of the sets that were drawn up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, not_, or_, select
from sqlalchemy.orm import Session, joinedload

from tracker.domain import voucher
from tracker.domain.account import COST_ROLES, Actor
from tracker.domain.codes import LiableKind
from tracker.domain.ledger import REVERSED, Account
from tracker.domain.month import last_day
from tracker.domain.number import DocumentPrefix
from tracker.domain.site import SiteKind
from tracker.domain.voucher import Basis, Code, Correction, Line, Store, Sum, Word, lines
from tracker.models.ledger import LedgerEntry
from tracker.models.site import Site
from tracker.models.voucher import AccountCode, VoucherSet
from tracker.queries.lock import for_writing

_OWED = (Account.CHARGE, Account.FREIGHT)
"""Accounts whose line names the party that bears them."""
_OF_NO_YEAR = (DocumentPrefix.DESTRUCTION, DocumentPrefix.SHIPMENT)
"""Documents about many garments at once: no one production year is theirs."""


def codes(session: Session, actor: Actor) -> Sequence[AccountCode]:
    """Return the account codes for those who may see money, in the order of our accounts."""
    if not actor.is_any(COST_ROLES):
        return []
    order = {account.value: place for place, account in enumerate(Account)}
    rows = session.scalars(select(AccountCode).options(joinedload(AccountCode.changed_by)))
    return sorted(rows, key=lambda row: (order[row.account], row.liable_kind, row.ownership))


def code(
    session: Session, account: str, liable_kind: str, ownership: str, *, for_update: bool = False
) -> AccountCode | None:
    """Return the row of an account, its bearer and whose the store is, if there is one."""
    query = select(AccountCode).where(
        AccountCode.account == account,
        AccountCode.liable_kind == liable_kind,
        AccountCode.ownership == ownership,
    )
    return session.scalar(for_writing(query, AccountCode) if for_update else query)


def heir(session: Session, row: AccountCode) -> Code | None:
    """Return the coarser code that takes over an account's entries when a row goes, if any."""
    codes = basis(session, Word.GENERAL).codes
    return voucher.heir(codes, (row.account, row.liable_kind, row.ownership))


def basis(session: Session, word: Word) -> Basis:
    """Return by what vouchers would be drawn up now: the codes and stores as they stand."""
    known = session.scalars(select(AccountCode))
    stores = session.scalars(select(Site).where(Site.kind == SiteKind.STORE))
    return Basis(
        word,
        {(one.account, one.liable_kind, one.ownership): Code(one.code, one.name) for one in known},
        {store.code: Store(store.ownership or "", store.name) for store in stores},
    )


def written(found: Basis) -> dict[str, Any]:
    """Return a basis as a set keeps it."""
    return {
        "word": found.word.value,
        "codes": sorted([*key, code.code, code.name] for key, code in found.codes.items()),
        "stores": {code: [one.ownership, one.name] for code, one in sorted(found.stores.items())},
    }


def basis_of(row: VoucherSet) -> Basis:
    """Return the basis that a set keeps."""
    return Basis(
        Word(row.basis["word"]),
        {(a, kind, ownership): Code(c, n) for a, kind, ownership, c, n in row.basis["codes"]},
        {code: Store(*values) for code, values in row.basis["stores"].items()},
    )


def lines_of(session: Session, month: str, found: Basis) -> list[Line]:
    """Return the lines of a month's vouchers; amounts are fen (see ``domain.voucher.lines``)."""
    return lines(sums(session, month), last_day(month).isoformat(), found)


def last(session: Session, month: str) -> VoucherSet | None:
    """Return the set of a month that holds: the last that was drawn up."""
    query = select(VoucherSet).where(VoucherSet.month == month)
    newest = query.order_by(VoucherSet.ordinal.desc()).limit(1)
    return session.scalar(newest.options(joinedload(VoucherSet.by)))


def sets(session: Session, month: str) -> Sequence[VoucherSet]:
    """Return every set of a month, the newest first."""
    query = select(VoucherSet).where(VoucherSet.month == month)
    order = query.order_by(VoucherSet.ordinal.desc())
    return session.scalars(order.options(joinedload(VoucherSet.by))).all()


def sums(session: Session, month: str) -> list[Sum]:
    """Return a month's legs summed to the lines of vouchers, document by document, in fen.

    Documents come in the order of their first entry; opening balances and what corrects them are
    left out, since the chain's books have them already.
    """
    legs = _legs(month).subquery()
    grouped = [column for column in legs.c if column.name not in ("id", "piece_no", "amount_fen")]
    rows = session.execute(
        select(
            *grouped,
            func.count(legs.c.piece_no.distinct()),
            func.sum(legs.c.amount_fen),
            func.min(legs.c.id),
        ).group_by(*grouped)
    ).all()
    first: dict[str, int] = {}
    for row in rows:
        first[row[0]] = min(row[-1], first.get(row[0], row[-1]))
    ordered = sorted(rows, key=lambda row: (first[row[0]], row[-1]))
    return [_sum(row) for row in ordered]


def _sum(row: Sequence[Any]) -> Sum:
    document, account, liable, kind, party, name, bearer, year, correction, *rest = row
    _is_debit, pieces, fen, _first = rest
    owed, why = Account(account), Correction(correction)
    return Sum(document, owed, liable, kind, party, name, bearer, year, why, pieces, int(fen))


def _legs(month: str) -> Select[Any]:
    """Return the query of a month's legs with what a voucher's line is told apart by."""
    entry = LedgerEntry
    opened = select(entry.entry_no).where(entry.month == month, entry.account == Account.OPENING)
    kind, party, name = _party()
    return select(
        entry.document,
        entry.account,
        entry.liable_kind,
        kind.label("about_kind"),
        party.label("about_party"),
        name.label("about_name"),
        case((entry.liable_kind == LiableKind.STORE, entry.liable_party), else_="").label("bearer"),
        _year().label("of_year"),
        _correction().label("correction"),
        case((entry.amount_fen > 0, 1), else_=0).label("is_debit"),
        entry.piece_no,
        entry.amount_fen,
        entry.id,
    ).where(entry.month == month, not_(entry.entry_no.in_(opened)))


def _party() -> tuple[ColumnElement[str], ColumnElement[str], ColumnElement[str]]:
    """Whom a line is about, as kind, code and name: its bearer, or the store that is credited."""
    entry = LedgerEntry
    bears = and_(
        entry.account.in_(_OWED),
        entry.liable_kind.in_((LiableKind.SUPPLIER, LiableKind.STORE)),
    )
    is_credit = entry.account == Account.OWNER_CREDIT
    return (
        case((bears, entry.liable_kind), (is_credit, LiableKind.STORE.value), else_=""),
        case((bears, entry.liable_party), (is_credit, entry.store), else_=""),
        case((bears, entry.liable_name), else_=""),
    )


def _year() -> ColumnElement[int]:
    of_many = or_(*(LedgerEntry.document.startswith(f"{one}-") for one in _OF_NO_YEAR))
    return case((of_many, 0), else_=LedgerEntry.production_year)


def _correction() -> ColumnElement[str]:
    is_original = LedgerEntry.reverses.is_(None)
    restores = LedgerEntry.reverses.endswith(REVERSED)
    return case(
        (is_original, Correction.NONE.value),
        (restores, Correction.RESTORED.value),
        else_=Correction.REVERSED.value,
    )
