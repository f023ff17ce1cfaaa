"""A box where it arrives: counted blind, reconciled, surplus registered, damage reported."""

from __future__ import annotations

from dataclasses import replace

from tracker.domain import registration as garment
from tracker.domain.codes import Cause, Defect, Position, Source
from tracker.domain.discrepancy import Kind as Gap
from tracker.domain.errors import RuleViolation, not_found
from tracker.domain.registration import OutsideResult
from tracker.domain.shipment import (
    OUTSIDE,
    ROADS,
    WEEKLY_KINDS,
    Action,
    Kind,
    Status,
    carton_of,
    tally,
)
from tracker.models.registration import Registration
from tracker.models.shipment import Discrepancy, Receipt, Shipment
from tracker.queries import discrepancy as cases
from tracker.queries import registration as registrations
from tracker.queries import shipment as queries
from tracker.queries import site as sites
from tracker.services import clock, discrepancy, once, outside, registration, scan, turnaround
from tracker.services.act import Act
from tracker.services.fields import Area, CartonNo, Code, Fen, Year, required
from tracker.services.packing import move
from tracker.services.transition import apply


def arrive(act: Act, shipment: Shipment, *, code: Code | None = None) -> None:
    """Note that the box has come, also one in which nothing lies; counting begins.

    ``code`` is a carton's label: that carton has come. Without it they all have. Raises
    ``RuleViolation`` ``other_box`` for another box's label.
    """
    ordinal = carton_of(shipment.no, code) if code else None
    if code and ordinal not in {carton.ordinal for carton in shipment.cartons}:
        raise RuleViolation(
            "other_box",
            "「{scanned}」不是本单的箱标。请核对箱号 {box}。",
            "“{scanned}” is no carton label of this shipment. Look for {box}.",
            scanned=code,
            box=shipment.no,
        )
    move(act, shipment, Action.ARRIVE, details={"carton": ordinal} if ordinal else None)
    shipment.arrived_at = shipment.arrived_at or act.now
    for carton in shipment.cartons:
        if ordinal in (None, carton.ordinal):
            carton.arrived_at = carton.arrived_at or act.now
    act.session.flush()


def receive(
    act: Act,
    shipment: Shipment,
    *,
    code: Code,
    carton: CartonNo | None = None,
    repaired: bool = True,
    cost_fen: Fen = 0,
) -> Registration:
    """Count a scanned piece in, blind: on the list or not is seen at reconciling; returns it.

    The first receive scan arrives the box. ``repaired`` and ``cost_fen`` are what a factory or
    fabric maker did with the piece and bills for it. Raises ``RuleViolation`` ``already_counted``,
    ``counts_itself``, ``no_repair_bill`` and the codes of ``by_scanned_code``.
    """
    move(act, shipment, Action.RECEIVE)
    if shipment.kind != Kind.FROM_FACTORY and (cost_fen or not repaired):
        raise RuleViolation(
            "no_repair_bill",
            "只有外修返回的箱子才登记外修结果和费用。",
            "Only a box that comes back from outside repair has its result and its bill.",
        )
    if shipment.to_site.kind in OUTSIDE:
        raise RuleViolation(
            "counts_itself",
            "寄往供应商、面料商的箱子由对方清点，这里只登记到货和核对。",
            "A box to a supplier or fabric maker is counted there: note here that it arrived.",
        )
    shipment.arrived_at = shipment.arrived_at or act.now
    found = registrations.by_scanned_code(act.session, code)
    if shipment.kind == Kind.RETURN and found.site_id != act.actor.site_id:
        raise RuleViolation(
            "other_store",
            "这件不是本店的。请单独放好，并通知售后服务部。",
            "This piece is not your store's. Put it aside and tell after-sales.",
        )
    if queries.is_counted(act.session, shipment.id, found.id):
        raise RuleViolation(
            "already_counted", "这件已经清点过了。", "This piece is counted already."
        )
    _count(act, shipment, found, code, carton)
    take_in(act, shipment, found, OutsideResult(repaired), cost_fen)
    act.session.flush()
    return found


def _count(
    act: Act, shipment: Shipment, found: Registration, code: str, carton: int | None
) -> None:
    act.session.add(
        Receipt(
            shipment_id=shipment.id,
            registration_id=found.id,
            carton=carton,
            raw_code=once.storable(code)[:128],
            received_at=act.now,
            received_by_id=act.actor.account_id,
        )
    )
    for known in shipment.cartons:
        if known.ordinal == carton:
            known.arrived_at = known.arrived_at or act.now
    act.session.flush()


MENDED = OutsideResult(is_repaired=True)
_TRAVELLED = (
    garment.Status.IN_TRANSIT,
    garment.Status.RETURNING,
    garment.Status.MISSING,
    garment.Status.IN_OUTSIDE_REPAIR,
)


