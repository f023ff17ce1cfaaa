"""Due days that move while their clock runs: worked out anew, each change kept with its reason."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import insert, select, update

from tracker.domain.calendar import due_on, shanghai_date
from tracker.models.due_change import DueChange
from tracker.models.registration import Registration
from tracker.models.repair import OutsideJob
from tracker.queries import calendar, policy
from tracker.services import clock
from tracker.services.act import Act
from tracker.services.outside import CLOCK as OUTSIDE

_Running = tuple[str, int, int, datetime, date]
"""Clock, row of its due day, registration, start, due day."""


def recompute(act: Act, why: str) -> int:
    """Work the due day of every running clock out anew; call it after policies or days changed.

    A clock counts by the policy in force on the day of its start. Closed cases, stopped clocks and
    what was printed (a statement's last day) stand. Returns how many due days moved; each is kept
    in ``due_change``.
    """
    said = calendar.overrides(act.session)
    known: dict[tuple[str, date], date] = {}
    moved = 0
    for name, row_id, registration_id, started_at, standing in _running(act):
        began_on = shanghai_date(started_at)
        if (name, began_on) not in known:
            rule = policy.one(act.session, name, began_on)
            known[name, began_on] = due_on(began_on, rule.number, rule.unit, rule.calendar, said)
        due = known[name, began_on]
        if due != standing:
            _move(act, name, row_id, due)
            _keep(act, name, registration_id, standing, due, why)
            moved += 1
    act.session.flush()
    act.session.expire_all()
    return moved


def _running(act: Act) -> list[_Running]:
    own = Registration
    rows = act.session.execute(
        select(own.id, own.clock, own.registered_at, own.dispatched_at, own.due_on).where(
            own.closed_at.is_(None), own.clock.is_not(None), own.due_on.is_not(None)
        )
    )
    starts = {clock.DECIDE: "registered_at", clock.TURNAROUND: "dispatched_at"}
    found = [
        (row.clock, row.id, row.id, getattr(row, starts[row.clock]), row.due_on) for row in rows
    ]
    jobs = act.session.execute(
        select(
            OutsideJob.id, OutsideJob.registration_id, OutsideJob.sent_at, OutsideJob.due_on
        ).where(OutsideJob.returned_at.is_(None))
    )
    return [*found, *((OUTSIDE, *row) for row in jobs)]


def _move(act: Act, name: str, row_id: int, due: date) -> None:
    """Plain updates: a due day that moved makes nobody's open page stale."""
    model = OutsideJob if name == OUTSIDE else Registration
    act.session.execute(update(model).where(model.id == row_id).values(due_on=due))


def _keep(act: Act, name: str, registration_id: int, standing: date, due: date, why: str) -> None:
    act.session.execute(
        insert(DueChange).values(
            registration_id=registration_id,
            clock=name,
            from_on=standing,
            to_on=due,
            why=why[:200],
            at=act.now,
            by_id=act.actor.account_id,
        )
    )
