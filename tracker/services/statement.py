"""Statements: drawn up from a closed month, issued, delivered, answered, settled (rule 1.48).

A set-off takes effect when its notice arrives (民法典 568): the moment of delivery is kept, and
nothing is settled before it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from pydantic import AwareDatetime
from sqlalchemy import insert, literal, select, true, update

from tracker.domain.account import Role
from tracker.domain.calendar import shanghai_date
from tracker.domain.codes import LiableKind
from tracker.domain.errors import Forbidden, InvalidInput, RuleViolation
from tracker.domain.ledger import Status as MonthStatus
from tracker.domain.statement import (
    MACHINE,
    SERIES,
    SPEAKERS,
    Action,
    Balance,
    Delivery,
    Status,
    check_settlement,
    left_fen,
)
from tracker.models.ledger import Month
from tracker.models.statement import Settlement, Statement, StatementLine
from tracker.queries import calendar, policy
from tracker.queries import ledger as months
from tracker.queries import site as sites
from tracker.queries import statement as queries
from tracker.queries.policy import reach_of_party
from tracker.queries.statement import Due
from tracker.services.act import Act
from tracker.services.fields import Fen, Reason, Text40, Text80, reason_of, required
from tracker.services.number import next_document_no
from tracker.services.transition import apply, begin

CLAUSE = "statement_objection"


def draw_up(act: Act, name: str) -> list[Statement]:
    """Draft the statements of a closed month: one for each supplier and each store with entries.

    Only entries that are on no live statement are taken (I11), so repeating it makes nothing, and
    after a void it makes the reissue. Returns the new drafts. Raises ``Forbidden`` ``wrong_role``,
    ``NotFound``, and ``RuleViolation`` ``month_not_closed``.
    """
    if Role.FINANCE not in act.actor.roles:
        raise Forbidden(
            "wrong_role", "扣款单、对账单由财务开出。", "Statements are drawn up by finance."
        )
    month = months.get(act.session, act.actor, name, for_update=True)
    if month.status != MonthStatus.CLOSED:
        raise RuleViolation(
            "month_not_closed",
            "{month} 还没有结账，结账后才能生成扣款单和对账单。",
            "{month} is not closed yet: statements are drawn up from closed months.",
            month=name,
        )
    return [_draft(act, month, owed) for owed in queries.due(act.session, name)]


def _draft(act: Act, month: Month, owed: Due) -> Statement:
    replaced = queries.last_voided(act.session, month.month, owed)
    statement = Statement(
        no=next_document_no(act.session, SERIES[owed.kind], act.now),
        liable_kind=owed.kind.value,
        party=owed.party,
        party_name=owed.name or _store_name(act, owed.party),
        month=month.month,
        drawn_at=act.now,
        drawn_by_id=act.actor.account_id,
        charge_fen=owed.charge_fen,
        credit_fen=owed.credit_fen,
        total_fen=owed.charge_fen - owed.credit_fen,
        settled_fen=0,
        replaces_id=replaced.id if replaced else None,
    )
    begin(act, statement, MACHINE, "draw_up")
    found = queries.entries_due(month.month, owed).subquery()
    chosen = select(literal(statement.id), found.c.id, found.c.amount_fen, true())
    columns = ["statement_id", "entry_id", "amount_fen", "is_live"]
    act.session.execute(insert(StatementLine).from_select(columns, chosen))
    return statement


def _store_name(act: Act, code: str) -> str:
    store = sites.store(act.session, code)
    return store.name if store else code


def issue(
    act: Act,
    statement: Statement,
    *,
    contract_no: Text40 | None = None,
    set_off_batch: Text40 | None = None,
) -> None:
    """Issue a draft: from now on its party may see it.

    Its print names the contract with the party and the batch of payments against which it is set
    off, where finance knows them.
    """
    apply(act, statement, MACHINE, Action.ISSUE, details={"total_fen": statement.total_fen})
    statement.contract_no = contract_no.strip() or None if contract_no else None
    statement.set_off_batch = set_off_batch.strip() or None if set_off_batch else None
    statement.issued_at, statement.issued_by_id = act.now, act.actor.account_id
    act.session.flush()


def deliver(
    act: Act, statement: Statement, *, how: Delivery, delivered_at: AwareDatetime | None = None
) -> None:
    """Record when and how the statement arrived (民法典 568); its objection period begins.

    ``delivered_at`` is the moment of arrival, now if it is left out. The party itself confirms that
    it reads it here, now. Raises ``InvalidInput`` ``bad_moment`` for a moment to come or before it
    was issued, ``Forbidden`` ``not_the_party`` for a party that says more than that.
    """
    if Role.FINANCE not in act.actor.roles and (delivered_at or how is not Delivery.PORTAL):
        raise Forbidden(
            "not_the_party",
            "对方只能确认电子送达；当面递交、邮寄由财务登记。",
            "The party confirms what it reads here; finance records paper and mail.",
        )
    moment: datetime = delivered_at or act.now
    apply(act, statement, MACHINE, Action.DELIVER, details={"how": how.value})
    if statement.issued_at is None or not statement.issued_at <= moment <= act.now:
        raise InvalidInput(
            "bad_moment",
            "送达时间应在开出之后，且不能晚于现在。",
            "It was delivered after it was issued and before now.",
            "delivered_at",
        )
    clock = policy.one(
        act.session,
        CLAUSE,
        shanghai_date(moment),
        reach_of_party(statement.liable_kind, statement.party),
    )
    statement.delivered_at, statement.delivered_how = moment, how.value
    statement.object_by = calendar.due_on(act.session, shanghai_date(moment), clock)
    act.session.flush()


def agree(act: Act, statement: Statement) -> None:
    """Record that the party agrees; whoever speaks for it says so. Raises as ``dispute``."""
    apply(act, statement, MACHINE, Action.AGREE)
    _answered(act, statement)


def dispute(act: Act, statement: Statement, *, reason: Reason) -> None:
    """Record what the party objects to.

    Raises ``Forbidden`` ``not_the_party``: the store's manager speaks for the store, for a supplier
    it does itself or the business department.
    """
    apply(act, statement, MACHINE, Action.DISPUTE, reason=reason_of(reason))
    _answered(act, statement)


def _answered(act: Act, statement: Statement) -> None:
    speakers = SPEAKERS[LiableKind(statement.liable_kind)]
    if not act.actor.is_any(speakers):
        named = [role for role in Role if role in speakers]
        raise Forbidden(
            "not_the_party",
            f"这张单由{'或'.join(role.zh for role in named)}代表对方答复。",
            f"This statement is answered by: {', '.join(role.en for role in named)}.",
        )
    statement.answered_at, statement.answered_by_id = act.now, act.actor.account_id
    act.session.flush()


def settle(
    act: Act,
    statement: Statement,
    *,
    amount_fen: Fen,
    settled_on: date,
    reference: Text80,
) -> None:
    """Record what was paid or set off on a day; in part it stays open (fen).

    Raises ``InvalidInput`` ``nothing_settled`` or ``bad_day``, ``RuleViolation`` ``too_much``.
    """
    take(act, statement, amount_fen, settled_on, reference, None)


def take(
    act: Act,
    statement: Statement,
    amount_fen: int,
    settled_on: date,
    reference: str,
    row_key: str | None,
) -> None:
    """Take one settlement, by hand or from a file's row (see ``settle``)."""
    words = required(reference, "reference", "请填写凭证号或流水号。", "Give its reference.")
    if settled_on > shanghai_date(act.now):
        raise InvalidInput(
            "bad_day", "结算日期不能晚于今天。", "It cannot be settled later than today.",
            "settled_on",
        )  # fmt: skip
    left = check_settlement(statement.total_fen, statement.settled_fen, amount_fen)
    details = {"amount_fen": amount_fen, "left_fen": left}
    facts = Balance(Status(statement.status), left)
    apply(act, statement, MACHINE, Action.SETTLE, facts, document=words[:32], details=details)
    statement.settled_fen += amount_fen
    act.session.add(
        Settlement(
            statement_id=statement.id,
            settled_on=settled_on,
            amount_fen=amount_fen,
            reference=words,
            row_key=row_key,
            at=act.now,
            by_id=act.actor.account_id,
        )
    )
    act.session.flush()


def void(act: Act, statement: Statement, *, reason: Reason) -> None:
    """Void a statement: its number stays taken, its lines are free for the reissue.

    Raises ``RuleViolation`` ``has_settlements`` once something was settled on it.
    """
    apply(act, statement, MACHINE, Action.VOID, reason=reason_of(reason))
    if statement.settled_fen:
        raise RuleViolation(
            "has_settlements",
            "这张单已有结算记录，不能作废。差额请在以后的月份冲销。",
            "Something was settled on it: it cannot be voided; correct it in a later month.",
        )
    act.session.execute(
        update(StatementLine)
        .where(StatementLine.statement_id == statement.id)
        .values(is_live=False)
    )
    act.session.flush()


def left(statement: Any) -> int:
    """Return what is still to be settled on a statement, in fen."""
    return left_fen(statement.total_fen, statement.settled_fen)


ACTIONS: Mapping[Action, Callable[..., Any]] = {
    Action.ISSUE: issue,
    Action.DELIVER: deliver,
    Action.AGREE: agree,
    Action.DISPUTE: dispute,
    Action.SETTLE: settle,
    Action.VOID: void,
}
