"""Shipments (装箱单) and the discrepancies (收货差异) found when they are counted.

The receiving site reconciles, in both directions; goods go direct, papers follow (rule 1.12).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tracker.domain.account import Role
from tracker.domain.machine import Machine, Move
from tracker.domain.named import NamedEnum


class Kind(NamedEnum):
    WEEKLY = "weekly", "周寄", "Weekly"
    EXTRA = "extra", "加寄", "Extra"
    RETURN = "return", "返还", "Return"


class Status(NamedEnum):
    OPEN = "open", "装箱中", "Open"
    SEALED = "sealed", "已封箱", "Sealed"
    DISPATCHED = "dispatched", "已寄出", "Dispatched"
    ARRIVING = "arriving", "清点中", "Being counted"
    RECONCILED = "reconciled", "已核对", "Reconciled"
    VOIDED = "voided", "作废", "Voided"


class Action(NamedEnum):
    PACK = "pack", "扫码装箱", "Pack"
    UNPACK = "unpack", "取出", "Unpack"
    SEAL = "seal", "封箱", "Seal"
    UNSEAL = "unseal", "拆封", "Unseal"
    DISPATCH = "dispatch", "寄出", "Dispatch"
    ARRIVE = "arrive", "到货", "Arrive"
    RECEIVE = "receive", "扫码签收", "Receive"
    RECONCILE = "reconcile", "清点完毕", "Reconcile"
    VOID = "void", "作废", "Void"


class FreightBearer(NamedEnum):
    STORE = "store", "专卖店", "Store"
    HEAD_OFFICE = "head_office", "总公司", "Head office"


_SENDERS = frozenset({Role.STORE_STAFF, Role.CLERK})

S, A = Status, Action

MACHINE = Machine(
    noun="shipment",
    zh="装箱单",
    en="Shipment",
    statuses=Status,
    actions=Action,
    initial=S.OPEN,
    transitions={
        (S.OPEN, A.PACK): Move((S.OPEN,)),
        (S.OPEN, A.UNPACK): Move((S.OPEN,)),
        (S.OPEN, A.SEAL): Move((S.SEALED,)),
        (S.SEALED, A.UNSEAL): Move((S.OPEN,)),
        (S.SEALED, A.DISPATCH): Move((S.DISPATCHED,)),
        (S.DISPATCHED, A.ARRIVE): Move((S.ARRIVING,)),
        (S.DISPATCHED, A.RECEIVE): Move((S.ARRIVING,)),
        (S.ARRIVING, A.RECEIVE): Move((S.ARRIVING,)),
        (S.ARRIVING, A.RECONCILE): Move((S.RECONCILED,)),
        (S.OPEN, A.VOID): Move((S.VOIDED,)),
    },
    who=dict.fromkeys(A, _SENDERS),
    final=frozenset({S.RECONCILED, S.VOIDED}),
)

SENDING_ACTIONS = frozenset({A.PACK, A.UNPACK, A.SEAL, A.UNSEAL, A.DISPATCH, A.VOID})
"""Done at the site that sends; the others are done where the goods arrive."""


class DiscrepancyKind(NamedEnum):
    SHORT = "short", "短少", "Short"
    SURPLUS = "surplus", "多出", "Surplus"
    WRONG_PIECE = "wrong_piece", "错件", "Wrong piece"


class DiscrepancyStatus(NamedEnum):
    OPEN = "open", "待处理", "Open"
    RESOLVED = "resolved", "已处理", "Resolved"


class DiscrepancyAction(NamedEnum):
    RESOLVE = "resolve", "处理", "Resolve"


class Finding(NamedEnum):
    """What a discrepancy turned out to be."""

    FOUND_HERE = "found_here", "已在收货方找到", "Found at the receiver"
    FOUND_AT_SENDER = "found_at_sender", "在发货方找到", "Found at the sender"
    WRITTEN_OFF = "written_off", "确认丢失，核销", "Lost, written off"
    BELONGS = "belongs", "实物无误，漏扫装箱", "Belongs here, was not scanned"
    SENT_ON = "sent_on", "已转交应收方", "Handed on to its owner"


DISCREPANCY = Machine(
    noun="discrepancy",
    zh="收货差异",
    en="Discrepancy",
    statuses=DiscrepancyStatus,
    actions=DiscrepancyAction,
    initial=DiscrepancyStatus.OPEN,
    transitions={
        (DiscrepancyStatus.OPEN, DiscrepancyAction.RESOLVE): Move((DiscrepancyStatus.RESOLVED,))
    },
    who={DiscrepancyAction.RESOLVE: frozenset({Role.SUPERVISOR})},
    final=frozenset({DiscrepancyStatus.RESOLVED}),
)

FINDINGS: dict[DiscrepancyKind, tuple[Finding, ...]] = {
    DiscrepancyKind.SHORT: (Finding.FOUND_HERE, Finding.FOUND_AT_SENDER, Finding.WRITTEN_OFF),
    DiscrepancyKind.SURPLUS: (Finding.BELONGS, Finding.SENT_ON),
    DiscrepancyKind.WRONG_PIECE: (Finding.BELONGS, Finding.SENT_ON),
}


@dataclass(frozen=True)
class Tally:
    """The blind count held against the packing list, each garment by its number."""

    matched: frozenset[int]
    short: frozenset[int]
    extra: frozenset[int]


def tally(packed: Iterable[int], received: Iterable[int]) -> Tally:
    """Compare what was packed with what was received: sent = matched + short, extra apart."""
    sent, arrived = frozenset(packed), frozenset(received)
    return Tally(matched=sent & arrived, short=sent - arrived, extra=arrived - sent)


def bearer_of(kind: Kind) -> FreightBearer:
    """A shipment beyond the weekly one is at the store's cost (rule 1.32, C-04)."""
    return FreightBearer.STORE if kind is Kind.EXTRA else FreightBearer.HEAD_OFFICE
