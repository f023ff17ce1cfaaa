"""One job: a child of the runner makes the file, the runner watches over it.

The child may take so much memory and no more, and dies with the runner. Whoever works on a job
holds its lock (``job_files.held``), so nobody works on one twice.
"""

from __future__ import annotations

import resource
import signal
import threading
import time
from datetime import timedelta
from multiprocessing.process import BaseProcess

import structlog
from flask import Flask
from sqlalchemy.exc import OperationalError

from tracker import edge
from tracker.config import Settings
from tracker.db import utc_now, write
from tracker.domain.errors import Busy, HangtagError
from tracker.domain.job import Attempt, Status, Stopped, unexpected
from tracker.errors import REFUSALS, as_refusal
from tracker.extensions import db
from tracker.jobs import child
from tracker.queries import job as queries
from tracker.services import job as service
from tracker.services import job_files, job_kinds
from tracker.services.job_files import Kept
from tracker.services.papers import Paper

log = structlog.get_logger("hangtag.jobs")

WATCH_SECONDS = 0.5
"""A cancelled job ends within this, whatever its child is doing."""
TELL_SECONDS = 0.5
"""A child tells how far it is no more often: each telling is a write."""
FINISH_TRIES = 6
FINISH_PAUSE_SECONDS = 2.0
"""A file that is made is worth waiting for: each try waits its five seconds for the database."""
MEGABYTE = 1024 * 1024


def run(app: Flask, no: str, stopping: threading.Event) -> bool:
    """Run a job that waits, if nobody else does; return whether it waits again afterwards."""
    with job_files.held(edge.export_folder(app), no) as is_mine:
        if not is_mine:
            return False
        with app.app_context():
            attempt = _start(no)
        if attempt is None:
            return False
        running = child.begin(_child, app, attempt)
        with app.app_context():
            try:
                has_died = _watch(running, attempt, stopping)
                return _release(attempt, has_died=has_died) is Status.QUEUED and has_died
            finally:
                db.session.remove()
                db.engine.dispose()


def _start(no: str) -> Attempt | None:
    """Begin an attempt; no connection stays open that a child could inherit."""
    try:
        return write(db.session(), lambda: service.start(db.session(), no, utc_now()))
    finally:
        db.session.remove()
        db.engine.dispose()


def _watch(running: BaseProcess, attempt: Attempt, stopping: threading.Event) -> bool:
    """Wait for the child, or end it; return whether it died of itself."""
    while running.is_alive():
        running.join(WATCH_SECONDS)
        is_wanted = queries.stands(db.session(), attempt.no, attempt.number)
        db.session.rollback()
        if stopping.is_set() or not is_wanted:
            running.join(WATCH_SECONDS)
            running.kill()
            running.join()
            return False
    return True


def _release(attempt: Attempt, *, has_died: bool) -> Status | None:
    """Put the job back if its child ended without a word."""
    session = db.session()
    return write(session, lambda: service.release(session, attempt, utc_now(), has_died=has_died))


def recover(app: Flask) -> list[str]:
    """Put back what a killed runner left, sweep old files; return the jobs that wait."""
    with app.app_context():
        session, settings = db.session(), app.config["SETTINGS"]
        try:
            for no in queries.numbers(session, Status.RUNNING):
                _recover(app, no)
            kept_for = timedelta(days=settings.export_days)
            write(session, lambda: service.expire(session, kept_for, utc_now()))
            service.sweep(session, edge.export_folder(app), utc_now())
            return list(queries.numbers(session, Status.QUEUED))
        finally:
            db.session.remove()
            db.engine.dispose()


def _recover(app: Flask, no: str) -> None:
    with job_files.held(edge.export_folder(app), no) as is_mine:
        if not is_mine:
            return
        attempt = service.orphan(db.session(), no)
        if attempt is not None:
            log.warning("orphan", job=no, attempt=attempt.number)
            _release(attempt, has_died=True)


def _child(app: Flask, attempt: Attempt) -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    with app.app_context():
        make(app.config["SETTINGS"], attempt)


def make(settings: Settings, attempt: Attempt) -> None:
    """Make an attempt's file and say so, or say why not. Needs the application's context.

    A database that cannot be had is no fault of the job: it ends without a word and is offered
    again.
    """
    hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
    try:
        resource.setrlimit(resource.RLIMIT_DATA, (settings.job_memory_mb * MEGABYTE, hard))
        _make(attempt)
    except Stopped:
        log.info("stopped", job=attempt.no)
    except MemoryError:
        resource.setrlimit(resource.RLIMIT_DATA, (hard, hard))
        _fail_too_big(attempt, settings.job_memory_mb)
    except REFUSALS as error:
        refusal = as_refusal(error)
        if isinstance(refusal, Busy):
            log.warning("busy", job=attempt.no, attempt=attempt.number)
        else:
            _fail(attempt, refusal)
    except Exception:
        log.exception("job", job=attempt.no)
        _fail(attempt, unexpected())
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (hard, hard))
        db.session.rollback()


def _make(attempt: Attempt) -> None:
    session, folder = db.session(), edge.export_folder()
    act, kind, wanted = service.order(session, attempt, utc_now())
    paper = job_kinds.WORK[kind].make(act, wanted, edge.fonts(), _Telling(attempt))
    session.rollback()
    kept = job_files.store(folder, attempt, paper.content)
    if not _finish(attempt, paper, kept):
        job_files.remove(folder, attempt)


def _finish(attempt: Attempt, paper: Paper, kept: Kept) -> bool:
    """Say that the file stands, as often as needed; return whether the attempt had its turn.

    Raises ``Busy`` after the last try. The file stays then: if the row says it nonetheless, it is
    there, else it is swept.
    """
    session, now = db.session(), utc_now()
    for tries in range(1, FINISH_TRIES + 1):
        try:
            return write(session, lambda: service.finish(session, attempt, paper, kept, now))
        except (Busy, OperationalError) as error:
            refusal = as_refusal(error)
            if tries == FINISH_TRIES or not isinstance(refusal, Busy):
                raise refusal from error
            log.info("busy", job=attempt.no, tries=tries)
        time.sleep(FINISH_PAUSE_SECONDS)
    raise AssertionError("unreachable")


def _fail(attempt: Attempt, refusal: HangtagError) -> None:
    session = db.session()
    write(session, lambda: service.fail(session, attempt, refusal, utc_now()))


def _fail_too_big(attempt: Attempt, megabytes: int) -> None:
    session = db.session()
    write(session, lambda: service.fail_too_big(session, attempt, megabytes, utc_now()))


class _Telling:
    """Writes now and then how far the work is; stops it when it is not wanted any more."""

    def __init__(self, attempt: Attempt) -> None:
        self._attempt = attempt
        self._next = 0.0

    def __call__(self, done: int, steps: int) -> None:
        if time.monotonic() < self._next:
            return
        session = db.session()
        try:
            if not write(session, lambda: service.progress(session, self._attempt, done, steps)):
                raise Stopped
        except Busy:
            log.info("busy", job=self._attempt.no)
        self._next = time.monotonic() + TELL_SECONDS
