"""The weekly box: opened, packed by scan, sealed, dispatched, counted blind, reconciled."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tracker.domain import registration as garment
from tracker.domain.calendar import iso_week
from tracker.domain.errors import Forbidden, InvalidInput, RuleViolation
from tracker.domain.number import DocumentPrefix
from tracker.domain.shipment import (
    MACHINE,
    SENDING_ACTIONS,
    Action,
    DiscrepancyKind,
    Kind,
    bearer_of,
    tally,
)
from tracker.domain.site import SiteKind
from tracker.models.registration import Registration
from tracker.models.shipment import Receipt, Shipment, ShipmentLine
from tracker.queries import registration as registrations
from tracker.queries import shipment as queries
from tracker.queries import site as sites
from tracker.services import clock, discrepancy, once
from tracker.services.act import Act
from tracker.services.fields import Code, Fen, Text40, required
from tracker.services.number import next_document_no
from tracker.services.transition import apply, begin


def open_box(act: Act, *, to_site: str, kind: Kind) -> tuple[Shipment, bool]:
    """Return the actor's one open box to a site, and whether it was made now.

    A store sends ``weekly`` boxes to after-sales; after-sales sends ``return`` boxes to stores. A
    second box of the week becomes ``extra`` when it is dispatched (rule 1.32).
    """
    if act.actor.roles.isdisjoint(MACHINE.who[Action.PACK]):
        raise Forbidden(
            "wrong_role",
            "装箱由店员或售后文员操作。",
            "Boxes are packed by store staff or the after-sales clerk.",
        )
    destination = sites.by_code(act.session, to_site)
    is_return = destination.kind == SiteKind.STORE
    if (kind is Kind.RETURN) != is_return or act.actor.is_store == is_return:
        raise InvalidInput(
            "wrong_route",
            "店铺只能寄往售后服务部，售后服务部只能返还给店铺。",
            "A store sends to after-sales, and after-sales returns to stores.",
            "to_site",
        )
    standing = queries.open_box(act.session, act.actor.site_id, destination.id)
    if standing is not None:
        return standing, False
    shipment = Shipment(
        no=next_document_no(act.session, DocumentPrefix.SHIPMENT, act.now),
        kind=(Kind.RETURN if is_return else Kind.WEEKLY).value,
        from_site_id=act.actor.site_id,
        to_site_id=destination.id,
        opened_at=act.now,
        opened_by_id=act.actor.account_id,
    )
    begin(act, shipment, MACHINE, "open")
    return shipment, True


def _move(act: Act, shipment: Shipment, action: Action, **kept: Any) -> None:
    """Take an action on the box; only its sender packs and sends, only its receiver counts."""
    own = shipment.from_site_id if action in SENDING_ACTIONS else shipment.to_site_id
    if act.actor.site_id != own:
        side = ("发货方", "sending") if action in SENDING_ACTIONS else ("收货方", "receiving")
        raise Forbidden(
            "other_side",
            f"「{action.zh}」由{side[0]}操作。",
            f"“{action.en}” is done at the {side[1]} site.",
        )
    apply(act, shipment, MACHINE, action, **kept)


def pack(act: Act, shipment: Shipment, *, code: Code) -> Registration:
    """Put a scanned piece into the box; returns it.

    Raises ``RuleViolation``: ``in_other_box``, ``wrong_store``, ``wrong_status`` and the codes of
    ``by_scanned_code``; ``NotFound`` for another store's piece.
    """
    _move(act, shipment, Action.PACK)
    registration = registrations.by_scanned_code(act.session, code)
    is_return = shipment.kind == Kind.RETURN
    home = shipment.to_site_id if is_return else shipment.from_site_id
    if registration.site_id != home:
        if is_return:
            raise RuleViolation(
                "wrong_store",
                "这件属于 {store}，不能装进寄往 {box} 的箱子。请放到 {store} 的返还箱。",
                "This piece belongs to {store}: it does not go into the box to {box}.",
                store=registration.site.code,
                box=shipment.to_site.code,
            )
        raise RuleViolation(
            "other_store",
            "这件不是本店登记的，不能装箱。请核对标签。",
            "This piece was not registered by your store. Check the tag.",
        )
    line = queries.last_line(act.session, registration.id)
    if line is not None and line.settled_at is None:
        raise _in_box_already(line, shipment)
    came_from = registration.status
    action = garment.Action.PACK_BACK if is_return else garment.Action.PACK
    apply(act, registration, garment.MACHINE, action, document=shipment.no)
    act.session.add(
        ShipmentLine(
            shipment_id=shipment.id,
            registration_id=registration.id,
            came_from=came_from,
            packed_at=act.now,
            packed_by_id=act.actor.account_id,
        )
    )
    act.session.flush()
    return registration


def _in_box_already(line: ShipmentLine, shipment: Shipment) -> RuleViolation:
    if line.shipment_id == shipment.id:
        return RuleViolation(
            "already_in_this_box",
            "这件已经在本箱里了，无需再扫。",
            "This piece is in this box already.",
        )
    return RuleViolation(
        "in_other_box",
        "这件已装在 {box} 里，请先从那一箱取出。",
        "This piece is in box {box}: take it out there first.",
        box=line.shipment.no,
    )


def unpack(act: Act, shipment: Shipment, *, code: Code) -> Registration:
    """Take a scanned piece out of the open box again; returns it where it came from."""
    _move(act, shipment, Action.UNPACK)
    registration = registrations.by_scanned_code(act.session, code)
    line = queries.line_of(act.session, shipment.id, registration.id)
    if line is None:
        raise RuleViolation("not_in_this_box", "这件不在本箱里。", "This piece is not in this box.")
    if shipment.kind == Kind.RETURN:
        origin = garment.Origin(garment.Status(line.came_from))
        apply(
            act,
            registration,
            garment.MACHINE,
            garment.Action.UNPACK_BACK,
            origin,
            document=shipment.no,
        )
    else:
        apply(act, registration, garment.MACHINE, garment.Action.UNPACK, document=shipment.no)
    act.session.delete(line)
    act.session.flush()
    return registration


def seal(act: Act, shipment: Shipment) -> None:
    """Seal the box. Raises ``RuleViolation`` ``empty_box``."""
    if not queries.lines(act.session, shipment):
        raise RuleViolation(
            "empty_box",
            "箱子是空的，请先扫码装箱。",
            "The box is empty: scan pieces into it first.",
        )
    _move(act, shipment, Action.SEAL)
    shipment.sealed_at = act.now


def unseal(act: Act, shipment: Shipment) -> None:
    """Open a sealed box again. Raises ``RuleViolation`` ``box_open`` if another one is open."""
    standing = queries.open_box(act.session, shipment.from_site_id, shipment.to_site_id)
    if standing is not None:
        raise RuleViolation(
            "box_open",
            "已有装箱中的 {box}，一次只能开一箱。请把后来的件装进那一箱。",
            "Box {box} is open already, and only one may be.",
            box=standing.no,
        )
    _move(act, shipment, Action.UNSEAL)
    shipment.sealed_at = None


def dispatch(
    act: Act, shipment: Shipment, *, carrier: Text40, tracking_no: Text40, freight_fen: Fen = 0
) -> None:
    """Send the sealed box: its pieces travel, and a store's start their 15 days (rule 1.34).

    A second box of the same ISO week is ``extra`` and its freight (fen) the store's (rule 1.32).
    """
    _move(
        act,
        shipment,
        Action.DISPATCH,
        details={"carrier": carrier, "tracking_no": tracking_no, "freight_fen": freight_fen},
    )
    year, week = iso_week(act.now)
    if shipment.kind != Kind.RETURN:
        earlier = queries.dispatched_in_week(act.session, shipment.from_site_id, year, week)
        shipment.kind = (Kind.EXTRA if earlier else Kind.WEEKLY).value
        shipment.week_ordinal = earlier + 1
    shipment.iso_year, shipment.iso_week = year, week
    shipment.dispatched_at = act.now
    shipment.dispatched_by_id = act.actor.account_id
    shipment.carrier = required(carrier, "carrier", "请填写承运商。", "Fill in the carrier.")
    shipment.tracking_no = required(
        tracking_no, "tracking_no", "请填写运单号。", "Fill in the tracking number."
    )
    shipment.freight_fen = freight_fen
    shipment.freight_bearer = bearer_of(Kind(shipment.kind)).value
    for line in queries.lines(act.session, shipment):
        _send(act, shipment, line.registration)
    act.session.flush()


def _send(act: Act, shipment: Shipment, registration: Registration) -> None:
    apply(act, registration, garment.MACHINE, garment.Action.DISPATCH, document=shipment.no)
    if shipment.kind == Kind.RETURN:
        registration.returned_at = act.now
    else:
        registration.dispatched_at = act.now
        clock.start(act.session, registration, clock.TURNAROUND, act.now)


def arrive(act: Act, shipment: Shipment) -> None:
    """Note that the box has come, also one in which nothing lies; counting begins."""
    _move(act, shipment, Action.ARRIVE)
    shipment.arrived_at = act.now


def receive(act: Act, shipment: Shipment, *, code: Code) -> Registration:
    """Count a scanned piece in, blind: on the list or not is seen at reconciling; returns it.

    The first receive scan arrives the box. Raises ``RuleViolation`` ``already_counted`` and the
    codes of ``by_scanned_code``.
    """
    _move(act, shipment, Action.RECEIVE)
    shipment.arrived_at = shipment.arrived_at or act.now
    registration = registrations.by_scanned_code(act.session, code)
    if shipment.kind == Kind.RETURN and registration.site_id != act.actor.site_id:
        raise RuleViolation(
            "other_store",
            "这件不是本店的。请单独放好，并通知售后服务部。",
            "This piece is not your store's. Put it aside and tell after-sales.",
        )
    if any(r.registration_id == registration.id for r in queries.receipts(act.session, shipment)):
        raise RuleViolation(
            "already_counted", "这件已经清点过了。", "This piece is counted already."
        )
    act.session.add(
        Receipt(
            shipment_id=shipment.id,
            registration_id=registration.id,
            raw_code=once.storable(code)[:128],
            received_at=act.now,
            received_by_id=act.actor.account_id,
        )
    )
    take_in(act, shipment, registration)
    act.session.flush()
    return registration


def take_in(act: Act, shipment: Shipment, registration: Registration) -> None:
    """Move a piece that travelled to this site to received; others wait for the supervisor."""
    line = queries.last_line(act.session, registration.id)
    if line is None or line.shipment.to_site_id != shipment.to_site_id:
        return
    travelled = {garment.Status.IN_TRANSIT, garment.Status.RETURNING, garment.Status.MISSING}
    if registration.status not in travelled:
        return
    line.settled_at = act.now
    if shipment.kind == Kind.RETURN:
        apply(act, registration, garment.MACHINE, garment.Action.RECEIVE_BACK, document=shipment.no)
        registration.back_at = act.now
        clock.stop(registration)
    else:
        apply(act, registration, garment.MACHINE, garment.Action.RECEIVE, document=shipment.no)


def reconcile(act: Act, shipment: Shipment) -> None:
    """Hold the blind count against the packing list; each gap becomes a discrepancy.

    Short pieces go ``missing``; surplus and wrong pieces name the last hand that held them.
    """
    _move(act, shipment, Action.RECONCILE)
    shipment.reconciled_at = act.now
    lines = {line.registration_id: line for line in queries.lines(act.session, shipment)}
    counted = {r.registration_id: r for r in queries.receipts(act.session, shipment)}
    result = tally(lines, counted)
    for registration_id in sorted(result.short):
        registration = registrations.locked(act.session, registration_id)
        travelled = registration.status in (garment.Status.IN_TRANSIT, garment.Status.RETURNING)
        if not travelled:
            continue
        discrepancy.open_case(act, shipment, registration, DiscrepancyKind.SHORT)
        apply(act, registration, garment.MACHINE, garment.Action.MISS, document=shipment.no)
        lines[registration_id].settled_at = act.now
    for registration_id in sorted(result.extra):
        registration = counted[registration_id].registration
        kind = discrepancy.kind_of_extra(act, shipment, registration)
        discrepancy.open_case(act, shipment, registration, kind)
    act.session.flush()


def void(act: Act, shipment: Shipment) -> None:
    """Void an empty open box; its number stays taken. Raises ``box_not_empty``."""
    if queries.lines(act.session, shipment):
        raise RuleViolation(
            "box_not_empty",
            "箱里还有衣服，请先全部取出再作废。",
            "There are pieces in the box: take them out first.",
        )
    _move(act, shipment, Action.VOID)


ACTIONS: Mapping[Action, Callable[..., Any]] = {
    Action.PACK: pack,
    Action.UNPACK: unpack,
    Action.SEAL: seal,
    Action.UNSEAL: unseal,
    Action.DISPATCH: dispatch,
    Action.ARRIVE: arrive,
    Action.RECEIVE: receive,
    Action.RECONCILE: reconcile,
    Action.VOID: void,
}
