"""The bench by day: what must be finished when, against what it does on a working day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.domain.registration import Status
from tracker.models.registration import Registration
from tracker.queries import policy
from tracker.queries.forecast import capacity, standard_minutes, working_days

DAYS_AHEAD = 21


@dataclass(frozen=True)
class Day:
    """What must be finished on a day, and all that must be by its evening; standard minutes.

    ``room`` is what the bench does by that evening; ``None`` where its capacity is not known.
    """

    day: date
    pieces: int
    minutes: int
    due_by_then: int
    room: int | None

    @property
    def is_over(self) -> bool:
        """Whether more is due by then than the bench can do."""
        return self.room is not None and self.due_by_then > self.room


@dataclass(frozen=True)
class Load:
    """The days ahead; ``capacity`` in standard minutes a working day, 0 where it is not known."""

    capacity: int
    pieces: int
    minutes: int
    days: Sequence[Day]


def load(session: Session, today: date) -> Load:
    """Return what the bench has to finish by day: due day less the budgets of the way back.

    What should be finished already counts for today, what is due on a free day for the working
    day before it (rule 1.34).
    """
    rules = policy.in_force(session, today)
    back = rules["leg_packing"].number + rules["leg_transit_back"].number
    usual, other = standard_minutes(session)
    a_day = capacity(session, today)
    days = working_days(session, today, DAYS_AHEAD) or [today]
    rows = session.execute(
        select(Registration.due_on, Registration.defect, func.count())
        .where(Registration.status == Status.IN_REPAIR.value)
        .group_by(Registration.due_on, Registration.defect)
    )
    pieces: dict[date, int] = defaultdict(int)
    minutes: dict[date, int] = defaultdict(int)
    for due_on, defect, count in rows:
        if due_on is None:
            continue
        day = _finish_by(due_on - timedelta(days=back), days)
        pieces[day] += count
        minutes[day] += count * usual.get(defect, other)
    found, due, room = [], 0, 0
    for day in days:
        due, room = due + minutes[day], room + a_day
        found.append(Day(day, pieces[day], minutes[day], due, room if a_day else None))
    return Load(a_day, sum(pieces.values()), sum(minutes.values()), found)


def _finish_by(wanted: date, days: Sequence[date]) -> date:
    """The last working day up to the one wanted; the first there is for what is overdue."""
    before = [day for day in days if day <= wanted]
    return before[-1] if before else days[0]
