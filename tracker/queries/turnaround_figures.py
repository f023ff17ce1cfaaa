"""Figures of the round trips that ended in a window, and the rows behind each of them.

One ``Selection`` bounds figure and rows alike, so that a figure's rows are as many as it says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, select, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased, joinedload

from tracker.domain.account import Actor
from tracker.domain.registration import Status
from tracker.domain.turnaround_figures import By, Tally
from tracker.domain.turnaround_selection import LEG_NAMES, OWN_LEG, UNKNOWN, Selection
from tracker.models.account import Account
from tracker.models.catalog import Style, Supplier
from tracker.models.registration import Registration
from tracker.models.site import Site
from tracker.models.turnaround import Trip
from tracker.queries import policy, scope
from tracker.queries.paging import PAGE, position

_DAYS: Mapping[str, InstrumentedAttribute[int | None]] = {
    name: getattr(Trip, f"{name}_days") for name in LEG_NAMES
}
_KEYS: Mapping[By, InstrumentedAttribute[Any]] = {
    By.STORE: Trip.site_id,
    By.CARRIER_OUT: Trip.carrier_out,
    By.CARRIER_BACK: Trip.carrier_back,
    By.REPAIRER: Trip.repairer_id,
    By.SUPPLIER: Trip.supplier_id,
    By.STYLE: Trip.style_id,
}
_NAMES: Mapping[By, tuple[Any, Any, Any]] = {
    By.STORE: (Site.id, Site.code, Site.name),
    By.REPAIRER: (Account.id, Account.id, Account.name),
    By.SUPPLIER: (Supplier.id, Supplier.code, Supplier.name),
    By.STYLE: (Style.id, Style.style_no, Style.name),
}


def budgets(session: Session, on: date) -> Mapping[str, int]:
    """Return the days that each leg may take, by the policies in force on a day."""
    rules = policy.in_force(session, on)
    return {name: rules[f"leg_{name}"].number for name in LEG_NAMES}


def _conditions(session: Session, actor: Actor, wanted: Selection) -> list[ColumnElement[bool]]:
    window = wanted.window
    found = [
        Trip.back_on.between(window.from_on, window.to_on),
        scope.within_sites(actor, Trip.site_id),
        *(_keyed(actor, by, key) for by, key in wanted.filters.items()),
    ]
    if wanted.result:
        found.append(Trip.is_on_time.is_(wanted.result == "on_time"))
    if wanted.min_days is not None:
        found.append(Trip.days >= wanted.min_days)
    if wanted.max_days is not None:
        found.append(Trip.days <= wanted.max_days)
    if wanted.over:
        found.append(_DAYS[wanted.over] > budgets(session, window.to_on)[wanted.over])
    if wanted.worst:
        leg = None if wanted.worst == UNKNOWN else f"leg_{wanted.worst}"
        found.append(Trip.worst_leg.is_(None) if leg is None else Trip.worst_leg == leg)
    if wanted.repair:
        found.extend(_REPAIR[wanted.repair]())
    return found


def _keyed(actor: Actor, by: By, key: str) -> ColumnElement[bool]:
    column = _KEYS[by]
    if by is By.REPAIRER:
        found = column.is_(None) if key == UNKNOWN else column == position(key)
        return found & scope.repairers(actor, column)
    if by in _NAMES:
        identity, code, _name = _NAMES[by]
        return column == select(identity).where(code == key).scalar_subquery()
    return column.is_(None) if key == UNKNOWN else column == key


def _again() -> ColumnElement[bool]:
    """The same part was repaired again within its guarantee (C-34)."""
    later = aliased(Registration)
    return (
        select(later.id)
        .where(
            later.previous_id == Trip.registration_id,
            later.is_repeat,
            later.status != Status.VOIDED.value,
        )
        .exists()
    )


_REPAIR: Mapping[str, Any] = {
    "repaired": lambda: [Trip.is_repaired],
    "first_time": lambda: [Trip.is_repaired, ~_again()],
    "again": lambda: [Trip.is_repaired, _again()],
    "failed": lambda: [Trip.is_repaired, Trip.failed_checks > 0],
}


@dataclass(frozen=True)
class Overview:
    """Trips of a selection: all of them, by the Monday of their week, by leg."""

    whole: Tally
    weeks: Mapping[date, Tally]
    legs: Mapping[str, Tally]
    worst: Mapping[str, int]


def overview(session: Session, actor: Actor, wanted: Selection) -> Overview:
    """Return the figures of a selection in three queries; they cost with its window."""
    conditions = _conditions(session, actor, wanted)
    whole, weeks = Tally(), {monday: Tally() for monday in wanted.window.mondays}
    for back_on, days, is_on_time, count in session.execute(
        select(Trip.back_on, Trip.days, Trip.is_on_time, func.count())
        .where(*conditions)
        .group_by(Trip.back_on, Trip.days, Trip.is_on_time)
    ):
        monday = date.fromordinal(back_on.toordinal() - back_on.weekday())
        for tally in (whole, weeks[monday]):
            tally.add(days, count, is_on_time)
    worst = session.execute(
        select(Trip.worst_leg, func.count())
        .where(*conditions, Trip.is_on_time.is_(False))
        .group_by(Trip.worst_leg)
    )
    return Overview(
        whole,
        weeks,
        _legs(session, conditions),
        {(leg or UNKNOWN).removeprefix("leg_"): count for leg, count in worst},
    )


def _legs(session: Session, conditions: Sequence[ColumnElement[bool]]) -> Mapping[str, Tally]:
    found = {name: Tally() for name in LEG_NAMES}
    counted = union_all(
        *(
            select(literal(name), column, func.count())
            .where(*conditions, column.is_not(None))
            .group_by(column)
            for name, column in _DAYS.items()
        )
    )
    for name, days, count in session.execute(counted):
        found[name].add(days or 0, count)
    return found


@dataclass
class Share:
    """One row of a breakdown; ``leg`` are the days of the leg that it answers for."""

    key: str
    name: str
    whole: Tally = field(default_factory=Tally)
    leg: Tally = field(default_factory=Tally)


def breakdown(session: Session, actor: Actor, wanted: Selection, by: By) -> list[Share]:
    """Return the figures of a selection by store, carrier, repairer, supplier or style."""
    conditions = _conditions(session, actor, wanted)
    if by is By.REPAIRER:
        conditions.append(scope.repairers(actor, Trip.repairer_id))
    found: dict[Any, Share] = {}
    for key, code, name, days, is_on_time, count in session.execute(
        _grouped(by, conditions, Trip.days, Trip.is_on_time)
    ):
        found.setdefault(key, Share(str(code or UNKNOWN), name or "")).whole.add(
            days, count, is_on_time
        )
    if by in OWN_LEG:
        column = _DAYS[OWN_LEG[by]]
        counted = _grouped(by, [*conditions, column.is_not(None)], column)
        for key, _code, _name, days, count in session.execute(counted):
            found[key].leg.add(days, count)
    return list(found.values())


def _grouped(by: By, conditions: Sequence[ColumnElement[bool]], *columns: Any) -> Select[Any]:
    """Count by key and columns first, name the few groups afterwards."""
    key = _KEYS[by]
    counted = (
        select(key.label("key"), *columns, func.count().label("count"))
        .where(*conditions)
        .group_by(key, *columns)
        .subquery()
    )
    rest = [column for column in counted.c if column.name != "key"]
    if by not in _NAMES:
        return select(counted.c.key, counted.c.key, counted.c.key, *rest)
    identity, code, name = _NAMES[by]
    return select(counted.c.key, code, name, *rest).join_from(
        counted, identity.class_, identity == counted.c.key, isouter=True
    )


def repairs(session: Session, actor: Actor, wanted: Selection) -> dict[str, Any]:
    """Return by repairer: repaired, repaired again, failed a check (conventions 5.2)."""
    rows = session.execute(
        select(
            Trip.repairer_id,
            func.count().label("repaired"),
            func.count().filter(_again()).label("again"),
            func.count().filter(Trip.failed_checks > 0).label("failed"),
        )
        .where(
            *_conditions(session, actor, wanted),
            Trip.is_repaired,
            scope.repairers(actor, Trip.repairer_id),
        )
        .group_by(Trip.repairer_id)
    )
    return {str(row.repairer_id or UNKNOWN): row for row in rows}


@dataclass(frozen=True)
class Page:
    """A page of trips, how many there are in all, and the cursor of the next page."""

    items: Sequence[Trip]
    total: int
    next: str | None


def page(session: Session, actor: Actor, wanted: Selection, cursor: str | None = None) -> Page:
    """Return the trips of a selection, the last one back first."""
    conditions = _conditions(session, actor, wanted)
    offset = min(position(cursor), 100_000)
    rows = session.scalars(
        select(Trip)
        .where(*conditions)
        .order_by(Trip.back_on.desc(), Trip.id.desc())
        .offset(offset)
        .limit(PAGE + 1)
        .options(joinedload(Trip.registration), joinedload(Trip.repairer))
    ).all()
    total = session.scalar(select(func.count()).select_from(Trip).where(*conditions)) or 0
    return Page(rows[:PAGE], total, str(offset + PAGE) if len(rows) > PAGE else None)
