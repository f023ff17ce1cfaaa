"""Foretells the past: what the model would have said of finished trips, from what was known then.

So a history without kept forecasts can be measured too. The bench's queue of those days is not
known any more and is left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from tracker.domain.forecast import (
    BACK,
    OUT,
    PACKING,
    PASSED_OVER,
    REPAIR,
    WHOLE,
    Flight,
    Model,
    Of,
)
from tracker.domain.policy import Policy
from tracker.domain.turnaround import LEGS
from tracker.models.forecast import KeptForecast
from tracker.models.registration import Registration
from tracker.models.turnaround import Trip
from tracker.queries import policy
from tracker.queries.forecast import DAYS, names_of
from tracker.services.forecast import kept_row

_SPREADS = (
    (OUT, Of.STORE), (OUT, Of.CARRIER), (PACKING, Of.STORE), (BACK, Of.STORE), (BACK, Of.CARRIER),
    (REPAIR, Of.DEFECT),
)  # fmt: skip


class _Known:
    """The trips known on a day: those that ended before it and not longer ago than the window."""

    def __init__(self, trips: Sequence[Any], rules: Mapping[str, Policy]) -> None:
        self._spreads: dict[tuple[str, Of, str], dict[int, int]] = defaultdict(dict)
        self._ended = sorted(trips, key=lambda trip: trip.back_on)
        self._window = rules["forecast_window"].number
        self._least = rules["forecast_cases"].number
        self._budgets = {leg: rules[leg].number for leg in LEGS}
        self._in = self._out = 0

    def on(self, day: date) -> Model:
        """Return the model of a day; days must come in their order."""
        while self._in < len(self._ended) and self._ended[self._in].back_on < day:
            self._count(self._ended[self._in], 1)
            self._in += 1
        first = day - timedelta(days=self._window)
        while self._out < self._in and self._ended[self._out].back_on < first:
            self._count(self._ended[self._out], -1)
            self._out += 1
        return Model(self._spreads, self._least, self._budgets)

    def _count(self, trip: Any, by: int) -> None:
        names = _names(trip)
        for leg in LEGS:
            taken = getattr(trip, DAYS[leg].key)
            days = PASSED_OVER if taken is None else taken
            groups = [(of, names[leg, of]) for known, of in _SPREADS if known == leg]
            for of, name in (*groups, (Of.CHAIN, "")):
                if name or of is Of.CHAIN:
                    spread = self._spreads[leg, of, name]
                    spread[days] = spread.get(days, 0) + by
        whole = self._spreads[WHOLE, Of.CHAIN, ""]
        whole[trip.days] = whole.get(trip.days, 0) + by


def _names(trip: Any) -> dict[tuple[str, Of], str]:
    return names_of(trip.site_id, trip.defect, trip.carrier_out, trip.carrier_back)


def replay(session: Session, from_on: date) -> int:
    """Keep what would have been foretold at the beginning of each leg that began from a day on.

    Only of finished trips without a kept forecast of that leg. Returns how many were kept.
    """
    own = Trip
    trips = session.execute(
        select(
            own.registration_id, own.site_id, own.dispatched_on, own.back_on, own.due_on, own.days,
            own.carrier_out, own.carrier_back, Registration.defect, *DAYS.values(),
        ).join(Registration, Registration.id == own.registration_id)
    ).all()  # fmt: skip
    known_of = session.execute(select(KeptForecast.registration_id, KeptForecast.leg))
    kept = {(row.registration_id, row.leg) for row in known_of}
    starts: dict[date, list[tuple[Any, str]]] = defaultdict(list)
    for trip in trips:
        for leg, began_on in _legs(trip):
            if began_on >= from_on and (trip.registration_id, leg) not in kept:
                starts[began_on].append((trip, leg))
    rules = policy.in_force(session, max(starts, default=from_on))
    known = _Known(trips, rules)
    rows = [row for day in sorted(starts) for row in _rows(known.on(day), starts[day], day)]
    if rows:
        session.execute(insert(KeptForecast), rows)
    session.flush()
    return len(rows)


def _rows(model: Model, begun: Sequence[tuple[Any, str]], day: date) -> Iterator[dict[str, Any]]:
    constant = model.constant_days()
    for trip, leg in begun if constant is not None else ():
        names = _names(trip)
        if leg != BACK:
            names[BACK, Of.CARRIER] = ""
        made = model.forecast(Flight(leg, day, trip.due_on, names), day)
        yield kept_row(
            trip.registration_id, made, day, trip.dispatched_on, constant or 0, is_replayed=True
        )


def _legs(trip: Any) -> Iterator[tuple[str, date]]:
    """Yield the legs of a trip with the day on which each began."""
    began_on = trip.dispatched_on
    for leg in LEGS:
        days = getattr(trip, DAYS[leg].key)
        if days is not None:
            yield leg, began_on
            began_on += timedelta(days=days)
