"""One-time links: how a party without an account reads and answers one document of its own.

Most suppliers have no account. Whoever holds the link speaks for the party on that document and
sees nothing else; it is spent by the one answer that it carries, and shown to its maker once.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tracker.domain.account import LOSS_ROLES, Actor, Role
from tracker.domain.codes import LiableKind
from tracker.domain.errors import Forbidden, RuleViolation
from tracker.domain.loss import Action as FormAction
from tracker.domain.loss import Status as FormStatus
from tracker.domain.named import NamedEnum
from tracker.domain.statement import Action as StatementAction

CLAUSE = "access_link"
PACE = "access_link_pace"
SIGNER = "signer"
"""Under what name history keeps who signed an answer that came by a link."""
MAKERS = frozenset({Role.BUSINESS, Role.FINANCE})
"""Who makes links and takes them back."""


class Noun(NamedEnum):
    """What a link opens."""

    LOSS_FORM = "loss_form", "报损单", "Loss form"
    STATEMENT = "statement", "扣款对账单", "Statement"


class State(NamedEnum):
    OPEN = "open", "有效", "Open"
    USED = "used", "已使用", "Used"
    EXPIRED = "expired", "已过期", "Expired"
    REVOKED = "revoked", "已撤销", "Revoked"


class Page(NamedEnum):
    """What was opened with a link."""

    DOCUMENT = "document", "单据页面", "The document"
    PDF = "pdf", "PDF", "PDF"


ANSWERS: dict[Noun, frozenset[str]] = {
    Noun.LOSS_FORM: frozenset({FormAction.SIGN, FormAction.DISPUTE}),
    Noun.STATEMENT: frozenset({StatementAction.AGREE, StatementAction.DISPUTE}),
}
"""The answers of a party: one of them, and its link is spent."""

TAKEN: dict[Noun, frozenset[str]] = {
    Noun.LOSS_FORM: ANSWERS[Noun.LOSS_FORM],
    Noun.STATEMENT: ANSWERS[Noun.STATEMENT] | {StatementAction.DELIVER},
}
"""What a link's holder may do at all; confirming a receipt does not spend it."""

_HIDDEN = frozenset({FormStatus.DRAFT.value, FormStatus.VOIDED.value})
_SPEAKERS = {LiableKind.SUPPLIER: Role.SUPPLIER, LiableKind.STORE: Role.STORE_MANAGER}


def speaker(kind: LiableKind) -> Role:
    """Return as what the holder of a link to a party of ``kind`` acts."""
    return _SPEAKERS[kind]


def state(link: Any, now: datetime) -> State:
    """Return whether a link opens its document at ``now``, and if not why."""
    if link.used_at is not None:
        return State.USED
    if link.revoked_at is not None:
        return State.REVOKED
    return State.OPEN if now < link.expires_at else State.EXPIRED


def check_document(kind: LiableKind, status: str) -> None:
    """A link leads to what its party may see: neither a draft, nor void, nor head office's own.

    Raises ``RuleViolation`` ``nothing_to_answer``.
    """
    if kind not in _SPEAKERS or status in _HIDDEN:
        raise RuleViolation(
            "nothing_to_answer",
            "只有已提交的报损单、已开出的扣款单和对账单可以发给责任方。请先提交或开出。",
            "Links lead to submitted forms and issued statements of a party: submit or issue it.",
        )


def check_maker(actor: Actor) -> None:
    """Raise ``Forbidden`` ``wrong_role`` for whoever makes no links."""
    if not actor.is_any(MAKERS):
        raise Forbidden(
            "wrong_role", "一次性链接由业务部或财务发出。", "Business and finance make links."
        )


def is_told(actor: Actor, kind: LiableKind, code: str) -> bool:
    """Return whether a reader of a party's paper is told that a garment is a supplier's or store's.

    Head office is told everybody, a liable party itself alone: who else bears a share of a garment
    is not its business.
    """
    own = {
        LiableKind.SUPPLIER: actor.supplier_code if Role.SUPPLIER in actor.roles else None,
        LiableKind.STORE: actor.site_code if Role.STORE_MANAGER in actor.roles else None,
    }
    return actor.is_any(LOSS_ROLES) or own.get(kind) == code
