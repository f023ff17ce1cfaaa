"""Which box should leave when: the return boxes by store, and what missed this week's box."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from tracker.domain.account import Actor
from tracker.domain.calendar import iso_week, shanghai_date
from tracker.domain.forecast import Risk
from tracker.domain.registration import Owner
from tracker.domain.registration import Status as GarmentStatus
from tracker.domain.shipment import ROADS, WEEKLY_KINDS, Kind, Status
from tracker.models.forecast import Forecast
from tracker.models.registration import Registration
from tracker.models.shipment import Shipment
from tracker.models.site import Site
from tracker.queries import policy, scope

_BACK = ROADS[Kind.RETURN].packs


@dataclass(frozen=True)
class Return:
    """What waits to go back to one store; ``leave_on`` is the last day that meets every due day."""

    site: Site
    count: int
    customers: int
    since_at: datetime
    due_on: date | None
    leave_on: date | None
    box: Shipment | None
    press_on: date | None
    """The last day on which the first of its garments must move on, by its forecast."""
    in_danger: int
    """How many are at risk, or will be late whatever is done."""
    today: bool
    """Whether it should leave today: a due day presses, or it waited longer than packing may."""


def returns(session: Session, actor: Actor, today: date) -> list[Return]:
    """Return by store what waits to go back, the most urgent first (rule 1.34).

    A box must leave ``leg_transit_back`` days before the earliest due day in it; what waited longer
    than ``leg_packing`` should leave whatever its due day.
    """
    rows = _waiting(session, actor)
    stores = _by_id(session, Site, [row[0] for row in rows])
    boxes = _open_boxes(session, actor, Kind.RETURN)
    rules = policy.in_force(session, today)
    back, packing = rules["leg_transit_back"].number, rules["leg_packing"].number
    found = []
    for site_id, count, customers, since_at, due_on, press_on, in_danger in rows:
        leave_on = due_on - timedelta(days=back) if due_on else None
        waited = (today - shanghai_date(since_at)).days
        is_pressing = (leave_on is not None and leave_on <= today) or waited > packing
        found.append(
            Return(
                site=stores[site_id],
                count=int(count),
                customers=int(customers),
                since_at=since_at,
                due_on=due_on,
                leave_on=leave_on,
                box=boxes.get((actor.site_id, site_id)),
                press_on=press_on,
                in_danger=int(in_danger),
                today=is_pressing or (press_on is not None and press_on <= today),
            )
        )
    return sorted(found, key=_pressing)


def _waiting(session: Session, actor: Actor) -> Sequence[Any]:
    is_customers = case((Registration.owner == Owner.CUSTOMER, 1), else_=0)
    return session.execute(
        select(
            Registration.site_id,
            func.count(),
            func.sum(is_customers),
            func.min(Registration.since_at),
            func.min(Registration.due_on),
            func.min(Forecast.press_on),
            func.count().filter(Forecast.risk != Risk.ON_TIME.value),
        )
        .outerjoin(Forecast, Forecast.registration_id == Registration.id)
        .where(Registration.status.in_(_BACK), scope.registrations(actor))
        .group_by(Registration.site_id)
    ).all()


def _pressing(row: Return) -> tuple[date, date, datetime, str]:
    """What must leave first: by the forecast, else by the earliest due day."""
    leave_on = row.leave_on or date.max
    return row.press_on or leave_on, leave_on, row.since_at, row.site.code


def _by_id(session: Session, model: Any, ids: Iterable[int]) -> dict[int, Any]:
    return {row.id: row for row in session.scalars(select(model).where(model.id.in_(list(ids))))}


def _open_boxes(session: Session, actor: Actor, kind: Kind) -> dict[tuple[int, int], Shipment]:
    query = select(Shipment).where(
        Shipment.kind == kind, Shipment.status == Status.OPEN, scope.shipments(actor)
    )
    return {(box.from_site_id, box.to_site_id): box for box in session.scalars(query)}


@dataclass(frozen=True)
class Late:
    """What became ready after this week's box of a store had left (rules 1.31, 1.32)."""

    count: int
    since_at: datetime
    week: int
    box: Shipment


def too_late(session: Session, site_id: int, now: datetime) -> Late | None:
    """Return what of a store waits for next week's box, or ``None``."""
    year, week = iso_week(now)
    box = session.scalar(
        select(Shipment)
        .where(
            Shipment.from_site_id == site_id,
            Shipment.iso_year == year,
            Shipment.iso_week == week,
            Shipment.kind.in_(WEEKLY_KINDS),
        )
        .order_by(Shipment.id)
        .limit(1)
    )
    waiting = (GarmentStatus.READY_TO_SHIP, GarmentStatus.PACKED)
    count, since = session.execute(
        select(func.count(), func.min(Registration.since_at)).where(
            Registration.site_id == site_id, Registration.status.in_(waiting)
        )
    ).one()
    if box is None or not count:
        return None
    return Late(count, since, iso_week(now + timedelta(weeks=1))[1], box)
