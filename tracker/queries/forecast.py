"""Reads for the forecast: what finished trips took, what is under way, what was foretold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.domain.calendar import is_working_day, shanghai_date
from tracker.domain.forecast import (
    BACK,
    OUT,
    PACKING,
    PASSED_OVER,
    PLACES,
    REPAIR,
    WHOLE,
    Flight,
    Model,
    Of,
    Risk,
    bench_day,
)
from tracker.domain.registration import Status
from tracker.domain.turnaround import LEGS
from tracker.domain.turnaround_figures import midnight
from tracker.models.bench import RepairOperation
from tracker.models.forecast import Forecast
from tracker.models.registration import Registration
from tracker.models.repair import OutsideJob, Work
from tracker.models.shipment import Shipment, ShipmentLine
from tracker.models.turnaround import Trip
from tracker.queries import calendar, policy
from tracker.queries.turnaround import received_and_on
from tracker.queries.turnaround_ageing import RUNNING

DAYS = {leg: getattr(Trip, f"{leg.removeprefix('leg_')}_days") for leg in LEGS}
HORIZON = 120
"""So many days ahead the bench's queue is laid out."""
_GROUPS: tuple[tuple[str, Of, Any], ...] = (
    (OUT, Of.STORE, Trip.site_id),
    (OUT, Of.CARRIER, Trip.carrier_out),
    (PACKING, Of.STORE, Trip.site_id),
    (BACK, Of.STORE, Trip.site_id),
    (BACK, Of.CARRIER, Trip.carrier_back),
    (REPAIR, Of.DEFECT, Registration.defect),
)


def of(session: Session, identities: Iterable[int]) -> dict[int, Forecast]:
    """Return what is expected of garments, by registration id; the caller bounded them."""
    query = select(Forecast).where(Forecast.registration_id.in_(list(identities)))
    return {row.registration_id: row for row in session.scalars(query)}


def late(session: Session, first: date, end: date) -> Sequence[Any]:
    """Return what is foretold to miss its due day, from ``first`` to the day before ``end``: for
    the runner alone. Number, due day, site, status, likely day (rule 1.34)."""
    own = Registration
    query = (
        select(own.no, own.due_on, own.site_id, own.status, Forecast.likely_on)
        .join(Forecast, Forecast.registration_id == own.id)
        .where(Forecast.risk == Risk.LATE.value, RUNNING, own.due_on >= first, own.due_on < end)
        .order_by(own.due_on, own.id)
    )
    return session.execute(query).all()


def model(session: Session, today: date) -> Model:
    """Return the spreads of the trips that ended lately, up to yesterday (rules 1.34, 1.52).

    How far back is policy ``forecast_window`` (days), how many make a group ``forecast_cases``.
    """
    rules = policy.in_force(session, today)
    first = today - timedelta(days=rules["forecast_window"].number)
    within = (Trip.back_on >= first, Trip.back_on < today)
    spreads: dict[tuple[str, Of, str], dict[int, int]] = defaultdict(dict)
    for leg, of_, column in _GROUPS:
        days = DAYS[leg]
        query = select(column, func.coalesce(days, PASSED_OVER), func.count()).where(*within)
        if of_ is Of.DEFECT:
            query = query.join(Registration, Registration.id == Trip.registration_id)
        for name, taken, count in session.execute(query.group_by(column, days)):
            if name is not None:
                spreads[leg, of_, str(name)][taken] = count
    for leg, days in (*DAYS.items(), (WHOLE, Trip.days)):
        query = select(func.coalesce(days, PASSED_OVER), func.count()).where(*within)
        spreads[leg, Of.CHAIN, ""] = dict(session.execute(query.group_by(days)).all())
    return Model(spreads, rules["forecast_cases"].number, {leg: rules[leg].number for leg in LEGS})


def flights(session: Session, today: date) -> dict[int, Flight]:
    """Return every garment whose 15 days run, by registration id, in a fixed number of queries."""
    running = select(Registration.id).where(RUNNING)
    marks = received_and_on(session, running)
    carriers = _carriers(session, running)
    outside = _outside(session)
    queue = bench_queue(session, today)
    own = Registration
    rows = session.execute(
        select(
            own.id, own.status, own.site_id, own.defect, own.due_on, own.dispatched_at,
            own.returned_at,
        ).where(RUNNING)
    ).all()  # fmt: skip
    found = {}
    for row in rows:
        leg = PLACES.get(Status(row.status), BACK if row.returned_at else OUT)
        received, assessed, checked = marks.get(row.id, (None, None, None))
        arrived = received or row.dispatched_at
        since = {
            OUT: row.dispatched_at,
            REPAIR: assessed or arrived,
            PACKING: checked or assessed or arrived,
            BACK: row.returned_at or row.dispatched_at,
        }.get(leg, arrived)
        carrier_out, carrier_back = carriers.get(row.id, (None, None))
        not_before, ahead = queue.get(row.id, (outside.get(row.id), None))
        found[row.id] = Flight(
            leg,
            shanghai_date(since),
            row.due_on,
            names_of(row.site_id, row.defect, carrier_out, carrier_back),
            not_before,
            ahead,
        )
    return found


