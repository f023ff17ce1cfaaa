"""Opening balances: what suppliers and stores owed before this system, one entry set in one month.

One row is one unsettled charge: ``kind,party,reference,production_year,amount``. They are posted
in the month before the first of the ledger, which is then submitted and closed like any other; its
statements carry them. The same file again changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tracker.domain.account import Role
from tracker.domain.calendar import month_of
from tracker.domain.chain import Kind
from tracker.domain.codes import LiableKind
from tracker.domain.errors import Forbidden, InvalidInput, RuleViolation
from tracker.domain.ledger import MACHINE, Account, Status, pair
from tracker.domain.money import parse_yuan
from tracker.domain.month import next_month
from tracker.models.ledger import Month
from tracker.queries import ledger as queries
from tracker.services import chain, ledger, liability
from tracker.services.act import Act
from tracker.services.rows import (
    BadFile,
    Counts,
    Row,
    Watch,
    checked,
    repeated,
    text_of,
    wrong,
)
from tracker.services.transition import begin

LINKED = 500
"""So many entries join the chain in one statement."""
WORDS = {
    "对方类别": "kind",
    "对方编码": "party",
    "原单号": "reference",
    "生产年份": "production_year",
    "金额": "amount",
}
"""The columns by their Chinese heads."""
COLUMNS = tuple(WORDS.values())
_YEAR = re.compile(r"20[0-9]{2}")
_KINDS = {"supplier": LiableKind.SUPPLIER, "store": LiableKind.STORE}
_KINDS |= {kind.zh: kind for kind in _KINDS.values()}


@dataclass(frozen=True, order=True)
class _Line:
    kind: str
    party: str
    reference: str
    production_year: int
    amount_fen: int
    name: str = field(compare=False)
    """As the party is called when it is imported: renamed later, it owes the same."""


def import_opening(act: Act, rows: Sequence[Row], watch: Watch = iter) -> Counts:
    """Post the unsettled charges of before, by finance; returns how many rows were posted or known.

    Amounts are fen, negative for what the chain owes. Raises ``Forbidden`` ``wrong_role``,
    ``BadFile`` with every bad row, and ``RuleViolation`` ``opening_stands`` for other balances than
    those that stand, or ``month_closed`` once the ledger's first month was closed without them.
    """
    if Role.FINANCE not in act.actor.roles:
        raise Forbidden(
            "wrong_role", "期初余额由财务导入。", "Opening balances are imported by finance."
        )
    lines = checked(rows, lambda row: _line(act, row), watch, WORDS)
    twice = repeated([(number, f"{row.party} {row.reference}") for number, row in lines], "row")
    if twice:
        raise BadFile(twice)
    wanted = sorted(line for _number, line in lines)
    standing = _standing(act)
    if standing and standing == wanted:
        return Counts(0, len(wanted))
    if standing:
        raise RuleViolation(
            "opening_stands",
            "期初余额已经导入过，内容与本文件不同，没有导入。差额请用冲销更正。",
            "Other opening balances were imported before: nothing was imported. Correct by "
            "reversing.",
        )
    month = _month(act)
    written: list[str] = []
    for number, line in enumerate(wanted, start=1):
        written += ledger.write(
            act, month, f"QC-{month.month}/{number}", pair(Account.OPENING, line.amount_fen),
            _facts(month, line),
        )  # fmt: skip
    for start in range(0, len(written), LINKED):
        chain.append(act, *((Kind.ENTRY, no) for no in written[start : start + LINKED]))
    return Counts(len(wanted), 0)


def _line(act: Act, row: Row) -> _Line:
    values = row.values
    kind = _KINDS.get(values["kind"].lower())
    if kind is None:
        raise wrong("kind", "请填写供应商或专卖店。", "supplier or store.")
    party = values["party"].upper()
    try:
        name = liability.party_name(act, kind, party)
    except InvalidInput:
        raise wrong("party", "没有这个编码。", "There is no such code.") from None
    year = values["production_year"]
    if not _YEAR.fullmatch(year):
        raise wrong(
            "production_year", "请填写四位生产年份（规则 1.49）。", "Four digits (rule 1.49)."
        )
    amount = parse_yuan(values["amount"], "amount", allow_negative=True)
    if not amount:
        raise wrong("amount", "金额不能为 0。", "It cannot be nothing.")
    reference = text_of(values, "reference", 32)
    return _Line(kind.value, party, reference, int(year), amount, name)


def _standing(act: Act) -> list[_Line]:
    return sorted(
        _Line(
            entry.liable_kind, entry.liable_party, entry.document, entry.production_year,
            entry.amount_fen, entry.liable_name,
        )
        for entry in queries.opening(act.session)
    )  # fmt: skip


def _month(act: Act) -> Month:
    """Return the opening month, held: it lies before every other."""
    first = queries.first(act.session) or month_of(act.now)
    if queries.is_closed(act.session, first):
        raise RuleViolation(
            "month_closed",
            "账本的第一个月 {month} 已经结账，不能再导入期初余额。",
            "The ledger's first month {month} is closed: opening balances come too late.",
            month=first,
        )
    month = Month(month=next_month(first, -1))
    begin(act, month, MACHINE, Status.OPEN.value)
    return month


def _facts(month: Month, line: _Line) -> dict[str, Any]:
    is_supplier = line.kind == LiableKind.SUPPLIER
    return {
        "document": line.reference,
        "liable_kind": line.kind,
        "liable_party": line.party,
        "liable_name": line.name,
        "supplier": line.party if is_supplier else "",
        "store": "" if is_supplier else line.party,
        "style_no": "",
        "production_year": line.production_year,
        "defect": "",
        "piece_no": "",
        "registration_no": "",
    }
