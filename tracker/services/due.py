"""Due days that move while their clock runs: worked out anew, each change kept with its reason."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Update, insert, select, update
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

CLOCKS = (clock.DECIDE, clock.TURNAROUND, OUTSIDE)
"""The policies whose due days are stored while their clocks run."""


@dataclass(frozen=True)
class Move:
    """A due day of a garment's clock that moves."""

    clock: str
    registration_id: int
    from_on: date
    to_on: date


@dataclass(frozen=True)
class _Running:
    """A clock that runs: its garment, start, due day and reach."""

    clock: str
    registration_id: int
    started_at: datetime
    due_on: date
    reach: Reach


def recompute(act: Act, why: str) -> int:
    """Work the due day of every running clock out anew; call it after days changed.

    A clock counts by the policy in force on the day of its start, at its own store. Closed cases,
    stopped clocks and what was printed (a statement's last day) stand. Returns how many due days
    moved; each is kept in ``due_change``.
    """
    said = calendar.overrides(act.session)
    book = policy.book(act.session, *CLOCKS)
    moves = []
    for running in (*_garments(act), *_outside(act)):
        began_on = shanghai_date(running.started_at)
        rule = book.one(running.clock, began_on, running.reach)
        due = due_on(began_on, rule.number, rule.unit, rule.calendar, said)
        if due != running.due_on:
            moves.append(Move(running.clock, running.registration_id, running.due_on, due))
    return move(act, moves, why)


def move(act: Act, moves: Sequence[Move], why: str) -> int:
    """Give running clocks their new due days, each kept in ``due_change`` with its reason.

    Plain updates: a due day that moved makes nobody's open page stale. A clock that stopped or
    moved since it was read stands. Returns how many due days moved.
    """
    moved = 0
    for one in moves:
        written: Any = act.session.execute(_of(one).values(due_on=one.to_on))
        if written.rowcount == 0:
            continue
        moved += 1
        act.session.execute(
            insert(DueChange).values(
                registration_id=one.registration_id,
                clock=one.clock,
                from_on=one.from_on,
                to_on=one.to_on,
                why=why[:200],
                at=act.now,
                by_id=act.actor.account_id,
            )
        )
    act.session.flush()
    act.session.expire_all()
    return moved


def _of(one: Move) -> Update:
    if one.clock != OUTSIDE:
        return update(Registration).where(
            Registration.id == one.registration_id,
            Registration.clock == one.clock,
            Registration.due_on == one.from_on,
        )
    return update(OutsideJob).where(
        OutsideJob.registration_id == one.registration_id,
        OutsideJob.returned_at.is_(None),
        OutsideJob.due_on == one.from_on,
    )


def _garments(act: Act) -> Iterator[_Running]:
    own = Registration
    rows = act.session.execute(
        select(own.id, own.clock, own.registered_at, own.dispatched_at, own.due_on, Site.code,
               Site.region)
        .join(Site, Site.id == own.site_id)
        .where(own.closed_at.is_(None), own.clock.is_not(None), own.due_on.is_not(None))
    )  # fmt: skip
    for identity, name, registered_at, dispatched_at, due, store, region in rows:
        started_at = registered_at if name == clock.DECIDE else dispatched_at
        if name and due and started_at:
            yield _Running(name, identity, started_at, due, Reach(store, region or ""))


def _outside(act: Act) -> Iterator[_Running]:
    query = (
        select(OutsideJob)
        .where(OutsideJob.returned_at.is_(None))
        .options(joinedload(OutsideJob.registration))
    )
    for row in act.session.scalars(query):
        reach = policy.reach_of(row.registration)
        yield _Running(OUTSIDE, row.registration_id, row.sent_at, row.due_on, reach)
