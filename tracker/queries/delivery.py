"""Reads of deliveries, within the actor's sites."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import bindparam, case, func, select
from sqlalchemy.orm import Session, joinedload

from tracker.db import table_of
from tracker.domain.account import Actor
from tracker.domain.codes import Source
from tracker.domain.delivery import Status
from tracker.domain.errors import not_found
from tracker.models.delivery import Delivery, DeliveryLine
from tracker.models.history import Event
from tracker.models.registration import Piece, Registration
from tracker.models.site import Site
from tracker.queries import scope
from tracker.queries.lock import for_writing
from tracker.queries.paging import PAGE, position

_PEOPLE = (joinedload(Delivery.entered_by), joinedload(Delivery.inspected_by))


def get(session: Session, actor: Actor, no: str, *, for_update: bool = False) -> Delivery:
    """Return a delivery at one of the actor's sites. Raises ``NotFound``."""
    query = select(Delivery).where(Delivery.no == no, scope.deliveries(actor)).options(*_PEOPLE)
    if for_update:
        query = for_writing(query, Delivery)
    found = session.scalar(query)
    if found is None:
        raise not_found("到货单", "delivery", no)
    return found


def by_delivery_no(session: Session, site_id: int, delivery_no: str) -> Delivery | None:
    """Return a store's delivery by its sender's number; the caller checked the store's bounds."""
    return session.scalar(
        select(Delivery).where(Delivery.site_id == site_id, Delivery.delivery_no == delivery_no)
    )


def page(
    session: Session,
    actor: Actor,
    *,
    status: str | None = None,
    site: str | None = None,
    q: str | None = None,
    overdue_on: date | None = None,
    cursor: str | None = None,
) -> tuple[Sequence[Delivery], str | None]:
    """Return deliveries that the actor sees, and the cursor of the next page.

    Those to inspect come first, the most overdue at the top; then the inspected ones, newest first.
    ``overdue_on`` keeps only what was due before that day; ``q`` is our number or the sender's.
    """
    waits = Delivery.status == Status.RECEIVED
    query = (
        select(Delivery)
        .where(scope.deliveries(actor))
        .options(*_PEOPLE)
        .order_by(
            case((waits, 0), else_=1),
            case((waits, Delivery.due_on)).asc(),
            Delivery.received_on.desc(),
            Delivery.id.desc(),
        )
    )
    if status:
        query = query.where(Delivery.status.in_(status.split(",")))
    if site:
        query = query.where(Delivery.site_id.in_(select(Site.id).where(Site.code == site)))
    if q:
        query = query.where((Delivery.delivery_no == q) | (Delivery.no == q.upper()))
    if overdue_on is not None:
        query = query.where(waits, Delivery.due_on < overdue_on)
    offset = min(position(cursor), 100_000)
    rows = session.scalars(query.offset(offset).limit(PAGE + 1)).all()
    return rows[:PAGE], str(offset + PAGE) if len(rows) > PAGE else None


def counts(session: Session, actor: Actor, today: date) -> dict[str, tuple[int, int]]:
    """Return by status how many deliveries the actor sees, and how many of them are overdue."""
    late = func.count().filter(Delivery.due_on < today, Delivery.status == Status.RECEIVED)
    rows = session.execute(
        select(Delivery.status, func.count(), late)
        .where(scope.deliveries(actor))
        .group_by(Delivery.status)
    )
    return {status: (total, overdue) for status, total, overdue in rows}


def totals(session: Session, deliveries: Sequence[Delivery]) -> dict[int, tuple[int, int]]:
    """Return of each delivery, by its id, how many SKUs and how many pieces it brought."""
    rows = session.execute(
        select(DeliveryLine.delivery_id, func.count(), func.sum(DeliveryLine.quantity))
        .where(DeliveryLine.delivery_id.in_([delivery.id for delivery in deliveries]))
        .group_by(DeliveryLine.delivery_id)
    )
    return {row[0]: (row[1], int(row[2])) for row in rows}


def lines(session: Session, delivery: Delivery) -> Sequence[DeliveryLine]:
    """Return what a delivery brought, in the order in which it was entered."""
    return session.scalars(
        select(DeliveryLine)
        .where(DeliveryLine.delivery_id == delivery.id)
        .order_by(DeliveryLine.id)
    ).all()


def faults(session: Session, delivery: Delivery, limit: int = 500) -> Sequence[Registration]:
    """Return the registrations of goods that a delivery brought, oldest first."""
    return session.scalars(
        select(Registration)
        .where(Registration.delivery_id == delivery.id)
        .order_by(Registration.id)
        .limit(limit)
    ).all()


def fault_counts(session: Session, delivery: Delivery) -> dict[int, int]:
    """Return how many faults were registered on each SKU of a delivery, by the SKU's id."""
    rows = session.execute(
        select(Piece.sku_id, func.count())
        .join(Registration, Registration.piece_id == Piece.id)
        .where(Registration.delivery_id == delivery.id)
        .group_by(Piece.sku_id)
    )
    return {row[0]: row[1] for row in rows}


def id_of_garment(session: Session, registration: Registration) -> int | None:
    """Return the id of the delivery by which a garment of the store's stock came, if it is known.

    Where none was kept with the registration it is the newest of that SKU at that store on or
    before the day of the fault, looked for anew: imports may come late.
    """
    if registration.delivery_id is not None:
        return registration.delivery_id
    if registration.source != Source.STOCK or registration.found_on is None:
        return None
    asked = {
        "sku": registration.piece.sku_id,
        "site": registration.site_id,
        "on": registration.found_on,
    }
    return session.execute(_NEWEST_OF_SKU, asked).scalar()


_LINE, _DELIVERY = table_of(DeliveryLine).c, table_of(Delivery).c
_NEWEST_OF_SKU = (
    select(_DELIVERY.id)
    .join_from(table_of(Delivery), table_of(DeliveryLine))
    .where(
        _LINE.sku_id == bindparam("sku"),
        _DELIVERY.site_id == bindparam("site"),
        _DELIVERY.received_on <= bindparam("on"),
    )
    .order_by(_DELIVERY.received_on.desc(), _DELIVERY.id.desc())
    .limit(1)
)


def of_garment(session: Session, registration: Registration) -> Delivery | None:
    """Return the delivery by which a garment of the store's stock came, as far as it is known."""
    identity = id_of_garment(session, registration)
    return session.get_one(Delivery, identity) if identity is not None else None


def inspection(session: Session, delivery: Delivery) -> Event | None:
    """Return the row of history that says who inspected a delivery, and his remark."""
    return session.scalar(
        select(Event)
        .where(
            Event.noun == "delivery",
            Event.subject_id == delivery.id,
            Event.to_status == Status.INSPECTED,
        )
        .options(joinedload(Event.actor))
    )
