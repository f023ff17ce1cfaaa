"""Photos (照片): which records carry them, of which kinds, and who may take one away again.

Evidence of rules 2.28 and 2.52: what was seen, when, by whom. A photo is never changed; one that
was removed keeps its row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from tracker.domain.account import FORM_READERS, GARMENT_READERS, STORE_ROLES, Actor, Role
from tracker.domain.errors import InvalidInput, RuleViolation
from tracker.domain.loss import DestructionStatus
from tracker.domain.named import NamedEnum
from tracker.domain.policy import Policy
from tracker.domain.shipment import Status as BoxStatus


class Subject(NamedEnum):
    """The nouns whose records carry photos."""

    REGISTRATION = "registration", "登记单", "Registration"
    SHIPMENT = "shipment", "装箱单", "Shipment"
    DISCREPANCY = "discrepancy", "收货差异", "Discrepancy"
    LOSS_FORM = "loss_form", "报损单", "Loss form"
    DESTRUCTION = "destruction", "销毁记录", "Destruction record"


class Kind(NamedEnum):
    FAULT = "fault", "缺陷", "Fault"
    INTAKE = "intake", "签收", "Intake"
    BOX = "box", "封箱", "Sealed box"
    EVIDENCE = "evidence", "凭证", "Evidence"
    CHECK = "check", "质检", "Check"
    SIGNATURE = "signature", "纸质签字", "Signed paper form"
    BEFORE = "before", "销毁前", "Before the destruction"
    AFTER = "after", "销毁后", "After the destruction"
    OTHER = "other", "其他", "Other"


KINDS: Mapping[Subject, tuple[Kind, ...]] = {
    Subject.REGISTRATION: (Kind.FAULT, Kind.INTAKE, Kind.CHECK, Kind.EVIDENCE, Kind.OTHER),
    Subject.SHIPMENT: (Kind.BOX, Kind.EVIDENCE, Kind.OTHER),
    Subject.DISCREPANCY: (Kind.EVIDENCE, Kind.BOX, Kind.INTAKE, Kind.OTHER),
    Subject.LOSS_FORM: (Kind.EVIDENCE, Kind.SIGNATURE, Kind.FAULT, Kind.OTHER),
    Subject.DESTRUCTION: (Kind.BEFORE, Kind.AFTER, Kind.EVIDENCE, Kind.OTHER),
}

TAKERS = STORE_ROLES | {
    Role.CLERK,
    Role.ASSESSOR,
    Role.REPAIRER,
    Role.SUPERVISOR,
    Role.QA,
    Role.BUSINESS,
    Role.WAREHOUSE,
    Role.SUPPLIER,
}
"""Who has garments and boxes in hand, or brings evidence for his form; the others only look."""

READERS = GARMENT_READERS | FORM_READERS
"""Who may look at photos, each at those of records that he sees."""

_AFTER_SALES = frozenset({Role.CLERK, Role.ASSESSOR, Role.REPAIRER, Role.SUPERVISOR})
BEFORE_SEALING = frozenset({BoxStatus.OPEN.value})
PROVEN = frozenset({DestructionStatus.WITNESSED, DestructionStatus.VOIDED})
"""A destruction that is witnessed: its photos stand on its certificate and never change."""


def is_proven(subject: Subject, status: str) -> bool:
    """Return whether a record's photos are closed: none is added, none taken away."""
    return subject is Subject.DESTRUCTION and status in PROVEN


def kinds_for(subject: Subject, roles: frozenset[Role], status: str) -> tuple[Kind, ...]:
    """Return the kinds that may be added to a record, the one that ``roles`` usually take first.

    A box that is still open has no photo of the sealed box: such photos are shown to who counts
    it blind. A destruction's witness has seen its photos: none is added after him.
    """
    if is_proven(subject, status):
        return ()
    kinds = [
        kind
        for kind in KINDS[subject]
        if not (subject is Subject.SHIPMENT and kind is Kind.BOX and status in BEFORE_SEALING)
    ]
    usual = _usual(roles) if subject is Subject.REGISTRATION else kinds[0]
    if subject is Subject.DESTRUCTION and status == DestructionStatus.SCANNED:
        usual = Kind.AFTER
    return tuple(sorted(kinds, key=lambda kind: kind is not usual))


def _usual(roles: frozenset[Role]) -> Kind:
    if Role.QA in roles:
        return Kind.CHECK
    return Kind.FAULT if roles.isdisjoint(_AFTER_SALES) else Kind.INTAKE


def check_kind(subject: Subject, kind: Kind, status: str) -> None:
    """Raise ``InvalidInput`` ``wrong_kind``, or ``RuleViolation`` ``not_sealed`` (rule 1.31) or
    ``photos_closed`` (rule 1.45)."""
    if kind not in KINDS[subject]:
        raise InvalidInput(
            "wrong_kind",
            "这里不能放「{kind}」照片，请另选类别。",
            "A photo of this kind does not belong here: choose another kind.",
            "kind",
            kind=kind.zh,
        )
    if is_proven(subject, status):
        raise photos_closed()
    if kind not in kinds_for(subject, frozenset(), status):
        raise RuleViolation(
            "not_sealed",
            "箱子还没封。请先点「封箱」，再拍封好的箱子；箱内的照片请选其他类别。",
            "The box is not sealed yet: seal it first, then take the photo of the closed box.",
        )


def photos_closed() -> RuleViolation:
    """The photos of a witnessed destruction stand on its certificate."""
    return RuleViolation(
        "photos_closed",
        "销毁记录已监销，照片已随记录存证，不能再添加或删除。",
        "The destruction was witnessed with these photos: none is added or removed any more.",
    )


@dataclass(frozen=True)
class Limits:
    """What the policies allow: photos a record, bytes and pixels a photo, bytes a site."""

    per_record: int
    photo_bytes: int
    edge: int
    """Pixels of the longer side after shrinking."""
    pixels: int
    """Pixels of the picture as it comes: more are refused before they are unpacked."""
    site_bytes: int
    author_may_remove: timedelta


def limits_of(policies: Mapping[str, Policy]) -> Limits:
    """Return the limits that the policies in force say."""
    return Limits(
        per_record=policies["photos_per_record"].number,
        photo_bytes=policies["photo_size"].number * 1024,
        edge=policies["photo_edge"].number,
        pixels=policies["photo_pixels"].number * 1_000_000,
        site_bytes=policies["photo_site_quota"].number * 1024 * 1024,
        author_may_remove=timedelta(minutes=policies["photo_by_author"].number),
    )


class Removal(NamedEnum):
    FREE = "free", "可直接删除", "May be removed"
    WITH_REASON = "with_reason", "须写明原因", "May be removed with a reason"
    NEVER = "never", "不可删除", "May not be removed"


def removal(
    actor: Actor, taken_by_id: int, site_id: int, age: timedelta, limits: Limits
) -> Removal:
    """Return whether ``actor`` may remove a photo of ``age`` that an account took at a site.

    Its author at once, while it is fresh; later the store's manager what his store took, and the
    supervisor any: one side's evidence is not the other side's to take away.
    """
    if actor.account_id == taken_by_id and age <= limits.author_may_remove:
        return Removal.FREE
    is_own_store = Role.STORE_MANAGER in actor.roles and actor.site_id == site_id
    if Role.SUPERVISOR in actor.roles or is_own_store:
        return Removal.WITH_REASON
    return Removal.NEVER
