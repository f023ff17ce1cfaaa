"""Reads of statements, within what the actor may see, and of what is on none yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload

from tracker.domain.account import COST_ROLES, Actor
from tracker.domain.codes import LiableKind
from tracker.domain.errors import not_found
from tracker.domain.ledger import REVERSED, Account
from tracker.domain.ledger import Status as MonthStatus
from tracker.domain.statement import PAYABLE, Status
from tracker.models.ledger import LedgerEntry, Month
from tracker.models.loss import LossLine
from tracker.models.statement import Settlement, SettlementFile, Statement, StatementLine
from tracker.queries import scope
from tracker.queries.lock import for_writing
from tracker.queries.paging import PAGE

CHARGED = (Account.CHARGE, Account.OPENING, Account.FREIGHT)
"""What a statement charges; the owner's credit goes against it."""

_PEOPLE = (joinedload(Statement.drawn_by), joinedload(Statement.issued_by))


@dataclass(frozen=True)
class Wanted:
    """Which statements: the same names stand in the address of the list."""

    status: str | None = None
    month: str | None = None
    kind: str | None = None
    party: str | None = None


@dataclass(frozen=True)
class Due:
    """What one party's entries of a month sum to, in fen, and on how many lines."""

    kind: LiableKind
    party: str
    name: str
    charge_fen: int
    credit_fen: int
    lines: int


def get(session: Session, actor: Actor, no: str, *, for_update: bool = False) -> Statement:
    """Return a statement that the actor may see. Raises ``NotFound``."""
    query = select(Statement).where(Statement.no == no, scope.statements(actor)).options(*_PEOPLE)
    if for_update:
        query = for_writing(query, Statement)
    found = session.scalar(query)
    if found is None:
        raise not_found("扣款单或对账单", "statement", no)
    return found


def page(
    session: Session, actor: Actor, wanted: Wanted, after: int = 0
) -> tuple[Sequence[Statement], int | None]:
    """Return a page of statements that the actor sees, newest first, and where the next begins."""
    query = _wanted(select(Statement), actor, wanted).order_by(Statement.id.desc())
    if after:
        query = query.where(Statement.id < after)
    rows = session.scalars(query.limit(PAGE + 1)).all()
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None


def counts(session: Session, actor: Actor, wanted: Wanted) -> dict[str, tuple[int, int, int]]:
    """Return by status how many statements, their total and what was settled, in fen."""
    query = select(
        Statement.status,
        func.count(),
        func.sum(Statement.total_fen),
        func.sum(Statement.settled_fen),
    )
    rows = session.execute(_wanted(query, actor, wanted).group_by(Statement.status))
    return {status: (count, int(total), int(settled)) for status, count, total, settled in rows}


def _wanted(query: Select, actor: Actor, wanted: Wanted) -> Select:
    query = query.where(scope.statements(actor))
    for column, value in (
        (Statement.status, wanted.status),
        (Statement.month, wanted.month),
        (Statement.liable_kind, wanted.kind),
        (Statement.party, wanted.party),
    ):
        if value:
            query = query.where(column == value)
    return query


def lines(
    session: Session, statement: Statement, limit: int | None = None
) -> Sequence[LedgerEntry]:
    """Return the entries on a statement in the order of posting; of a voided one, those it had."""
    query = (
        select(LedgerEntry)
        .join(StatementLine, StatementLine.entry_id == LedgerEntry.id)
        .where(StatementLine.statement_id == statement.id)
        .order_by(LedgerEntry.id)
    )
    return session.scalars(query.limit(limit)).all()


def losses_behind(session: Session, entries: Sequence[LedgerEntry]) -> dict[str, LossLine]:
    """Return by the number of a charge, corrections of it too, the line of a form behind it."""
    lines = {
        entry.entry_no: int(entry.entry_no.replace(REVERSED, "").rpartition("/")[2])
        for entry in entries
        if entry.account == Account.CHARGE
    }
    known: dict[int, LossLine] = {}
    wanted = sorted(set(lines.values()))
    for start in range(0, len(wanted), 500):
        query = select(LossLine).where(LossLine.id.in_(wanted[start : start + 500]))
        known.update((line.id, line) for line in session.scalars(query))
    return {no: known[line_id] for no, line_id in lines.items() if line_id in known}


def line_count(session: Session, statement: Statement) -> int:
    """Return how many entries are on a statement."""
    own = StatementLine.statement_id == statement.id
    return session.scalar(select(func.count()).where(own)) or 0


def _kind() -> ColumnElement[str]:
    """To which kind of party an entry goes: a credit to the store that owned the goods."""
    is_credit = LedgerEntry.account == Account.OWNER_CREDIT
    return case((is_credit, LiableKind.STORE.value), else_=LedgerEntry.liable_kind)


def _party() -> ColumnElement[str]:
    is_credit = LedgerEntry.account == Account.OWNER_CREDIT
    return case((is_credit, LedgerEntry.store), else_=LedgerEntry.liable_party)


