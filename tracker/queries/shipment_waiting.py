"""What waits at after-sales for a box: to or from a vendor, to the warehouse, to a supplier."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.orm import Session

from tracker.domain.account import Actor
from tracker.domain.codes import LiableKind
from tracker.domain.discrepancy import Finding
from tracker.domain.loss import Status as FormStatus
from tracker.domain.registration import Status as GarmentStatus
from tracker.domain.repair import Route
from tracker.domain.shipment import ROADS, WEEKLY_KINDS, Kind, Status
from tracker.domain.site import SiteKind
from tracker.models.catalog import Supplier
from tracker.models.loss import LossForm, LossLine
from tracker.models.registration import Piece, Registration
from tracker.models.repair import Assessment, OutsideJob
from tracker.models.shipment import Discrepancy, Shipment, ShipmentLine
from tracker.models.site import Site
from tracker.queries import policy, scope

_SCRAP = (GarmentStatus.SCRAP_PENDING, GarmentStatus.ON_LOSS_FORM)


@dataclass(frozen=True)
class Waiting:
    """What waits at after-sales, or at a vendor, for a box of one kind."""

    kind: Kind
    from_code: str
    to_code: str
    other_name: str
    count: int
    since_at: datetime
    due_on: date | None = None
    box: Shipment | None = None


def at_after_sales(session: Session, actor: Actor, today: date) -> list[Waiting]:
    """Return what waits for a box to or from a vendor, to the main warehouse, to a supplier."""
    found = [
        *_to_vendors(session, actor),
        *_from_vendors(session, actor),
        *_scrap(session, actor),
        *_to_suppliers(session, actor, today),
    ]
    boxes = _open_boxes(session, actor) if found else {}
    return [replace(row, box=boxes.get((row.kind, row.from_code, row.to_code))) for row in found]


def _open_boxes(session: Session, actor: Actor) -> dict[tuple[str, str, str], Shipment]:
    """Return the open boxes that the actor sees, by kind and by the codes of their two ends."""
    query = select(Shipment).where(
        Shipment.status == Status.OPEN,
        Shipment.kind.in_(
            (Kind.TO_FACTORY, Kind.FROM_FACTORY, Kind.SCRAP_TRANSFER, Kind.TO_SUPPLIER)
        ),
        scope.shipments(actor),
    )
    return {(box.kind, box.from_site.code, box.to_site.code): box for box in session.scalars(query)}


def _in_a_box() -> ColumnElement[bool]:
    """The garment lies in a box that is not settled."""
    return exists().where(
        ShipmentLine.registration_id == Registration.id, ShipmentLine.settled_at.is_(None)
    )


def _is_away() -> ColumnElement[bool]:
    return exists().where(
        OutsideJob.registration_id == Registration.id, OutsideJob.returned_at.is_(None)
    )


def _last_route() -> Any:
    return (
        select(Assessment.route)
        .where(Assessment.registration_id == Registration.id)
        .order_by(Assessment.id.desc())
        .limit(1)
        .correlate(Registration)
        .scalar_subquery()
    )


def for_vendor() -> tuple[ColumnElement[bool], ...]:
    """What is assessed for outside repair and lies here still, in no box."""
    return (
        Registration.status == GarmentStatus.IN_OUTSIDE_REPAIR,
        ~_is_away(),
        ~_in_a_box(),
    )


def _to_vendors(session: Session, actor: Actor) -> list[Waiting]:
    route = _last_route()
    rows = session.execute(
        select(
            route,
            Supplier.code,
            Supplier.name,
            func.count(),
            func.min(Registration.since_at),
            func.min(Registration.due_on),
        )
        .join(Piece, Piece.id == Registration.piece_id)
        .join(Supplier, Supplier.id == Piece.supplier_id)
        .where(*for_vendor(), scope.registrations(actor))
        .group_by(route, Supplier.code, Supplier.name)
        .order_by(Supplier.code)
    ).all()
    factories = [
        Waiting(Kind.TO_FACTORY, actor.site_code, code, name, count, since, due)
        for way, code, name, count, since, due in rows
        if way == Route.FACTORY
    ]
    fabric = [row for row in rows if row[0] == Route.FABRIC_MAKER]
    if not fabric:
        return factories
    maker_kind = SiteKind.FABRIC_MAKER
    makers = session.scalars(select(Site).where(Site.kind == maker_kind).order_by(Site.code))
    count, since = sum(row[3] for row in fabric), min(row[4] for row in fabric)
    due = min((row[5] for row in fabric if row[5]), default=None)
    return factories + [
        Waiting(Kind.TO_FACTORY, actor.site_code, maker.code, maker.name, count, since, due)
        for maker in makers
    ]


def _from_vendors(session: Session, actor: Actor) -> list[Waiting]:
    rows = session.execute(
        select(
            Site.code,
            Site.name,
            func.count(),
            func.min(OutsideJob.sent_at),
            func.min(OutsideJob.due_on),
        )
        .select_from(OutsideJob)
        .join(Site, Site.id == OutsideJob.site_id)
        .join(Registration, Registration.id == OutsideJob.registration_id)
        .where(OutsideJob.returned_at.is_(None), ~_in_a_box(), scope.registrations(actor))
        .group_by(Site.code, Site.name)
        .order_by(Site.code)
    )
    return [
        Waiting(Kind.FROM_FACTORY, code, actor.site_code, name, count, since, due)
        for code, name, count, since, due in rows
    ]


def for_warehouse() -> tuple[ColumnElement[bool], ...]:
    """Scrap that lies at after-sales: never sent on, and not written off as lost."""
    sent_on = exists().where(
        ShipmentLine.registration_id == Registration.id,
        Shipment.id == ShipmentLine.shipment_id,
        Shipment.kind.in_((Kind.SCRAP_TRANSFER, Kind.TO_SUPPLIER)),
    )
    lost = exists().where(
        Discrepancy.registration_id == Registration.id,
        Discrepancy.finding == Finding.WRITTEN_OFF,
    )
    return (Registration.status.in_(_SCRAP), ~sent_on, ~lost, ~_in_a_box())


def _scrap(session: Session, actor: Actor) -> list[Waiting]:
    count, since = session.execute(
        select(func.count(), func.min(Registration.since_at)).where(
            *for_warehouse(), scope.registrations(actor)
        )
    ).one()
    houses = session.scalars(
        select(Site).where(Site.kind == SiteKind.WAREHOUSE).order_by(Site.code)
    )
    if not count:
        return []
    return [
        Waiting(Kind.SCRAP_TRANSFER, actor.site_code, house.code, house.name, count, since)
        for house in houses
    ]


def for_supplier() -> tuple[ColumnElement[bool], ...]:
    """Supplier-borne scrap all of whose forms are approved, still here (C-28)."""
    unapproved = exists().where(
        LossLine.registration_id == Registration.id,
        LossLine.is_live,
        LossForm.id == LossLine.form_id,
        LossForm.status != FormStatus.APPROVED,
    )
    return (*for_warehouse(), Registration.status == GarmentStatus.ON_LOSS_FORM, ~unapproved)


def _to_suppliers(session: Session, actor: Actor, today: date) -> list[Waiting]:
    if policy.one(session, "supplier_scrap_disposition", today).value == "destroy":
        return []
    rows = session.execute(
        select(Supplier.code, Supplier.name, func.count(), func.min(Registration.since_at))
        .select_from(Registration)
        .join(
            LossLine,
            and_(
                LossLine.registration_id == Registration.id,
                LossLine.is_live,
                LossLine.liable_kind == LiableKind.SUPPLIER,
            ),
        )
        .join(Supplier, Supplier.code == LossLine.party)
        .where(*for_supplier(), scope.registrations(actor))
        .group_by(Supplier.code, Supplier.name)
        .order_by(Supplier.code)
    )
    return [
        Waiting(Kind.TO_SUPPLIER, actor.site_code, code, name, count, since)
        for code, name, count, since in rows
    ]


def ready(session: Session, shipment: Shipment, limit: int = 200) -> Sequence[Registration]:
    """Return the garments that may go into an open box and are in none yet, the oldest first."""
    kind = Kind(shipment.kind)
    query = select(Registration).where(*_fits(shipment, kind))
    return session.scalars(query.order_by(Registration.id).limit(limit)).all()


def _fits(shipment: Shipment, kind: Kind) -> tuple[ColumnElement[bool], ...]:
    if kind in WEEKLY_KINDS or kind is Kind.RETURN:
        home = shipment.to_site_id if kind is Kind.RETURN else shipment.from_site_id
        return Registration.site_id == home, Registration.status.in_(ROADS[kind].packs)
    if kind is Kind.SCRAP_TRANSFER:
        return for_warehouse()
    if kind is Kind.TO_FACTORY:
        is_factory = shipment.to_site.kind == SiteKind.SUPPLIER
        route = Route.FACTORY if is_factory else Route.FABRIC_MAKER
        return *for_vendor(), _last_route() == route, *_made_by(shipment.to_site, is_factory)
    if kind is Kind.TO_SUPPLIER:
        borne = exists().where(
            LossLine.registration_id == Registration.id,
            LossLine.is_live,
            LossLine.liable_kind == LiableKind.SUPPLIER,
            LossLine.party == shipment.to_site.code,
        )
        return *for_supplier(), borne
    there = exists().where(
        OutsideJob.registration_id == Registration.id,
        OutsideJob.returned_at.is_(None),
        OutsideJob.site_id == shipment.from_site_id,
    )
    return there, ~_in_a_box()


def _made_by(site: Site, is_factory: bool) -> tuple[ColumnElement[bool], ...]:
    if not is_factory:
        return ()
    made = exists().where(
        Piece.id == Registration.piece_id,
        Supplier.id == Piece.supplier_id,
        Supplier.code == site.code,
    )
    return (made,)
