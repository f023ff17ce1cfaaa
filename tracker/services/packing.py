"""A box is packed: opened, filled by scan carton by carton, sealed; opened again or voided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tracker.domain import registration as garment
from tracker.domain.errors import Forbidden, InvalidInput, RuleViolation, not_found
from tracker.domain.number import DocumentPrefix
from tracker.domain.shipment import (
    MACHINE,
    OUTSIDE,
    ROADS,
    SENDING_ACTIONS,
    WEEKLY_KINDS,
    Action,
    Kind,
)
from tracker.models.registration import Registration
from tracker.models.shipment import Carton, Shipment, ShipmentLine
from tracker.models.site import Site
from tracker.queries import registration as registrations
from tracker.queries import shipment as queries
from tracker.queries import site as sites
from tracker.services import outside
from tracker.services.act import Act
from tracker.services.fields import CartonNo, Code, Grams, Text40
from tracker.services.number import next_document_no
from tracker.services.transition import apply, begin


@dataclass(frozen=True)
class CartonSeal:
    """A carton as it is sealed: its number x, its weight in grams and the number of its seal."""

    carton: CartonNo
    weight_g: Grams | None = None
    seal_no: Text40 | None = None


def open_box(
    act: Act, *, to_site: str, kind: Kind, from_site: str | None = None
) -> tuple[Shipment, bool]:
    """Return the one open box of a kind between two sites, and whether it was made now.

    A store sends ``weekly`` boxes; a second one of the week becomes ``extra`` when it is dispatched
    (rule 1.32). After-sales keeps both sides of a box to or from a factory or fabric maker; a
    supplier's code stands for its site.
    """
    if act.actor.roles.isdisjoint(MACHINE.who[Action.PACK]):
        raise Forbidden(
            "wrong_role",
            "装箱由店员或售后文员操作。",
            "Boxes are packed by store staff or the after-sales clerk.",
        )
    kind = Kind.WEEKLY if kind is Kind.EXTRA else kind
    start, end = _ends(act, kind, from_site or act.actor.site_code, to_site)
    standing = queries.open_box(act.session, start.id, end.id, kind)
    if standing is not None:
        return standing, False
    shipment = Shipment(
        no=next_document_no(act.session, DocumentPrefix.SHIPMENT, act.now),
        kind=kind.value,
        from_site=start,
        to_site=end,
        opened_at=act.now,
        opened_by_id=act.actor.account_id,
    )
    begin(act, shipment, MACHINE, "open")
    return shipment, True


def _ends(act: Act, kind: Kind, from_site: str, to_site: str) -> tuple[Site, Site]:
    """Return where a box of a kind begins and ends, one of them at the actor's site."""
    start, end = _site(act, from_site), _site(act, to_site)
    road = ROADS[kind]
    here = end if start.kind in OUTSIDE else start
    if start.kind not in road.start or end.kind not in road.end:
        raise InvalidInput(
            "wrong_route",
            "「{kind}」不能从这里寄往 {to_site}。店铺寄往售后服务部；售后返还店铺、寄外修、"
            "转总仓或退供应商。",
            "A “{kind}” box does not go from here to {to_site}.",
            "to_site",
            kind=kind.zh,
            to_site=end.code,
        )
    if here.id != act.actor.site_id:
        raise not_found("店铺", "site", start.code)
    return start, end


def _site(act: Act, code: str) -> Site:
    """Return a site of the chain, or that of a supplier, made when it is first needed."""
    found = sites.find(act.session, code)
    return found if found is not None else outside.site_of_supplier(act, code)


def move(act: Act, shipment: Shipment, action: Action, **kept: Any) -> None:
    """Take an action on the box; only its sender packs and sends, only its receiver counts.

    After-sales keeps the side of a site without log-ins. Raises ``Forbidden`` ``other_side``.
    """
    if not queries.keeps(act.actor, shipment, action):
        side = ("发货方", "sending") if action in SENDING_ACTIONS else ("收货方", "receiving")
        raise Forbidden(
            "other_side",
            f"「{action.zh}」由{side[0]}操作。",
            f"“{action.en}” is done at the {side[1]} site.",
        )
    apply(act, shipment, MACHINE, action, **kept)


def pack(act: Act, shipment: Shipment, *, code: Code, carton: CartonNo = 1) -> Registration:
    """Put a scanned piece into a carton of the box; returns it.

    Raises ``RuleViolation``: ``in_other_box``, ``wrong_store``, ``wrong_status``, ``wrong_carton``,
    what ``outside.check_goes_to`` raises and the codes of ``by_scanned_code``.
    """
    move(act, shipment, Action.PACK)
    registration = registrations.by_scanned_code(act.session, code)
    kind = Kind(shipment.kind)
    _check_home(shipment, registration)
    line = queries.last_line(act.session, registration.id)
    if line is not None and line.settled_at is None:
        raise _in_box_already(line, shipment)
    came_from = registration.status
    _check_status(kind, registration)
    outside.check_goes_to(act, registration, shipment)
    if (action := ROADS[kind].pack) is not None:
        apply(act, registration, garment.MACHINE, action, document=shipment.no)
    _use_carton(act, shipment, carton)
    act.session.add(
        ShipmentLine(
            shipment_id=shipment.id,
            registration_id=registration.id,
            carton=carton,
            came_from=came_from,
            packed_at=act.now,
            packed_by_id=act.actor.account_id,
        )
    )
    act.session.flush()
    return registration