def _unbilled(month: str | InstrumentedAttribute[str]) -> tuple[ColumnElement[bool], ...]:
    billed = exists().where(StatementLine.entry_id == LedgerEntry.id, StatementLine.is_live)
    goes_out = or_(
        and_(
            LedgerEntry.account.in_(CHARGED),
            LedgerEntry.liable_kind.in_((LiableKind.SUPPLIER, LiableKind.STORE)),
        ),
        LedgerEntry.account == Account.OWNER_CREDIT,
    )
    return LedgerEntry.month == month, goes_out, ~billed


def months_to_bill(session: Session, actor: Actor) -> list[str]:
    """Return the closed months that owe statements and have no live one yet, newest first."""
    if not actor.is_any(COST_ROLES):
        return []
    drawn = exists().where(Statement.month == Month.month, Statement.status != Status.VOIDED)
    closed = select(Month.month).where(Month.status == MonthStatus.CLOSED, ~drawn)
    owing = closed.where(exists().where(*_unbilled(Month.month)))
    return list(session.scalars(owing.order_by(Month.month.desc())))


def due(session: Session, month: str) -> list[Due]:
    """Return by party what a month's entries that are on no statement sum to (I11)."""
    kind, party = _kind().label("kind"), _party().label("party")
    is_credit = LedgerEntry.account == Account.OWNER_CREDIT
    charge = func.sum(case((is_credit, 0), else_=LedgerEntry.amount_fen))
    credit = func.sum(case((is_credit, -LedgerEntry.amount_fen), else_=0))
    name = func.max(case((is_credit, ""), else_=LedgerEntry.liable_name))
    query = select(kind, party, name, charge, credit, func.count()).where(*_unbilled(month))
    rows = session.execute(query.group_by(kind, party).order_by(kind.desc(), party))
    return [
        Due(LiableKind(found), code, words, int(debit), int(owed), count)
        for found, code, words, debit, owed, count in rows
    ]


def entries_due(month: str, owed: Due) -> Select[int, int]:
    """Return the query of one party's entries that are on no statement: id and fen."""
    return (
        select(LedgerEntry.id, LedgerEntry.amount_fen)
        .where(*_unbilled(month), _kind() == owed.kind.value, _party() == owed.party)
        .order_by(LedgerEntry.id)
    )


def last_voided(session: Session, month: str, owed: Due) -> Statement | None:
    """Return the last voided statement of a party and month: the one that a new one replaces."""
    query = select(Statement).where(
        Statement.month == month,
        Statement.liable_kind == owed.kind,
        Statement.party == owed.party,
        Statement.status == Status.VOIDED,
    )
    return session.scalar(query.order_by(Statement.id.desc()).limit(1))


def replaced_by(session: Session, statement: Statement) -> Statement | None:
    """Return the statement that was drawn up in place of a voided one."""
    query = select(Statement).where(Statement.replaces_id == statement.id)
    return session.scalar(query.order_by(Statement.id.desc()).limit(1))


def settlements(session: Session, statement: Statement) -> Sequence[Settlement]:
    """Return what was settled on a statement, in the order in which it was recorded."""
    query = select(Settlement).where(Settlement.statement_id == statement.id)
    return session.scalars(query.order_by(Settlement.id).options(joinedload(Settlement.by))).all()


def known_rows(session: Session, keys: Sequence[str]) -> set[str]:
    """Return which rows of a settlement file were taken before."""
    found: set[str] = set()
    for start in range(0, len(keys), 500):
        part = keys[start : start + 500]
        query = select(Settlement.row_key).where(Settlement.row_key.in_(part))
        found.update(key for key in session.scalars(query) if key)
    return found


def by_no(session: Session, no: str) -> Statement | None:
    """Return a statement by its number, held for writing."""
    return session.scalar(for_writing(select(Statement).where(Statement.no == no), Statement))


def payable(session: Session, party: str, amount_fen: int) -> Sequence[Statement]:
    """Return a party's statements on which exactly this much is left, held for writing."""
    query = select(Statement).where(
        Statement.party == party,
        Statement.status.in_(PAYABLE),
        func.abs(Statement.total_fen) - Statement.settled_fen == amount_fen,
    )
    return session.scalars(for_writing(query.order_by(Statement.id), Statement)).all()


def files(session: Session, actor: Actor) -> Sequence[SettlementFile]:
    """Return the last settlement files that were read, newest first."""
    if not actor.is_any(COST_ROLES):
        return []
    query = select(SettlementFile).order_by(SettlementFile.id.desc()).limit(PAGE)
    return session.scalars(query.options(joinedload(SettlementFile.by))).all()


def file(session: Session, actor: Actor, number: int) -> SettlementFile:
    """Return a settlement file with what became of its rows. Raises ``NotFound``."""
    found = session.get(SettlementFile, number) if actor.is_any(COST_ROLES) else None
    if found is None:
        raise not_found("结算文件", "settlement file", str(number))
    return found
