"""Shipments (装箱单): their kinds, their roads and their life.

The receiving site reconciles, in both directions; goods go direct, papers follow (rule 1.12).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tracker.domain import registration as garment
from tracker.domain.account import Role
from tracker.domain.machine import Machine, Move
from tracker.domain.named import NamedEnum
from tracker.domain.number import DocumentPrefix
from tracker.domain.site import SiteKind


class Kind(NamedEnum):
    WEEKLY = "weekly", "周寄", "Weekly"
    EXTRA = "extra", "加寄", "Extra"
    RETURN = "return", "返还", "Return"
    TO_FACTORY = "to_factory", "外修寄出", "To outside repair"
    FROM_FACTORY = "from_factory", "外修返回", "From outside repair"
    SCRAP_TRANSFER = "scrap_transfer", "报废转运", "Scrap to the warehouse"
    TO_SUPPLIER = "to_supplier", "退供应商", "Return to the supplier"


WEEKLY_KINDS = (Kind.WEEKLY, Kind.EXTRA)
"""A store's box to after-sales."""


class Status(NamedEnum):
    OPEN = "open", "装箱中", "Open"
    SEALED = "sealed", "已封箱", "Sealed"
    DISPATCHED = "dispatched", "已寄出", "Dispatched"
    ARRIVING = "arriving", "清点中", "Being counted"
    RECONCILED = "reconciled", "已核对", "Reconciled"
    LOST = "lost", "已报丢失", "Declared lost"
    VOIDED = "voided", "作废", "Voided"


class Action(NamedEnum):
    PACK = "pack", "扫码装箱", "Pack"
    UNPACK = "unpack", "取出", "Unpack"
    SEAL = "seal", "封箱", "Seal"
    UNSEAL = "unseal", "拆封", "Unseal"
    DISPATCH = "dispatch", "寄出", "Dispatch"
    ARRIVE = "arrive", "到货", "Arrive"
    RECEIVE = "receive", "扫码签收", "Receive"
    REGISTER_SURPLUS = "register_surplus", "补登多出件", "Register a surplus piece"
    RECONCILE = "reconcile", "清点完毕", "Reconcile"
    REPORT_DAMAGE = "report_damage", "报箱损", "Report a damaged box"
    RELAY = "relay", "转交单据", "Relay the papers"
    AMEND_FREIGHT = "amend_freight", "更正运费", "Amend the freight"
    DECLARE_LOST = "declare_lost", "报丢失", "Declare lost"
    VOID = "void", "作废", "Void"


class FreightBearer(NamedEnum):
    STORE = "store", "专卖店", "Store"
    HEAD_OFFICE = "head_office", "总公司", "Head office"


_SENDERS = frozenset({Role.STORE_STAFF, Role.CLERK})
_RECEIVERS = _SENDERS | {Role.WAREHOUSE}

S, A = Status, Action
_ON_THE_ROAD = (S.DISPATCHED, S.ARRIVING, S.RECONCILED, S.LOST)

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
        (S.ARRIVING, A.ARRIVE): Move((S.ARRIVING,)),
        (S.ARRIVING, A.RECEIVE): Move((S.ARRIVING,)),
        (S.LOST, A.ARRIVE): Move((S.ARRIVING,)),
        (S.LOST, A.RECEIVE): Move((S.ARRIVING,)),
        (S.ARRIVING, A.REGISTER_SURPLUS): Move((S.ARRIVING,)),
        (S.ARRIVING, A.RECONCILE): Move((S.RECONCILED,)),
        (S.DISPATCHED, A.DECLARE_LOST): Move((S.LOST,)),
        (S.OPEN, A.VOID): Move((S.VOIDED,)),
        **{(at, A.REPORT_DAMAGE): Move((at,)) for at in (S.ARRIVING, S.RECONCILED)},
        **{(at, A.RELAY): Move((at,)) for at in (S.DISPATCHED, S.ARRIVING, S.RECONCILED)},
        **{(at, A.AMEND_FREIGHT): Move((at,)) for at in _ON_THE_ROAD},
    },
    who={
        **dict.fromkeys((A.PACK, A.UNPACK, A.SEAL, A.UNSEAL, A.DISPATCH, A.VOID), _SENDERS),
        **dict.fromkeys((A.ARRIVE, A.RECEIVE, A.RECONCILE, A.REPORT_DAMAGE), _RECEIVERS),
        A.REGISTER_SURPLUS: frozenset({Role.CLERK}),
        A.RELAY: frozenset({Role.REGION}),
        A.AMEND_FREIGHT: _SENDERS | {Role.LOGISTICS},
        A.DECLARE_LOST: frozenset({Role.SUPERVISOR}),
    },
    final=frozenset({S.RECONCILED, S.VOIDED}),
)

