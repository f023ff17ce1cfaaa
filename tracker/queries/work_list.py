"""Lists of garments: who has which work, how long it waits, and what is due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true, union
from sqlalchemy.orm import Session

from tracker.domain.account import Actor, Role
from tracker.domain.errors import InvalidInput
from tracker.domain.registration import MACHINE, Owner, Status
from tracker.domain.shipment import Status as Box
from tracker.domain.tag import Kind, Tag, parse
from tracker.models.catalog import Sku, Style, Supplier
from tracker.models.forecast import Forecast
from tracker.models.registration import Customer, Piece, Registration
from tracker.models.shipment import Shipment, ShipmentLine
from tracker.models.site import Site
from tracker.queries import scope
from tracker.queries.paging import PAGE, key_of, key_text

LIVE = tuple(status.value for status in Status if status not in MACHINE.final)
"""Every status of a story that goes on."""
SORTS = ("due", "risk", "waiting", "newest")
"""What is due first, what must move first by its forecast, what waits longest where it is, what was
registered last."""


@dataclass(frozen=True)
class Filter:
    """What a list shows; the same names stand in its address."""

    site: str | None = None
    status: str | None = None
    style: str | None = None
    supplier: str | None = None
    owner: str | None = None
    defect: str | None = None
    overdue: bool = False
    q: str | None = None
    sort: str = "due"


@dataclass(frozen=True)
class Page:
    """A page of a list and the cursor of the next one."""

    items: Sequence[Registration]
    next: str | None


def page(
    session: Session, actor: Actor, wanted: Filter, today: date, cursor: str | None = None
) -> Page:
    """Return registrations that the actor sees, 50 at a time, in the order of ``wanted.sort``."""
    query = select(Registration).where(_seen(actor), *_conditions(actor, wanted, today))
    query = _after(query, wanted.sort, cursor).limit(PAGE + 1)
    rows = session.scalars(query).all()
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    following = _cursor(session, last, wanted.sort) if last is not None else None
    return Page(rows[:PAGE], following)


def _seen(actor: Actor) -> ColumnElement[bool]:
    """A region's list is read along its order: there is too much to gather it first."""
    is_region = Role.REGION in actor.roles and not actor.sees_chain
    return scope.within_sites(
        actor, Registration.site_id + 0 if is_region else Registration.site_id
    )


def _after(query: Select[Any], sort: str, cursor: str | None) -> Select[Any]:
    """Order the list, and begin where the page before ended."""
    own = Registration
    value, identity = key_of(cursor)
    if sort == "newest":
        query = query.order_by(own.id.desc())
        return query.where(own.id < identity) if identity else query
    if sort == "waiting":
        query = query.order_by(own.since_at, own.id)
        return _beyond(query, own.since_at, value, identity, datetime.fromisoformat)
    by: Any = own.due_on
    if sort == "risk":
        by = press_on()
        query = query.outerjoin(Forecast, Forecast.registration_id == own.id)
    query = query.order_by(by.asc().nulls_last(), own.id)
    if identity and not value:
        return query.where(by.is_(None), own.id > identity)
    return _beyond(query, by, value, identity, date.fromisoformat, by.is_(None))


def press_on() -> ColumnElement[date | None]:
    """By when a garment must move on: what its forecast says, else its due day.

    The forecast must be joined.
    """
    return func.coalesce(Forecast.press_on, Registration.due_on)


def _beyond(
    query: Select[Any],
    column: Any,
    value: str,
    identity: int,
    read: Any,
    *also: ColumnElement[bool],
) -> Select[Any]:
    if not identity:
        return query
    try:
        last = read(value)
    except ValueError:
        return query
    later = and_(column == last, Registration.id > identity)
    return query.where(or_(column > last, later, *also))


def _cursor(session: Session, row: Registration, sort: str) -> str:
    if sort == "newest":
        return key_text("", row.id)
    value: date | None = row.since_at if sort == "waiting" else row.due_on
    if sort == "risk":
        own = select(Forecast.press_on).where(Forecast.registration_id == row.id)
        value = session.scalar(own) or row.due_on
    return key_text(value.isoformat() if value else "", row.id)


