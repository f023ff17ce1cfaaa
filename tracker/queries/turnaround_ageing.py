"""What is in flight: garments whose 15 days run, by status and age. Only live rows are read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, case, func, select, text
from sqlalchemy.orm import Session

from tracker.domain.account import Actor
from tracker.domain.registration import Status
from tracker.domain.turnaround_figures import LATE, Band, bands, midnight
from tracker.models.registration import Registration
from tracker.models.site import Site
from tracker.queries import policy, scope, work_list
from tracker.queries.paging import PAGE, position

RUNNING = text("registration.clock = 'repair_tat'")
"""Literal, so that the index over running clocks alone is read."""


@dataclass(frozen=True)
class Filter:
    """Which cell is meant; the same names stand in the address."""

    status: str | None = None
    band: str | None = None
    store: str | None = None


@dataclass(frozen=True)
class Ageing:
    """Garments in flight by (status, band); the bands in their order, the late ones last."""

    bands: tuple[Band, ...]
    cells: Mapping[tuple[str, str], int]

    @property
    def names(self) -> tuple[str, ...]:
        """The bands' names in their order."""
        return (*(band.name for band in self.bands), LATE)

    @property
    def statuses(self) -> tuple[str, ...]:
        """The statuses that occur, in the order of the journey."""
        return tuple(s.value for s in Status if any(at == s for at, _band in self.cells))

    def count(self, status: str | None = None, band: str | None = None) -> int:
        """Return how many lie in a cell, a row, a column or in all."""
        return sum(
            count
            for (at, age), count in self.cells.items()
            if status in (None, at) and band in (None, age)
        )


def ageing(session: Session, actor: Actor, today: date, wanted: Filter) -> Ageing:
    """Return what is in flight by status and days since dispatch (rule 1.34)."""
    known = _bands(session, today)
    age = _age(known, today)
    rows = session.execute(
        select(Registration.status, age, func.count())
        .where(*_conditions(actor, wanted))
        .group_by(Registration.status, age)
    )
    return Ageing(known, {(status, band): count for status, band, count in rows})


@dataclass(frozen=True)
class Page:
    """A page of garments in flight, how many there are in all, the cursor of the next page."""

    items: Sequence[Registration]
    total: int
    next: str | None


def page(
    session: Session, actor: Actor, today: date, wanted: Filter, cursor: str | None = None
) -> Page:
    """Return the garments of a cell, those due first first."""
    conditions = _conditions(actor, wanted)
    if wanted.status:
        conditions.append(Registration.status == wanted.status)
    if wanted.band:
        conditions.append(_age(_bands(session, today), today) == wanted.band)
    offset = min(position(cursor), 100_000)
    rows = session.scalars(
        select(Registration)
        .where(*conditions)
        .order_by(Registration.due_on, Registration.id)
        .offset(offset)
        .limit(PAGE + 1)
    ).all()
    counted = select(func.count()).select_from(Registration).where(*conditions)
    total = session.scalar(counted) or 0
    return Page(rows[:PAGE], total, str(offset + PAGE) if len(rows) > PAGE else None)


def _conditions(actor: Actor, wanted: Filter) -> list[ColumnElement[bool]]:
    found = [
        RUNNING,
        scope.registrations(actor),
        work_list.not_to_be_counted(actor),
    ]
    if wanted.store:
        store = select(Site.id).where(Site.code == wanted.store).scalar_subquery()
        found.append(Registration.site_id == store)
    return found  # type: ignore[return-value]


def _bands(session: Session, today: date) -> tuple[Band, ...]:
    return bands(policy.one(session, "repair_tat", today).number)


def _age(known: Sequence[Band], today: date) -> ColumnElement[str]:
    """Past its due day is late, whatever its age; the last band is open to older ones."""
    return case(
        (Registration.due_on < today, LATE),
        *(
            (Registration.dispatched_at >= midnight(today - timedelta(days=band.last)), band.name)
            for band in known[:-1]
        ),
        else_=known[-1].name,
    )
