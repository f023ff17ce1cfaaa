"""Reads of shipments, their packing lists and discrepancies, within the actor's sites."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload

from tracker.domain.account import Actor, Role
from tracker.domain.errors import RuleViolation, not_found
from tracker.domain.shipment import (
    OUTSIDE,
    RECEIVING_ACTIONS,
    SENDING_ACTIONS,
    WEEKLY_KINDS,
    Action,
    Kind,
    Status,
)
from tracker.models.history import Event
from tracker.models.shipment import Carrier, Receipt, Shipment, ShipmentLine
from tracker.queries import scope
from tracker.queries.lock import for_writing


def get(session: Session, actor: Actor, no: str, *, for_update: bool = False) -> Shipment:
    """Return a shipment that leaves or reaches the actor's sites. Raises ``NotFound``."""
    query = (
        select(Shipment)
        .where(Shipment.no == no, scope.shipments(actor))
        .options(joinedload(Shipment.opened_by), joinedload(Shipment.dispatched_by))
    )
    if for_update:
        query = for_writing(query, Shipment)
    found = session.scalar(query)
    if found is None:
        raise not_found("装箱单", "shipment", no)
    return found


def by_number(session: Session, actor: Actor, q: str) -> Shipment | None:
    """Return the newest box with this box or tracking number that the actor may see, else None.

    It names the box, not what lies in it: a receiver may find a box that he has not counted.
    """
    typed = q.strip()
    return session.scalar(
        select(Shipment)
        .where(
            or_(Shipment.no == typed.upper(), Shipment.tracking_no == typed),
            scope.shipments(actor),
        )
        .order_by(Shipment.id.desc())
        .limit(1)
    )


def open_box(session: Session, from_site_id: int, to_site_id: int, kind: Kind) -> Shipment | None:
    """Return the one open box of a kind between two sites."""
    return session.scalar(
        select(Shipment).where(
            Shipment.from_site_id == from_site_id,
            Shipment.to_site_id == to_site_id,
            Shipment.kind == kind,
            Shipment.status == Status.OPEN,
        )
    )


def dispatched_in_week(session: Session, from_site_id: int, year: int, week: int) -> int:
    """Return how many boxes the store dispatched in an ISO week (rules 1.31, 1.32)."""
    query = select(func.count()).where(
        Shipment.from_site_id == from_site_id,
        Shipment.iso_year == year,
        Shipment.iso_week == week,
        Shipment.kind.in_(WEEKLY_KINDS),
    )
    return int(session.scalar(query) or 0)


def lines(session: Session, shipment: Shipment) -> Sequence[ShipmentLine]:
    """Return the packing list in the order of packing."""
    return session.scalars(
        select(ShipmentLine)
        .where(ShipmentLine.shipment_id == shipment.id)
        .order_by(ShipmentLine.id)
        .options(joinedload(ShipmentLine.registration), joinedload(ShipmentLine.packed_by))
    ).all()


def line_of(session: Session, shipment_id: int, registration_id: int) -> ShipmentLine | None:
    """Return a garment's line on a shipment."""
    return session.scalar(
        select(ShipmentLine).where(
            ShipmentLine.shipment_id == shipment_id,
            ShipmentLine.registration_id == registration_id,
        )
    )


def last_line(session: Session, registration_id: int) -> ShipmentLine | None:
    """Return the line on which a garment was packed last."""
    return session.scalar(
        select(ShipmentLine)
        .where(ShipmentLine.registration_id == registration_id)
        .order_by(ShipmentLine.id.desc())
        .limit(1)
    )


def check_in_no_box(session: Session, registration_id: int) -> None:
    """Refuse to send or end by hand what is packed or travels: its box takes it along.

    The box is not named: who counts it is blind. Raises ``RuleViolation`` ``in_a_box``.
    """
    line = last_line(session, registration_id)
    if line is not None and line.settled_at is None:
        raise RuleViolation(
            "in_a_box",
            "这件在一张未完成的装箱单里。请先从箱里取出，或等该箱签收后再操作。",
            "This garment lies in a box that is under way: take it out, or count that box first.",
        )


