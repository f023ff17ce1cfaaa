"""Forecasts measured against what then happened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from tracker.domain.account import Actor
from tracker.domain.forecast import IN_THE_STORES_HANDS, Holder, Risk
from tracker.domain.turnaround import LEGS
from tracker.models.forecast import Forecast, KeptForecast
from tracker.models.registration import Registration
from tracker.models.site import Site
from tracker.models.turnaround import Trip
from tracker.queries import scope, work_list
from tracker.queries.paging import PAGE, position
from tracker.queries.turnaround_ageing import RUNNING


@dataclass(frozen=True)
class Measured:
    """Finished trips of which a forecast was kept: errors are days added up, whole."""

    count: int = 0
    error: int = 0
    constant_error: int = 0
    promise_error: int = 0
    hits: int = 0
    """How many were foretold to the day."""

    def mean(self, days: int) -> float | None:
        """Return days a trip; ``None`` of nothing."""
        return days / self.count if self.count else None


@dataclass(frozen=True)
class Kept:
    """How many were given a class, and how many of them made their due day after all."""

    count: int
    on_time: int

    @property
    def share(self) -> float:
        """The share on time, from 0 to 1."""
        return self.on_time / self.count


@dataclass(frozen=True)
class Calibration:
    """What the page shows: errors by leg, classes by leg."""

    by_leg: Mapping[str, Measured]
    by_risk: Mapping[Risk, Kept]
    replayed: int

    @property
    def whole(self) -> Measured:
        """All legs together."""
        rows = self.by_leg.values()
        return Measured(
            sum(row.count for row in rows),
            sum(row.error for row in rows),
            sum(row.constant_error for row in rows),
            sum(row.promise_error for row in rows),
            sum(row.hits for row in rows),
        )


def calibration(session: Session, actor: Actor, first: date, last: date) -> Calibration:
    """Return how true the forecasts of the trips were that ended within these days.

    Beside the model's error stand those of two constants: every trip takes the mean known on the
    day of the forecast, and every garment comes on its due day.
    """
    conditions = (Trip.back_on.between(first, last), scope.within_sites(actor, Trip.site_id))
    leg = KeptForecast.leg
    rows = session.execute(
        select(
            leg,
            func.count(),
            _days(session, KeptForecast.likely_on),
            _days(session, KeptForecast.constant_on),
            _days(session, KeptForecast.due_on),
            func.count().filter(KeptForecast.likely_on == Trip.back_on),
            func.count().filter(KeptForecast.is_replayed),
        )
        .join(Trip, Trip.registration_id == KeptForecast.registration_id)
        .where(*conditions)
        .group_by(leg)
    ).all()
    by_leg = {row[0]: Measured(*(int(value) for value in row[1:6])) for row in rows}
    risks = session.execute(
        select(
            KeptForecast.risk,
            func.count(),
            func.count().filter(Trip.back_on <= KeptForecast.due_on),
        )
        .join(Trip, Trip.registration_id == KeptForecast.registration_id)
        .where(*conditions)
        .group_by(KeptForecast.risk)
    )
    found = {risk: Kept(count, on_time) for risk, count, on_time in risks}
    return Calibration(
        {name: by_leg[name] for name in LEGS if name in by_leg},
        {risk: found[risk.value] for risk in Risk if risk.value in found},
        sum(row[6] for row in rows),
    )


def _days(session: Session, foretold: Any) -> ColumnElement[int]:
    """The days between what was foretold and what came, either way, added up."""
    if session.get_bind().dialect.name == "sqlite":
        apart: Any = func.julianday(foretold) - func.julianday(Trip.back_on)
    else:
        apart = foretold - Trip.back_on
    return func.coalesce(func.sum(func.abs(apart)), 0)


def counts(session: Session, actor: Actor) -> Mapping[Risk, int]:
    """Return how many garments in flight are in each class."""
    rows = session.execute(
        select(Forecast.risk, func.count())
        .join(Registration, Registration.id == Forecast.registration_id)
        .where(*_flying(actor))
        .group_by(Forecast.risk)
    )
    found = dict(rows.all())
    return {risk: found.get(risk.value, 0) for risk in Risk}


@dataclass(frozen=True)
class Filter:
    """Which of the garments in flight are meant."""

    risk: Risk | None = None
    site: str | None = None
    holder: Holder | None = None


@dataclass(frozen=True)
class Page:
    """A page of garments in flight with what is expected of each, and the next cursor."""

    items: Sequence[tuple[Registration, Forecast]]
    next: str | None


def page(session: Session, actor: Actor, wanted: Filter, cursor: str | None) -> Page:
    """Return the garments in flight that the actor sees, those that must move first first."""
    conditions = [*_flying(actor)]
    if wanted.risk is not None:
        conditions.append(Forecast.risk == wanted.risk.value)
    if wanted.site:
        conditions.append(Registration.site_id.in_(select(Site.id).where(Site.code == wanted.site)))
    if wanted.holder is not None:
        in_store = Registration.status.in_([one.value for one in IN_THE_STORES_HANDS])
        conditions.append(in_store if wanted.holder is Holder.STORE else ~in_store)
    offset = min(position(cursor), 100_000)
    rows = session.execute(
        select(Registration, Forecast)
        .join(Forecast, Forecast.registration_id == Registration.id)
        .where(*conditions)
        .order_by(Forecast.press_on, Registration.id)
        .offset(offset)
        .limit(PAGE + 1)
    ).all()
    items = [(row[0], row[1]) for row in rows[:PAGE]]
    return Page(items, str(offset + PAGE) if len(rows) > PAGE else None)


def _flying(actor: Actor) -> tuple[Any, ...]:
    return (RUNNING, scope.registrations(actor), work_list.not_to_be_counted(actor))
