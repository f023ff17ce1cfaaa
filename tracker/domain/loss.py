"""The loss form (报损单), who is liable for it, what it costs, and its destruction.

Rules 1.37–1.45: scrap is borne by supplier or store, by head office when neither can be shown;
signed, confirmed, approved, destroyed before a witness, each by another person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.domain.account import Role
from tracker.domain.codes import Cause, Defect, LiableKind
from tracker.domain.delivery import LATE, CareLiability, Report
from tracker.domain.errors import InvalidInput, RuleViolation
from tracker.domain.machine import Machine, Move
from tracker.domain.named import NamedEnum


class Status(NamedEnum):
    DRAFT = "draft", "草稿", "Draft"
    SUBMITTED = "submitted", "待责任方签字", "Awaiting signature"
    SIGNED = "signed", "待物流确认", "Signed"
    CONFIRMED = "confirmed", "待生产副总审批", "Confirmed"
    APPROVED = "approved", "已批准", "Approved"
    VOIDED = "voided", "作废", "Voided"


class Action(NamedEnum):
    SUBMIT = "submit", "提交", "Submit"
    SIGN = "sign", "签字", "Sign"
    CONFIRM = "confirm", "确认", "Confirm"
    APPROVE = "approve", "批准", "Approve"
    CLASSIFY = "classify", "定损失性质", "Decide the nature of the loss"
    RETURN = "return", "退回修改", "Return"
    VOID = "void", "作废", "Void"


@dataclass(frozen=True)
class Submission:
    """Facts of ``submit``."""

    liable_kind: LiableKind


def by_counterparty(facts: Submission) -> Status:
    """Head office's form needs no counterparty: it counts as signed on submit."""
    return Status.SIGNED if facts.liable_kind is LiableKind.HEAD_OFFICE else Status.SUBMITTED


_CLERK = frozenset({Role.CLERK})
_LOGISTICS = frozenset({Role.LOGISTICS})
_VICE_PRESIDENT = frozenset({Role.VICE_PRESIDENT})

S, A = Status, Action

MACHINE = Machine(
    noun="loss_form",
    zh="报损单",
    en="Loss form",
    statuses=Status,
    actions=Action,
    initial=S.DRAFT,
    transitions={
        (S.DRAFT, A.SUBMIT): Move((S.SUBMITTED, S.SIGNED), by_counterparty),
        (S.SUBMITTED, A.SIGN): Move((S.SIGNED,)),
        (S.SIGNED, A.CONFIRM): Move((S.CONFIRMED,)),
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
        A.SIGN: frozenset({Role.STORE_MANAGER, Role.SUPPLIER, Role.BUSINESS}),
        A.CONFIRM: _LOGISTICS,
        A.APPROVE: _VICE_PRESIDENT,
        A.CLASSIFY: frozenset({Role.FINANCE}),
        A.RETURN: frozenset({Role.SUPERVISOR}) | _LOGISTICS | _VICE_PRESIDENT,
        A.VOID: frozenset({Role.SUPERVISOR}),
    },
    final=frozenset({S.APPROVED, S.VOIDED}),
)

STEPS = (A.SUBMIT, A.SIGN, A.CONFIRM, A.APPROVE)
"""The chain in its order; nobody takes two of its steps, nor destroys what he approved."""


class DestructionStatus(NamedEnum):
    PLANNED = "planned", "待销毁", "Planned"
    SCANNED = "scanned", "待监销", "Scanned"
    WITNESSED = "witnessed", "已销毁", "Witnessed"


class DestructionAction(NamedEnum):
    SCAN = "scan", "扫码销毁", "Scan"
    WITNESS = "witness", "监销", "Witness"


@dataclass(frozen=True)
class Progress:
    """Facts of ``scan``: how many pieces of the destruction are still unscanned."""

    left: int


def by_progress(facts: Progress) -> DestructionStatus:
    """The record is scanned when its last piece is; a missing piece stops it."""
    return DestructionStatus.PLANNED if facts.left else DestructionStatus.SCANNED


DESTRUCTION = Machine(
    noun="destruction",
    zh="销毁记录",
    en="Destruction",
    statuses=DestructionStatus,
    actions=DestructionAction,
    initial=DestructionStatus.PLANNED,
    transitions={
        (DestructionStatus.PLANNED, DestructionAction.SCAN): Move(
            (DestructionStatus.PLANNED, DestructionStatus.SCANNED), by_progress
        ),
        (DestructionStatus.SCANNED, DestructionAction.WITNESS): Move(
            (DestructionStatus.WITNESSED,)
        ),
    },
    who={
        DestructionAction.SCAN: frozenset({Role.WAREHOUSE}),
        DestructionAction.WITNESS: frozenset({Role.ADMINISTRATION}),
    },
    final=frozenset({DestructionStatus.WITNESSED}),
)


@dataclass(frozen=True)
class Share:
    """One liable party's share of a garment's loss, in whole percent."""

    kind: LiableKind
    percent: int
    party: str | None = None
    """Supplier or store code; head office has none."""