def take_in(
    act: Act,
    shipment: Shipment,
    found: Registration,
    mended: OutsideResult = MENDED,
    cost_fen: int = 0,
) -> None:
    """Move a piece that travelled to this site to received; others wait for the supervisor.

    What was missing on its way from a factory is looked at anew.
    """
    line = queries.last_line(act.session, found.id)
    if line is None or line.shipment.to_site_id != shipment.to_site_id:
        return
    if ROADS[Kind(shipment.kind)].receive is None:
        line.settled_at = act.now
        return
    is_outside = found.status == garment.Status.IN_OUTSIDE_REPAIR
    if found.status not in _TRAVELLED or (is_outside and line.settled_at is not None):
        return
    line.settled_at = act.now
    came_by = Kind(line.shipment.kind)
    if came_by is Kind.FROM_FACTORY and is_outside:
        outside.come_back(act, found, mended.is_repaired, cost_fen=cost_fen, document=shipment.no)
    elif came_by is Kind.FROM_FACTORY:
        apply(act, found, garment.MACHINE, garment.Action.RECEIVE, document=shipment.no)
        outside.end_stay(act, found)
    elif came_by is Kind.RETURN:
        apply(act, found, garment.MACHINE, garment.Action.RECEIVE_BACK, document=shipment.no)
        found.back_at = act.now
        turnaround.finish(act, found)
        clock.stop(found)
    elif came_by in WEEKLY_KINDS:
        apply(act, found, garment.MACHINE, garment.Action.RECEIVE, document=shipment.no)


def register_surplus(
    act: Act,
    shipment: Shipment,
    *,
    code: Code,
    defect: Defect,
    position: Position,
    area_mm2: Area,
    cause: Cause,
    tag_intact: bool,
    accessories_intact: bool,
    number_intact: bool,
    production_year: Year | None = None,
    repair_tag: Code | None = None,
) -> Registration:
    """Register a garment that came in the box without a registration (rule 1.15); returns it.

    It is registered for the sending store and counted in; the supervisor then refuses it. A blank
    ``repair_tag`` of after-sales' own becomes its number. Raises ``NeedsInput`` ``unknown_code``,
    ``bad_check_digit`` or what ``tag_roll.blank`` raises, ``RuleViolation``
    ``already_registered``.
    """
    move(act, shipment, Action.REGISTER_SURPLUS)
    if shipment.kind not in WEEKLY_KINDS:
        raise RuleViolation(
            "not_from_a_store",
            "只有店铺寄来的箱子才补登多出件。",
            "Only a store's box has pieces that were not registered.",
        )
    piece = scan.piece_of(act, code, repair_tag)
    fault = registration.Fault(
        defect, position, area_mm2, cause, tag_intact, accessories_intact, number_intact
    )
    story = registration.Story(Source.STOCK, production_year or piece.sku.style.production_year)
    note = act.note or f"{shipment.no} 多出件，事前未登记（规则 1.15）"
    for_store = replace(act, note=note)
    made = registration.register(for_store, piece, fault, story, site_id=shipment.from_site_id)
    apply(for_store, made, garment.MACHINE, garment.Action.RECEIVE, document=shipment.no)
    clock.stop(made)
    _count(act, shipment, made, code, None)
    return made


def reconcile(act: Act, shipment: Shipment) -> None:
    """Hold the blind count against the packing list; each gap becomes a discrepancy.

    Short pieces go ``missing``; surplus and wrong pieces name the last hand that held them. While a
    carton has not come a note is mandatory (``cartons_missing``). A factory counts for itself.
    """
    lines = {line.registration_id: line for line in queries.lines(act.session, shipment)}
    move(act, shipment, Action.RECONCILE)
    shipment.reconciled_at = act.now
    if shipment.to_site.kind in OUTSIDE:
        return
    _check_cartons(act, shipment)
    counted = {r.registration_id: r for r in queries.receipts(act.session, shipment)}
    result = tally(lines, counted)
    for registration_id in sorted(result.short):
        if lines[registration_id].settled_at is None:
            gone = registrations.locked(act.session, registration_id)
            discrepancy.miss(act, shipment, lines[registration_id], gone)
    for registration_id in sorted(result.extra):
        extra = counted[registration_id].registration
        kind = discrepancy.kind_of_extra(act, shipment, extra)
        discrepancy.open_case(act, shipment, extra, kind)
    act.session.flush()


def _check_cartons(act: Act, shipment: Shipment) -> None:
    if len(shipment.cartons) < 2 or act.note:
        return
    late = [str(carton.ordinal) for carton in shipment.cartons if carton.arrived_at is None]
    if late:
        raise RuleViolation(
            "cartons_missing",
            "第 {cartons} 箱还没有签收。请等齐再清点完毕；确实不来的，请在备注写明。",
            "Cartons {cartons} have not arrived. Wait for them, or say in the note why not.",
            cartons="、".join(late),
        )


def report_damage(act: Act, shipment: Shipment) -> Discrepancy:
    """Open a case for a box that came damaged; a note is mandatory. The carrier may be claimed."""
    required(act.note, "note", "请写明箱子怎样破损。", "Write how the box is damaged.")
    move(act, shipment, Action.REPORT_DAMAGE)
    return discrepancy.open_box_case(act, shipment, Gap.DAMAGED_BOX)


def report_wrong_site(act: Act, code: str) -> Discrepancy:
    """Open a case for a box that was delivered here and belongs to another site.

    ``code`` is its number, its tracking number or a carton's label. It tells nothing of the box,
    and returns the case that stands when this site reported it already.
    Raises ``NotFound``, ``RuleViolation`` ``is_ours``.
    """
    shipment = queries.on_the_road(act.session, once.storable(code))
    if shipment is None or shipment.status not in (Status.DISPATCHED, Status.LOST):
        raise not_found("在途的箱子", "box on the road", code)
    here = sites.get(act.session, act.actor.site_id)
    if here.id == shipment.to_site_id:
        raise RuleViolation(
            "is_ours",
            "这箱就是寄到这里的，请直接扫码签收。",
            "This box is addressed to you: count it in.",
        )
    standing = cases.open_box_case(act.session, shipment.id, Gap.WRONG_SITE, here.id)
    return standing or discrepancy.open_box_case(act, shipment, Gap.WRONG_SITE)
