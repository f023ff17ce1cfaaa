"""Escalation: whom a matter is told to, and how many hours from its due moment, as data.

The holder first, then the manager or supervisor, then the region. Hours before the due moment are
negative. A version is never overwritten: a change is another row, in force from a day on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tracker.domain.account import Role
from tracker.domain.dated import check_from, newest
from tracker.domain.errors import InvalidInput
from tracker.domain.notice import Occasion

FIRST, LAST = 1, 9
"""The ordinals that a step may have."""
HOURS = 24 * 90
"""A step is no farther than this from the due moment."""
KEEPERS = (Role.SUPERVISOR,)
READERS = frozenset(Role) - {Role.SUPPLIER}


@dataclass(frozen=True)
class Step:
    """One step of an occasion; ``hours`` counts from the due moment, before it when negative."""

    occasion: Occasion
    ordinal: int
    role: Role
    hours: int
    effective_from: date = date(2020, 1, 1)
    is_off: bool = False


def _steps(occasion: Occasion, *steps: tuple[Role, int]) -> tuple[Step, ...]:
    return tuple(
        Step(occasion, ordinal, role, hours) for ordinal, (role, hours) in enumerate(steps, FIRST)
    )


_STAFF, _MANAGER, _LIAISON = Role.STORE_STAFF, Role.STORE_MANAGER, Role.LIAISON
_CLERK, _SUPERVISOR, _REGION = Role.CLERK, Role.SUPERVISOR, Role.REGION

DEFAULTS: tuple[Step, ...] = (
    *_steps(Occasion.BOX_CUT_OFF, (_STAFF, -24), (_MANAGER, -4)),
    *_steps(Occasion.BOX_UNSEALED, (_STAFF, 0), (_MANAGER, 24), (_REGION, 72)),
    *_steps(Occasion.BOX_NOT_RECEIVED,
            (_CLERK, 0), (_MANAGER, 24), (_SUPERVISOR, 48), (_REGION, 96)),
    *_steps(Occasion.RETURN_NOT_RECEIVED,
            (_STAFF, 0), (_MANAGER, 24), (_SUPERVISOR, 48), (_REGION, 96)),
    *_steps(Occasion.INSPECTION_DUE, (_STAFF, -48), (_MANAGER, 0), (_REGION, 72)),
    *_steps(Occasion.UNDECIDED, (_LIAISON, -24), (_MANAGER, 0), (_REGION, 48)),
    *_steps(Occasion.WILL_BE_LATE,
            (_STAFF, -360), (_CLERK, -360), (_SUPERVISOR, -72), (_REGION, -24)),
    *_steps(Occasion.GARMENT_OVERDUE,
            (_CLERK, 0), (_MANAGER, 0), (_SUPERVISOR, 24), (_REGION, 72)),
    *_steps(Occasion.CUSTOMER_COLLECT, (_STAFF, 0), (_MANAGER, 72), (_REGION, 336)),
    *_steps(Occasion.CUSTOMER_DECIDE, (_STAFF, 0), (_MANAGER, 48), (_REGION, 168)),
    *_steps(Occasion.PROMISE_OVERDUE, (_STAFF, 0), (_MANAGER, 24), (_SUPERVISOR, 48)),
    *_steps(Occasion.UNSIGNED_FORM,
            (Role.SUPPLIER, -24), (_MANAGER, -24), (Role.BUSINESS, 0), (_SUPERVISOR, 0),
            (_REGION, 72)),
    *_steps(Occasion.DISCREPANCY_OVERDUE, (_CLERK, -72), (_SUPERVISOR, 0),
            (Role.LOGISTICS, 120)),
    *_steps(Occasion.MONTH_CUT_OFF, (_CLERK, -48), (_SUPERVISOR, -24), (Role.FINANCE, 0)),
    *_steps(Occasion.ALARM, (_SUPERVISOR, 0), (Role.WAREHOUSE, 0), (_MANAGER, 0)),
    *_steps(Occasion.JOB_FAILED, (_SUPERVISOR, 0)),
    *_steps(Occasion.SENDING_FAILED, (Role.ADMINISTRATOR, 0)),
)  # fmt: skip
"""The shipped steps. They seed the table once; from then on the table is what counts."""


def in_force(versions: Iterable[Step], on: date) -> Sequence[Step]:
    """Return the steps in force on a day, by occasion and ordinal; those turned off are left out.

    ``versions`` are in the order in which they were written.
    """
    order = list(Occasion)
    found = newest(versions, lambda one: (one.occasion, one.ordinal), on)
    kept = (step for step in found if not step.is_off)
    return sorted(kept, key=lambda step: (order.index(step.occasion), step.ordinal))


def reached(steps: Sequence[Step], due_at: datetime, now: datetime) -> Sequence[Step]:
    """Return those of one occasion's steps whose moment has come for a matter due at ``due_at``."""
    return [step for step in steps if due_at + timedelta(hours=step.hours) <= now]


def by_occasion(steps: Iterable[Step]) -> Mapping[Occasion, Sequence[Step]]:
    """Return steps by their occasion, in their order."""
    found: dict[Occasion, list[Step]] = {}
    for step in steps:
        found.setdefault(step.occasion, []).append(step)
    return found


def rises(steps: Iterable[Step]) -> frozenset[tuple[Occasion, int]]:
    """Return the steps, by occasion and ordinal, that come later than their occasion's first
    moment: being told by one of them means that nobody acted before."""
    return frozenset(
        (occasion, step.ordinal)
        for occasion, some in by_occasion(steps).items()
        for step in some
        if step.hours > min(one.hours for one in some)
    )


def horizon(steps: Iterable[Step], occasion: Occasion) -> timedelta:
    """Return how long before its due moment an occasion's first step tells of it; 0 at least."""
    hours = [step.hours for step in steps if step.occasion is occasion]
    return timedelta(hours=max(0, -min(hours, default=0)))


def check(step: Step, today: date) -> None:
    """Raise ``InvalidInput`` ``bad_step`` or ``in_the_past`` for a step that cannot be."""
    if not FIRST <= step.ordinal <= LAST:
        raise InvalidInput(
            "bad_step", "级别为 1 到 9。", "A step has a number from 1 to 9.", "ordinal"
        )
    if abs(step.hours) > HOURS:
        raise InvalidInput(
            "bad_step",
            "时间须在到期前后 {hours} 小时之内。",
            "A step lies within {hours} hours of the due moment.",
            "hours",
            hours=HOURS,
        )
    check_from(
        step.effective_from, today, "已发出的通知不变。", "what was told already stays as it was."
    )
