"""Garments outside: repaired by the factory or fabric maker, or returned to their supplier."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tracker.domain.calendar import shanghai_date
from tracker.domain.codes import LiableKind
from tracker.domain.errors import RuleViolation, not_found
from tracker.domain.loss import Status as FormStatus
from tracker.domain.month import Departure
from tracker.domain.registration import MACHINE, Action, OutsideResult
from tracker.domain.repair import VENDORS, Route
from tracker.domain.shipment import Kind
from tracker.domain.site import SiteKind
from tracker.models.registration import Registration
from tracker.models.repair import OutsideJob
from tracker.models.shipment import Shipment
from tracker.models.site import Site
from tracker.queries import calendar, catalog, policy
from tracker.queries import loss as losses
from tracker.queries import repair as queries
from tracker.queries import shipment as boxes
from tracker.queries import site as sites
from tracker.services import month, warranty
from tracker.services.act import Act
from tracker.services.fields import Fen, Text16, Text40
from tracker.services.transition import apply

CLOCK = "outside_repair"
DISPOSITION = "supplier_scrap_disposition"


def site_of_supplier(act: Act, code: str) -> Site:
    """Return the site that stands for a supplier, made when it is first needed (flushes).

    Raises ``NotFound`` for a code that names neither a site nor a supplier.
    """
    standing = sites.find(act.session, code)
    if standing is not None:
        return standing
    supplier = catalog.supplier(act.session, code)
    if supplier is None:
        raise not_found("店铺或供应商", "site or supplier", code)
    site = Site(code=supplier.code, name=supplier.name, kind=SiteKind.SUPPLIER.value)
    act.session.add(site)
    act.session.flush()
    return site


def send_out(
    act: Act,
    registration: Registration,
    *,
    vendor: Text16,
    carrier: Text40 | None = None,
    tracking_no: Text40 | None = None,
) -> None:
    """Send one garment to a factory or fabric maker by itself; several go in a box.

    Starts its own clock (policy ``outside_repair``, rules 6.04–6.06). Raises ``RuleViolation``
    ``wrong_vendor``, ``sent_already`` or ``in_a_box``, ``NotFound``.
    """
    _send(act, registration, site_of_supplier(act, vendor), carrier, tracking_no, None)
    boxes.check_in_no_box(act.session, registration.id)


def go(act: Act, registration: Registration, vendor: Site, shipment: Shipment) -> None:
    """Send a garment out with its box."""
    _send(act, registration, vendor, shipment.carrier, shipment.tracking_no, shipment.no)


def _send(
    act: Act,
    registration: Registration,
    vendor: Site,
    carrier: str | None,
    tracking_no: str | None,
    document: str | None,
) -> None:
    apply(
        act,
        registration,
        MACHINE,
        Action.SEND_OUT,
        document=document,
        details={"vendor": vendor.code},
    )
    _check_vendor(act, registration, vendor)
    if queries.open_job(act.session, registration.id) is not None:
        raise RuleViolation(
            "sent_already",
            "这件已经在外修单位，不能再次寄出。",
            "This garment is outside already.",
        )
    today = shanghai_date(act.now)
    rule = policy.one(act.session, CLOCK, today, policy.reach_of(registration))
    act.session.add(
        OutsideJob(
            registration_id=registration.id,
            site_id=vendor.id,
            sent_at=act.now,
            sent_by_id=act.actor.account_id,
            due_on=calendar.due_on(act.session, today, rule),
            carrier=carrier,
            tracking_no=tracking_no,
        )
    )
    act.session.flush()


def _check_vendor(act: Act, registration: Registration, vendor: Site) -> None:
    route = queries.last_route(act.session, registration.id)
    if route is None or vendor.kind != VENDORS.get(route):
        raise RuleViolation(
            "wrong_vendor",
            "这件鉴定的去向是「{route}」，不能寄给「{vendor}」。请核对收货单位。",
            "This garment goes “{route}”, not to {vendor}. Choose the right receiver.",
            route=(route or Route.IN_HOUSE).zh,
            vendor=vendor.name,
        )


def return_from_outside(
    act: Act, registration: Registration, *, repaired: bool, cost_fen: Fen = 0
) -> None:
    """Take back what the factory or fabric maker mended or could not; ``cost_fen`` is its bill.

    Mended it goes to its check, else to a new assessment; so does what was not sent yet and shall
    not be. What a customer was charged for a repair that was not made is taken back: he is asked
    anew. Raises ``RuleViolation`` ``not_sent`` or ``in_a_box``.
    """
    come_back(act, registration, repaired, cost_fen=cost_fen)
    boxes.check_in_no_box(act.session, registration.id)


def come_back(
    act: Act,
    registration: Registration,
    is_repaired: bool,
    *,
    cost_fen: int = 0,
    document: str | None = None,
) -> None:
    """End a garment's stay outside (see ``return_from_outside``)."""
    apply(
        act,
        registration,
        MACHINE,
        Action.RETURN_FROM_OUTSIDE,
        OutsideResult(is_repaired),
        document=document,
        details={"repaired": is_repaired, "cost_fen": cost_fen},
    )
    if not is_repaired:
        warranty.take_back_charge(act, registration)
    job = queries.open_job(act.session, registration.id)
    if job is None and not is_repaired and not cost_fen:
        return
    if job is None:
        raise RuleViolation(
            "not_sent",
            "这件还没有外修寄出的记录。请先登记寄出。",
            "This garment was not sent out yet: record that first.",
        )
    job.returned_at, job.is_repaired, job.cost_fen = act.now, is_repaired, cost_fen
    act.session.flush()


