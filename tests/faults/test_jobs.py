"""Runners of jobs are killed, stopped, starved: no half file is served, each job ends once."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.faults.full_disk import files_limited_to
from tests.faults.serving import LONG, PATIENCE, ROOT, Server, children
from tests.kept import kept
from tests.long_month import MONTH, fill
from tests.story import Story
from tracker import edge, jobs
from tracker.domain.job import Form, Kind, Status
from tracker.extensions import db
from tracker.jobs import queue, work
from tracker.jobs.runner import Runner as Consumer
from tracker.models.history import Event
from tracker.models.job import Job
from tracker.services import job as service
from tracker.services import job_files
from tracker.services.job_kinds import MonthReport
from tracker.services.verify import verify

LINES = 2_500
KILLS = 100 if LONG else 2
"""Of the child alone and of the whole runner, in turn; two a job at most, the third fails it."""


@dataclass
class Runner:
    """``flask jobs run`` on an application's database, in a process group of its own."""

    app: Flask
    more: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start; it is at work some seconds later."""
        settings = self.app.config["SETTINGS"]
        environment = {
            **os.environ,
            "DATABASE_URL": settings.database_url,
            "DATA_DIR": str(settings.data_dir),
            "SECRET_KEY": settings.secret_key,
            "LOG_LEVEL": "CRITICAL",
            **self.more,
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "wsgi", "jobs", "run"],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def children(self) -> list[int]:
        """Return the process numbers of the children that make files."""
        assert self.process is not None
        return children(self.process.pid)

    def kill_child(self) -> None:
        """Kill the child at work without a word."""
        for pid in self.children():
            os.kill(pid, signal.SIGKILL)

    def kill(self) -> None:
        """Kill everything at once, without a word."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> int:
        """Stop as an operator does; return the exit status."""
        assert self.process is not None
        self.process.terminate()
        return self.process.wait(PATIENCE)


@pytest.fixture
def runner(app: Flask) -> Iterator[Callable[..., Runner]]:
    """Start runners; those that still run are killed at the end."""
    started: list[Runner] = []

    def begin(**more: str) -> Runner:
        one = Runner(app, more)
        one.start()
        started.append(one)
        return one

    yield begin
    for one in started:
        if one.process is not None and one.process.poll() is None:
            one.kill()


@pytest.fixture
@kept
def long_month(story: Story) -> None:
    """A month whose report takes some seconds."""
    story.write(lambda: fill(story.session, LINES))


def ask(story: Story, form: Form = Form.PDF, month: str = MONTH) -> str:
    """Ask for a job and offer it, as the edges do."""
    wanted = MonthReport(month, form)
    job = story.write(lambda: service.ask(story.act("finance"), Kind.MONTH_REPORT, wanted)[0])
    no = str(job.no)
    jobs.offer(no)
    return no


def row(no: str) -> Job:
    db.session.rollback()
    found = db.session.scalar(select(Job).where(Job.no == no))
    assert found is not None
    return found


def until(what: Callable[[], Any]) -> Any:
    """Wait until something is so; return it."""
    end = time.monotonic() + PATIENCE
    while not (found := what()):
        assert time.monotonic() < end, "it never came"
        time.sleep(0.02)
    return found


def starts(no: str) -> int:
    """Return how often a job began, by its history."""
    query = select(func.count()).where(
        Event.noun == "job", Event.subject_id == row(no).id, Event.action == "start"
    )
    return db.session.scalar(query) or 0


def test_a_runner_killed_in_the_middle_of_a_pdf_leaves_no_half_file_and_ends_it_once(
    app: Flask, story: Story, long_month: None, runner: Any, api: Any
) -> None:
    reader, chance = api("finance"), random.Random(7)
    served: set[tuple[str, str]] = set()

    def fetch(no: str) -> int:
        with reader.get(f"/jobs/{no}/file") as answer:
            if answer.status_code == 200:
                served.add((no, hashlib.sha256(answer.data).hexdigest()))
            assert answer.status_code in (200, 409)
            return int(answer.status_code)

    running, kills = runner(), 0
    while kills < KILLS:
        no = ask(story)
        for kill in (running.kill_child, running.kill):
            until(lambda no=no: row(no).status != Status.QUEUED)
            time.sleep(chance.uniform(0, 1))
            if row(no).status == Status.RUNNING:
                kill()
                kills += 1
            fetch(no)
        if running.process is not None and running.process.poll() is not None:
            running.start()
        until(lambda no=no: fetch(no) == 200)
        job = row(no)
        assert (job.status, job.attempt) == (Status.DONE, starts(no))
        assert {digest for one, digest in served if one == no} == {job.file_sha256}
    assert running.stop() == 0
    faults = [
        f for finding in verify(db.session(), None, edge.export_folder()) for f in finding.faults
    ]
    assert [fault for fault in faults if "job" in fault] == []
    assert list(edge.export_folder().glob("*.lock")) == []


