"""The three-way tie-out (三方核对): registered for shipping, packed and dispatched, received.

What is compared are the garments that stores registered within the days asked for; each falls out
at one station, and that gap is a number that opens its rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, literal, or_, select
from sqlalchemy.orm import Session, joinedload

from tracker.domain.account import Actor, Role
from tracker.domain.calendar import add_days
from tracker.domain.discrepancy import Finding
from tracker.domain.registration import Status
from tracker.domain.shipment import WEEKLY_KINDS
from tracker.domain.shipment_selection import Period, TiePart
from tracker.domain.turnaround_figures import midnight
from tracker.models.history import Event
from tracker.models.registration import Registration
from tracker.models.shipment import Discrepancy, Receipt, Shipment, ShipmentLine
from tracker.models.site import Site
from tracker.queries import scope
from tracker.queries.paging import PAGE, position


@dataclass(frozen=True)
class Figures:
    """How many garments reached each station; a gap is the difference of two."""

    registered: int = 0
    packed: int = 0
    dispatched: int = 0
    received: int = 0
    not_registered: int = 0

    def __add__(self, other: Figures) -> Figures:
        """Return both together."""
        return Figures(*(a + b for a, b in zip(self._all(), other._all(), strict=True)))

    def _all(self) -> tuple[int, ...]:
        return tuple(vars(self).values())

    def of(self, part: TiePart) -> int:
        """Return one figure."""
        gaps = {
            TiePart.NOT_PACKED: self.registered - self.packed,
            TiePart.NOT_DISPATCHED: self.packed - self.dispatched,
            TiePart.NOT_RECEIVED: self.dispatched - self.received,
        }
        return gaps[part] if part in gaps else int(getattr(self, part.value))

    @property
    def gaps(self) -> int:
        """How many garments do not tie out."""
        return self.registered - self.received + self.not_registered


@dataclass(frozen=True)
class TieOut:
    """The figures of a period, by store and by the Monday of each ISO week."""

    total: Figures
    by_store: Sequence[tuple[Site, Figures]]
    by_week: Sequence[tuple[date, Figures]]


def is_blind(actor: Actor) -> bool:
    """Whether somebody counts boxes at after-sales: what he has yet to count is left out."""
    return not actor.is_store and not actor.is_any(frozenset({Role.REGION, Role.AUDITOR}))


def _in_weekly_box(*more: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(
        ShipmentLine.registration_id == Registration.id,
        Shipment.id == ShipmentLine.shipment_id,
        Shipment.kind.in_(WEEKLY_KINDS),
        *more,
    )


def _was_counted() -> ColumnElement[bool]:
    return exists().where(
        Receipt.registration_id == Registration.id,
        Shipment.id == Receipt.shipment_id,
        Shipment.kind.in_(WEEKLY_KINDS),
    )


def _was_found() -> ColumnElement[bool]:
    return exists().where(
        Discrepancy.registration_id == Registration.id,
        Discrepancy.finding == Finding.FOUND_HERE,
    )


_PACKED = _in_weekly_box()
_DISPATCHED = Registration.dispatched_at.is_not(None)
_RECEIVED = or_(_was_counted(), _was_found())
_FOR_SHIPPING = or_(Registration.status == Status.READY_TO_SHIP, _PACKED)
_SURPLUS = and_(~_PACKED, _was_counted())

PARTS: Mapping[TiePart, ColumnElement[bool]] = {
    TiePart.REGISTERED: _FOR_SHIPPING,
    TiePart.PACKED: _PACKED,
    TiePart.DISPATCHED: and_(_PACKED, _DISPATCHED),
    TiePart.RECEIVED: and_(_PACKED, _DISPATCHED, _RECEIVED),
    TiePart.NOT_PACKED: and_(_FOR_SHIPPING, ~_PACKED),
    TiePart.NOT_DISPATCHED: and_(_PACKED, ~_DISPATCHED),
    TiePart.NOT_RECEIVED: and_(_PACKED, _DISPATCHED, ~_RECEIVED),
    TiePart.NOT_REGISTERED: _SURPLUS,
}


def _within(actor: Actor, period: Period) -> list[ColumnElement[bool]]:
    found = [
        scope.registrations(actor),
        Registration.registered_at >= midnight(period.first),
        Registration.registered_at < midnight(add_days(period.last, 1)),
    ]
    if period.site:
        named = select(Site.id).where(Site.code == period.site).scalar_subquery()
        found.append(Registration.site_id == named)
    if is_blind(actor):
        found.append(~_in_weekly_box(ShipmentLine.settled_at.is_(None)))
    return found


def mondays(period: Period) -> list[date]:
    """Return the Mondays of the ISO weeks that a period touches, in order."""
    first = period.first - timedelta(days=period.first.weekday())
    weeks = (period.last - first).days // 7
    return [first + timedelta(weeks=number) for number in range(weeks + 1)]


def tie_out(session: Session, actor: Actor, period: Period) -> TieOut:
    """Return a period's figures: in all, by store (most gaps first), by week (newest first)."""
    weeks = mondays(period)
    ends = [(Registration.registered_at < midnight(day), at) for at, day in enumerate(weeks[1:])]
    week = case(*ends, else_=len(weeks) - 1) if ends else literal(0)
    flags = (
        TiePart.REGISTERED,
        TiePart.PACKED,
        TiePart.DISPATCHED,
        TiePart.RECEIVED,
        TiePart.NOT_REGISTERED,
    )
    inner = (
        select(
            Registration.site_id,
            week.label("week"),
            *(case((PARTS[flag], 1), else_=0).label(flag.value) for flag in flags),
        )
        .where(*_within(actor, period))
        .subquery()
    )
    sums = [func.sum(inner.c[flag.value]) for flag in flags]
    rows = session.execute(
        select(inner.c.site_id, inner.c.week, *sums).group_by(inner.c.site_id, inner.c.week)
    )
    stores: dict[int, Figures] = {}
    by_week: dict[int, Figures] = {}
    for site_id, at, *numbers in rows:
        figures = Figures(*(int(number or 0) for number in numbers))
        stores[site_id] = stores.get(site_id, Figures()) + figures
        by_week[at] = by_week.get(at, Figures()) + figures
    return TieOut(
        total=sum(stores.values(), Figures()),
        by_store=_named(session, stores),
        by_week=[(weeks[at], by_week.get(at, Figures())) for at in reversed(range(len(weeks)))],
    )