def _conditions(actor: Actor, wanted: Filter, today: date) -> list[ColumnElement[bool]]:
    own = Registration
    conditions = [not_to_be_counted(actor, wanted.q)]
    if wanted.site:
        conditions.append(own.site_id.in_(select(Site.id).where(Site.code == wanted.site)))
    if wanted.status == "live":
        conditions.append(own.closed_at.is_(None))
    elif wanted.status:
        conditions.append(own.status.in_(wanted.status.split(",")))
    if wanted.style:
        conditions.append(own.piece_id.in_(_pieces_of_style(wanted.style)))
    if wanted.supplier:
        of_supplier = select(Piece.id).join(Supplier).where(Supplier.code == wanted.supplier)
        conditions.append(own.piece_id.in_(of_supplier))
    if wanted.owner in set(Owner):
        conditions.append(own.owner == wanted.owner)
    if wanted.defect:
        conditions.append(own.defect == wanted.defect)
    if wanted.overdue:
        conditions.append(own.due_on < today)
    if wanted.q:
        conditions.append(_matches(actor, wanted.q.strip()))
    return conditions


def _pieces_of_style(style_no: str) -> Select[Any]:
    return select(Piece.id).join(Sku).join(Style).where(Style.style_no == style_no.upper())


def _matches(actor: Actor, q: str) -> ColumnElement[bool]:
    """Piece, registration, style, receipt, the phone's last four, tracking number: exact words.

    Each is asked of its own index and the answers are put together: one OR over them all would
    read every garment.
    """
    upper, own = q.upper(), Registration
    tag = _tag(q)
    of_piece = select(own.id).join(Piece, Piece.id == own.piece_id)
    of_sku = of_piece.join(Sku, Sku.id == Piece.sku_id)
    found = [
        select(own.id).where(own.no == upper),
        select(own.id).where(own.receipt_no == q),
        of_piece.where(Piece.piece_no == (tag.piece_no or upper)),
        of_piece.where(Piece.unique_code == (tag.unique_code or tag.code)),
        of_sku.join(Style, Style.id == Sku.style_id).where(Style.style_no == upper),
        *(
            select(ShipmentLine.registration_id).join(Shipment).where(number, _is_countable(actor))
            for number in (Shipment.tracking_no == q, Shipment.no == upper)
        ),
    ]
    if tag.barcode is not None and tag.serial is None:
        found.append(of_sku.where(Sku.barcode == tag.barcode))
    if len(q) in (4, 11) and q.isascii() and q.isdigit():
        found.append(select(Customer.registration_id).where(Customer.phone_tail == q[-4:]))
    return own.id.in_(union(*found))


def _tag(q: str) -> Tag:
    """Return what was typed as a tag, an unknown one where it is none."""
    try:
        return parse(q)
    except InvalidInput:
        return Tag(Kind.UNKNOWN, q)


_TO_BE_COUNTED = tuple(status.value for status in Box if status not in (Box.RECONCILED, Box.VOIDED))


def not_to_be_counted(actor: Actor, q: str | None = None) -> ColumnElement[bool]:
    """Keep from a clerk's lists what lies in a box that he has yet to count; its number finds it.

    A list of what is on its way here would be the packing list of a box to be counted blind.
    """
    if Role.CLERK not in actor.roles or Role.SUPERVISOR in actor.roles:
        return true()
    inside = (
        select(ShipmentLine.registration_id)
        .join(Shipment)
        .where(
            Shipment.to_site_id == actor.site_id,
            Shipment.status.in_(_TO_BE_COUNTED),
        )
    )
    on_its_way = (Status.PACKED, Status.IN_TRANSIT)
    seen = or_(Registration.status.not_in(on_its_way), Registration.id.not_in(inside))
    if not q:
        return seen
    upper = q.strip().upper()
    asked = select(Piece.id).where(Piece.piece_no == upper)
    return or_(seen, Registration.no == upper, Registration.piece_id.in_(asked))


def _is_countable(actor: Actor) -> ColumnElement[bool]:
    """A box tells its contents to its sender, and to its receiver once he has counted it."""
    if not actor.is_any(scope.RECEIVING_ROLES):
        return true()
    return or_(
        Shipment.from_site_id == actor.site_id,
        Shipment.status.in_(("reconciled", "voided")),
    )
