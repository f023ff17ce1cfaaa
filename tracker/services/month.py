"""The month's checklist, its empty months, and what its close keeps (rules 1.46–1.48)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from tracker.domain.account import Role
from tracker.domain.calendar import month_of
from tracker.domain.chain import Kind
from tracker.domain.errors import Forbidden, InvalidInput, RuleViolation
from tracker.domain.ledger import MACHINE, Action
from tracker.domain.month import Departure as Way
from tracker.domain.month import check_month, check_settled
from tracker.models.ledger import Month
from tracker.models.month import Departure, MonthCarry, MonthRoll
from tracker.models.registration import Registration
from tracker.queries import ledger as months
from tracker.queries import month as queries
from tracker.queries import month_roll, month_total
from tracker.services import chain, ledger
from tracker.services.act import Act
from tracker.services.fields import Reason, Text40, reason_of
from tracker.services.transition import apply

OPENERS = frozenset({Role.SUPERVISOR, Role.FINANCE})
"""Who may open a month that has no entry."""


def open_empty(act: Act, name: str) -> Month:
    """Open a month in which nothing was entered, so that it can be submitted and closed too.

    Raises ``Forbidden`` ``wrong_role``, ``InvalidInput`` ``bad_month`` or ``month_to_come``, and
    ``RuleViolation`` ``month_before_ledger`` for a month before the first of the ledger.
    """
    if not act.actor.is_any(OPENERS):
        raise Forbidden(
            "wrong_role",
            "月份由售后主管或财务打开。",
            "A month is opened by the after-sales supervisor or by finance.",
        )
    if check_month(name) > month_of(act.now):
        raise InvalidInput(
            "month_to_come",
            "这个月还没有到。",
            "That month has not come yet.",
            "month",
        )
    first = months.first(act.session) or month_of(act.now)
    if name < first:
        raise RuleViolation(
            "month_before_ledger",
            "账本从 {first} 开始，更早的月份不能打开。",
            "The ledger begins with {first}: no month before it is opened.",
            first=first,
        )
    return ledger.held(act, name)


def carry_over(act: Act, month: Month, *, documents: Sequence[Text40], reason: Reason) -> None:
    """Carry items of the checklist over to the next month, by name: who, when and why (1.46).

    What was carried already stays as it was. Raises ``InvalidInput`` ``missing_field`` or
    ``not_on_checklist``.
    """
    why = reason_of(reason)
    if not documents:
        raise InvalidInput(
            "missing_field", "请至少勾选一项。", "Tick one item at least.", "documents"
        )
    found = queries.checklist(act.session, month, act.now)
    listed = {item.no: item for items in found.values() for item in items}
    unknown = [document for document in documents if document not in listed]
    if unknown:
        raise InvalidInput(
            "not_on_checklist",
            "{document} 不在检查表上，可能已经办完。请刷新后再选。",
            "{document} is not on the checklist: it may be settled. Reload and choose again.",
            "documents",
            document=unknown[0],
        )
    apply(act, month, MACHINE, Action.CARRY_OVER, details={"documents": list(documents)})
    for document in dict.fromkeys(documents):
        if listed[document].carried is None:
            act.session.add(_carry(act, month, listed[document], why))
    act.session.flush()


def _carry(act: Act, month: Month, item: queries.Item, why: str) -> MonthCarry:
    return MonthCarry(
        month=month.month,
        document=item.no,
        check_name=item.check.value,
        why=why,
        at=act.now,
        by_id=act.actor.account_id,
    )


def submit(act: Act, month: Month) -> None:
    """Submit the month to finance (rule 1.46), once its checklist is clean or carried over.

    Raises ``RuleViolation`` ``checklist_open``.
    """
    event_id = ledger.submit(act, month)
    _check_settled(act, month)
    chain.append(act, (Kind.MONTH_SUBMIT, f"{month.month}/{event_id}"))


def close(act: Act, month: Month) -> None:
    """Close the month for good, keep its totals and its roll-forward, and seal them.

    Months close in their order, each by another person than who submitted it. Raises what
    ``ledger.close`` raises, ``RuleViolation`` ``checklist_open`` or ``earlier_month_open``.
    """
    earlier = months.open_before(act.session, month.month)
    if earlier is not None:
        raise RuleViolation(
            "earlier_month_open",
            "{month} 还没有结账。请先结清较早的月份。",
            "{month} is not closed yet: close the earlier months first.",
            month=earlier,
        )
    ledger.close(act, month, keep)
    _check_settled(act, month)
    chain.append(act, (Kind.MONTH_CLOSE, month.month))


def _check_settled(act: Act, month: Month) -> None:
    check_settled([item.no for item in queries.unsettled(act.session, month, act.now)])


def keep(act: Act, month: Month) -> str:
    """Keep a month's totals and its roll-forward; return the digest that covers them too."""
    return keep_totals(act.session, month.month, month.content_sha256 or "")


def keep_totals(session: Any, name: str, content_sha256: str) -> str:
    """Keep the totals and the roll-forward of the month ``name``; return their digest."""
    for grouping in month_total.GROUPINGS:
        session.execute(month_total.materialised(name, grouping))
    for flow, stock in month_roll.worked_out(session, name).rows():
        session.add(
            MonthRoll(month=name, flow=flow.value, pieces=stock.pieces, amount_fen=stock.amount_fen)
        )
    session.flush()
    return month_total.totals_sha256(session, name, content_sha256)


def depart(act: Act, registrations: Iterable[Registration], way: Way) -> None:
    """Note that approved scrap has left, in the month that takes entries now.

    Never in a month before the garment's own charge.
    """
    for registration in registrations:
        charged = months.last_charge(act.session, registration.no)
        if charged is not None:
            act.session.add(
                Departure(
                    registration_no=registration.no,
                    month=ledger.open_month(act, charged).month,
                    kind=way.value,
                    at=act.now,
                )
            )
    act.session.flush()


ACTIONS: Mapping[Action, Callable[..., Any]] = {
    Action.SUBMIT: submit,
    Action.REOPEN: ledger.reopen,
    Action.CLOSE: close,
    Action.CARRY_OVER: carry_over,
}
