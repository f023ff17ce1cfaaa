"""Reads of discrepancies: the list with its filters, and how many there are of each kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, joinedload

from tracker.domain.account import Actor
from tracker.domain.discrepancy import Kind, Status
from tracker.domain.errors import not_found
from tracker.models.history import Event
from tracker.models.shipment import Discrepancy, Shipment
from tracker.models.site import Site
from tracker.queries import scope
from tracker.queries.lock import for_writing
from tracker.queries.paging import PAGE, position

_HANDS = (
    joinedload(Discrepancy.last_hand),
    joinedload(Discrepancy.last_site),
    joinedload(Discrepancy.counted_by),
)


def get(session: Session, actor: Actor, no: str, *, for_update: bool = False) -> Discrepancy:
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


def of_box(session: Session, actor: Actor, shipment: Shipment) -> Sequence[Discrepancy]:
    """Return the discrepancies of a box that the actor sees, oldest first."""
    query = (
        select(Discrepancy)
        .join(Discrepancy.shipment)
        .where(Discrepancy.shipment_id == shipment.id, scope.shipments(actor))
        .order_by(Discrepancy.id)
        .options(*_HANDS)
    )
    return session.scalars(query).all()


def open_box_case(
    session: Session, shipment_id: int, kind: Kind, counted_site_id: int
) -> Discrepancy | None:
    """Return the open case that a site opened about a whole box."""
    return session.scalar(
        select(Discrepancy).where(
            Discrepancy.shipment_id == shipment_id,
            Discrepancy.kind == kind,
            Discrepancy.counted_site_id == counted_site_id,
            Discrepancy.status == Status.OPEN,
        )
    )


def outcome(session: Session, case: Discrepancy) -> Event | None:
    """Return the last row of history that says what a discrepancy turned out to be, and who did."""
    return session.scalar(
        select(Event)
        .where(
            Event.noun == "discrepancy",
            Event.subject_id == case.id,
            Event.action.in_(("resolve", "found")),
        )
        .order_by(Event.id.desc())
        .limit(1)
        .options(joinedload(Event.actor))
    )


@dataclass(frozen=True)
class Filter:
    """What a list shows; the same names stand in its address. ``older`` counts days."""

    status: str | None = None
    kind: str | None = None
    site: str | None = None
    older: int | None = None


def days(typed: str | None) -> int | None:
    """Return a number of days as typed into an address, nothing for anything else."""
    is_number = typed is not None and typed.isascii() and typed.isdigit() and len(typed) <= 4
    return int(typed or 0) or None if is_number else None


def page(
    session: Session, actor: Actor, wanted: Filter, now: datetime, cursor: str | None = None
) -> tuple[Sequence[Discrepancy], str | None]:
    """Return discrepancies on boxes that the actor sees, oldest first, and the next cursor."""
    query = (
        select(Discrepancy)
        .join(Discrepancy.shipment)
        .where(scope.shipments(actor), *_conditions(wanted, now))
        .options(*_HANDS)
    )
    if after := position(cursor):
        query = query.where(Discrepancy.id > after)
    rows = session.scalars(query.order_by(Discrepancy.id).limit(PAGE + 1)).all()
    return rows[:PAGE], str(rows[PAGE - 1].id) if len(rows) > PAGE else None


def counts(session: Session, actor: Actor, wanted: Filter, now: datetime) -> Mapping[str, int]:
    """Return how many discrepancies there are of each kind, whatever kind is wanted."""
    every_kind = Filter(wanted.status, None, wanted.site, wanted.older)
    rows = session.execute(
        select(Discrepancy.kind, func.count())
        .join(Discrepancy.shipment)
        .where(scope.shipments(actor), *_conditions(every_kind, now))
        .group_by(Discrepancy.kind)
    )
    return {row[0]: row[1] for row in rows}


def _conditions(wanted: Filter, now: datetime) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.status:
        found.append(Discrepancy.status == wanted.status)
    if wanted.kind:
        found.append(Discrepancy.kind == wanted.kind)
    if wanted.site:
        site = select(Site.id).where(Site.code == wanted.site)
        found.append(or_(Shipment.from_site_id.in_(site), Shipment.to_site_id.in_(site)))
    if wanted.older:
        found.append(Discrepancy.opened_at < now - timedelta(days=wanted.older))
    return found
