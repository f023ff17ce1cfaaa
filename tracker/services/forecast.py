"""Keeps the forecasts: worked out anew in one go, written only where they changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from tracker.domain.calendar import shanghai_date
from tracker.domain.forecast import Forecast, Step
from tracker.models.forecast import Forecast as Row
from tracker.models.forecast import KeptForecast
from tracker.models.registration import Registration
from tracker.queries import forecast as queries
from tracker.queries.turnaround_ageing import RUNNING

AT_ONCE = 500
"""So many rows a transaction: nobody's scan waits behind more."""


@dataclass(frozen=True)
class Plan:
    """What is to be written: forecasts by registration id, those to be dropped, kept ones."""

    values: Mapping[int, dict[str, Any]]
    known: frozenset[int]
    gone: Sequence[int]
    kept: Sequence[dict[str, Any]]

    @property
    def size(self) -> int:
        """How many rows change."""
        return len(self.values) + len(self.gone)

    def parts(self) -> Iterator[Plan]:
        """Yield it in parts of at most so many rows that scans may come between."""
        kept = {row["registration_id"]: row for row in self.kept}
        identities = iter(dict.fromkeys((*self.values, *kept)))
        while some := list(islice(identities, AT_ONCE)):
            yield Plan(
                {one: self.values[one] for one in some if one in self.values},
                self.known,
                (),
                [kept[one] for one in some if one in kept],
            )
        for start in range(0, len(self.gone), AT_ONCE):
            yield Plan({}, self.known, self.gone[start : start + AT_ONCE], ())


def plan(session: Session, now: datetime) -> Plan:
    """Return what the forecasts of all garments in flight change to; writes nothing.

    Made in a fixed number of queries, whatever is under way (rules 1.34, 1.52).
    """
    today = shanghai_date(now)
    model, flights = queries.model(session, today), queries.flights(session, today)
    standing = queries.standing(session)
    constant = model.constant_days()
    kept_before = {
        (row.registration_id, row.leg)
        for row in session.execute(
            select(KeptForecast.registration_id, KeptForecast.leg).where(
                KeptForecast.registration_id.in_(_running())
            )
        )
    }
    dispatched = dict(
        session.execute(select(Registration.id, Registration.dispatched_at).where(RUNNING)).all()
    )
    values: dict[int, dict[str, Any]] = {}
    kept = []
    for identity, flight in flights.items():
        made = model.forecast(flight, today)
        row = _row(made)
        if identity not in standing or _differs(standing[identity], row):
            values[identity] = {**row, "at": now}
        began_at = dispatched[identity]
        if constant is not None and began_at and (identity, made.leg) not in kept_before:
            kept.append(kept_row(identity, made, today, shanghai_date(began_at), constant))
    gone = [identity for identity in standing if identity not in flights]
    return Plan(values, frozenset(standing), gone, kept)


def _running() -> Any:
    return select(Registration.id).where(RUNNING)


def _row(made: Forecast) -> dict[str, Any]:
    return {
        "leg": made.leg,
        "due_on": made.due_on,
        "likely_on": made.likely_on,
        "safe_on": made.safe_on,
        "press_on": made.press_on,
        "risk": made.risk.value,
        "steps": [_told(step) for step in made.steps],
    }


def _told(step: Step) -> dict[str, Any]:
    told = {**asdict(step), "of": step.of.value}
    if step.not_before is not None:
        told["not_before"] = step.not_before.isoformat()
    return told


def _differs(row: Row, values: Mapping[str, Any]) -> bool:
    return any(getattr(row, name) != value for name, value in values.items())


def kept_row(
    registration_id: int,
    made: Forecast,
    made_on: date,
    dispatched_on: date,
    constant_days: int,
    *,
    is_replayed: bool = False,
) -> dict[str, Any]:
    """Return the row that keeps a forecast, beside what a constant would have said."""
    return {
        "registration_id": registration_id,
        "leg": made.leg,
        "made_on": made_on,
        "due_on": made.due_on,
        "likely_on": made.likely_on,
        "risk": made.risk.value,
        "constant_on": date.fromordinal(dispatched_on.toordinal() + constant_days),
        "is_replayed": is_replayed,
    }


def keep(session: Session, part: Plan) -> None:
    """Write a part of a plan; flushes. What landed since is dropped by the next plan."""
    fresh = [{"registration_id": one, **row} for one, row in part.values.items()]
    changed = [row for row in fresh if row["registration_id"] in part.known]
    for row in changed:
        own = Row.registration_id == row["registration_id"]
        session.execute(update(Row).where(own).values(**row))
    added = [row for row in fresh if row["registration_id"] not in part.known]
    if added:
        session.execute(insert(Row), added)
    if part.gone:
        session.execute(delete(Row).where(Row.registration_id.in_(part.gone)))
    if part.kept:
        session.execute(insert(KeptForecast), part.kept)
    session.flush()


def refresh(session: Session, now: datetime) -> int:
    """Work all forecasts out anew in this transaction; return how many rows changed."""
    whole = plan(session, now)
    for part in whole.parts():
        keep(session, part)
    return whole.size
