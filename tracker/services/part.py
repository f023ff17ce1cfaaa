"""Parts of the bench and their stock: every change of it is a movement that stands for good."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.account import Role
from tracker.domain.bench import PARTS, MovementKind
from tracker.domain.errors import Forbidden, InvalidInput, RuleViolation
from tracker.models.bench import Part, PartMovement
from tracker.models.repair import Work
from tracker.queries import account as accounts
from tracker.queries import part as queries
from tracker.services.act import Act
from tracker.services.fields import Count, Fen, Signed, Text8, Text16, Text40, Text200, required
from tracker.services.keeping import check_keeper, code_of, set_active, touch


def seed(session: Session) -> int:
    """Add the default parts to an empty catalogue, none in stock; returns how many were added."""
    if session.scalar(select(Part.id).limit(1)) is not None:
        return 0
    for one in PARTS:
        session.add(
            Part(
                code=one.code,
                name=one.name,
                unit=one.unit,
                price_fen=one.price_fen,
                low_level=one.low_level,
            )
        )
    session.flush()
    return len(PARTS)


def stock_up(session: Session, login: str, now: datetime) -> None:
    """Receive thrice its low level of every part in the name of ``login``, a clerk."""
    clerk = accounts.by_login(session, login)
    if clerk is None:
        return
    act = Act(session, accounts.actor_of(clerk), now)
    for stock in queries.every(session):
        quantity = 3 * stock.part.low_level
        move(act, stock.part.code, kind=MovementKind.RECEIVED, quantity=quantity)


def add(
    act: Act,
    *,
    code: Text16,
    name: Text40,
    unit: Text8,
    price_fen: Fen,
    low_level: Count,
) -> Part:
    """Add a part: its price in fen a unit, and at how many it is low.

    Raises ``Forbidden``, ``InvalidInput`` ``bad_code``, ``RuleViolation`` ``code_taken``.
    """
    check_keeper(act)
    code = code_of(code)
    if queries.by_code(act.session, [code]):
        raise RuleViolation(
            "code_taken",
            "辅料编号 {taken} 已存在（停用的也算）。请换一个编号，或直接修改、恢复那一行。",
            "There is a part {taken} already. Choose another code, or change that row.",
            taken=code,
        )
    row = Part(code=code)
    _describe(act, row, name, unit, price_fen, low_level)
    act.session.add(row)
    act.session.flush()
    return row


def change(
    act: Act, code: str, *, name: Text40, unit: Text8, price_fen: Fen, low_level: Count
) -> Part:
    """Change a part; work entered before keeps what it cost then.

    Raises ``Forbidden``, ``NotFound``, ``StaleVersion``.
    """
    check_keeper(act)
    row = queries.get(act.session, code, for_update=True)
    _describe(act, row, name, unit, price_fen, low_level)
    act.session.flush()
    return row


def _describe(act: Act, row: Part, name: str, unit: str, price_fen: int, low_level: int) -> None:
    touch(act, row)
    row.name = required(name, "name", "请填写名称。", "Write its name.")
    row.unit = required(unit, "unit", "请填写单位，例如 条、粒。", "Write its unit, such as piece.")
    row.price_fen, row.low_level = price_fen, low_level


def retire(act: Act, code: str) -> Part:
    """Take a part out of use: it is offered no more; its stock and movements stand."""
    row = queries.get(act.session, code, for_update=True)
    set_active(act, row, False)
    return row


def restore(act: Act, code: str) -> Part:
    """Take a retired part into use again."""
    row = queries.get(act.session, code, for_update=True)
    set_active(act, row, True)
    return row


def move(
    act: Act, code: str, *, kind: MovementKind, quantity: Signed, reason: Text200 | None = None
) -> Part:
    """Receive, return or correct stock by the clerk or the supervisor.

    What was received or returned adds up; a correction adds or takes away and says why. What the
    bench uses is written by its work entry alone. Raises ``Forbidden``, ``NotFound``,
    ``InvalidInput`` ``used_by_work``, ``bad_quantity``, ``missing_field``.
    """
    if Role.CLERK not in act.actor.roles:
        raise Forbidden(
            "wrong_role",
            "辅料入库和更正由售后文员或售后主管操作。",
            "Stock is received and corrected by the after-sales clerk or supervisor.",
        )
    _check(kind, quantity)
    if kind is MovementKind.CORRECTED:
        reason = required(reason, "reason", "请写明更正原因。", "Write why it is corrected.")
    part = queries.get(act.session, code)
    act.session.add(
        PartMovement(
            part_id=part.id,
            kind=kind.value,
            quantity=quantity,
            at=act.now,
            by_id=act.actor.account_id,
            reason=reason.strip() or None if reason else None,
        )
    )
    act.session.flush()
    return part


def _check(kind: MovementKind, quantity: int) -> None:
    if kind is MovementKind.USED:
        raise InvalidInput(
            "used_by_work",
            "领用由维修记录自动扣减，不能手工填写。数量不符请用「盘点更正」。",
            "Used parts are taken by the work entry. If the count differs, correct it.",
            "kind",
        )
    if quantity == 0 or (quantity < 0 and kind is not MovementKind.CORRECTED):
        raise InvalidInput(
            "bad_quantity",
            "入库和退回的数量须大于 0；更正可正可负，但不能为 0。",
            "What is received or returned is more than 0; a correction is not 0.",
            "quantity",
        )


def known(act: Act, codes: Sequence[str]) -> Mapping[str, Part]:
    """Return the parts of ``codes``, retired ones too: a repair does not wait.

    Raises ``InvalidInput`` ``unknown_part`` for a code that the catalogue never had.
    """
    found = queries.by_code(act.session, codes)
    for code in codes:
        if code not in found:
            raise InvalidInput(
                "unknown_part",
                "辅料目录里没有编号 {unknown}。请从列表中选择，或不填编号、直接写名称。",
                "The catalogue has no part {unknown}. Choose one, or write its name alone.",
                "parts",
                unknown=code,
            )
    return found


def use(act: Act, work: Work, used: Iterable[tuple[Part, int]]) -> None:
    """Take from stock what a work entry used, even more than there is: a repair does not wait."""
    for part, quantity in used:
        act.session.add(
            PartMovement(
                part_id=part.id,
                kind=MovementKind.USED.value,
                quantity=-quantity,
                at=act.now,
                by_id=act.actor.account_id,
                work_id=work.id,
            )
        )
    act.session.flush()