def names_of(
    site_id: int, defect: str, carrier_out: str | None, carrier_back: str | None
) -> dict[tuple[str, Of], str]:
    """Return what names a garment's group in each leg."""
    return {
        (OUT, Of.STORE): str(site_id),
        (OUT, Of.CARRIER): carrier_out or "",
        (REPAIR, Of.DEFECT): defect,
        (PACKING, Of.STORE): str(site_id),
        (BACK, Of.STORE): str(site_id),
        (BACK, Of.CARRIER): carrier_back or "",
    }


def _carriers(session: Session, running: Any) -> dict[int, tuple[str | None, str | None]]:
    """Who carries it out and back, as far as boxes were sent; the last one of each way."""
    found: dict[int, tuple[str | None, str | None]] = {}
    rows = session.execute(
        select(
            Registration.id, Registration.site_id, Shipment.from_site_id, Shipment.to_site_id,
            Shipment.carrier,
        )
        .join(ShipmentLine, ShipmentLine.registration_id == Registration.id)
        .join(Shipment, Shipment.id == ShipmentLine.shipment_id)
        .where(RUNNING, Shipment.dispatched_at.is_not(None))
        .order_by(Shipment.dispatched_at, Shipment.id)
    )  # fmt: skip
    for identity, home, start, end, carrier in rows:
        out, back = found.get(identity, (None, None))
        if home == start:
            out = carrier
        elif home == end:
            back = carrier
        found[identity] = (out, back)
    return found


def _outside(session: Session) -> dict[int, date]:
    """When the garments at factories and fabric makers are due back from there."""
    query = select(OutsideJob.registration_id, OutsideJob.due_on)
    return dict(session.execute(query.where(OutsideJob.returned_at.is_(None))).all())


def standard_minutes(session: Session) -> tuple[dict[str, int], int]:
    """Return the usual standard minutes by defect, and those of a defect without an operation."""
    rows = session.execute(
        select(RepairOperation.defect, RepairOperation.minutes).where(RepairOperation.is_active)
    ).all()
    by_defect: dict[str, list[int]] = defaultdict(list)
    for defect, minutes in rows:
        if defect is not None:
            by_defect[defect].append(minutes)
    usual = {defect: _mean(minutes) for defect, minutes in by_defect.items()}
    return usual, _mean([minutes for _defect, minutes in rows])


def _mean(values: Sequence[int]) -> int:
    """The mean, half up; 0 of nothing."""
    return (2 * sum(values) + len(values)) // (2 * len(values)) if values else 0


def working_days(session: Session, first: date, count: int) -> list[date]:
    """Return the working days among ``count`` days from ``first`` on."""
    said = calendar.overrides(session)
    days = (first + timedelta(days=number) for number in range(count))
    return [day for day in days if is_working_day(day, said)]


def capacity(session: Session, today: date) -> int:
    """Return the standard minutes that the bench did a working day lately; 0 where it did none.

    Counted from the work entered within policy ``forecast_window`` days, since the first entry of
    it: standard minutes where the catalogue told them, else the minutes entered.
    """
    window = policy.one(session, "forecast_window", today).number
    start, end = midnight(today - timedelta(days=window)), midnight(today)
    minutes = func.sum(func.coalesce(Work.standard_minutes, Work.minutes))
    done, began_at = session.execute(
        select(minutes, func.min(Work.at, type_=Work.at.type)).where(
            Work.at >= start, Work.at < end
        )
    ).one()
    if not done:
        return 0
    began = shanghai_date(began_at)
    days = len(working_days(session, began, (today - began).days))
    return int(done) // max(1, days)


def bench_queue(session: Session, today: date) -> dict[int, tuple[date | None, int]]:
    """Return for every garment at the bench the day on which its turn ends at the earliest, and
    the standard minutes before it; what is due first has its turn first."""
    usual, other = standard_minutes(session)
    a_day = capacity(session, today)
    ahead = working_days(session, today, HORIZON)
    rows = session.execute(
        select(Registration.id, Registration.defect)
        .where(Registration.status == Status.IN_REPAIR.value)
        .order_by(Registration.due_on.asc().nulls_last(), Registration.id)
    )
    found, before = {}, 0
    for identity, defect in rows:
        own = usual.get(defect, other)
        found[identity] = (bench_day(before + own, a_day, today, ahead), before)
        before += own
    return found


def standing(session: Session) -> Mapping[int, Forecast]:
    """Return every forecast that stands, by registration id: for the refresh alone."""
    return {row.registration_id: row for row in session.scalars(select(Forecast))}
