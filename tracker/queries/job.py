"""Reads of jobs: a person's own, and what the runner must know of all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from tracker.domain.account import Actor
from tracker.domain.errors import not_found
from tracker.domain.job import UNFINISHED, Status
from tracker.models.job import Job
from tracker.queries import scope
from tracker.queries.lock import for_writing
from tracker.queries.paging import PAGE, position


def get(session: Session, actor: Actor, no: str, *, for_update: bool = False) -> Job:
    """Return a job of the actor's own whose kind his roles still open. Raises ``NotFound``."""
    query = select(Job).where(Job.no == no, scope.jobs(actor)).options(joinedload(Job.asked_by))
    if for_update:
        query = for_writing(query, Job)
    found = session.scalar(query)
    if found is None:
        raise not_found("后台任务", "background job", no)
    return found


def page(
    session: Session, actor: Actor, cursor: str | None = None
) -> tuple[Sequence[Job], str | None]:
    """Return a page of the actor's jobs, newest first, and the cursor of the next one."""
    query = select(Job).where(scope.jobs(actor)).options(joinedload(Job.asked_by))
    before = position(cursor)
    if before:
        query = query.where(Job.id < before)
    rows = session.scalars(query.order_by(Job.id.desc()).limit(PAGE + 1)).all()
    return rows[:PAGE], str(rows[PAGE - 1].id) if len(rows) > PAGE else None


def same_unfinished(session: Session, actor: Actor, kind: str, arguments: str) -> Job | None:
    """Return the actor's job that makes the same and is not finished."""
    return session.scalar(
        select(Job).where(
            Job.asked_by_id == actor.account_id,
            Job.status.in_(UNFINISHED),
            Job.kind == kind,
            Job.arguments == arguments,
        )
    )


def unfinished_count(session: Session, actor: Actor) -> int:
    """Return how many of the actor's jobs wait or run."""
    query = select(func.count()).where(
        Job.asked_by_id == actor.account_id, Job.status.in_(UNFINISHED)
    )
    return session.scalar(query) or 0


def locked(session: Session, no: str) -> Job | None:
    """Return any job for the runner, locked until the transaction ends."""
    return session.scalar(for_writing(select(Job).where(Job.no == no), Job))


def numbers(session: Session, status: Status) -> Sequence[str]:
    """Return the numbers of all jobs in a status, oldest first."""
    return session.scalars(select(Job.no).where(Job.status == status).order_by(Job.id)).all()


def stands(session: Session, no: str, attempt: int) -> bool:
    """Return whether this attempt is still the one that runs the job."""
    found = session.execute(select(Job.status, Job.attempt).where(Job.no == no)).one_or_none()
    return found is not None and tuple(found) == (Status.RUNNING, attempt)


def ended_before(session: Session, moment: datetime) -> Sequence[Job]:
    """Return the finished jobs whose files stand and are older than a moment."""
    return session.scalars(
        select(Job).where(Job.status == Status.DONE, Job.swept_at.is_(None), Job.ended_at < moment)
    ).all()


def kept(session: Session) -> Iterator[Job]:
    """Yield every job whose file should lie on the disk."""
    query = select(Job).where(Job.status == Status.DONE, Job.swept_at.is_(None)).order_by(Job.id)
    return iter(session.scalars(query))
