"""A month with as many lines as a test or a benchmark wants, written straight into the ledger."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select

from tests.story import MONDAY
from tracker.domain.ledger import Account as Leg
from tracker.models.account import Account
from tracker.models.ledger import LedgerEntry, Month

MONTH = "2026-09"
LINES_A_PAGE = 28
"""About so many lines stand on a page of the printed report."""


def fill(session: Any, lines: int, month: str = MONTH, *, stores_bear: bool = False) -> int:
    """Write an open month of balanced lines, borne by suppliers or by the stores; return its total
    in fen. The caller commits."""
    clerk = session.scalar(select(Account.id).where(Account.login == "clerk"))
    if session.scalar(select(Month.id).where(Month.month == month)) is None:
        session.add(Month(month=month, status="open"))
    session.flush()
    rows = []
    for number in range(lines):
        common = {
            "entry_no": f"{'SHOP' if stores_bear else 'LONG'}-{month}-{number}",
            "month": month,
            "at": MONDAY + timedelta(seconds=number),
            "by_id": clerk,
            "document": f"BS-{number // 20:06}",
            "liable_kind": "supplier",
            "liable_party": f"SUP{number % 5 + 1:02}",
            "liable_name": "锦程服饰有限公司",
            "supplier": f"SUP{number % 5 + 1:02}",
            "store": f"S{number % 3 + 1:03}",
            "style_no": "2613M04012",
            "production_year": 2026,
            "defect": "FADE_BLEED",
            "piece_no": f"HT{number:07}",
            "registration_no": "DJ000000000",
        }
        if stores_bear:
            common |= {"liable_kind": "store", "liable_party": common["store"]}
        fen = 10_000 + number
        rows.append({**common, "account": Leg.CHARGE.value, "amount_fen": fen})
        rows.append({**common, "account": Leg.CLEARING.value, "amount_fen": -fen})
    session.execute(insert(LedgerEntry), rows)
    return sum(10_000 + number for number in range(lines))
