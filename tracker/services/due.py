"""Due days that move while their clock runs: worked out anew, each change kept with its reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import joinedload

from tracker.domain.calendar import due_on, shanghai_date
from tracker.domain.policy import Reach
from tracker.models.due_change import DueChange
from tracker.models.registration import Registration
from tracker.models.repair import OutsideJob
from tracker.models.site import Site
from tracker.queries import calendar, policy
from tracker.services import clock
from tracker.services.act import Act
from tracker.services.outside import CLOCK as OUTSIDE


@dataclass(frozen=True)
class _Running:
    """A clock that runs: the row of its due day, its garment, start, due day and reach."""

    clock: str
    row_id: int
    registration_id: int
    started_at: datetime
    due_on: date
    reach: Reach


def recompute(act: Act, why: str) -> int:
    """Work the due day of every running clock out anew; call it after policies or days changed.

    A clock counts by the policy in force on the day of its start, at its own store. Closed cases,
    stopped clocks and what was printed (a statement's last day) stand. Returns how many due days
    moved; each is kept in ``due_change``.
    """
    said = calendar.overrides(act.session)
    book = policy.book(act.session, clock.DECIDE, clock.TURNAROUND, OUTSIDE)
    moved = 0
    for running in (*_garments(act), *_outside(act)):
        began_on = shanghai_date(running.started_at)
        rule = book.one(running.clock, began_on, running.reach)
        due = due_on(began_on, rule.number, rule.unit, rule.calendar, said)
        if due != running.due_on:
            _move(act, running, due)
            _keep(act, running, due, why)
            moved += 1
    act.session.flush()
    act.session.expire_all()
    return moved


def _garments(act: Act) -> Iterator[_Running]:
    own = Registration
    rows = act.session.execute(
        select(own.id, own.clock, own.registered_at, own.dispatched_at, own.due_on, Site.code,
               Site.region)
        .join(Site, Site.id == own.site_id)
        .where(own.closed_at.is_(None), own.clock.is_not(None), own.due_on.is_not(None))
    )  # fmt: skip
    for no, name, registered_at, dispatched_at, due, store, region in rows:
        started_at = registered_at if name == clock.DECIDE else dispatched_at
        if name and due and started_at:
            yield _Running(name, no, no, started_at, due, Reach(store, region or ""))


def _outside(act: Act) -> Iterator[_Running]:
    query = (
        select(OutsideJob)
        .where(OutsideJob.returned_at.is_(None))
        .options(joinedload(OutsideJob.registration))
    )
    for row in act.session.scalars(query):
        reach = policy.reach_of(row.registration)
        yield _Running(OUTSIDE, row.id, row.registration_id, row.sent_at, row.due_on, reach)


def _move(act: Act, running: _Running, due: date) -> None:
    """Plain updates: a due day that moved makes nobody's open page stale."""
    model = OutsideJob if running.clock == OUTSIDE else Registration
    act.session.execute(update(model).where(model.id == running.row_id).values(due_on=due))


def _keep(act: Act, running: _Running, due: date, why: str) -> None:
    act.session.execute(
        insert(DueChange).values(
            registration_id=running.registration_id,
            clock=running.clock,
            from_on=running.due_on,
            to_on=due,
            why=why[:200],
            at=act.now,
            by_id=act.actor.account_id,
        )
    )
