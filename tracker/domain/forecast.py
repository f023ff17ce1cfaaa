"""Will it make it? The way that is left, from the days that finished trips took (rules 1.34, 1.52).

Each leg has its spread: how many garments took how many days lately, of its own store, carrier or
kind of repair, else of the whole chain where those are too few. The spreads of the legs that are
left are added day by day. Nothing is fitted; every figure can be counted again by hand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from tracker.domain.named import NamedEnum
from tracker.domain.registration import Status
from tracker.domain.turnaround import LEGS

HALF, MOST = 50, 80
"""The two percentiles that a forecast tells: half of them, and four in five."""
LONGEST = 60
"""A leg of more days counts as so many."""
OUT, INTAKE, REPAIR, PACKING, BACK = LEGS

WHOLE = "whole"
"""The way from door to door, beside the legs: of it the constant is made."""

PASSED_OVER = -1
"""Counted instead of days: a garment that is not repaired has no such leg."""

Spread = Mapping[int, int]
"""Garments by days."""
Chances = tuple[float, ...]
"""The chance of each number of days, from none on."""


class Risk(NamedEnum):
    """Whether a garment will make its due day."""

    ON_TIME = "on_time", "能按时", "On time"
    AT_RISK = "at_risk", "有风险", "At risk"
    LATE = "late", "会超期", "Will be late"


class Of(NamedEnum):
    """Whose trips a leg is judged by."""

    STORE = "store", "本店", "its store"
    CARRIER = "carrier", "该承运商", "its carrier"
    DEFECT = "defect", "同类瑕疵", "the same defect"
    CHAIN = "chain", "全公司", "the whole chain"
    BUDGET = "budget", "规定时限", "its budget"


GROUPS: Mapping[str, tuple[Of, ...]] = {
    OUT: (Of.STORE, Of.CARRIER),
    INTAKE: (),
    REPAIR: (Of.DEFECT,),
    PACKING: (Of.STORE,),
    BACK: (Of.STORE, Of.CARRIER),
}
"""By what each leg is told apart, the nearest first; the whole chain comes last."""

PLACES: Mapping[Status, str] = {
    Status.IN_TRANSIT: OUT,
    Status.RECEIVED: INTAKE,
    Status.AWAITING_CUSTOMER: REPAIR,
    Status.IN_REPAIR: REPAIR,
    Status.IN_OUTSIDE_REPAIR: REPAIR,
    Status.IN_CHECK: REPAIR,
    Status.REFUSED_AT_INTAKE: PACKING,
    Status.REPAIRED: PACKING,
    Status.PACKED_BACK: PACKING,
    Status.RETURNING: BACK,
}
"""In which leg a garment is; one that is missing is where it was last seen."""


class Holder(NamedEnum):
    """Who has a garment in flight and can do something about it."""

    STORE = "store", "店铺", "The store"
    AFTER_SALES = "after_sales", "售后", "After-sales"


IN_THE_STORES_HANDS = frozenset({Status.IN_TRANSIT, Status.AWAITING_CUSTOMER, Status.RETURNING})
"""Where the store is the holder: its carrier, its customer; else after-sales is."""


@dataclass(frozen=True)
class Flight:
    """A garment under way: in which leg, since when, and what tells its legs apart."""

    leg: str
    since_on: date
    due_on: date
    names: Mapping[tuple[str, Of], str] = field(default_factory=dict, hash=False)
    """What names its group, by leg and kind of group."""
    not_before: date | None = None
    """The bench's queue or the outside repairer: the present leg ends on this day at the earliest.
    """
    minutes_ahead: int | None = None


@dataclass(frozen=True)
class Step:
    """One leg of the way that is left; days from today on, and what they are counted from."""

    leg: str
    half: int
    most: int
    of: Of
    name: str
    cases: int
    elapsed: int | None = None
    not_before: date | None = None
    minutes_ahead: int | None = None


@dataclass(frozen=True)
class Forecast:
    """The answer: the likely day (half of such garments are back by then), the day by which four
    in five are, and the way to it."""

    leg: str
    due_on: date
    likely_on: date
    safe_on: date
    press_on: date
    risk: Risk
    steps: tuple[Step, ...]


def risk_of(likely_on: date, safe_on: date, due_on: date) -> Risk:
    """Return on time where four in five make the due day, late where not even half do."""
    if likely_on > due_on:
        return Risk.LATE
    return Risk.ON_TIME if safe_on <= due_on else Risk.AT_RISK


class Model:
    """The spreads of one day. ``least`` cases make a group worth asking.

    ``budgets`` are days by leg: what is expected of a leg of which nothing is known.
    """

    def __init__(
        self,
        spreads: Mapping[tuple[str, Of, str], Spread],
        least: int,
        budgets: Mapping[str, int],
    ) -> None:
        self._spreads, self._least, self._budgets = spreads, least, budgets
        self._tails: dict[tuple[object, ...], Chances] = {}

    def group(self, leg: str, names: Mapping[tuple[str, Of], str]) -> tuple[Of, str, Spread]:
        """Return the nearest group of a leg that has enough cases, or the whole chain.

        Where nothing is known at all it is the leg's budget, without a case.
        """
        for of in GROUPS[leg]:
            name = names.get((leg, of), "")
            found = self._spreads.get((leg, of, name), {})
            if name and sum(found.values()) >= self._least:
                return of, name, found
        chain = self._spreads.get((leg, Of.CHAIN, ""))
        return (Of.CHAIN, "", chain) if chain else (Of.BUDGET, "", {self._budgets[leg]: 0})

    def constant_days(self) -> int | None:
        """Return the mean days from door to door, half up: what a constant would foretell."""
        whole = self._spreads.get((WHOLE, Of.CHAIN, ""), {})
        total = sum(whole.values())
        days = sum(day * count for day, count in whole.items())
        return (2 * days + total) // (2 * total) if total else None

    def forecast(self, flight: Flight, today: date) -> Forecast:
        """Return what is expected of a garment, seen from ``today``.

        A garment that is in its leg longer than any was lately is expected to leave it tomorrow.
        """
        first = LEGS.index(flight.leg)
        step, chances = self._present(flight, today)
        whole = _sum(chances, self._tail(first + 1, flight))
        likely, safe = _percentile(whole, HALF), _percentile(whole, MOST)
        later = tuple(self._later(leg, flight) for leg in LEGS[first + 1 :])
        likely_on, safe_on = today + timedelta(days=likely), today + timedelta(days=safe)
        return Forecast(
            flight.leg,
            flight.due_on,
            likely_on,
            safe_on,
            flight.due_on - timedelta(days=safe),
            risk_of(likely_on, safe_on, flight.due_on),
            (step, *later),
        )

    def _present(self, flight: Flight, today: date) -> tuple[Step, Chances]:
        """The leg under way: only those count that took at least as long as it has taken."""
        elapsed = max(0, (today - flight.since_on).days)
        of, name, spread = self.group(flight.leg, flight.names)
        left = _beyond(spread, elapsed)
        if not left and of is not Of.BUDGET:
            of, name = Of.CHAIN, ""
            left = _beyond(self._spreads.get((flight.leg, Of.CHAIN, ""), {}), elapsed)
        floor = max(0, (flight.not_before - today).days) if flight.not_before else 0
        chances = _chances(_raised(left or {1: 0}, floor))
        step = Step(
            flight.leg, _percentile(chances, HALF), _percentile(chances, MOST), of, name,
            sum(left.values()), elapsed, flight.not_before, flight.minutes_ahead,
        )  # fmt: skip
        return step, chances

    def _later(self, leg: str, flight: Flight) -> Step:
        of, name, spread = self.group(leg, flight.names)
        chances = _chances(_whole(spread))
        half, most = _percentile(chances, HALF), _percentile(chances, MOST)
        return Step(leg, half, most, of, name, sum(spread.values()))

    def _tail(self, first: int, flight: Flight) -> Chances:
        """All legs from one on, added once for all garments that share their groups."""
        groups = [(leg, *self.group(leg, flight.names)) for leg in LEGS[first:]]
        key = tuple((leg, of, name) for leg, of, name, _spread in groups)
        if key not in self._tails:
            if not groups:
                self._tails[key] = (1.0,)
            else:
                own = _chances(_whole(groups[0][3]))
                self._tails[key] = _sum(own, self._tail(first + 1, flight))
        return self._tails[key]


def _beyond(spread: Spread, elapsed: int) -> dict[int, int]:
    """The days left of those that took at least ``elapsed``; who passed it over says nothing."""
    return {days - elapsed: count for days, count in spread.items() if days >= elapsed}


def _whole(spread: Spread) -> dict[int, int]:
    """A leg that lies ahead: what was passed over took no day."""
    return _raised(spread, 0)


def _raised(spread: Spread, floor: int) -> dict[int, int]:
    raised: dict[int, int] = {}
    for days, count in spread.items():
        raised[max(days, floor)] = raised.get(max(days, floor), 0) + count
    return raised


def _chances(spread: Spread) -> Chances:
    """Turn garments by days into chances; a single day without a case is certain."""
    total = sum(spread.values())
    chances = [0.0] * (min(max(spread), LONGEST) + 1)
    for days, count in spread.items():
        chances[min(days, LONGEST)] += count / total if total else 1.0
    return tuple(chances)


def _sum(one: Chances, other: Chances) -> Chances:
    added = [0.0] * (len(one) + len(other) - 1)
    for days, chance in enumerate(one):
        if chance:
            for more, other_chance in enumerate(other):
                added[days + more] += chance * other_chance
    return tuple(added)


def _percentile(chances: Chances, percent: int) -> int:
    """Return the smallest number of days with at least that chance; a hair less is enough."""
    seen = 0.0
    for days, chance in enumerate(chances):
        seen += chance
        if seen * 100 >= percent - 1e-6:
            return days
    return len(chances) - 1


def bench_day(
    minutes: int, capacity_minutes: int, today: date, working: Sequence[date]
) -> date | None:
    """Return the working day on which the bench ends ``minutes`` of work, its queue with it.

    ``capacity_minutes`` is what the bench does a working day; ``None`` where it is not known.
    ``working`` are the working days from today on; past their end it is the last of them.
    """
    if capacity_minutes <= 0 or not working:
        return None
    days = max(0, -(-minutes // capacity_minutes) - 1)
    return max(today, working[min(days, len(working) - 1)])
