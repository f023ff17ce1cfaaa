"""The month (结账月) and its ledger: what is deducted from whom (rules 1.46–1.49)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tracker.domain.account import Role
from tracker.domain.codes import LiableKind
from tracker.domain.errors import RuleViolation
from tracker.domain.machine import Machine, Move
from tracker.domain.named import NamedEnum


class Status(NamedEnum):
    OPEN = "open", "未结账", "Open"
    IN_REVIEW = "in_review", "财务审核中", "In review"
    CLOSED = "closed", "已结账", "Closed"


class Action(NamedEnum):
    SUBMIT = "submit", "提交财务", "Submit"
    REOPEN = "reopen", "退回", "Reopen"
    CLOSE = "close", "结账", "Close"
    CARRY_OVER = "carry_over", "结转下月", "Carry over"


S, A = Status, Action

MACHINE = Machine(
    noun="month",
    zh="结账月",
    zh_measure="个",
    en="Month",
    statuses=Status,
    actions=Action,
    initial=S.OPEN,
    transitions={
        (S.OPEN, A.SUBMIT): Move((S.IN_REVIEW,)),
        (S.IN_REVIEW, A.REOPEN): Move((S.OPEN,)),
        (S.IN_REVIEW, A.CLOSE): Move((S.CLOSED,)),
        (S.OPEN, A.CARRY_OVER): Move((S.OPEN,)),
        (S.IN_REVIEW, A.CARRY_OVER): Move((S.IN_REVIEW,)),
    },
    who={
        A.SUBMIT: frozenset({Role.SUPERVISOR}),
        A.REOPEN: frozenset({Role.FINANCE}),
        A.CLOSE: frozenset({Role.FINANCE}),
        A.CARRY_OVER: frozenset({Role.SUPERVISOR, Role.FINANCE}),
    },
    final=frozenset({S.CLOSED}),
)


class Account(NamedEnum):
    """The accounts of the double entry."""

    CHARGE = "charge", "应扣款", "Charge to the liable party"
    OWNER_CREDIT = "owner_credit", "应付货主", "Credit to the owner"
    CUSTOMER_CHARGE = "customer_charge", "向顾客收费", "Charge to the customer"
    """Of entries from before repair and depreciation stood apart."""
    REPAIR_CHARGE = "repair_charge", "向顾客收维修费", "Repair charged to the customer"
    DEPRECIATION = "depreciation", "向顾客收折旧费", "Depreciation charged to the customer"
    SALVAGE = "salvage", "残值收入", "Salvage"
    MARKDOWN = "markdown", "处理品降价损失", "Markdown"
    OPENING = "opening", "期初未结", "Opening balance"
    VAT_TRANSFER_OUT = "vat_transfer_out", "进项税额转出", "Input VAT transferred out"
    FREIGHT = "freight", "超次寄送运费", "Freight of an extra box"
    FREIGHT_PAYABLE = "freight_payable", "应付运费", "Freight payable"
    CLEARING = "clearing", "待处理财产损溢", "Clearing"


CUSTOMER_ACCOUNTS = (Account.CUSTOMER_CHARGE, Account.REPAIR_CHARGE, Account.DEPRECIATION)
COUNTERPARTS = (Account.CLEARING, Account.FREIGHT_PAYABLE)
"""What balances an entry; a list of entries leaves it out."""
CREDITS = (Account.OWNER_CREDIT, Account.VAT_TRANSFER_OUT)
"""Accounts that grow by credits: people read their sums without that sign."""
REVERSED = "/R"
"""What the number of a reversal ends in, after the number that it takes back."""


@dataclass(frozen=True)
class Posting:
    """One leg of a ledger entry; debits are positive fen, credits negative."""

    account: Account
    amount_fen: int


HEAD_OFFICE_BEARS: dict[str, Any] = {
    "liable_kind": LiableKind.HEAD_OFFICE.value,
    "liable_party": "",
    "liable_name": LiableKind.HEAD_OFFICE.zh,
}
CUSTOMER_BEARS: dict[str, Any] = {
    "liable_kind": "customer",
    "liable_party": "",
    "liable_name": "顾客",
}
"""What an entry says of who bears it, where that is no party of a loss form."""


def check_balanced(postings: Iterable[Posting]) -> None:
    """Entries sum to zero, or nothing is written. Raises ``RuleViolation`` ``unbalanced``."""
    total = sum(posting.amount_fen for posting in postings)
    if total:
        raise RuleViolation(
            "unbalanced",
            "分录借贷不平，差额 {total} 分，未入账。请联系系统管理员。",
            "The entries are {total} fen out of balance; nothing was written.",
            total=total,
        )


def loss_postings(charge_fen: int, owner_credit_fen: int) -> tuple[Posting, ...]:
    """Return the balanced postings of one loss line: charge, owner's credit, clearing."""
    postings = [
        Posting(Account.CHARGE, charge_fen),
        Posting(Account.OWNER_CREDIT, -owner_credit_fen),
        Posting(Account.CLEARING, owner_credit_fen - charge_fen),
    ]
    check_balanced(postings)
    return tuple(posting for posting in postings if posting.amount_fen)


def pair(
    account: Account, amount_fen: int, against: Account = Account.CLEARING
) -> tuple[Posting, ...]:
    """Return a debit of ``amount_fen`` to ``account`` and its credit to another; none for zero."""
    postings = (Posting(account, amount_fen), Posting(against, -amount_fen))
    check_balanced(postings)
    return postings if amount_fen else ()