def is_counted(session: Session, shipment_id: int, registration_id: int) -> bool:
    """Return whether a garment was counted in from this box already."""
    query = select(Receipt.id).where(
        Receipt.shipment_id == shipment_id, Receipt.registration_id == registration_id
    )
    return session.scalar(query) is not None


def on_the_road(session: Session, code: str) -> Shipment | None:
    """Return the newest box of a box, tracking or carton number; whoever asks is told nothing."""
    typed = code.strip()
    number = typed.upper()
    return session.scalar(
        select(Shipment)
        .where(
            or_(
                Shipment.no.in_((number, number.rpartition("-")[0])),
                Shipment.tracking_no == typed,
            )
        )
        .order_by(Shipment.id.desc())
        .limit(1)
    )


def carriers(session: Session) -> Sequence[str]:
    """Return the names of the carriers that the chain works with."""
    query = select(Carrier.name).where(Carrier.is_active).order_by(Carrier.id)
    return session.scalars(query).all()


def receipts(session: Session, shipment: Shipment) -> Sequence[Receipt]:
    """Return what was counted so far, newest first."""
    return session.scalars(
        select(Receipt)
        .where(Receipt.shipment_id == shipment.id)
        .order_by(Receipt.id.desc())
        .options(joinedload(Receipt.registration), joinedload(Receipt.received_by))
    ).all()


def boxes_of(session: Session, registration_id: int) -> Sequence[Shipment]:
    """Return the boxes in which a garment lay, in their order."""
    return session.scalars(
        select(Shipment)
        .join(ShipmentLine)
        .where(ShipmentLine.registration_id == registration_id)
        .order_by(Shipment.id)
    ).all()


def unnamed(actor: Actor, boxes: Sequence[Shipment]) -> frozenset[str]:
    """Return the numbers of those boxes that the actor must count blind: nothing names them."""
    return frozenset(box.no for box in boxes if is_blind(actor, box))


def keeps(actor: Actor, shipment: Shipment, action: Action) -> bool:
    """Whether an action is done at the actor's site: the sender packs, the receiver counts.

    After-sales keeps the side of a site without log-ins. What is done from afar is done anywhere.
    """
    if action in SENDING_ACTIONS:
        return actor.site_id == _sender_id(shipment)
    if action in RECEIVING_ACTIONS:
        own, other = shipment.to_site, shipment.from_site
        return actor.site_id == (other if own.kind in OUTSIDE else own).id
    return True


def _sender_id(shipment: Shipment) -> int:
    is_outside = shipment.from_site.kind in OUTSIDE
    return shipment.to_site_id if is_outside else shipment.from_site_id


def is_blind(actor: Actor, shipment: Shipment) -> bool:
    """Whether the actor must count without seeing the list: the receiver, until he reconciles.

    It holds from the moment the box is opened: a list seen before it travels is a list seen. Who
    announces a vendor's box writes its list, and counts it blind when it has come.
    """
    if shipment.status in (Status.RECONCILED, Status.VOIDED):
        return False
    if shipment.from_site.kind in OUTSIDE:
        is_sender = actor.site_id == shipment.to_site_id and shipment.status in _BEFORE_THE_ROAD
    else:
        is_sender = actor.site_id == shipment.from_site_id
    looks_only = actor.is_any(frozenset({Role.REGION, Role.AUDITOR})) and not actor.is_store
    return not is_sender and not looks_only


_BEFORE_THE_ROAD = (Status.OPEN, Status.SEALED)


def last_scan(session: Session, registration_id: int) -> Event:
    """Return a garment's newest row of history: the last hand that held it."""
    return session.scalars(
        select(Event)
        .where(Event.noun == "registration", Event.subject_id == registration_id)
        .order_by(Event.id.desc())
        .limit(1)
        .options(joinedload(Event.actor), joinedload(Event.site))
    ).one()