def end_stay(act: Act, registration: Registration) -> None:
    """Close the stay outside of a garment that was missing: nobody says that it was mended.

    What its customer was charged for that repair is taken back.
    """
    job = queries.open_job(act.session, registration.id)
    if job is not None:
        job.returned_at, job.is_repaired, job.cost_fen = act.now, False, 0
        warranty.take_back_charge(act, registration)


def check_goes_to(act: Act, registration: Registration, shipment: Shipment) -> None:
    """Refuse a garment in a box whose other end has nothing to do with it.

    Raises ``RuleViolation`` ``wrong_vendor``, ``sent_already``, ``not_there`` or what
    ``return_to_supplier`` would.
    """
    if shipment.kind == Kind.TO_FACTORY:
        _check_vendor(act, registration, shipment.to_site)
    elif shipment.kind == Kind.TO_SUPPLIER:
        _check_returnable(act, registration, shipment.to_site.code)
    job = queries.open_job(act.session, registration.id)
    is_here = job is None or job.site_id != shipment.from_site_id
    if shipment.kind == Kind.TO_FACTORY and job is not None:
        raise RuleViolation(
            "sent_already",
            "这件已经在外修单位，不能再次寄出。",
            "This garment is outside already.",
        )
    if shipment.kind == Kind.FROM_FACTORY and is_here:
        raise RuleViolation(
            "not_there",
            "这件不在「{vendor}」外修，不能从那里返回。",
            "This garment is not being repaired by {vendor}.",
            vendor=shipment.from_site.name,
        )


def return_to_supplier(act: Act, registration: Registration) -> None:
    """Give supplier-borne scrap back to its supplier, once all its forms are approved (C-28).

    Raises ``RuleViolation`` ``form_not_approved``, ``not_the_suppliers``, ``to_be_destroyed``,
    ``on_destruction`` or ``in_a_box``.
    """
    go_back(act, registration, None)
    boxes.check_in_no_box(act.session, registration.id)


def go_back(act: Act, registration: Registration, shipment: Shipment | None) -> None:
    """Give a garment back to its supplier with its box (see ``return_to_supplier``)."""
    document = shipment.no if shipment else None
    apply(act, registration, MACHINE, Action.RETURN_TO_SUPPLIER, document=document)
    _check_returnable(act, registration, shipment.to_site.code if shipment else None)
    month.depart(act, [registration], Departure.RETURNED)


def is_returnable(act: Act, registration: Registration) -> bool:
    """Return whether ``return_to_supplier`` would take this garment now (C-28)."""
    try:
        _check_returnable(act, registration, None)
    except RuleViolation:
        return False
    return True


def _check_returnable(act: Act, registration: Registration, supplier: str | None) -> None:
    today, reach = shanghai_date(act.now), policy.reach_of(registration)
    if policy.one(act.session, DISPOSITION, today, reach).value == "destroy":
        raise RuleViolation(
            "to_be_destroyed",
            "按政策（C-28）报废品一律销毁，不退供应商。",
            "By policy (C-28) scrap is destroyed, not returned to its supplier.",
        )
    lines = losses.live_lines_of(act.session, registration.id)
    waiting = [line.form.no for line in lines if line.form.status != FormStatus.APPROVED]
    if waiting:
        raise RuleViolation(
            "form_not_approved",
            "报损单 {form} 还没有批准，不能退供应商。",
            "Form {form} is not approved yet.",
            form=waiting[0],
        )
    if losses.is_planned(act.session, registration.id):
        raise RuleViolation(
            "on_destruction",
            "这件已列入销毁记录，不能再退供应商。",
            "This garment is on a destruction record: it is not returned any more.",
        )
    liable = {line.party for line in lines if line.liable_kind == LiableKind.SUPPLIER}
    if not liable or (supplier is not None and supplier not in liable):
        raise RuleViolation(
            "not_the_suppliers",
            "这件的损失不由该供应商承担，不能退给他。",
            "That supplier does not bear this loss.",
        )


ACTIONS: Mapping[Action, Callable[..., None]] = {
    Action.SEND_OUT: send_out,
    Action.RETURN_FROM_OUTSIDE: return_from_outside,
    Action.RETURN_TO_SUPPLIER: return_to_supplier,
}