SENDING_ACTIONS = frozenset({A.PACK, A.UNPACK, A.SEAL, A.UNSEAL, A.DISPATCH, A.VOID})
"""Done at the site that sends."""
RECEIVING_ACTIONS = frozenset(
    {A.ARRIVE, A.RECEIVE, A.REGISTER_SURPLUS, A.RECONCILE, A.REPORT_DAMAGE}
)
"""Done at the site that receives. The others are done from afar."""

OUTSIDE = frozenset({SiteKind.SUPPLIER, SiteKind.FABRIC_MAKER})
"""Sites without log-ins: the after-sales clerk keeps their side of a box."""


@dataclass(frozen=True)
class Road:
    """Between which sites a kind of box travels, and what happens to the garments in it.

    ``packs`` are the statuses from which a garment may be packed. An action that is ``None`` leaves
    the garment as it is: at the factory it stays ``in_outside_repair``, as scrap it stays scrap.
    """

    start: frozenset[SiteKind]
    end: frozenset[SiteKind]
    packs: tuple[garment.Status, ...]
    pack: garment.Action | None = None
    unpack: garment.Action | None = None
    dispatch: garment.Action | None = None
    receive: garment.Action | None = None


_STORE, _ASD = frozenset({SiteKind.STORE}), frozenset({SiteKind.AFTER_SALES})
_OUT = Road(
    _STORE, _ASD, (garment.Status.READY_TO_SHIP,),
    garment.Action.PACK, garment.Action.UNPACK, garment.Action.DISPATCH, garment.Action.RECEIVE,
)  # fmt: skip
ROADS: Mapping[Kind, Road] = {
    Kind.WEEKLY: _OUT,
    Kind.EXTRA: _OUT,
    Kind.RETURN: Road(
        _ASD, _STORE, (garment.Status.REPAIRED, garment.Status.REFUSED_AT_INTAKE),
        garment.Action.PACK_BACK, garment.Action.UNPACK_BACK, garment.Action.DISPATCH,
        garment.Action.RECEIVE_BACK,
    ),
    Kind.TO_FACTORY: Road(
        _ASD, OUTSIDE, (garment.Status.IN_OUTSIDE_REPAIR,), dispatch=garment.Action.SEND_OUT
    ),
    Kind.FROM_FACTORY: Road(
        OUTSIDE, _ASD, (garment.Status.IN_OUTSIDE_REPAIR,),
        receive=garment.Action.RETURN_FROM_OUTSIDE,
    ),
    Kind.SCRAP_TRANSFER: Road(
        _ASD, frozenset({SiteKind.WAREHOUSE}),
        (garment.Status.SCRAP_PENDING, garment.Status.ON_LOSS_FORM),
        dispatch=garment.Action.TRANSFER,
    ),
    Kind.TO_SUPPLIER: Road(
        _ASD, frozenset({SiteKind.SUPPLIER}), (garment.Status.ON_LOSS_FORM,),
        dispatch=garment.Action.RETURN_TO_SUPPLIER,
    ),
}  # fmt: skip


TRANSIT_LEGS: Mapping[Kind, str] = {
    Kind.WEEKLY: "leg_transit_out",
    Kind.EXTRA: "leg_transit_out",
    Kind.RETURN: "leg_transit_back",
    Kind.FROM_FACTORY: "leg_transit_out",
    Kind.SCRAP_TRANSFER: "leg_transit_out",
}
"""The policy that says within how many days a box arrives; nobody counts one at a vendor's."""


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


_CARTON_LABEL = re.compile(rf"{DocumentPrefix.SHIPMENT}-[0-9]{{4}}-[0-9]{{6,}}-[0-9]{{1,2}}")


def carton_code(no: str, ordinal: int) -> str:
    """Return what the label of carton ``ordinal`` says in its barcode."""
    return f"{no}-{ordinal}"


def carton_of(no: str, code: str) -> int | None:
    """Return which carton of shipment ``no`` a scanned label names, or ``None``."""
    head, _dash, ordinal = code.strip().upper().rpartition("-")
    is_ours = head == no and ordinal.isascii() and ordinal.isdigit() and len(ordinal) <= 2
    return int(ordinal) if is_ours else None


def is_carton_label(code: str) -> bool:
    """Return whether a scanned code is the label of some shipment's carton."""
    return _CARTON_LABEL.fullmatch(code.strip().upper()) is not None


def bearer_of(kind: Kind) -> FreightBearer:
    """A shipment beyond the weekly one is at the store's cost (rule 1.32, C-04)."""
    return FreightBearer.STORE if kind is Kind.EXTRA else FreightBearer.HEAD_OFFICE
