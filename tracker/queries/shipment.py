"""Reads of shipments, their packing lists and discrepancies, within the actor's sites."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload

from tracker.domain.account import Actor, Role
from tracker.domain.errors import not_found
from tracker.domain.registration import Status as GarmentStatus
from tracker.domain.shipment import DiscrepancyAction, Kind, Status
from tracker.models.history import Event
from tracker.models.registration import Registration
from tracker.models.shipment import Discrepancy, Receipt, Shipment, ShipmentLine
from tracker.models.site import Site
from tracker.queries import scope
from tracker.queries.lock import for_writing
from tracker.queries.paging import PAGE, position


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


def open_box(session: Session, from_site_id: int, to_site_id: int) -> Shipment | None:
    """Return the one open box between two sites."""
    return session.scalar(
        select(Shipment).where(
            Shipment.from_site_id == from_site_id,
            Shipment.to_site_id == to_site_id,
            Shipment.status == Status.OPEN,
        )
    )


def dispatched_in_week(session: Session, from_site_id: int, year: int, week: int) -> int:
    """Return how many boxes the store dispatched in an ISO week (rules 1.31, 1.32)."""
    query = select(func.count()).where(
        Shipment.from_site_id == from_site_id,
        Shipment.iso_year == year,
        Shipment.iso_week == week,
        Shipment.kind.in_((Kind.WEEKLY, Kind.EXTRA)),
    )
    return int(session.scalar(query) or 0)


def at_hand(
    session: Session,
    actor: Actor,
    statuses: Sequence[str],
    *,
    from_site_id: int | None = None,
    to_site_id: int | None = None,
) -> Sequence[Shipment]:
    """Return the boxes in these statuses that leave or reach a site, oldest first, 200 at most."""
    query = select(Shipment).where(scope.shipments(actor), Shipment.status.in_(statuses))
    if from_site_id is not None:
        query = query.where(Shipment.from_site_id == from_site_id)
    if to_site_id is not None:
        query = query.where(Shipment.to_site_id == to_site_id)
    return session.scalars(query.order_by(Shipment.id).limit(200)).all()


def piece_counts(session: Session, shipments: Sequence[Shipment]) -> dict[int, int]:
    """Return how many pieces are packed in each of these boxes, by the box's id."""
    rows = session.execute(
        select(ShipmentLine.shipment_id, func.count())
        .where(ShipmentLine.shipment_id.in_([shipment.id for shipment in shipments]))
        .group_by(ShipmentLine.shipment_id)
    )
    return {row[0]: row[1] for row in rows}


def page(
    session: Session, actor: Actor, statuses: Sequence[str] = (), cursor: str | None = None
) -> tuple[Sequence[Shipment], str | None]:
    """Return shipments that the actor sees, newest first, and the cursor of the next page."""
    query = select(Shipment).where(scope.shipments(actor)).order_by(Shipment.id.desc())
    if statuses:
        query = query.where(Shipment.status.in_(statuses))
    if before := position(cursor):
        query = query.where(Shipment.id < before)
    rows = session.scalars(query.limit(PAGE + 1)).all()
    return rows[:PAGE], str(rows[PAGE - 1].id) if len(rows) > PAGE else None


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


def is_blind(actor: Actor, shipment: Shipment) -> bool:
    """Whether the actor must count without seeing the list: the receiver, until he reconciles.

    It holds from the moment the box is opened: a list seen before it travels is a list seen.
    """
    if shipment.status in (Status.RECONCILED, Status.VOIDED):
        return False
    is_sender = actor.site_id == shipment.from_site_id
    looks_only = actor.is_any(frozenset({Role.REGION, Role.AUDITOR})) and not actor.is_store
    return not is_sender and not looks_only


_HANDS = (
    joinedload(Discrepancy.last_hand),
    joinedload(Discrepancy.last_site),
    joinedload(Discrepancy.counted_by),
)


def discrepancy(
    session: Session, actor: Actor, no: str, *, for_update: bool = False
) -> Discrepancy:
    """Return a discrepancy on a shipment that the actor sees. Raises ``NotFound``."""
    query = (
        select(Discrepancy)
        .join(Discrepancy.shipment)
        .where(Discrepancy.no == no, scope.shipments(actor))
        .options(*_HANDS)
    )
    if for_update:
        query = for_writing(query, Discrepancy)
    found = session.scalar(query)
    if found is None:
        raise not_found("收货差异", "discrepancy", no)
    return found


def discrepancies(
    session: Session, actor: Actor, *, status: str | None = None, shipment: Shipment | None = None
) -> Sequence[Discrepancy]:
    """Return discrepancies that the actor sees, oldest first."""
    query = (
        select(Discrepancy)
        .join(Discrepancy.shipment)
        .where(scope.shipments(actor))
        .order_by(Discrepancy.id)
        .limit(500)
        .options(*_HANDS)
    )
    if status:
        query = query.where(Discrepancy.status == status)
    if shipment is not None:
        query = query.where(Discrepancy.shipment_id == shipment.id)
    return session.scalars(query).all()


def outcome(session: Session, case: Discrepancy) -> Event | None:
    """Return the row of history that resolved a discrepancy: who, and in which words."""
    return session.scalar(
        select(Event)
        .where(
            Event.noun == "discrepancy",
            Event.subject_id == case.id,
            Event.action == DiscrepancyAction.RESOLVE,
        )
        .options(joinedload(Event.actor))
    )


def last_scan(session: Session, registration_id: int) -> Event:
    """Return a garment's newest row of history: the last hand that held it."""
    return session.scalars(
        select(Event)
        .where(Event.noun == "registration", Event.subject_id == registration_id)
        .order_by(Event.id.desc())
        .limit(1)
        .options(joinedload(Event.actor), joinedload(Event.site))
    ).one()


@dataclass(frozen=True)
class Waiting:
    """How many repaired garments wait for a box to a store."""

    site_code: str
    site_name: str
    count: int


_WAITS_FOR_RETURN = (GarmentStatus.REPAIRED, GarmentStatus.REFUSED_AT_INTAKE)


def waiting(session: Session, actor: Actor) -> list[Waiting]:
    """Return by store how many garments are ready to go back, repaired or refused at intake."""
    rows = session.execute(
        select(Site.code, Site.name, func.count())
        .join(Registration, Registration.site_id == Site.id)
        .where(Registration.status.in_(_WAITS_FOR_RETURN), scope.registrations(actor))
        .group_by(Site.code, Site.name)
        .order_by(Site.code)
    )
    return [Waiting(code, name, count) for code, name, count in rows]


def ready(session: Session, shipment: Shipment, limit: int = 200) -> Sequence[Registration]:
    """Return the garments that may go into an open box and are in none yet, the oldest first."""
    is_return = shipment.kind == Kind.RETURN
    statuses = _WAITS_FOR_RETURN if is_return else (GarmentStatus.READY_TO_SHIP,)
    home = shipment.to_site_id if is_return else shipment.from_site_id
    return session.scalars(
        select(Registration)
        .where(Registration.site_id == home, Registration.status.in_(statuses))
        .order_by(Registration.id)
        .limit(limit)
    ).all()
