"""Reads of single ledger entries: their legs, what takes them back, lists of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from tracker.domain.account import COST_ROLES, Actor
from tracker.domain.chain import Kind
from tracker.domain.errors import not_found
from tracker.domain.ledger import COUNTERPARTS, CUSTOMER_ACCOUNTS, Account
from tracker.models.chain import ChainLink
from tracker.models.ledger import LedgerEntry
from tracker.models.registration import Registration

FACTS = (
    "document", "liable_kind", "liable_party", "liable_name", "supplier", "store", "style_no",
    "production_year", "defect", "piece_no", "registration_no",
)  # fmt: skip
"""What an entry says beside its amounts."""
SHOWN = 200
FREIGHT_ACCOUNTS = frozenset({Account.FREIGHT, Account.FREIGHT_PAYABLE})


@dataclass(frozen=True)
class Wanted:
    """Which entries: the same names stand in the address of the list."""

    month: str | None = None
    document: str | None = None
    account: str | None = None


def legs(
    session: Session, actor: Actor, entry_no: str, *, bounded: bool = True
) -> Sequence[LedgerEntry]:
    """Return the legs of an entry in their order, for those who may see money.

    Raises ``NotFound``. Without ``bounded`` the actor's role does not count: his own work takes
    back what it wrote.
    """
    query = select(LedgerEntry).where(LedgerEntry.entry_no == entry_no).order_by(LedgerEntry.id)
    may_see = actor.is_any(COST_ROLES) or not bounded
    found = session.scalars(query.options(joinedload(LedgerEntry.by))).all() if may_see else ()
    if not found:
        raise not_found("分录", "ledger entry", entry_no)
    return found


def reversal_of(session: Session, entry_no: str) -> LedgerEntry | None:
    """Return the first leg of what takes an entry back, if anything does."""
    query = select(LedgerEntry).where(LedgerEntry.reverses == entry_no).order_by(LedgerEntry.id)
    return session.scalar(query.limit(1))


def entry_count(session: Session, document: str, accounts: Sequence[Account]) -> int:
    """Return how many entries a document has on these accounts, reversals left out."""
    query = select(func.count(LedgerEntry.entry_no.distinct())).where(
        LedgerEntry.document == document,
        LedgerEntry.account.in_(accounts),
        LedgerEntry.reverses.is_(None),
    )
    return int(session.scalar(query) or 0)


def may_be_reversed(session: Session, leg: LedgerEntry) -> bool:
    """Return whether finance may take an entry back: any original, and its own reversal of one.

    What the work itself took back has its successor, and what stands again was looked at twice.
    What was entered anew after its reversal does not come back beside it, nor does a customer's
    charge for a repair that he does not get.
    """
    if leg.reverses is None:
        return True
    query = select(LedgerEntry.reverses).where(LedgerEntry.entry_no == leg.reverses).limit(1)
    is_first = session.scalar(query) is None
    return leg.reason is not None and is_first and not _is_succeeded(session, leg)


def _is_succeeded(session: Session, reversal: LedgerEntry) -> bool:
    """Whether a box's freight or a customer's charge ended, or was entered anew, after it."""
    if reversal.account in CUSTOMER_ACCOUNTS:
        return _is_anew(session, reversal, CUSTOMER_ACCOUNTS) or not _is_charged(session, reversal)
    if reversal.account in FREIGHT_ACCOUNTS:
        return _is_anew(session, reversal, (Account.FREIGHT,))
    return False


def _is_anew(session: Session, reversal: LedgerEntry, accounts: Sequence[Account]) -> bool:
    query = exists().where(
        LedgerEntry.document == reversal.document,
        LedgerEntry.account.in_(accounts),
        LedgerEntry.reverses.is_(None),
        LedgerEntry.id > reversal.id,
    )
    return bool(session.scalar(select(query)))


def _is_charged(session: Session, leg: LedgerEntry) -> bool:
    """Whether the garment of a charge still costs its customer anything."""
    query = exists().where(Registration.no == leg.document, Registration.charge_fen > 0)
    return bool(session.scalar(select(query)))


def _restores() -> ColumnElement[bool]:
    """Finance took a reversal back: the entry that this one leads to stands again."""
    before = aliased(LedgerEntry)
    is_reversal = exists().where(
        before.entry_no == LedgerEntry.reverses, before.reverses.is_not(None)
    )
    return and_(LedgerEntry.reason.is_not(None), is_reversal)


def _is_last() -> ColumnElement[bool]:
    """Nothing takes the entry back."""
    later = aliased(LedgerEntry)
    return ~exists().where(later.reverses == LedgerEntry.entry_no)


def taken_back(
    session: Session, document: str, accounts: Sequence[Account]
) -> Sequence[LedgerEntry]:
    """Return the reversals that hold of a document's entries, one leg each, in their order."""
    first = (
        select(func.min(LedgerEntry.id))
        .where(
            LedgerEntry.document == document,
            LedgerEntry.account.in_(accounts),
            LedgerEntry.reverses.is_not(None),
            ~_restores(),
            _is_last(),
        )
        .group_by(LedgerEntry.entry_no)
    )
    query = select(LedgerEntry).where(LedgerEntry.id.in_(first)).order_by(LedgerEntry.id)
    return session.scalars(query).all()


def standing(session: Session, document: str, accounts: Sequence[Account]) -> Sequence[str]:
    """Return the numbers of a document's entries on these accounts that nothing takes back."""
    query = (
        select(LedgerEntry.entry_no)
        .where(
            LedgerEntry.document == document,
            LedgerEntry.account.in_(accounts),
            or_(LedgerEntry.reverses.is_(None), _restores()),
            _is_last(),
        )
        .group_by(LedgerEntry.entry_no)
        .order_by(func.min(LedgerEntry.id))
    )
    return session.scalars(query).all()


def entries(session: Session, actor: Actor, wanted: Wanted) -> Sequence[LedgerEntry]:
    """Return the legs that say what an entry is about, newest first, at most ``SHOWN``."""
    if not actor.is_any(COST_ROLES):
        return []
    query = select(LedgerEntry).where(LedgerEntry.account.not_in(COUNTERPARTS))
    if wanted.month:
        query = query.where(LedgerEntry.month == wanted.month)
    if wanted.document:
        query = query.where(LedgerEntry.document == wanted.document)
    if wanted.account:
        query = query.where(LedgerEntry.account == wanted.account)
    return session.scalars(query.order_by(LedgerEntry.id.desc()).limit(SHOWN)).all()


def link_of(session: Session, entry_no: str) -> ChainLink | None:
    """Return the link of the chain that covers an entry; older entries the beginning covers."""
    query = select(ChainLink).where(ChainLink.kind == Kind.ENTRY, ChainLink.ref == entry_no)
    return session.scalar(query)
