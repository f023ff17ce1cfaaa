"""The catalogue of operations: seeded once, then added to, changed and retired."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.bench import OPERATIONS
from tracker.domain.codes import Defect
from tracker.domain.errors import InvalidInput, RuleViolation
from tracker.models.bench import RepairOperation
from tracker.queries import operation as queries
from tracker.services.act import Act
from tracker.services.fields import Fen, StandardMinutes, Text16, Text40, required
from tracker.services.keeping import check_keeper, code_of, set_active, touch


def seed(session: Session) -> int:
    """Add the default operations to an empty catalogue; returns how many were added."""
    if session.scalar(select(RepairOperation.id).limit(1)) is not None:
        return 0
    for one in OPERATIONS:
        session.add(
            RepairOperation(
                code=one.code,
                zh=one.zh,
                en=one.en,
                defect=one.defect.value,
                minutes=one.minutes,
                labour_fen=one.labour_fen,
            )
        )
    session.flush()
    return len(OPERATIONS)


def add(
    act: Act,
    *,
    code: Text16,
    zh: Text40,
    en: Text40,
    minutes: StandardMinutes,
    labour_fen: Fen,
    defect: Defect | None = None,
) -> RepairOperation:
    """Add an operation: standard minutes, labour in fen, the defect that it usually mends.

    Raises ``Forbidden``, ``InvalidInput`` ``bad_code``, ``RuleViolation`` ``code_taken``.
    """
    check_keeper(act)
    code = code_of(code)
    if queries.by_code(act.session, [code]):
        raise RuleViolation(
            "code_taken",
            "工序编号 {taken} 已存在（停用的也算）。请换一个编号，或直接修改、恢复那一行。",
            "There is an operation {taken} already. Choose another code, or change that row.",
            taken=code,
        )
    row = RepairOperation(code=code)
    _describe(act, row, zh, en, minutes, labour_fen, defect)
    act.session.add(row)
    act.session.flush()
    return row


def change(
    act: Act,
    code: str,
    *,
    zh: Text40,
    en: Text40,
    minutes: StandardMinutes,
    labour_fen: Fen,
    defect: Defect | None = None,
) -> RepairOperation:
    """Change an operation; work entered before keeps what it was told then.

    Raises ``Forbidden``, ``NotFound``, ``StaleVersion``.
    """
    check_keeper(act)
    row = queries.get(act.session, code, for_update=True)
    _describe(act, row, zh, en, minutes, labour_fen, defect)
    act.session.flush()
    return row


def _describe(
    act: Act,
    row: RepairOperation,
    zh: str,
    en: str,
    minutes: int,
    labour_fen: int,
    defect: Defect | None,
) -> None:
    touch(act, row)
    row.zh = required(zh, "zh", "请填写中文名称。", "Write its Chinese name.")
    row.en = required(en, "en", "请填写英文名称。", "Write its English name.")
    row.minutes, row.labour_fen = minutes, labour_fen
    row.defect = defect.value if defect else None


def retire(act: Act, code: str) -> RepairOperation:
    """Take an operation out of use: it is offered no more, and what names it stands."""
    row = queries.get(act.session, code, for_update=True)
    set_active(act, row, False)
    return row


def restore(act: Act, code: str) -> RepairOperation:
    """Take a retired operation into use again."""
    row = queries.get(act.session, code, for_update=True)
    set_active(act, row, True)
    return row


def standard_minutes(act: Act, codes: Sequence[str | None]) -> int | None:
    """Return what the catalogue says of the operations of one entry; nothing if one has no code.

    Raises ``InvalidInput`` ``unknown_operation`` for a code that the catalogue never had.
    """
    named = [code for code in codes if code]
    known = queries.by_code(act.session, named)
    for code in named:
        if code not in known:
            raise InvalidInput(
                "unknown_operation",
                "工序目录里没有编号 {unknown}。请从列表中选择，或不填编号、直接写工序名称。",
                "The catalogue has no operation {unknown}. Choose one, or write its name alone.",
                "operations",
                unknown=code,
            )
    return sum(known[code].minutes for code in named) if len(named) == len(codes) else None
