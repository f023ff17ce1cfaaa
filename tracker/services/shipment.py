"""A box on its road: dispatched, its papers relayed, its freight amended, declared lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tracker.domain import registration as garment
from tracker.domain.calendar import iso_week, month_of, shanghai_date
from tracker.domain.errors import RuleViolation
from tracker.domain.ledger import Account
from tracker.domain.ledger import Status as MonthStatus
from tracker.domain.shipment import (
    OUTSIDE,
    ROADS,
    WEEKLY_KINDS,
    Action,
    FreightBearer,
    Kind,
)
from tracker.models.registration import Registration
from tracker.models.shipment import Shipment, ShipmentLine
from tracker.models.site import Site
from tracker.queries import ledger as months
from tracker.queries import policy
from tracker.queries import registration as registrations
from tracker.queries import repair as repairs
from tracker.queries import shipment as queries
from tracker.services import clock, discrepancy, ledger, outside, packing, receipt
from tracker.services.act import Act
from tracker.services.fields import Fen, Text40, required
from tracker.services.packing import move
from tracker.services.transition import apply


def dispatch(
    act: Act,
    shipment: Shipment,
    *,
    carrier: Text40,
    tracking_no: Text40,
    freight_fen: Fen = 0,
    urgent: bool = False,
) -> None:
    """Send the sealed box: its pieces travel, and a store's start their 15 days (rule 1.34).

    A second box of the same ISO week is ``extra`` and its freight (fen) the store's (rule 1.32),
    unless it is ``urgent``: customers' garments only, at the cost that policy names (C-03).
    """
    move(
        act,
        shipment,
        Action.DISPATCH,
        details={"carrier": carrier, "tracking_no": tracking_no, "freight_fen": freight_fen},
    )
    lines = queries.lines(act.session, shipment)
    _count_week(act, shipment)
    shipment.dispatched_at = act.now
    shipment.dispatched_by_id = act.actor.account_id
    shipment.carrier = required(carrier, "carrier", "请填写承运商。", "Fill in the carrier.")
    shipment.tracking_no = required(
        tracking_no, "tracking_no", "请填写运单号。", "Fill in the tracking number."
    )
    shipment.freight_fen = freight_fen
    shipment.is_urgent = urgent
    shipment.freight_bearer = _bearer(act, shipment, [line.registration for line in lines]).value
    for line in lines:
        _send(act, shipment, line)
    act.session.flush()
    _post_freight(act, shipment)


def _post_freight(act: Act, shipment: Shipment) -> None:
    """An extra box's freight goes to the ledger, on whoever bears it (rule 1.32)."""
    if shipment.kind == Kind.EXTRA:
        first = queries.lines(act.session, shipment)[0]
        ledger.post_freight(act, shipment, first.registration)


def _count_week(act: Act, shipment: Shipment) -> None:
    year, week = iso_week(act.now)
    if shipment.kind in WEEKLY_KINDS:
        earlier = queries.dispatched_in_week(act.session, shipment.from_site_id, year, week)
        shipment.kind = (Kind.EXTRA if earlier else Kind.WEEKLY).value
        shipment.week_ordinal = earlier + 1
    shipment.iso_year, shipment.iso_week = year, week


def _bearer(act: Act, shipment: Shipment, inside: Sequence[Registration]) -> FreightBearer:
    """Return who bears the freight: of an extra box whom policy names (rule 1.32, C-03, C-04)."""
    is_urgent = shipment.is_urgent and shipment.kind == Kind.EXTRA
    if is_urgent:
        _check_urgent(inside)
    return usual_bearer(act, shipment.from_site, Kind(shipment.kind), is_urgent=is_urgent)


def usual_bearer(act: Act, store: Site, kind: Kind, *, is_urgent: bool = False) -> FreightBearer:
    """Return who bears the freight of a box that leaves today (rule 1.32, C-03, C-04)."""
    if kind is not Kind.EXTRA:
        return FreightBearer.HEAD_OFFICE
    name = "urgent_extra_bearer" if is_urgent else "extra_shipment_cost_bearer"
    reach = policy.reach_of_site(store)
    return FreightBearer(policy.one(act.session, name, shanghai_date(act.now), reach).value)


def _check_urgent(inside: Sequence[Registration]) -> None:
    if any(registration.owner != garment.Owner.CUSTOMER for registration in inside):
        raise RuleViolation(
            "not_urgent",
            "加急箱只能装顾客送修件，箱里有店铺库存。请取出库存件，或取消加急。",
            "An urgent box holds customers' garments only: take the stock out, or send an extra.",
        )


