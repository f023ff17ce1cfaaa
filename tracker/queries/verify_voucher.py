"""Invariants of vouchers: what was drawn up is what the closed month still gives."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.errors import RuleViolation
from tracker.domain.voucher import digest
from tracker.models.voucher import VoucherSet
from tracker.queries import voucher as queries


def vouchers_agree(session: Session) -> list[str]:
    """Return the sets whose lines are not those of their month by their own codes."""
    rows = session.scalars(select(VoucherSet).order_by(VoucherSet.month, VoucherSet.ordinal))
    return [
        f"{row.month}: vouchers {row.ordinal} are not what the ledger gives"
        for row in rows
        if not _agrees(session, row)
    ]


def _agrees(session: Session, row: VoucherSet) -> bool:
    try:
        found = queries.lines_of(session, row.month, queries.basis_of(row))
    except RuleViolation:
        return False
    numbers = (len(found), found[-1].number if found else 0, sum(one.debit_fen for one in found))
    return (digest(found), *numbers) == (row.sha256, row.lines, row.vouchers, row.total_fen)