@dataclass(frozen=True)
class Proposal:
    """What the rules propose, and why, for people to read and override with a reason."""

    shares: tuple[Share, ...]
    rule: str
    zh: str
    en: str


_SUPPLIER_CAUSES = frozenset(
    {Cause.MATERIAL, Cause.WORKMANSHIP, Cause.TRIM_QUALITY, Cause.DYEING_FINISHING}
)
_STORE_CAUSES = frozenset({Cause.STORAGE, Cause.DISPLAY, Cause.TRY_ON, Cause.IRONING})
_HEAD_OFFICE_CAUSES = frozenset({Cause.DESIGN, Cause.TRANSPORT})
_CUSTOMER_CAUSES = frozenset({Cause.WASH_MISUSE, Cause.WEAR_MISUSE})


def propose(
    defect: Defect,
    cause: Cause,
    *,
    supplier: str,
    store: str,
    report: Report = Report.UNKNOWN,
    care: CareLiability = CareLiability.IF_UNREPORTED,
) -> Proposal:
    """Propose who bears the loss of a garment, by defect and cause (rules 1.07, 1.38, 1.39).

    For damage by the store's care it matters whether unsold stock was inspected and its fault
    reported in time (``report``), as far as the policy ``care`` asks for it (rules 1.06, 1.08).
    Raises ``RuleViolation`` ``customer_cause`` for damage by the customer: it is refused or
    repaired for pay, never a loss form.
    """
    if cause in _CUSTOMER_CAUSES:
        raise RuleViolation(
            "customer_cause",
            "顾客原因造成的损坏不开报损单：请退回不受理，或由顾客付费维修。",
            "Damage by the customer never goes on a loss form: refuse it, or repair it for pay.",
        )
    if defect is Defect.WRONG_ITEM or cause in _HEAD_OFFICE_CAUSES:
        return _proposal(LiableKind.HEAD_OFFICE, None, "3.16", defect, cause)
    if cause in _SUPPLIER_CAUSES:
        return _proposal(LiableKind.SUPPLIER, supplier, "1.38", defect, cause)
    if cause in _STORE_CAUSES:
        return _of_care(defect, cause, store, report, care)
    return _proposal(LiableKind.HEAD_OFFICE, None, "1.39", defect, cause)


def bears_care(report: Report, care: CareLiability) -> LiableKind:
    """Return who bears damage by the store's care (rule 1.08).

    The store, unless the policy asks for the report and the fault was reported within the week of
    inspection; then nobody can tell whose it is, and head office bears it (rule 1.39).
    """
    is_excused = care is CareLiability.IF_UNREPORTED and report is Report.IN_TIME
    return LiableKind.HEAD_OFFICE if is_excused else LiableKind.STORE


def _of_care(
    defect: Defect, cause: Cause, store: str, report: Report, care: CareLiability
) -> Proposal:
    """Care damage (rules 1.06–1.08, 1.17), with the sentence why."""
    bearer = bears_care(report, care)
    if bearer is LiableKind.HEAD_OFFICE:
        return Proposal(
            shares=(Share(bearer, 100),),
            rule="1.39",
            zh=f"缺陷「{defect.zh}」、原因「{cause.zh}」：{report.zh}（规则 1.06、1.07），"
            f"不由专卖店承担（规则 1.08）；责任无法判定，由{bearer.zh}承担（规则 1.39）",
            en=f"Defect “{defect.en}”, cause “{cause.en}”: {report.en.lower()} (rules 1.06, 1.07), "
            f"so not borne by the store (rule 1.08); not to be determined: {bearer.en} (rule 1.39)",
        )
    shares = (Share(bearer, 100, store),)
    if care is CareLiability.IF_UNREPORTED and report in LATE:
        return Proposal(
            shares=shares,
            rule="1.08",
            zh=f"缺陷「{defect.zh}」、原因「{cause.zh}」：到货后须按期检验并及时上报"
            f"（规则 1.06、1.07），本件{report.zh}，由{bearer.zh}承担（规则 1.08）",
            en=f"Defect “{defect.en}”, cause “{cause.en}”: goods are inspected and reported within "
            f"the week (rules 1.06, 1.07); {report.en.lower()}: {bearer.en} (rule 1.08)",
        )
    return _proposal(bearer, store, "1.08", defect, cause)


def propose_lost() -> Proposal:
    """A garment lost on the road is head office's for now; it claims on the carrier."""
    return Proposal(
        shares=(Share(LiableKind.HEAD_OFFICE, 100),),
        rule="1.39",
        zh="途中丢失：暂由总公司承担，并向承运商索赔（规则 1.39）",
        en="Lost on the road: head office for now, with a claim on the carrier (rule 1.39)",
    )


def _proposal(
    kind: LiableKind, party: str | None, rule: str, defect: Defect, cause: Cause
) -> Proposal:
    return Proposal(
        shares=(Share(kind, 100, party),),
        rule=rule,
        zh=f"缺陷「{defect.zh}」、原因「{cause.zh}」：按规则 {rule} 由{kind.zh}承担",
        en=f"Defect “{defect.en}”, cause “{cause.en}”: borne by {kind.en} under rule {rule}",
    )


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