def _check_status(kind: Kind, registration: Registration) -> None:
    packs = ROADS[kind].packs
    if ROADS[kind].pack is None and registration.status not in packs:
        raise RuleViolation(
            "wrong_status",
            "这件现在是「{status}」，不能装进「{kind}」的箱子；只装{packs}的。",
            "This garment is “{status}”: it does not go into a “{kind}” box.",
            status=garment.Status(registration.status).zh,
            kind=kind.zh,
            packs="、".join(f"「{status.zh}」" for status in packs),
        )


def _check_home(shipment: Shipment, registration: Registration) -> None:
    """A weekly box takes its own store's garments, a return box those of the store it goes to."""
    if shipment.kind == Kind.RETURN and registration.site_id != shipment.to_site_id:
        raise RuleViolation(
            "wrong_store",
            "这件属于 {store}，不能装进寄往 {box} 的箱子。请放到 {store} 的返还箱。",
            "This piece belongs to {store}: it does not go into the box to {box}.",
            store=registration.site.code,
            box=shipment.to_site.code,
        )
    if shipment.kind in WEEKLY_KINDS and registration.site_id != shipment.from_site_id:
        raise RuleViolation(
            "other_store",
            "这件不是本店登记的，不能装箱。请核对标签。",
            "This piece was not registered by your store. Check the tag.",
        )


def _use_carton(act: Act, shipment: Shipment, carton: int) -> None:
    """Cartons are numbered 1, 2, 3 …: the next one begins when something is put into it."""
    known = {known.ordinal for known in shipment.cartons}
    if carton in known:
        return
    if carton != len(known) + 1:
        raise RuleViolation(
            "wrong_carton",
            "还没有第 {carton} 箱；请先装第 {next} 箱。",
            "There is no carton {carton} yet: fill carton {next} first.",
            carton=carton,
            next=len(known) + 1,
        )
    shipment.cartons.append(Carton(ordinal=carton))
    act.session.flush()


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


def unpack(
    act: Act, shipment: Shipment, *, code: Code, carton: CartonNo | None = None
) -> Registration:
    """Take a scanned piece out of the open box again; returns it where it came from."""
    move(act, shipment, Action.UNPACK)
    registration = registrations.by_scanned_code(act.session, code)
    line = queries.line_of(act.session, shipment.id, registration.id)
    if line is None or carton not in (None, line.carton):
        raise RuleViolation("not_in_this_box", "这件不在本箱里。", "This piece is not in this box.")
    if (action := ROADS[Kind(shipment.kind)].unpack) is not None:
        back = garment.Origin(garment.Status(line.came_from))
        apply(act, registration, garment.MACHINE, action, back, document=shipment.no)
    act.session.delete(line)
    act.session.flush()
    _drop_last_cartons(act, shipment)
    return registration


def _drop_last_cartons(act: Act, shipment: Shipment) -> None:
    used = {line.carton for line in queries.lines(act.session, shipment)}
    while shipment.cartons and shipment.cartons[-1].ordinal not in used:
        act.session.delete(shipment.cartons.pop())
    act.session.flush()


def seal(act: Act, shipment: Shipment, *, cartons: Sequence[CartonSeal] = ()) -> None:
    """Seal the box with what each carton weighs and the numbers of the seals.

    Raises ``RuleViolation`` ``empty_box``, ``empty_carton`` or ``wrong_carton``.
    """
    used = {line.carton for line in queries.lines(act.session, shipment)}
    if not used:
        raise RuleViolation("empty_box", "箱里还没有衣服，不能封箱。", "The box is empty.")
    known = {carton.ordinal: carton for carton in shipment.cartons}
    for empty in sorted(set(known) - used):
        raise RuleViolation(
            "empty_carton",
            "第 {carton} 箱是空的。请把后面的件移过来，或装入衣服后再封箱。",
            "Carton {carton} is empty: fill it, or move the later ones up.",
            carton=empty,
        )
    move(act, shipment, Action.SEAL)
    shipment.sealed_at = act.now
    for sealed in cartons:
        if sealed.carton not in known:
            raise RuleViolation(
                "wrong_carton",
                "这张装箱单没有第 {carton} 箱。",
                "This shipment has no carton {carton}.",
                carton=sealed.carton,
            )
        known[sealed.carton].weight_g = sealed.weight_g
        known[sealed.carton].seal_no = sealed.seal_no
    act.session.flush()


def unseal(act: Act, shipment: Shipment) -> None:
    """Open a sealed box again. Raises ``RuleViolation`` ``box_open`` if another one is open."""
    kind = Kind(shipment.kind)
    standing = queries.open_box(act.session, shipment.from_site_id, shipment.to_site_id, kind)
    if standing is not None:
        raise RuleViolation(
            "box_open",
            "已有装箱中的 {box}，一次只能开一箱。请把后来的件装进那一箱。",
            "Box {box} is open already, and only one may be.",
            box=standing.no,
        )
    move(act, shipment, Action.UNSEAL)
    shipment.sealed_at = None


def void(act: Act, shipment: Shipment) -> None:
    """Void an empty open box; its number stays taken. Raises ``box_not_empty``."""
    if queries.lines(act.session, shipment):
        raise RuleViolation(
            "box_not_empty",
            "箱里还有衣服，请先全部取出再作废。",
            "There are pieces in the box: take them out first.",
        )
    move(act, shipment, Action.VOID)
