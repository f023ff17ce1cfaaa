"""The 15 days door to door and their legs: which leg is eating the time (rule 1.34, C-01, C-02)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from tracker.domain.calendar import days_between, shanghai_date

LEGS = (
    "leg_transit_out",
    "leg_intake",
    "leg_repair",
    "leg_packing",
    "leg_transit_back",
)
"""The legs in their order; each is the name of the policy that holds its budget."""


@dataclass(frozen=True)
class Marks:
    """When the garment passed each end of a leg; ``None`` where it did not."""

    dispatched_at: datetime
    received_at: datetime | None = None
    assessed_at: datetime | None = None
    checked_at: datetime | None = None
    returned_at: datetime | None = None
    back_at: datetime | None = None

    @property
    def ends(self) -> tuple[datetime | None, ...]:
        """The end of each leg, in the order of ``LEGS``."""
        return (
            self.received_at,
            self.assessed_at,
            self.checked_at,
            self.returned_at,
            self.back_at,
        )


@dataclass(frozen=True)
class Leg:
    """One leg in calendar days. A leg that never began has neither start nor days."""

    name: str
    budget_days: int
    days: int | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True)
class Turnaround:
    """The whole way. ``days`` are calendar days, the day of dispatch is day 0."""

    started_at: datetime
    due_on: date
    days: int
    overdue: bool
    legs: tuple[Leg, ...]


def turnaround(
    marks: Marks, due_on: date, budgets: Mapping[str, int], now: datetime, *, is_running: bool
) -> Turnaround:
    """Return days and legs so far; the legs' days sum to the whole (rule 1.34).

    While the clock runs the present leg counts up to ``now``. A leg that was passed over (a
    garment refused at intake is neither repaired nor checked) has no days; the next begins at the
    last mark. ``budgets`` are days by leg. No leg is negative: a server's clock that was set back
    never moves a mark before the one it follows.
    """
    ends = marks.ends
    passed = [index for index, end in enumerate(ends) if end is not None]
    present = passed[-1] + 1 if passed else 0
    start, legs = marks.dispatched_at, []
    for index, name in enumerate(LEGS):
        end = ends[index]
        if end is not None:
            end = max(end, start)
            legs.append(_leg(name, budgets[name], start, end, end))
            start = end
        elif index == present and is_running:
            legs.append(_leg(name, budgets[name], start, None, max(now, start)))
        else:
            legs.append(Leg(name, budgets[name]))
    until = max(now, start) if is_running else start
    ended_on = shanghai_date(until)
    days = days_between(shanghai_date(marks.dispatched_at), ended_on)
    return Turnaround(marks.dispatched_at, due_on, days, ended_on > due_on, tuple(legs))


def _leg(name: str, budget: int, start: datetime, end: datetime | None, until: datetime) -> Leg:
    days = days_between(shanghai_date(start), shanghai_date(until))
    return Leg(name, budget, days, start, end)


def worst_leg(found: Turnaround) -> str | None:
    """Return the leg that went furthest past its budget, the earlier of two; ``None`` if none did.

    Of a late garment this is the leg that ate its time.
    """
    over = {leg.name: (leg.days or 0) - leg.budget_days for leg in found.legs}
    worst = max(LEGS, key=lambda name: over[name])
    return worst if over[worst] > 0 else None
