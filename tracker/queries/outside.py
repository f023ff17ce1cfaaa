"""Reads of the outside repair: what lies at which factory or fabric maker, and until when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.orm import Session, joinedload

from tracker.domain.account import Actor
from tracker.domain.registration import Status
from tracker.domain.repair import VENDORS, Route
from tracker.domain.shipment import Kind
from tracker.domain.site import SiteKind
from tracker.models.registration import Registration
from tracker.models.repair import OutsideJob
from tracker.models.shipment import Shipment, ShipmentLine
from tracker.models.site import Site
from tracker.queries import catalog, scope
from tracker.queries.paging import PAGE, position

ENOUGH = 200
"""A list of work at hand shows no more: the oldest first."""


@dataclass(frozen=True)
class Filter:
    """What the list shows; the same names stand in its address."""

    vendor: str | None = None
    overdue: bool = False
    is_back: bool = False


@dataclass(frozen=True)
class VendorLoad:
    """How many garments lie at one vendor, how many of them too long, and the first due day."""

    code: str
    name: str
    out: int
    overdue: int
    first_due_on: date


def page(
    session: Session, actor: Actor, wanted: Filter, today: date, cursor: str | None = None
) -> tuple[Sequence[OutsideJob], str | None]:
    """Return stays outside, the first due first (ended ones: the last first), and a cursor."""
    query = _seen(actor).where(*_conditions(wanted, today))
    order = (
        (OutsideJob.returned_at.desc(), OutsideJob.id.desc())
        if wanted.is_back
        else (OutsideJob.due_on, OutsideJob.id)
    )
    offset = min(position(cursor), 100_000)
    query = query.order_by(*order).offset(offset).limit(PAGE + 1)
    rows = session.scalars(query).all()
    return rows[:PAGE], str(offset + PAGE) if len(rows) > PAGE else None


def _seen(actor: Actor):
    return (
        select(OutsideJob)
        .join(OutsideJob.registration)
        .where(scope.registrations(actor))
        .options(joinedload(OutsideJob.site), joinedload(OutsideJob.registration))
    )


def _conditions(wanted: Filter, today: date) -> list[ColumnElement[bool]]:
    is_out = OutsideJob.returned_at.is_(None)
    found: list[ColumnElement[bool]] = [~is_out if wanted.is_back else is_out]
    if wanted.vendor:
        found.append(OutsideJob.site_id.in_(select(Site.id).where(Site.code == wanted.vendor)))
    if wanted.overdue and not wanted.is_back:
        found.append(OutsideJob.due_on < today)
    return found


def by_vendor(session: Session, actor: Actor, today: date) -> list[VendorLoad]:
    """Return every vendor that holds garments now, the one with the first due day first."""
    first, late = func.min(OutsideJob.due_on), func.count().filter(OutsideJob.due_on < today)
    rows = session.execute(
        select(Site.code, Site.name, func.count(), late, first)
        .select_from(OutsideJob)
        .join(OutsideJob.registration)
        .join(Site, Site.id == OutsideJob.site_id)
        .where(OutsideJob.returned_at.is_(None), scope.registrations(actor))
        .group_by(Site.code, Site.name)
        .order_by(first, Site.code)
    )
    return [VendorLoad(*row) for row in rows]


def to_send(session: Session, actor: Actor) -> Sequence[Registration]:
    """Return the garments assessed for outside repair that still lie here, the oldest first."""
    is_out = exists().where(
        and_(OutsideJob.registration_id == Registration.id, OutsideJob.returned_at.is_(None))
    )
    return session.scalars(
        select(Registration)
        .where(Registration.status == Status.IN_OUTSIDE_REPAIR, ~is_out, scope.registrations(actor))
        .order_by(Registration.due_on, Registration.id)
        .limit(ENOUGH)
    ).all()


def of_garment(session: Session, registration_id: int) -> Sequence[OutsideJob]:
    """Return every stay of a garment outside, oldest first."""
    return session.scalars(
        select(OutsideJob)
        .where(OutsideJob.registration_id == registration_id)
        .order_by(OutsideJob.id)
        .options(joinedload(OutsideJob.site), joinedload(OutsideJob.sent_by))
    ).all()


def boxes(session: Session, jobs: Sequence[OutsideJob]) -> dict[int, str]:
    """Return by stay the number of the box in which the garment was sent; by itself it has none."""
    rows = session.execute(
        select(OutsideJob.id, Shipment.no)
        .join(ShipmentLine, ShipmentLine.registration_id == OutsideJob.registration_id)
        .join(
            Shipment,
            and_(
                Shipment.id == ShipmentLine.shipment_id,
                Shipment.kind == Kind.TO_FACTORY,
                Shipment.dispatched_at == OutsideJob.sent_at,
            ),
        )
        .where(OutsideJob.id.in_([job.id for job in jobs]))
    )
    return {row[0]: row[1] for row in rows}


def vendors(session: Session, route: Route) -> list[tuple[str, str]]:
    """Return code and name of everybody to whom a route leads, by code."""
    kind = VENDORS[route]
    rows = session.execute(select(Site.code, Site.name).where(Site.kind == kind))
    found = {row[0]: row[1] for row in rows}
    if kind is SiteKind.SUPPLIER:
        found = {one.code: one.name for one in catalog.suppliers(session)} | found
    return sorted(found.items())
