"""The loss form (报损单), who is liable for it, what it costs, and its destruction.

Rules 1.37–1.45: scrap is borne by supplier or store, by head office when neither can be shown;
signed, confirmed, approved, destroyed before a witness, each by another person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.domain.account import COST_ROLES, Role
from tracker.domain.codes import LiableKind
from tracker.domain.errors import InvalidInput, RuleViolation
from tracker.domain.machine import Machine, Move
from tracker.domain.named import NamedEnum


class Status(NamedEnum):
    DRAFT = "draft", "草稿", "Draft"
    SUBMITTED = "submitted", "待责任方签字", "Awaiting signature"
    DISPUTED = "disputed", "有异议待答复", "Disputed"
    SIGNED = "signed", "待确认", "Signed"
    CONFIRMED = "confirmed", "待审批", "Confirmed"
    APPROVED = "approved", "已批准", "Approved"
    VOIDED = "voided", "作废", "Voided"


class Action(NamedEnum):
    SUBMIT = "submit", "提交", "Submit"
    SIGN = "sign", "签字", "Sign"
    DISPUTE = "dispute", "提出异议", "Dispute"
    ANSWER = "answer", "答复异议", "Answer the dispute"
    CONFIRM = "confirm", "确认", "Confirm"
    REVIEW = "review", "复核", "Review"
    APPROVE = "approve", "批准", "Approve"
    CLASSIFY = "classify", "定损失性质", "Decide the nature of the loss"
    RETURN = "return", "退回修改", "Return"
    VOID = "void", "作废", "Void"


def by_chain(ahead: Status) -> Status:
    """The chain of approval says what is ahead of the form: its step leads before that."""
    return ahead


class Verdict(NamedEnum):
    """How a dispute is answered: the charge stands, is another's, or is shared."""

    UPHELD = "upheld", "维持原责任", "Upheld"
    CHANGED = "changed", "改由他方承担", "Changed"
    SHARED = "shared", "各方分担", "Shared"


def by_verdict(facts: Verdict) -> Status:
    """An upheld form asks its party anew; other shares start from a draft."""
    return Status.SUBMITTED if facts is Verdict.UPHELD else Status.DRAFT


_CLERK = frozenset({Role.CLERK})
_PARTIES = frozenset({Role.STORE_MANAGER, Role.SUPPLIER, Role.BUSINESS})
DECIDERS = COST_ROLES - {Role.CLERK, Role.AUDITOR}
"""Who may be given a step of the chain; the chain itself says who has it."""

S, A = Status, Action

MACHINE = Machine(
    noun="loss_form",
    zh="报损单",
    en="Loss form",
    statuses=Status,
    actions=Action,
    initial=S.DRAFT,
    transitions={
        (S.DRAFT, A.SUBMIT): Move((S.SUBMITTED, S.SIGNED, S.CONFIRMED), by_chain),
        (S.SUBMITTED, A.SIGN): Move((S.SIGNED, S.CONFIRMED), by_chain),
        (S.SUBMITTED, A.DISPUTE): Move((S.DISPUTED,)),
        (S.DISPUTED, A.ANSWER): Move((S.SUBMITTED, S.DRAFT), by_verdict),
        (S.SIGNED, A.REVIEW): Move((S.SIGNED,)),
        (S.SIGNED, A.CONFIRM): Move((S.CONFIRMED,)),
        (S.CONFIRMED, A.REVIEW): Move((S.CONFIRMED,)),
        (S.CONFIRMED, A.APPROVE): Move((S.APPROVED,)),
        (S.DRAFT, A.CLASSIFY): Move((S.DRAFT,)),
        (S.SUBMITTED, A.CLASSIFY): Move((S.SUBMITTED,)),
        (S.SIGNED, A.CLASSIFY): Move((S.SIGNED,)),
        (S.CONFIRMED, A.CLASSIFY): Move((S.CONFIRMED,)),
        (S.SUBMITTED, A.RETURN): Move((S.DRAFT,)),
        (S.SIGNED, A.RETURN): Move((S.DRAFT,)),
        (S.CONFIRMED, A.RETURN): Move((S.DRAFT,)),
        (S.DRAFT, A.VOID): Move((S.VOIDED,)),
    },
    who={
        A.SUBMIT: _CLERK,
        A.SIGN: _PARTIES,
        A.DISPUTE: _PARTIES,
        A.ANSWER: frozenset({Role.SUPERVISOR}),
        A.CONFIRM: DECIDERS,
        A.REVIEW: DECIDERS,
        A.APPROVE: DECIDERS,
        A.CLASSIFY: frozenset({Role.FINANCE}),
        A.RETURN: DECIDERS - {Role.BUSINESS},
        A.VOID: frozenset({Role.SUPERVISOR}),
    },
    final=frozenset({S.APPROVED, S.VOIDED}),
)


