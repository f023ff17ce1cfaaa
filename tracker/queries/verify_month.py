"""The invariants of months and statements: each a question whose answer must be empty."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from tracker.domain.ledger import Account
from tracker.models.ledger import LedgerEntry, Month
from tracker.models.month import MonthTotal
from tracker.queries import ledger, month_roll, month_total
from tracker.queries.verify import LIMIT, said


def closed_months_stand(session: Session) -> list[str]:
    """I10: a closed month's rows, totals and roll-forward are those of its close."""
    found = []
    for month in session.scalars(select(Month).where(Month.status == "closed")):
        found += _closed(session, month)
    return (found + _late(session))[:LIMIT]


def _closed(session: Session, month: Month) -> list[str]:
    name, found = month.month, []
    content = ledger.content_sha256(session, name)
    if content != month.content_sha256:
        found.append(f"{name}: its rows are not those that were closed")
    if ledger.sum_of(session, name, ledger.Wanted()) != (month.line_count, month.total_fen):
        found.append(f"{name}: its total or number of lines changed after the close")
    if month.totals_sha256 is None:
        return found
    if month_total.totals_sha256(session, name, content) != month.totals_sha256:
        found.append(f"{name}: its totals are not those that were closed")
    found += [
        f"{name}: its totals by {grouping} are not those of its rows"
        for grouping in month_total.GROUPINGS
        if _differs(session, name, grouping)
    ]
    roll = month_roll.kept(session, name)
    if roll is None or roll != month_roll.worked_out(session, name):
        found.append(f"{name}: its roll-forward is not that of its rows")
    elif roll.closing != month_roll.counted(session, name):
        found.append(f"{name}: its roll-forward does not lead to what is left")
    return found


def _differs(session: Session, month: str, grouping: str) -> bool:
    """Whether the totals that were kept and those of the rows are not the same rows."""
    total = MonthTotal
    kept = select(
        total.account, *(getattr(total, name) for name in month_total.GROUPINGS[grouping]),
        total.lines, total.pieces, total.amount_fen,
    ).where(total.month == month, total.grouped_by == grouping)  # fmt: skip
    entry = LedgerEntry
    by = [entry.account, *(getattr(entry, name) for name in month_total.GROUPINGS[grouping])]
    worked_out = select(
        *by, func.count(), func.count(entry.piece_no.distinct()), func.sum(entry.amount_fen)
    ).where(entry.month == month).group_by(*by)  # fmt: skip
    return _rows(session, kept) != _rows(session, worked_out)


def _rows(session: Session, query: Select[Any]) -> list[tuple[str, ...]]:
    return sorted(tuple(map(str, row)) for row in session.execute(query))


def _late(session: Session) -> list[str]:
    return said(
        session,
        "SELECT e.id, e.month FROM ledger_entry e JOIN month m ON m.month = e.month "
        "WHERE m.closed_at IS NOT NULL AND e.at > m.closed_at",
        "entry {0} came into {1} after its close",
    )


def scrap_leaves_once(session: Session) -> list[str]:
    """I10: what was destroyed or returned has left the stock of scrap, and nothing else has."""
    charged = "SELECT registration_no FROM ledger_entry WHERE account = 'charge'"
    return [
        *said(
            session,
            "SELECT r.no, r.status FROM registration r "  # noqa: S608
            "LEFT JOIN departure d ON d.registration_no = r.no WHERE d.id IS NULL "
            f"AND r.status IN ('destroyed', 'returned_to_supplier') AND r.no IN ({charged})",
            "{0} is {1}, and has not left the stock of scrap",
        ),
        *said(
            session,
            "SELECT d.registration_no, d.kind FROM departure d "
            "LEFT JOIN registration r ON r.no = d.registration_no WHERE COALESCE(r.status, '') <> "
            "CASE d.kind WHEN 'destroyed' THEN 'destroyed' ELSE 'returned_to_supplier' END",
            "{0} left as {1}, and its registration does not agree",
        ),
    ]


