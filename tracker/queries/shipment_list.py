"""Lists of boxes within the actor's sites: filtered, at hand, late on the road, not relayed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, selectinload

from tracker.domain.account import Actor
from tracker.domain.calendar import add_days, shanghai_date
from tracker.domain.shipment import TRANSIT_LEGS, WEEKLY_KINDS, Kind, Status
from tracker.domain.shipment_selection import Boxes, Way
from tracker.domain.turnaround_figures import midnight
from tracker.models.shipment import Shipment, ShipmentLine
from tracker.models.site import Site
from tracker.queries import policy, scope
from tracker.queries.paging import PAGE, position

ENOUGH = 200
"""A list of work at hand shows no more: the oldest first."""
_RELAYABLE = (Status.DISPATCHED, Status.ARRIVING, Status.RECONCILED)


def transit_days(session: Session, today: date) -> Mapping[Kind, int]:
    """Return within how many days a box of each kind should arrive, by the policies in force."""
    rules = policy.in_force(session, today)
    return {kind: rules[leg].number for kind, leg in TRANSIT_LEGS.items()}


def due_on(shipment: Shipment, days: Mapping[Kind, int]) -> date | None:
    """Return the last day on which a box on the road is on time, ``None`` for any other."""
    budget = days.get(Kind(shipment.kind))
    if shipment.status != Status.DISPATCHED or shipment.dispatched_at is None or budget is None:
        return None
    return add_days(shanghai_date(shipment.dispatched_at), budget)


def page(
    session: Session,
    actor: Actor,
    wanted: Boxes,
    today: date,
    cursor: str | None = None,
) -> tuple[Sequence[Shipment], str | None]:
    """Return boxes that the actor sees, newest first, and the cursor of the next page."""
    query = select(Shipment).where(
        scope.shipments(actor), *_conditions(session, actor, wanted, today)
    )
    query = query.options(selectinload(Shipment.cartons))
    if before := position(cursor):
        query = query.where(Shipment.id < before)
    rows = session.scalars(query.order_by(Shipment.id.desc()).limit(PAGE + 1)).all()
    return rows[:PAGE], str(rows[PAGE - 1].id) if len(rows) > PAGE else None


def _conditions(
    session: Session, actor: Actor, wanted: Boxes, today: date
) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.kinds:
        found.append(Shipment.kind.in_(wanted.kinds))
    if wanted.statuses:
        found.append(Shipment.status.in_(wanted.statuses))
    if wanted.site:
        named = select(Site.id).where(Site.code == wanted.site).scalar_subquery()
        found.append(or_(Shipment.from_site_id == named, Shipment.to_site_id == named))
    if wanted.way:
        end = Shipment.from_site_id if wanted.way == Way.OUT else Shipment.to_site_id
        found.append(end == actor.site_id)
    sent_at = func.coalesce(Shipment.dispatched_at, Shipment.opened_at)
    if wanted.since:
        found.append(sent_at >= midnight(wanted.since))
    if wanted.until:
        found.append(sent_at < midnight(add_days(wanted.until, 1)))
    if wanted.unrelayed:
        found.append(yet_to_relay(actor))
    if wanted.overdue:
        found.append(_is_overdue(session, today))
    return found


def yet_to_relay(actor: Actor) -> ColumnElement[bool]:
    """Which boxes of the actor's stores have papers still to be relayed (rules 1.12, 1.13)."""
    return and_(
        scope.within_sites(actor, Shipment.from_site_id),
        Shipment.kind.in_(WEEKLY_KINDS),
        Shipment.status.in_(_RELAYABLE),
        Shipment.relayed_at.is_(None),
    )


def _is_overdue(session: Session, today: date) -> ColumnElement[bool]:
    late = [
        and_(
            Shipment.kind == kind,
            Shipment.dispatched_at < midnight(today - timedelta(days=days)),
        )
        for kind, days in transit_days(session, today).items()
    ]
    return and_(Shipment.status == Status.DISPATCHED, or_(*late))


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
    query = query.options(selectinload(Shipment.cartons))
    return session.scalars(query.order_by(Shipment.id).limit(ENOUGH)).all()


def late(
    session: Session, actor: Actor, today: date, *, from_site_id: int | None = None
) -> Sequence[Shipment]:
    """Return the boxes that should have arrived and did not, oldest first, 200 at most."""
    query = select(Shipment).where(scope.shipments(actor), _is_overdue(session, today))
    if from_site_id is not None:
        query = query.where(Shipment.from_site_id == from_site_id)
    return session.scalars(query.order_by(Shipment.dispatched_at).limit(ENOUGH)).all()


def unrelayed(session: Session, actor: Actor) -> Sequence[Shipment]:
    """Return the boxes whose papers the region has not relayed, oldest first (rules 1.12, 1.13)."""
    return session.scalars(
        select(Shipment).where(yet_to_relay(actor)).order_by(Shipment.dispatched_at).limit(ENOUGH)
    ).all()


def is_unrelayed(shipment: Shipment) -> bool:
    """Return whether a store's box travels without its papers having been relayed."""
    is_stores = Kind(shipment.kind) in WEEKLY_KINDS and shipment.status in _RELAYABLE
    return is_stores and shipment.relayed_at is None


def piece_counts(session: Session, shipments: Sequence[Shipment]) -> dict[int, int]:
    """Return how many pieces are packed in each of these boxes, by the box's id."""
    rows = session.execute(
        select(ShipmentLine.shipment_id, func.count())
        .where(ShipmentLine.shipment_id.in_([shipment.id for shipment in shipments]))
        .group_by(ShipmentLine.shipment_id)
    )
    return {row[0]: row[1] for row in rows}


def age_days(shipment: Shipment, now: datetime) -> int:
    """Return for how many days a box has been on its way, or lies open; once counted, it took."""
    until = shipment.reconciled_at or now
    begun = shipment.dispatched_at or shipment.opened_at
    return (shanghai_date(until) - shanghai_date(begun)).days
