"""Reads of the bench: the queue by due day, the running job, and the time that was measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import Session

from tracker.domain.account import Actor
from tracker.domain.bench import Measured, Span, measured
from tracker.domain.calendar import shanghai_date
from tracker.domain.registration import Status
from tracker.models.account import Account
from tracker.models.bench import BenchTime
from tracker.models.forecast import Forecast
from tracker.models.history import Event
from tracker.models.registration import Registration
from tracker.models.repair import Check, Work
from tracker.queries import policy, scope, work_list
from tracker.queries.lock import for_writing
from tracker.queries.paging import PAGE, position


def time_limit(session: Session, now: datetime) -> int:
    """Return for how many minutes a timer counts at most that nobody stopped."""
    return policy.one(session, "bench_time_limit", shanghai_date(now)).number


def running(session: Session, account_id: int, *, for_update: bool = False) -> BenchTime | None:
    """Return the timer that runs for a repairer; there is one at most."""
    query = select(BenchTime).where(
        BenchTime.account_id == account_id, BenchTime.stopped_at.is_(None)
    )
    if for_update:
        query = for_writing(query, BenchTime)
    return session.scalar(query)


def running_on(session: Session, registration_id: int) -> Sequence[BenchTime]:
    """Return every timer that runs on a garment, locked."""
    query = select(BenchTime).where(
        BenchTime.registration_id == registration_id, BenchTime.stopped_at.is_(None)
    )
    return session.scalars(for_writing(query, BenchTime)).all()


def uncounted(session: Session, account_id: int, registration_id: int) -> Sequence[BenchTime]:
    """Return a repairer's times on a garment that no work entry has counted yet, oldest first."""
    query = select(BenchTime).where(
        BenchTime.registration_id == registration_id,
        BenchTime.account_id == account_id,
        BenchTime.work_id.is_(None),
    )
    return session.scalars(query.order_by(BenchTime.id)).all()


def minutes_of(session: Session, times: Sequence[BenchTime], now: datetime) -> Measured | None:
    """Return the minutes that ``times`` measured, cut at the policy's limit; nothing for none."""
    if not times:
        return None
    spans = [Span(time.started_at, time.stopped_at) for time in times]
    return measured(spans, now, time_limit(session, now))


def latest(session: Session, account_id: int) -> BenchTime | None:
    """Return what lies on a repairer's bench: the running time, or the last one not yet entered."""
    query = (
        select(BenchTime)
        .join(Registration)
        .where(
            BenchTime.account_id == account_id,
            or_(
                BenchTime.stopped_at.is_(None),
                and_(BenchTime.work_id.is_(None), Registration.status == Status.IN_REPAIR),
            ),
        )
        .order_by(BenchTime.stopped_at.is_(None).desc(), BenchTime.id.desc())
        .limit(1)
    )
    return session.scalar(query)


@dataclass(frozen=True)
class Waiting:
    """A garment of the queue: since when it lies at the bench, who works on it, what came back."""

    registration: Registration
    since: datetime | None
    failed_checks: int
    workers: tuple[str, ...]


def queue(
    session: Session, actor: Actor, *, everyone: bool = False, cursor: str | None = None
) -> tuple[list[Waiting], str | None]:
    """Return a page of the garments in repair, the most pressing first, and the next cursor.

    Most pressing is whose forecast leaves the least time, else whose due day comes first.
    A repairer's own queue leaves out what a colleague has in hand; ``everyone`` shows that too.
    """
    query = select(Registration).where(
        scope.registrations(actor), Registration.status == Status.IN_REPAIR
    )
    if not everyone:
        query = query.where(or_(~_touched_by_others(actor), _touched_by(actor)))
    offset = min(position(cursor), 100_000)
    query = query.outerjoin(Forecast, Forecast.registration_id == Registration.id)
    order = (work_list.press_on().asc().nulls_last(), Registration.due_on, Registration.id)
    rows = session.scalars(query.order_by(*order).offset(offset).limit(PAGE + 1)).all()
    return _told(session, rows[:PAGE]), str(offset + PAGE) if len(rows) > PAGE else None


def _touched_by(actor: Actor):
    return or_(
        exists().where(Work.registration_id == Registration.id, Work.by_id == actor.account_id),
        exists().where(
            BenchTime.registration_id == Registration.id,
            BenchTime.account_id == actor.account_id,
        ),
    )


def _touched_by_others(actor: Actor):
    return or_(
        exists().where(Work.registration_id == Registration.id, Work.by_id != actor.account_id),
        exists().where(
            BenchTime.registration_id == Registration.id,
            BenchTime.account_id != actor.account_id,
        ),
    )


def _told(session: Session, rows: Sequence[Registration]) -> list[Waiting]:
    ids = [row.id for row in rows]
    since = dict(
        session.execute(
            select(Event.subject_id, func.max(Event.at))
            .where(
                Event.noun == "registration",
                Event.subject_id.in_(ids),
                Event.to_status == Status.IN_REPAIR,
                Event.from_status != Status.IN_REPAIR,
            )
            .group_by(Event.subject_id)
        ).all()
    )
    failed = dict(
        session.execute(
            select(Check.registration_id, func.count())
            .where(Check.registration_id.in_(ids), Check.is_passed.is_(False))
            .group_by(Check.registration_id)
        ).all()
    )
    workers: dict[int, dict[str, None]] = {}
    for model, by in ((Work, Work.by_id), (BenchTime, BenchTime.account_id)):
        hands = select(model.registration_id, Account.name).join(Account, Account.id == by)
        for registration_id, name in session.execute(
            hands.where(model.registration_id.in_(ids)).distinct().order_by(Account.name)
        ):
            workers.setdefault(registration_id, {})[name] = None
    return [
        Waiting(row, since.get(row.id), failed.get(row.id, 0), tuple(workers.get(row.id, ())))
        for row in rows
    ]