def _send(act: Act, shipment: Shipment, line: ShipmentLine) -> None:
    registration, road = line.registration, ROADS[Kind(shipment.kind)]
    if road.dispatch is garment.Action.SEND_OUT:
        outside.go(act, registration, shipment.to_site, shipment)
    elif road.dispatch is garment.Action.RETURN_TO_SUPPLIER:
        outside.go_back(act, registration, shipment)
    elif road.dispatch is not None:
        apply(act, registration, garment.MACHINE, road.dispatch, document=shipment.no)
    if shipment.to_site.kind in OUTSIDE:
        line.settled_at = act.now
    elif shipment.kind == Kind.RETURN:
        registration.returned_at = act.now
    elif shipment.kind in WEEKLY_KINDS:
        registration.dispatched_at = act.now
        clock.start(act.session, registration, clock.TURNAROUND, act.now)


def relay(act: Act, shipment: Shipment) -> None:
    """Pass the store's papers on to after-sales, as its region (rules 1.12, 1.13).

    Goods never wait for it. Raises ``RuleViolation`` ``no_papers`` or ``already_relayed``.
    """
    if shipment.kind not in WEEKLY_KINDS:
        raise RuleViolation(
            "no_papers",
            "只有店铺寄往售后的装箱单需要区域转交单据。",
            "Only a store's box to after-sales has papers to relay.",
        )
    if shipment.relayed_at is not None:
        raise RuleViolation(
            "already_relayed", "单据已经转交过了。", "The papers were relayed already."
        )
    move(act, shipment, Action.RELAY)
    shipment.relayed_at = act.now
    shipment.relayed_by_id = act.actor.account_id


def amend_freight(act: Act, shipment: Shipment, *, freight_fen: Fen) -> None:
    """Correct the freight (fen), such as after freight collect, until its month closes.

    What the ledger has of it is reversed and entered anew. A note is mandatory. Raises
    ``RuleViolation`` ``month_closed``.
    """
    required(act.note, "note", "请写明为什么更正运费。", "Write why the freight is amended.")
    if shipment.dispatched_at is not None:
        month = months.month_of_document(act.session, shipment.no) or months.find(
            act.session, month_of(shipment.dispatched_at)
        )
        if month is not None and month.status == MonthStatus.CLOSED:
            raise RuleViolation(
                "month_closed",
                "本箱运费已随 {month} 结账，不能再更正。记错了财务可在分录里冲销，"
                "但系统不能改记另一金额，差额请线下结清。",
                "The freight closed with {month} and is not amended. Finance may reverse its "
                "entry, but no other amount is entered: settle the difference outside the system.",
                month=month.month,
            )
    details = {"freight_fen": freight_fen, "before_fen": shipment.freight_fen}
    move(act, shipment, Action.AMEND_FREIGHT, details=details)
    shipment.freight_fen = freight_fen
    if shipment.kind == Kind.EXTRA and freight_fen != details["before_fen"]:
        act.session.flush()
        ledger.take_back(act, shipment.no, (Account.FREIGHT,))
        _post_freight(act, shipment)


def declare_lost(act: Act, shipment: Shipment) -> None:
    """Declare lost a box that never arrived: each piece goes missing, with its own case.

    A note is mandatory: what the carrier says. Should it come after all, it can still be counted.
    """
    required(act.note, "note", "请写明承运商的答复。", "Write what the carrier says.")
    move(act, shipment, Action.DECLARE_LOST)
    for line in queries.lines(act.session, shipment):
        registration = registrations.locked(act.session, line.registration_id)
        if _is_still_in(act, shipment, line):
            discrepancy.miss(act, shipment, line, registration)
    act.session.flush()


def _is_still_in(act: Act, shipment: Shipment, line: ShipmentLine) -> bool:
    """Whether a line's garment went with the box: it turned up nowhere else since."""
    if shipment.kind != Kind.TO_FACTORY:
        return shipment.kind == Kind.TO_SUPPLIER or line.settled_at is None
    job = repairs.open_job(act.session, line.registration_id)
    return job is not None and job.sent_at == shipment.dispatched_at


ACTIONS: Mapping[Action, Callable[..., Any]] = {
    Action.PACK: packing.pack,
    Action.UNPACK: packing.unpack,
    Action.SEAL: packing.seal,
    Action.UNSEAL: packing.unseal,
    Action.DISPATCH: dispatch,
    Action.ARRIVE: receipt.arrive,
    Action.RECEIVE: receipt.receive,
    Action.REGISTER_SURPLUS: receipt.register_surplus,
    Action.RECONCILE: receipt.reconcile,
    Action.REPORT_DAMAGE: receipt.report_damage,
    Action.RELAY: relay,
    Action.AMEND_FREIGHT: amend_freight,
    Action.DECLARE_LOST: declare_lost,
    Action.VOID: packing.void,
}