def _named(session: Session, stores: Mapping[int, Figures]) -> list[tuple[Site, Figures]]:
    known = {site.id: site for site in session.scalars(select(Site).where(Site.id.in_(stores)))}
    shown = [(known[key], found) for key, found in stores.items() if any(vars(found).values())]
    return sorted(shown, key=lambda row: (-row[1].gaps, row[0].code))


@dataclass(frozen=True)
class Row:
    """One garment of a figure: its box, the last hand that held it, and its case."""

    registration: Registration
    box: Shipment | None
    last: Event | None
    case: Discrepancy | None


def rows(
    session: Session, actor: Actor, period: Period, part: TiePart, cursor: str | None = None
) -> tuple[list[Row], str | None]:
    """Return the garments of a figure, oldest first, 50 at a time, and the next page's cursor."""
    query = (
        select(Registration)
        .where(*_within(actor, period), PARTS[part], Registration.id > position(cursor))
        .order_by(Registration.id)
        .limit(PAGE + 1)
    )
    found = session.scalars(query).all()
    shown = found[:PAGE]
    ids = [row.id for row in shown]
    boxes, last, cases = _boxes(session, ids), _last(session, ids), _cases(session, ids)
    following = str(shown[-1].id) if len(found) > PAGE else None
    return [Row(r, boxes.get(r.id), last.get(r.id), cases.get(r.id)) for r in shown], following


def _boxes(session: Session, ids: Sequence[int]) -> dict[int, Shipment]:
    query = (
        select(ShipmentLine.registration_id, Shipment)
        .join(Shipment, Shipment.id == ShipmentLine.shipment_id)
        .where(ShipmentLine.registration_id.in_(ids), Shipment.kind.in_(WEEKLY_KINDS))
        .order_by(ShipmentLine.id)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def _last(session: Session, ids: Sequence[int]) -> dict[int, Any]:
    newest = (
        select(func.max(Event.id))
        .where(Event.noun == "registration", Event.subject_id.in_(ids))
        .group_by(Event.subject_id)
    )
    query = (
        select(Event)
        .where(Event.id.in_(newest))
        .options(joinedload(Event.actor), joinedload(Event.site))
    )
    return {event.subject_id: event for event in session.scalars(query)}


def _cases(session: Session, ids: Sequence[int]) -> dict[int, Discrepancy]:
    query = select(Discrepancy).where(Discrepancy.registration_id.in_(ids))
    return {
        found.registration_id: found
        for found in session.scalars(query.order_by(Discrepancy.id))
        if found.registration_id is not None
    }