class DestructionStatus(NamedEnum):
    PLANNED = "planned", "待销毁", "Planned"
    SCANNED = "scanned", "待监销", "Scanned"
    WITNESSED = "witnessed", "已销毁", "Witnessed"
    VOIDED = "voided", "作废", "Voided"


class DestructionAction(NamedEnum):
    SCAN = "scan", "扫码销毁", "Scan"
    UNSCAN = "unscan", "撤销扫码", "Take a scan back"
    TAKE_OFF = "take_off", "移出计划", "Take off the plan"
    WITNESS = "witness", "监销", "Witness"


@dataclass(frozen=True)
class Progress:
    """Facts of ``scan``, ``unscan`` and ``take_off``: how many pieces the warehouse has yet to
    scan, of how many on the plan."""

    left: int
    pieces: int = 1


def by_progress(facts: Progress) -> DestructionStatus:
    """The record is scanned when its last piece is; a missing piece stops it.

    A plan from which every piece was taken off is void: nothing is left to destroy.
    """
    if not facts.pieces:
        return DestructionStatus.VOIDED
    return DestructionStatus.PLANNED if facts.left else DestructionStatus.SCANNED


_ON = Move((DestructionStatus.PLANNED, DestructionStatus.SCANNED), by_progress)
_OFF = Move(
    (DestructionStatus.PLANNED, DestructionStatus.SCANNED, DestructionStatus.VOIDED), by_progress
)
DESTROYERS = frozenset({Role.WAREHOUSE, Role.ADMINISTRATION})
"""Both log-ins scan at the shredder: the warehouse destroys, administration is the witness."""

DESTRUCTION = Machine(
    noun="destruction",
    zh="销毁记录",
    zh_measure="份",
    en="Destruction",
    statuses=DestructionStatus,
    actions=DestructionAction,
    initial=DestructionStatus.PLANNED,
    transitions={
        (DestructionStatus.PLANNED, DestructionAction.SCAN): _ON,
        (DestructionStatus.SCANNED, DestructionAction.SCAN): _ON,
        (DestructionStatus.PLANNED, DestructionAction.UNSCAN): _ON,
        (DestructionStatus.SCANNED, DestructionAction.UNSCAN): _ON,
        (DestructionStatus.PLANNED, DestructionAction.TAKE_OFF): _OFF,
        (DestructionStatus.SCANNED, DestructionAction.WITNESS): Move(
            (DestructionStatus.WITNESSED,)
        ),
    },
    who={
        DestructionAction.SCAN: DESTROYERS,
        DestructionAction.UNSCAN: DESTROYERS,
        DestructionAction.TAKE_OFF: frozenset({Role.SUPERVISOR}),
        DestructionAction.WITNESS: frozenset({Role.ADMINISTRATION}),
    },
    final=frozenset({DestructionStatus.WITNESSED, DestructionStatus.VOIDED}),
)


@dataclass(frozen=True)
class Share:
    """One liable party's share of a garment's loss, in whole percent."""

    kind: LiableKind
    percent: int
    party: str | None = None
    """Supplier or store code; head office has none."""


def check_shares(shares: Sequence[Share]) -> None:
    """Shares are whole percents of 1 to 100 that sum to 100, each party once (rule 1.38).

    Raises ``InvalidInput`` ``shares_not_100`` or ``party_twice``.
    """
    if not shares or any(not 1 <= s.percent <= 100 for s in shares):
        raise _shares_not_100(sum(s.percent for s in shares))
    if (total := sum(s.percent for s in shares)) != 100:
        raise _shares_not_100(total)
    if len({(s.kind, s.party or "") for s in shares}) != len(shares):
        raise InvalidInput(
            "party_twice",
            "同一责任方出现了两次，请合并为一行。",
            "A liable party stands twice: merge its two lines.",
            "liabilities",
        )


def _shares_not_100(total: int) -> InvalidInput:
    return InvalidInput(
        "shares_not_100",
        "责任比例合计为 {total}%，应为 100%，每方为 1–100 的整数。",
        "The shares sum to {total} %, not to 100; each is a whole percent from 1 to 100.",
        "liabilities",
        total=total,
    )


def check_distinct(step_zh: str, step_en: str, account_id: int, taken: Sequence[int]) -> None:
    """Whoever took one step of the chain takes no other (rule 1.45, separation of duties).

    Raises ``RuleViolation`` ``same_person``.
    """
    if account_id in taken:
        raise RuleViolation(
            "same_person",
            f"您已经办理过本单的其他环节，「{step_zh}」须由另一人办理。",
            f"You took another step of this form: “{step_en}” must be done by somebody else.",
        )
