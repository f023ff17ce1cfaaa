"""Jobs: asked for, run by one attempt at a time, cancelled, tried again. The table is the truth.

The runner's verbs name the attempt: one that was cancelled or given up as dead writes nothing more.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from tracker.domain.errors import Forbidden, HangtagError
from tracker.domain.job import (
    MACHINE,
    MOST_DEATHS,
    MOST_UNFINISHED,
    WHO,
    Action,
    Attempt,
    Kind,
    Status,
    file_gone,
    not_ready,
    same_waits,
    too_big,
    too_many,
    worker_died,
)
from tracker.models.job import Job
from tracker.queries import job as queries
from tracker.queries.account import actor_of
from tracker.services import chain, job_files, job_kinds
from tracker.services.act import Act
from tracker.services.job_files import Kept
from tracker.services.papers import Paper
from tracker.services.transition import apply, begin

YOUNG = timedelta(days=1)
"""Files younger than this may belong to an attempt that is about to say so."""


def ask(act: Act, kind: Kind, wanted: Any) -> tuple[Job, bool]:
    """Ask for a job; return it, and whether it is new: the same wish twice is one job.

    Raises ``Forbidden`` ``wrong_role``, ``RuleViolation`` ``too_many_jobs``, and what the kind's
    own check raises (``NotFound`` for a month that is not there).
    """
    if not act.actor.is_any(WHO[kind]):
        raise wrong_role()
    job_kinds.WORK[kind].check(act, wanted)
    arguments = job_kinds.written(wanted)
    same = queries.same_unfinished(act.session, act.actor, kind, arguments)
    if same is not None:
        return same, False
    _check_room(act)
    job = Job(
        no=secrets.token_hex(16),
        kind=kind.value,
        arguments=arguments,
        asked_at=act.now,
        asked_by_id=act.actor.account_id,
    )
    begin(act, job, MACHINE, "ask")
    return job, True


def _check_room(act: Act) -> None:
    if queries.unfinished_count(act.session, act.actor) >= MOST_UNFINISHED:
        raise too_many()


def wrong_role() -> Forbidden:
    """The asker does not hold, or no longer holds, a role that this kind is for."""
    return Forbidden(
        "wrong_role",
        "您的岗位不能生成这份文件，请转给有权限的同事。",
        "This file is not for your role: ask a colleague who may have it.",
    )


def cancel(act: Act, job: Job) -> None:
    """Cancel a job; one that runs stops within a second. Raises ``WrongStatus``."""
    apply(act, job, MACHINE, Action.CANCEL)
    job.ended_at = act.now
    act.session.flush()


def retry(act: Act, job: Job) -> None:
    """Put a failed or cancelled job back into the queue.

    Raises ``WrongStatus``, ``RuleViolation`` ``same_waits`` when it was asked for anew meanwhile,
    ``too_many_jobs``.
    """
    MACHINE.target(Status(job.status), Action.RETRY, act.actor.roles, None)
    if queries.same_unfinished(act.session, act.actor, job.kind, job.arguments) is not None:
        raise same_waits()
    _check_room(act)
    apply(act, job, MACHINE, Action.RETRY)
    job.deaths, job.ended_at = 0, None
    job.error_code = job.error_zh = job.error_en = None
    act.session.flush()


ACTIONS: Mapping[Action, Callable[..., object]] = {Action.CANCEL: cancel, Action.RETRY: retry}


def start(session: Session, no: str, now: datetime) -> Attempt | None:
    """Begin the next attempt at a job that waits; ``None`` when there is nothing to begin."""
    job = queries.locked(session, no)
    if job is None or job.status != Status.QUEUED:
        return None
    apply(_act(session, job, now), job, MACHINE, Action.START)
    job.attempt += 1
    job.started_at, job.steps_done, job.steps = now, 0, 0
    session.flush()
    return Attempt(no, job.attempt)


def order(session: Session, attempt: Attempt, now: datetime) -> tuple[Act, Kind, Any]:
    """Return in whose name an attempt works, and what it makes.

    Raises ``Forbidden`` ``wrong_role`` when the asker left or lost the role meanwhile.
    """
    job = _of(session, attempt)
    if job is None or not job.asked_by.is_active:
        raise wrong_role()
    act, kind = _act(session, job, now), Kind(job.kind)
    if not act.actor.is_any(WHO[kind]):
        raise wrong_role()
    return act, kind, job_kinds.read(kind, job.arguments)


def progress(session: Session, attempt: Attempt, done: int, steps: int) -> bool:
    """Write how far an attempt is; return whether it still has its turn."""
    written = session.execute(
        update(Job)
        .where(
            Job.no == attempt.no,
            Job.attempt == attempt.number,
            Job.status == Status.RUNNING,
        )
        .values(steps_done=done, steps=steps)
        .execution_options(synchronize_session=False)
        .returning(Job.id)
    )
    return written.first() is not None


def finish(session: Session, attempt: Attempt, paper: Paper, kept: Kept, now: datetime) -> bool:
    """Say that an attempt's file lies whole on the disk; return whether it had its turn.

    Saying it again is no harm: the first time may have been written though its answer was lost.
    """
    job = queries.locked(session, attempt.no)
    if job is None or job.attempt != attempt.number:
        return False
    if job.status != Status.RUNNING:
        return job.status == Status.DONE
    job.file_name, job.file_media = paper.name, paper.media
    job.file_bytes, job.file_sha256 = kept.size, kept.sha256
    job.ended_at, job.steps_done = now, job.steps
    with session.no_autoflush:
        apply(_act(session, job, now), job, MACHINE, Action.FINISH)
    if paper.head is not None:
        chain.keep_printed(session, paper.document, paper.head, now)
    return True


def fail(session: Session, attempt: Attempt, refusal: HangtagError, now: datetime) -> bool:
    """Say why an attempt came to nothing; return whether it had its turn."""
    job = _of(session, attempt)
    if job is None:
        return False
    job.error_code = refusal.code
    job.error_zh, job.error_en = refusal.message("zh")[:500], refusal.message("en")[:500]
    job.ended_at = now
    apply(_act(session, job, now), job, MACHINE, Action.FAIL, details={"code": refusal.code})
    return True


def fail_too_big(session: Session, attempt: Attempt, megabytes: int, now: datetime) -> bool:
    """Say that an attempt wanted more than ``megabytes`` MB; return whether it had its turn."""
    job = _of(session, attempt)
    if job is None:
        return False
    wanted = job_kinds.read(Kind(job.kind), job.arguments)
    return fail(session, attempt, too_big(megabytes, getattr(wanted, "form", None)), now)


def release(session: Session, attempt: Attempt, now: datetime, *, has_died: bool) -> Status | None:
    """Put a job back whose attempt ended without a word, or was ended by a stop of the server.

    Only a death counts; the third fails the job (``worker_died``). Returns the new status, ``None``
    when the attempt had no turn any more.
    """
    job = _of(session, attempt)
    if job is None:
        return None
    job.deaths += has_died
    if job.deaths >= MOST_DEATHS:
        fail(session, attempt, worker_died(), now)
    else:
        apply(_act(session, job, now), job, MACHINE, Action.RELEASE)
    return Status(job.status)


def orphan(session: Session, no: str) -> Attempt | None:
    """Return the attempt that a running job says it is at."""
    job = queries.locked(session, no)
    return Attempt(no, job.attempt) if job is not None and job.status == Status.RUNNING else None


def _of(session: Session, attempt: Attempt) -> Job | None:
    """Return the job, locked, if this attempt still has its turn."""
    job = queries.locked(session, attempt.no)
    if job is None or (job.status, job.attempt) != (Status.RUNNING, attempt.number):
        return None
    return job


def _act(session: Session, job: Job, now: datetime) -> Act:
    return Act(session, actor_of(job.asked_by), now)


# --- files


def file_of(act: Act, no: str, folder: Path, kept_for: timedelta) -> tuple[Path, Job]:
    """Return where the whole file of a job lies, for whoever asked for it and still may.

    Raises ``NotFound``, ``RuleViolation`` ``not_ready``, ``file_gone``.
    """
    job = queries.get(act.session, act.actor, no)
    if job.status != Status.DONE:
        raise not_ready()
    found = job_files.path(folder, Attempt(no, job.attempt))
    if job.swept_at is not None or not _has_size(found, job.file_bytes):
        raise file_gone(kept_for)
    return found, job


def _has_size(file: Path, size: int | None) -> bool:
    try:
        return file.stat().st_size == size
    except FileNotFoundError:
        return False


def expire(session: Session, kept_for: timedelta, now: datetime) -> None:
    """Say of every file older than ``kept_for`` that it is gone; then ``sweep`` deletes it."""
    for job in queries.ended_before(session, now - kept_for):
        job.swept_at = now
    session.flush()


def sweep(session: Session, folder: Path, now: datetime) -> int:
    """Delete day-old files that no job promises; return how many. Nothing is written."""
    names = {
        job_files.path(folder, Attempt(job.no, job.attempt)).name for job in queries.kept(session)
    }
    return job_files.sweep(folder, frozenset(names), now - YOUNG)


def faults(session: Session, folder: Path) -> Iterator[str]:
    """Yield what is wrong with the files of finished jobs."""
    for job in queries.kept(session):
        attempt = Attempt(job.no, job.attempt)
        fault = job_files.fault_of(folder, attempt, job.file_bytes or 0, job.file_sha256 or "")
        if fault is not None:
            yield f"job {job.id} {fault}"