def test_a_cancelled_job_stops_in_the_middle_and_a_retry_makes_it(
    story: Story, long_month: None, runner: Any
) -> None:
    running, no = runner(), ask(story)
    until(lambda: row(no).steps > 0)
    assert story.do("finance", "job", no, "cancel") == "cancelled"
    until(lambda: running.children() == [])
    assert (row(no).status, row(no).file_name) == (Status.CANCELLED, None)
    assert [f.name for f in edge.export_folder().glob(f"{no}-*") if f.suffix != ".part"] == []
    assert story.do("finance", "job", no, "retry") == "queued"
    jobs.offer(no)
    until(lambda: row(no).status == Status.DONE)
    assert row(no).attempt == 2


def test_a_runner_that_is_stopped_puts_its_job_back_and_counts_no_death(
    story: Story, long_month: None, runner: Any
) -> None:
    running, no = runner(), ask(story)
    until(lambda: row(no).status == Status.RUNNING)
    assert running.stop() == 0
    assert (row(no).status, row(no).deaths) == (Status.QUEUED, 0)


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_a_runner_hears_its_signal_while_its_loop_looks_at_the_flag(app: Flask) -> None:
    told = Consumer(queue.make(app.config["SETTINGS"]), workers=1, app=app)
    noting = threading.Thread(target=told.note, args=(signal.SIGTERM, None), daemon=True)
    with told.stop_flag._cond:  # the loop holds it for an instant, ten times a second
        noting.start()
        noting.join(10)
    assert not noting.is_alive()


def test_two_runners_share_the_queue_and_run_nothing_twice(story: Story, runner: Any) -> None:
    months = [f"2025-{number:02}" for number in range(1, 9)]
    for month in months:
        story.write(lambda month=month: fill(story.session, 30, month))
    nos = [ask(story, Form.XLSX, month) for month in months]
    both = runner(), runner()
    until(lambda: all(row(no).status == Status.DONE for no in nos))
    assert [(row(no).attempt, starts(no)) for no in nos] == [(1, 1)] * len(nos)
    assert [one.stop() for one in both] == [0, 0]


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_too_little_memory_fails_the_job_and_leaves_the_runner_at_work(
    story: Story, long_month: None, runner: Any
) -> None:
    running, no = runner(JOB_MEMORY_MB="64"), ask(story)
    until(lambda: row(no).status == Status.FAILED)
    assert (row(no).error_code, row(no).deaths) == ("too_big", 0)
    assert running.stop() == 0
    story.do("finance", "job", no, "retry")
    runner()
    until(lambda: row(no).status == Status.DONE)


@pytest.fixture
def _writes_fail_instead_of_killing() -> Iterator[None]:
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    yield
    signal.signal(signal.SIGXFSZ, before)


@pytest.mark.usefixtures("_writes_fail_instead_of_killing")
@pytest.mark.parametrize("room", [0, 500])
def test_a_full_disk_is_a_failed_job_with_a_sentence_and_a_retry_works(
    app: Flask, story: Story, monkeypatch: pytest.MonkeyPatch, room: int
) -> None:
    story.write(lambda: fill(story.session, 50))
    store, no, folder = job_files.store, ask(story, Form.CSV), edge.export_folder()

    def without_room(*given: Any) -> Any:
        with files_limited_to(room):
            return store(*given)

    def attempt() -> None:
        begun = story.write(lambda: service.start(story.session, no, story.now))
        work.make(app.config["SETTINGS"], begun)

    with monkeypatch.context() as full:
        full.setattr(job_files, "store", without_room)
        attempt()
    assert (row(no).status, row(no).error_code) == (Status.FAILED, "no_space")
    assert "磁盘已满" in (row(no).error_zh or "")
    assert list(folder.glob(f"{no}*")) == []
    story.do("finance", "job", no, "retry")
    attempt()
    assert row(no).status == Status.DONE


def queue_holder(server: Server) -> list[int]:
    """Return which children of the server hold the queue's file open: the runner."""
    found = []
    for pid in server.workers():
        with suppress(FileNotFoundError):  # a process that ends, a file that closes meanwhile
            opened = [os.readlink(file) for file in Path(f"/proc/{pid}/fd").iterdir()]
            if any("jobs.queue" in name for name in opened):
                found.append(pid)
    return found


def is_alive(pid: int) -> bool:
    """Return whether a process is there and no mere memory of one."""
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
    except FileNotFoundError:
        return False


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_the_server_keeps_one_runner_and_both_end_together(server: Server) -> None:
    [first] = until(lambda: queue_holder(server))
    os.kill(first, signal.SIGKILL)
    [second] = until(lambda: [pid for pid in queue_holder(server) if pid != first])
    assert server.process is not None
    children = server.workers()
    assert second in children
    os.kill(server.process.pid, signal.SIGKILL)
    server.process.wait()
    until(lambda: not any(map(is_alive, children)))
    server.start()
    [third] = until(lambda: queue_holder(server))
    assert server.stop() == 0
    assert not is_alive(third)