def statements_agree(session: Session) -> list[str]:
    """I11: a statement is its lines, each entry on one live statement, of one party and month."""
    return [
        *said(session, _SUMS, "{0} says {1} fen, its lines sum to {2}"),
        *said(session, _LIVE, "{0} is {1}, and its lines do not agree"),
        *said(session, _TWICE, "entry {0} is on {1} live statements"),
        *said(session, _STRANGERS, "{0} carries entry {1}, which is not its party's or month's"),
        *said(session, _SETTLED, "{0} is {1}: {2} fen settled, its settlements sum to {3}"),
        *said(
            session,
            "SELECT s.no FROM statement s JOIN month m ON m.month = s.month "
            "WHERE m.status <> 'closed'",
            "{0} was drawn up from a month that is not closed",
        ),
        *_missing(session),
    ]


_SUMS = (
    "SELECT s.no, s.total_fen, COALESCE(SUM(l.amount_fen), 0) FROM statement s "
    "LEFT JOIN statement_line l ON l.statement_id = s.id "
    "LEFT JOIN ledger_entry e ON e.id = l.entry_id "
    "GROUP BY s.id, s.no, s.total_fen, s.charge_fen, s.credit_fen "
    "HAVING s.total_fen <> COALESCE(SUM(e.amount_fen), 0) "
    "OR s.total_fen <> COALESCE(SUM(l.amount_fen), 0) OR s.credit_fen <> "
    "COALESCE(SUM(CASE WHEN e.account = 'owner_credit' THEN -e.amount_fen ELSE 0 END), 0)"
)
_LIVE = (
    "SELECT s.no, s.status FROM statement s JOIN statement_line l ON l.statement_id = s.id "
    "WHERE l.is_live <> (s.status <> 'voided') GROUP BY s.no, s.status"
)
_TWICE = (
    "SELECT entry_id, COUNT(*) FROM statement_line WHERE is_live "
    "GROUP BY entry_id HAVING COUNT(*) > 1"
)
_STRANGERS = (
    "SELECT s.no, e.id FROM statement s JOIN statement_line l ON l.statement_id = s.id "
    "JOIN ledger_entry e ON e.id = l.entry_id WHERE e.month <> s.month OR NOT ("
    "(e.account IN ('charge', 'opening', 'freight') AND e.liable_kind = s.liable_kind "
    "AND e.liable_party = s.party) OR (e.account = 'owner_credit' AND s.liable_kind = 'store' "
    "AND e.store = s.party))"
)
_SETTLED = (
    "SELECT s.no, s.status, s.settled_fen, COALESCE(SUM(p.amount_fen), 0) FROM statement s "
    "LEFT JOIN settlement p ON p.statement_id = s.id "
    "GROUP BY s.id, s.no, s.status, s.settled_fen, s.total_fen "
    "HAVING s.settled_fen <> COALESCE(SUM(p.amount_fen), 0) OR s.settled_fen > ABS(s.total_fen) "
    "OR (s.status = 'settled' AND s.settled_fen <> ABS(s.total_fen)) "
    "OR (s.status <> 'settled' AND s.settled_fen <> 0 AND s.settled_fen = ABS(s.total_fen))"
)


def _missing(session: Session) -> list[str]:
    """Where statements of a party and month stand, they carry all of its entries."""
    return said(
        session,
        "SELECT s.no, e.id FROM statement s JOIN ledger_entry e ON e.month = s.month "
        "AND e.account IN ('charge', 'opening', 'freight') AND e.liable_kind = s.liable_kind "
        "AND e.liable_party = s.party LEFT JOIN statement_line l "
        "ON l.entry_id = e.id AND l.is_live WHERE s.status <> 'voided' AND l.id IS NULL",
        "{0} lacks entry {1} of its party and month",
    )


def openings_agree(session: Session) -> list[str]:
    """I9: opening balances stand in the ledger's first month; only reversals come later."""
    first = select(func.min(Month.month)).scalar_subquery()
    query = select(LedgerEntry.id, LedgerEntry.month).where(
        LedgerEntry.account == Account.OPENING,
        LedgerEntry.reverses.is_(None),
        LedgerEntry.month != first,
    )
    return [
        f"opening balance {entry} stands in {month}, which is not the first month"
        for entry, month in session.execute(query.limit(LIMIT))
    ]
