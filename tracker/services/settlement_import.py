"""Settlement files: each row matched to an issued statement, or told why not.

One row is one payment or set-off: ``statement_no,party,amount,settled_on,reference``. It matches by
number and amount, or, without a number, by party and exactly what is left. A row that was taken
before changes nothing.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from tracker.domain.errors import HangtagError
from tracker.domain.money import parse_yuan, yuan
from tracker.domain.statement import PAYABLE, Status
from tracker.models.statement import SettlementFile, Statement
from tracker.queries import statement as queries
from tracker.services import statement as statements
from tracker.services.act import Act
from tracker.services.rows import BadFile, BadRow, Row, checked, repeated, text_of, wrong

WORDS = {
    "单号": "statement_no",
    "对方编码": "party",
    "金额": "amount",
    "日期": "settled_on",
    "凭证号": "reference",
}
"""The columns by their Chinese heads."""
COLUMNS = tuple(WORDS.values())
_DAY = re.compile(r"(20[0-9]{2})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})( 00:00:00)?")


@dataclass(frozen=True)
class Outcome:
    """What became of one row: ``settled``, ``partial``, ``known`` or ``unmatched`` with why."""

    row: int
    result: str
    statement_no: str
    party: str
    amount_fen: int
    reference: str
    zh: str
    en: str


@dataclass(frozen=True)
class _Line:
    statement_no: str
    party: str
    amount_fen: int
    settled_on: date
    reference: str

    @property
    def key(self) -> str:
        values = (
            self.statement_no, self.party, str(self.amount_fen), self.settled_on.isoformat(),
            self.reference,
        )  # fmt: skip
        return hashlib.sha256("\x1f".join(values).encode()).hexdigest()


def import_settlements(act: Act, name: str, raw: bytes, rows: Sequence[Row]) -> SettlementFile:
    """Match the rows of a file and settle what matches; keep what became of each.

    Raises ``Forbidden`` for whoever may not settle, ``BadFile`` with every row that cannot be
    read; then nothing is taken.
    """
    lines = checked(rows, _line, iter, WORDS)
    twice = repeated([(number, line.key) for number, line in lines], "row")
    if twice:
        raise BadFile([_twice(row.number) for row in twice])
    known = queries.known_rows(act.session, [line.key for _number, line in lines])
    outcomes = [_take(act, number, line, line.key in known) for number, line in lines]
    kept = SettlementFile(
        name=name[:200],
        sha256=hashlib.sha256(raw).hexdigest(),
        at=act.now,
        by_id=act.actor.account_id,
        outcomes=[asdict(outcome) for outcome in outcomes],
    )
    act.session.add(kept)
    act.session.flush()
    return kept


def _twice(number: int) -> BadRow:
    return BadRow(
        number,
        "与前面的一行完全相同。如确是两笔，请用不同的凭证号加以区别。",
        "The same as a row before it. If it is another payment, tell them apart by reference.",
    )


def _line(row: Row) -> _Line:
    values = row.values
    no, party = values["statement_no"].upper(), values["party"].upper()
    if not no and not party:
        raise wrong("statement_no", "单号和对方编码至少填一项。", "Give a number or a party.")
    amount = parse_yuan(values["amount"], "amount")
    if amount <= 0:
        raise wrong("amount", "金额须大于 0。", "More than nothing.")
    return _Line(no, party, amount, _day(values["settled_on"]), text_of(values, "reference", 80))


def _day(typed: str) -> date:
    found = _DAY.fullmatch(typed)
    try:
        return date(*(int(part) for part in found.groups()[:3])) if found else _no_day()
    except ValueError:
        return _no_day()


def _no_day() -> date:
    raise wrong("settled_on", "请填写日期，例如 2026-12-20。", "A date, such as 2026-12-20.")


def _take(act: Act, number: int, line: _Line, is_known: bool) -> Outcome:
    if is_known:
        return _outcome(number, line, "known", "以前已登记", "Recorded before")
    try:
        statement = _match(act, line)
        statements.take(act, statement, line.amount_fen, line.settled_on, line.reference, line.key)
    except HangtagError as refusal:
        if refusal.status == 403:
            raise
        return _outcome(number, line, "unmatched", refusal.message("zh"), refusal.message("en"))
    is_whole = statement.status == Status.SETTLED
    if is_whole:
        return _outcome(number, line, "settled", "已结清", "Settled", statement.no)
    left = statements.left(statement)
    zh, en = f"部分结算，尚余 {yuan(left)} 元", f"In part, {yuan(left)} yuan left"
    return _outcome(number, line, "partial", zh, en, statement.no)


def _outcome(number: int, line: _Line, result: str, zh: str, en: str, no: str = "") -> Outcome:
    found = no or line.statement_no
    return Outcome(number, result, found, line.party, line.amount_fen, line.reference, zh, en)


def _match(act: Act, line: _Line) -> Statement:
    if line.statement_no:
        return _by_number(act, line)
    found = queries.payable(act.session, line.party, line.amount_fen)
    if len(found) == 1:
        return found[0]
    if found:
        raise wrong(
            "party",
            f"有 {len(found)} 张单的未结金额相同，请填写单号。",
            f"{len(found)} statements have this much left: give the number.",
        )
    raise wrong(
        "party",
        "该对方没有未结金额正好相符、且已送达的单。",
        "No delivered statement of this party has exactly this much left.",
    )


def _by_number(act: Act, line: _Line) -> Statement:
    statement = queries.by_no(act.session, line.statement_no)
    if statement is None:
        raise wrong("statement_no", "没有这张单。", "There is no such statement.")
    if line.party and line.party != statement.party:
        raise wrong(
            "party",
            f"这张单是 {statement.party} 的。",
            f"The statement is that of {statement.party}.",
        )
    if statement.status not in PAYABLE:
        status = Status(statement.status)
        raise wrong(
            "statement_no",
            f"这张单是「{status.zh}」，不能结算（送达之后才能结算）。",
            f"The statement is “{status.en}”: it is settled once it was delivered.",
        )
    return statement
