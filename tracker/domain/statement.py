"""The statement (扣款单 to a supplier, 对账单 to a store): what one party owes of one month.

A set-off takes effect when its notice arrives (民法典 568): nothing is settled before the statement
was delivered, and the moment of the delivery stands on it.
"""

from __future__ import annotations

from dataclasses import dataclass

from tracker.domain.account import COST_ROLES, Role
from tracker.domain.codes import LiableKind
from tracker.domain.errors import InvalidInput, RuleViolation
from tracker.domain.machine import Machine, Move
from tracker.domain.named import NamedEnum
from tracker.domain.number import DocumentPrefix


class Status(NamedEnum):
    DRAFT = "draft", "草稿", "Draft"
    ISSUED = "issued", "已开出", "Issued"
    DELIVERED = "delivered", "已送达", "Delivered"
    AGREED = "agreed", "对方已确认", "Agreed"
    DISPUTED = "disputed", "对方有异议", "Disputed"
    SETTLED = "settled", "已结清", "Settled"
    VOIDED = "voided", "作废", "Voided"


class Action(NamedEnum):
    ISSUE = "issue", "开出", "Issue"
    DELIVER = "deliver", "登记送达", "Record delivery"
    AGREE = "agree", "对方确认", "Agreed by the party"
    DISPUTE = "dispute", "对方异议", "Disputed by the party"
    SETTLE = "settle", "登记结算", "Record settlement"
    VOID = "void", "作废", "Void"


class PartyAction(NamedEnum):
    """The same actions as their party reads them."""

    DELIVER = "deliver", "确认收到", "Confirm the receipt"
    AGREE = "agree", "确认无误", "Agree"
    DISPUTE = "dispute", "提出异议", "Dispute"


class Delivery(NamedEnum):
    """How a statement reached its party."""

    PAPER = "paper", "当面递交纸质", "On paper, by hand"
    MAIL = "mail", "邮寄", "By mail"
    PORTAL = "portal", "电子送达", "Electronically"


@dataclass(frozen=True)
class Balance:
    """Facts of ``settle``: where the statement stood, and what is left after it, in fen."""

    status: Status
    left_fen: int


def by_balance(facts: Balance) -> Status:
    """Paid in full it is settled; a partial settlement leaves it where it stood."""
    return facts.status if facts.left_fen else Status.SETTLED


_FINANCE = frozenset({Role.FINANCE})
_SIDE = frozenset({Role.STORE_MANAGER, Role.SUPPLIER})
_PARTY = _SIDE | {Role.BUSINESS}
"""A party answers for itself; the business department records what a supplier says otherwise."""

SPEAKERS = {
    LiableKind.STORE: frozenset({Role.STORE_MANAGER}),
    LiableKind.SUPPLIER: frozenset({Role.SUPPLIER, Role.BUSINESS}),
}
"""Who answers for which party."""

READERS = COST_ROLES | _SIDE
"""Who may open statements: head office, and a party its own once issued."""

S, A = Status, Action

MACHINE = Machine(
    noun="statement",
    zh="扣款对账单",
    en="Statement",
    statuses=Status,
    actions=Action,
    initial=S.DRAFT,
    transitions={
        (S.DRAFT, A.ISSUE): Move((S.ISSUED,)),
        (S.ISSUED, A.DELIVER): Move((S.DELIVERED,)),
        (S.DELIVERED, A.AGREE): Move((S.AGREED,)),
        (S.DISPUTED, A.AGREE): Move((S.AGREED,)),
        (S.DELIVERED, A.DISPUTE): Move((S.DISPUTED,)),
        (S.DELIVERED, A.SETTLE): Move((S.DELIVERED, S.SETTLED), by_balance),
        (S.AGREED, A.SETTLE): Move((S.AGREED, S.SETTLED), by_balance),
        (S.DISPUTED, A.SETTLE): Move((S.DISPUTED, S.SETTLED), by_balance),
        (S.DRAFT, A.VOID): Move((S.VOIDED,)),
        (S.ISSUED, A.VOID): Move((S.VOIDED,)),
        (S.DELIVERED, A.VOID): Move((S.VOIDED,)),
        (S.AGREED, A.VOID): Move((S.VOIDED,)),
        (S.DISPUTED, A.VOID): Move((S.VOIDED,)),
    },
    who={
        A.ISSUE: _FINANCE,
        A.DELIVER: _FINANCE | _SIDE,
        A.AGREE: _PARTY,
        A.DISPUTE: _PARTY,
        A.SETTLE: _FINANCE,
        A.VOID: _FINANCE,
    },
    final=frozenset({S.SETTLED, S.VOIDED}),
)

PAYABLE = (S.DELIVERED, S.AGREED, S.DISPUTED)
"""From these a settlement is taken: the notice has arrived."""

SERIES = {
    LiableKind.SUPPLIER: DocumentPrefix.DEDUCTION,
    LiableKind.STORE: DocumentPrefix.ACCOUNT,
}
"""Which statements are numbered how; head office sends itself none."""


def title(kind: LiableKind) -> str:
    """Return what a statement is called on paper."""
    return "供应商扣款单" if kind is LiableKind.SUPPLIER else "专卖店对账单"


def left_fen(total_fen: int, settled_fen: int) -> int:
    """Return what is still to be settled in fen, of a charge or of a credit; never negative."""
    return abs(total_fen) - settled_fen


def check_settlement(total_fen: int, settled_fen: int, amount_fen: int) -> int:
    """Return what is left in fen after a settlement of ``amount_fen``.

    A credit is settled by paying it out: amounts are positive either way. Raises ``InvalidInput``
    ``nothing_settled`` or ``RuleViolation`` ``too_much``.
    """
    left = left_fen(total_fen, settled_fen)
    if amount_fen <= 0 and left:
        raise InvalidInput(
            "nothing_settled", "结算金额须大于 0。", "Settle more than nothing.", "amount_fen"
        )
    if amount_fen > left:
        raise RuleViolation(
            "too_much",
            "结算金额超过未结金额（{left} 分），没有登记。请核对单号和金额。",
            "More than is left ({left} fen): nothing was recorded. Check number and amount.",
            left=left,
        )
    return left - amount_fen
