"""Discrepancies (收货差异): what did not tie out, who held it last, what it turned out to be."""

from __future__ import annotations

from tracker.domain.account import Role
from tracker.domain.machine import Machine, Move
from tracker.domain.named import NamedEnum


class Kind(NamedEnum):
    SHORT = "short", "短少", "Short"
    SURPLUS = "surplus", "多出", "Surplus"
    WRONG_PIECE = "wrong_piece", "错件", "Wrong piece"
    DAMAGED_BOX = "damaged_box", "箱损", "Damaged box"
    WRONG_SITE = "wrong_site", "错送", "Delivered to the wrong site"
    SCRAP_GONE = "scrap_gone", "销毁缺件", "Missing at the shredder"


class Status(NamedEnum):
    OPEN = "open", "待处理", "Open"
    RESOLVED = "resolved", "已处理", "Resolved"


class Action(NamedEnum):
    CLAIM = "claim", "向承运商索赔", "Claim on the carrier"
    RESOLVE = "resolve", "处理", "Resolve"
    FOUND = "found", "找回", "Found again"


class Finding(NamedEnum):
    """What a discrepancy turned out to be."""

    FOUND_HERE = "found_here", "已在收货方找到", "Found at the receiver"
    FOUND_AT_SENDER = "found_at_sender", "在发货方找到", "Found at the sender"
    WRITTEN_OFF = "written_off", "确认丢失，核销", "Lost, written off"
    BELONGS = "belongs", "实物无误，漏扫装箱", "Belongs here, was not scanned"
    FOUND_IN_STORAGE = "found_in_storage", "已在库房找到", "Found in storage"
    SENT_ON = "sent_on", "已转交应收方", "Handed on to its owner"
    CARRIER_PAYS = "carrier_pays", "承运商赔付", "The carrier pays"
    NO_LOSS = "no_loss", "货品完好，无损失", "The goods are sound, no loss"
    OUR_LOSS = "our_loss", "承运商不赔，自行承担", "The carrier does not pay"


MACHINE = Machine(
    noun="discrepancy",
    zh="收货差异",
    zh_measure="份",
    en="Discrepancy",
    statuses=Status,
    actions=Action,
    initial=Status.OPEN,
    transitions={
        (Status.OPEN, Action.CLAIM): Move((Status.OPEN,)),
        (Status.OPEN, Action.RESOLVE): Move((Status.RESOLVED,)),
        (Status.RESOLVED, Action.FOUND): Move((Status.RESOLVED,)),
    },
    who={
        Action.CLAIM: frozenset({Role.CLERK, Role.LOGISTICS}),
        Action.RESOLVE: frozenset({Role.SUPERVISOR}),
        Action.FOUND: frozenset({Role.SUPERVISOR}),
    },
    final=frozenset({Status.RESOLVED}),
)

FINDINGS: dict[Kind, tuple[Finding, ...]] = {
    Kind.SHORT: (Finding.FOUND_HERE, Finding.FOUND_AT_SENDER, Finding.WRITTEN_OFF),
    Kind.SURPLUS: (Finding.BELONGS, Finding.SENT_ON),
    Kind.WRONG_PIECE: (Finding.BELONGS, Finding.SENT_ON),
    Kind.DAMAGED_BOX: (Finding.CARRIER_PAYS, Finding.NO_LOSS, Finding.OUR_LOSS),
    Kind.WRONG_SITE: (Finding.SENT_ON, Finding.FOUND_AT_SENDER),
    Kind.SCRAP_GONE: (Finding.FOUND_IN_STORAGE, Finding.WRITTEN_OFF),
}
