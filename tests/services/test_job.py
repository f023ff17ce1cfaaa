"""Jobs: asked for once, run by one attempt at a time, tried again; files whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.kept import kept
from tests.long_month import MONTH, fill
from tests.story import Story
from tracker import edge
from tracker.db import busy, utc_now, write
from tracker.domain.errors import Forbidden, NotFound, RuleViolation
from tracker.domain.job import MOST_UNFINISHED, Attempt, Form, Kind, Status, Stopped
from tracker.jobs import queue, work
from tracker.models.account import Account
from tracker.models.job import Job
from tracker.queries import account as accounts
from tracker.queries import job as queries
from tracker.services import chain, job_files, job_kinds, month_report
from tracker.services import job as service
from tracker.services.job_kinds import MonthReport
from tracker.services.verify import verify

WEEK = timedelta(days=7)


@pytest.fixture
def folder(app: Flask) -> Path:
    return edge.export_folder(app)


@pytest.fixture
@kept
def month(story: Story) -> int:
    """A month of forty lines; its total in fen."""
    return int(story.write(lambda: fill(story.session, 40)))


def ask(story: Story, login: str = "finance", form: Form = Form.CSV, month: str = MONTH) -> str:
    wanted = MonthReport(month, form)
    job = story.write(lambda: service.ask(story.act(login), Kind.MONTH_REPORT, wanted)[0])
    return str(job.no)


def start(story: Story, no: str) -> Attempt:
    attempt = story.write(lambda: service.start(story.session, no, story.now))
    assert attempt is not None
    return attempt  # type: ignore[no-any-return]


def row(story: Story, no: str) -> Job:
    story.session.rollback()
    return queries.get(story.session, story.actor("finance"), no)


def make(app: Flask, story: Story, no: str) -> Attempt:
    """Run a job as the runner's child does, in this process."""
    attempt = start(story, no)
    work.make(app.config["SETTINGS"], attempt)
    return attempt


@pytest.mark.usefixtures("month")
class TestAsking:
    def test_the_same_wish_twice_is_one_job(self, story: Story) -> None:
        assert ask(story) == ask(story)

    def test_another_form_is_another_job(self, story: Story) -> None:
        assert ask(story) != ask(story, form=Form.PDF)

    def test_a_finished_one_is_asked_for_anew(self, app: Flask, story: Story) -> None:
        first = ask(story)
        make(app, story, first)
        assert ask(story) != first

    def test_its_number_cannot_be_guessed(self, story: Story) -> None:
        assert len(bytes.fromhex(ask(story))) * 8 == 128

    def test_a_month_that_is_not_there_is_not_found(self, story: Story) -> None:
        with pytest.raises(NotFound):
            ask(story, month="1999-01")

    def test_a_store_may_not_ask(self, story: Story) -> None:
        with pytest.raises(Forbidden):
            ask(story, "manager1")

    def test_the_same_wish_at_one_moment_is_one_job(self, story: Story, monkeypatch: Any) -> None:
        first, look = ask(story), queries.same_unfinished
        looks = iter([lambda *_: None])
        monkeypatch.setattr(queries, "same_unfinished", lambda *given: next(looks, look)(*given))
        assert ask(story) == first
        monkeypatch.undo()
        assert [job.no for job in queries.page(story.session, story.actor("finance"))[0]] == [first]

    def test_one_person_does_not_fill_the_queue(self, story: Story) -> None:
        _fill_the_queue(story)
        with pytest.raises(RuleViolation) as refused:
            ask(story)
        assert refused.value.code == "too_many_jobs"
        assert ask(story, "finance2")


def _fill_the_queue(story: Story) -> None:
    """Let finance have as many unfinished jobs as one person may."""
    for number in range(MOST_UNFINISHED):
        name = f"2025-{number + 1:02}"
        story.write(lambda name=name: fill(story.session, 1, name))
        ask(story, month=name)


@pytest.mark.usefixtures("month")
class TestTryingAgain:
    @pytest.fixture
    def cancelled(self, story: Story) -> str:
        """A job that finance asked for and cancelled."""
        no = ask(story)
        story.do("finance", "job", no, "cancel")
        return no

    def test_one_that_was_asked_for_anew_is_not_tried_again(
        self, story: Story, cancelled: str
    ) -> None:
        other = ask(story)
        assert story.refused("finance", "job", cancelled, "retry") == "same_waits"
        assert row(story, cancelled).status == Status.CANCELLED
        story.do("finance", "job", other, "cancel")
        assert story.do("finance", "job", cancelled, "retry") == "queued"

    def test_nor_when_that_came_in_between(
        self, story: Story, cancelled: str, monkeypatch: Any
    ) -> None:
        ask(story)
        look = queries.same_unfinished
        looks = iter([lambda *_: None])
        monkeypatch.setattr(queries, "same_unfinished", lambda *given: next(looks, look)(*given))
        assert story.refused("finance", "job", cancelled, "retry") == "same_waits"

    def test_one_person_does_not_fill_the_queue(self, story: Story, cancelled: str) -> None:
        _fill_the_queue(story)
        assert story.refused("finance", "job", cancelled, "retry") == "too_many_jobs"
        assert row(story, cancelled).status == Status.CANCELLED

    def test_one_that_waits_is_not_tried_again(self, story: Story) -> None:
        assert story.refused("finance", "job", ask(story), "retry") == "wrong_status"


@pytest.mark.usefixtures("month")
class TestScope:
    @pytest.mark.parametrize("other", ["finance2", "auditor", "supervisor", "admin", "store1"])
    def test_anothers_job_is_not_found(self, story: Story, other: str) -> None:
        no = ask(story)
        with pytest.raises(NotFound):
            queries.get(story.session, story.actor(other), no)
        assert queries.page(story.session, story.actor(other))[0] == []

    def test_a_role_lost_afterwards_shuts_the_job_and_its_file(
        self, app: Flask, story: Story, folder: Path
    ) -> None:
        no = ask(story)
        make(app, story, no)
        _move(story, "finance", role="repairer")
        act = story.act("finance")
        with pytest.raises(NotFound):
            queries.get(story.session, act.actor, no)
        with pytest.raises(NotFound):
            service.file_of(act, no, folder, WEEK)

    @pytest.mark.parametrize("change", [{"role": "repairer"}, {"is_active": False}])
    def test_a_role_lost_while_it_waits_makes_no_file(
        self, app: Flask, story: Story, folder: Path, change: dict[str, Any]
    ) -> None:
        no = ask(story)
        _move(story, "finance", **change)
        attempt = make(app, story, no)
        job = queries.locked(story.session, no)
        assert job is not None
        assert (job.status, job.error_code) == (Status.FAILED, "wrong_role")
        assert not job_files.path(folder, attempt).exists()


def _move(story: Story, login: str, **change: Any) -> None:
    def work() -> None:
        found = accounts.by_login(story.session, login)
        assert isinstance(found, Account)
        for name, value in change.items():
            setattr(found, name, value)

    story.write(work)


class TestMaking:
    def test_the_file_is_the_report_and_the_row_says_so(
        self, app: Flask, story: Story, folder: Path, month: int
    ) -> None:
        no = ask(story)
        make(app, story, no)
        file, job = service.file_of(story.act("finance"), no, folder, WEEK)
        content = file.read_bytes()
        assert content == month_report.csv(story.act("finance"), MONTH).content
        assert (job.status, job.file_name) == (Status.DONE, f"month-{MONTH}.csv")
        assert (job.file_media, job.file_bytes) == ("text/csv; charset=utf-8", len(content))
        assert job.file_sha256 == hashlib.sha256(content).hexdigest()
        assert content.count(b"\r\n") == 41
        assert month == sum(10_000 + number for number in range(40))

    @pytest.mark.parametrize("form", Form)
    def test_every_form_is_made(self, app: Flask, story: Story, month: int, form: Form) -> None:
        no = ask(story, form=form)
        make(app, story, no)
        job = row(story, no)
        assert (job.status, job.error_code) == (Status.DONE, None)
        assert job.file_name == f"month-{MONTH}.{form}"
        assert month > 0

    @pytest.mark.usefixtures("month")
    def test_the_head_of_the_chain_on_a_paper_is_on_record_when_it_stands(
        self, app: Flask, story: Story
    ) -> None:
        make(app, story, ask(story, form=Form.PDF))
        head = chain.head(story.session)
        assert head is not None
        assert chain.is_printed(story.session, f"month-{MONTH}", head.seq)

    @pytest.mark.usefixtures("month")
    def test_it_is_not_served_before_it_stands(self, story: Story, folder: Path) -> None:
        no = ask(story)
        start(story, no)
        with pytest.raises(RuleViolation) as refused:
            service.file_of(story.act("finance"), no, folder, WEEK)
        assert refused.value.code == "not_ready"

    @pytest.mark.usefixtures("month")
    def test_a_file_that_lost_bytes_is_not_served(
        self, app: Flask, story: Story, folder: Path
    ) -> None:
        no = ask(story)
        file = job_files.path(folder, make(app, story, no))
        file.write_bytes(file.read_bytes()[:-1])
        with pytest.raises(RuleViolation) as refused:
            service.file_of(story.act("finance"), no, folder, WEEK)
        assert refused.value.code == "file_gone"
        faults = {finding.code: finding.faults for finding in verify(story.session, None, folder)}
        assert faults["exports"] == (f"job {row(story, no).id} is not the file that was made",)

    @pytest.mark.usefixtures("month")
    def test_pages_are_told_one_by_one(self, story: Story) -> None:
        told: list[tuple[int, int]] = []
        wanted = MonthReport(MONTH, Form.PDF)
        job_kinds.WORK[Kind.MONTH_REPORT].make(
            story.act("finance"), wanted, edge.fonts(), lambda done, of: told.append((done, of))
        )
        assert told == [(page, len(told)) for page in range(1, len(told) + 1)]
        assert len(told) > 1

    @pytest.mark.usefixtures("month")
    @pytest.mark.parametrize(
        ("form", "advice"),
        [
            (Form.PDF, "请改用 Excel 或 CSV。"),
            (Form.CSV, "请系统管理员调高 JOB_MEMORY_MB，然后重试。"),
        ],
    )
    def test_too_little_memory_is_a_sentence(
        self, app: Flask, story: Story, monkeypatch: Any, form: Form, advice: str
    ):
        def hungry(*_args: Any) -> None:
            raise MemoryError

        hungry_work = job_kinds.Work(MonthReport, lambda *_: None, hungry)  # type: ignore[arg-type]
        monkeypatch.setattr(job_kinds, "WORK", {Kind.MONTH_REPORT: hungry_work})
        no = ask(story, form=form)
        make(app, story, no)
        job = row(story, no)
        assert (job.status, job.error_code) == (Status.FAILED, "too_big")
        assert job.error_zh == f"内容太多，超过了任务可用的 8192 MB 内存，没有生成。{advice}"

    @pytest.mark.usefixtures("month")
    def test_a_fault_of_ours_is_a_failed_job(self, app: Flask, story: Story, monkeypatch: Any):
        broken = job_kinds.Work(MonthReport, lambda *_: None, lambda *_: 1 / 0)  # type: ignore[arg-type, return-value]
        monkeypatch.setattr(job_kinds, "WORK", {Kind.MONTH_REPORT: broken})
        no = ask(story)
        make(app, story, no)
        assert (row(story, no).status, row(story, no).error_code) == (Status.FAILED, "unexpected")


def _held(monkeypatch: Any, *, times: int) -> None:
    """Let the database be had only after so many tries to say that a file stands."""
    finish, left = service.finish, iter(range(times))

    def busy_at_first(*given: Any) -> bool:
        if next(left, None) is not None:
            raise busy()
        return finish(*given)

    monkeypatch.setattr(service, "finish", busy_at_first)
    monkeypatch.setattr(work, "FINISH_PAUSE_SECONDS", 0)


@pytest.mark.usefixtures("month")
class TestABusyDatabase:
    def test_a_file_that_is_made_waits_until_the_database_can_be_had(
        self, app: Flask, story: Story, folder: Path, monkeypatch: Any
    ) -> None:
        _held(monkeypatch, times=work.FINISH_TRIES - 1)
        no = ask(story)
        attempt = make(app, story, no)
        assert (row(story, no).status, row(story, no).attempt) == (Status.DONE, 1)
        assert service.file_of(story.act("finance"), no, folder, WEEK)[0] == job_files.path(
            folder, attempt
        )

    def test_after_that_the_job_is_offered_again_and_has_not_failed(
        self, app: Flask, story: Story, monkeypatch: Any
    ) -> None:
        _held(monkeypatch, times=work.FINISH_TRIES)
        no = ask(story)
        attempt = make(app, story, no)
        assert (row(story, no).status, row(story, no).error_code) == (Status.RUNNING, None)
        offered = story.write(
            lambda: service.release(story.session, attempt, story.now, has_died=True)
        )
        assert offered is Status.QUEUED
        make(app, story, no)
        assert (row(story, no).status, row(story, no).attempt) == (Status.DONE, 2)

    def test_a_commit_whose_answer_was_lost_keeps_its_file(
        self, app: Flask, story: Story, folder: Path, monkeypatch: Any
    ) -> None:
        monkeypatch.setattr(work, "FINISH_PAUSE_SECONDS", 0)
        answers = iter([True])

        def lost(*given: Any) -> Any:
            written = write(*given)
            if written is True and next(answers, None):
                raise busy()
            return written

        no = ask(story)
        attempt = start(story, no)
        monkeypatch.setattr(work, "write", lost)
        work.make(app.config["SETTINGS"], attempt)
        assert next(answers, None) is None
        assert row(story, no).status == Status.DONE
        assert job_files.path(folder, attempt).exists()


@pytest.mark.usefixtures("month")
class TestAttempts:
    def test_only_one_begins(self, story: Story) -> None:
        no = ask(story)
        start(story, no)
        assert story.write(lambda: service.start(story.session, no, story.now)) is None

    def test_a_cancelled_one_stops_at_its_next_page_and_keeps_nothing(
        self, app: Flask, story: Story, folder: Path
    ) -> None:
        no = ask(story)
        attempt = start(story, no)
        telling = work._Telling(attempt)
        telling(1, 9)
        assert (row(story, no).steps_done, row(story, no).steps) == (1, 9)
        assert story.do("finance", "job", no, "cancel") == "cancelled"
        with pytest.raises(Stopped):
            work._Telling(attempt)(2, 9)
        work.make(app.config["SETTINGS"], attempt)
        assert row(story, no).status == Status.CANCELLED
        assert list(folder.glob(f"{no}*")) == []

    def test_one_that_lost_its_turn_neither_finishes_nor_fails(
        self, app: Flask, story: Story, folder: Path
    ) -> None:
        no = ask(story)
        first = start(story, no)
        story.do("finance", "job", no, "cancel")
        story.do("finance", "job", no, "retry")
        second = start(story, no)
        work.make(app.config["SETTINGS"], first)
        assert row(story, no).status == Status.RUNNING
        assert not job_files.path(folder, first).exists()
        assert story.write(lambda: service.progress(story.session, first, 1, 2)) is False
        work.make(app.config["SETTINGS"], second)
        assert row(story, no).status == Status.DONE
        assert job_files.path(folder, second).exists()

    def test_the_third_death_fails_it_and_a_retry_begins_anew(self, story: Story) -> None:
        no, statuses = ask(story), []
        for _ in range(3):
            attempt = start(story, no)
            statuses.append(
                story.write(
                    lambda attempt=attempt: service.release(
                        story.session, attempt, story.now, has_died=True
                    )
                )
            )
        assert statuses == [Status.QUEUED, Status.QUEUED, Status.FAILED]
        assert row(story, no).error_code == "worker_died"
        assert story.do("finance", "job", no, "retry") == "queued"
        assert (row(story, no).deaths, row(story, no).error_zh) == (0, None)

    def test_a_stop_of_the_server_is_no_death(self, story: Story) -> None:
        no = ask(story)
        for _ in range(5):
            attempt = start(story, no)
            story.write(
                lambda attempt=attempt: service.release(
                    story.session, attempt, story.now, has_died=False
                )
            )
        assert (row(story, no).status, row(story, no).deaths) == (Status.QUEUED, 0)

    def test_what_a_killed_runner_left_waits_again(self, app: Flask, story: Story) -> None:
        no = ask(story)
        start(story, no)
        assert work.recover(app) == [no]
        assert (row(story, no).status, row(story, no).deaths) == (Status.QUEUED, 1)

    def test_what_somebody_works_on_is_left_alone(
        self, app: Flask, story: Story, folder: Path
    ) -> None:
        no = ask(story)
        start(story, no)
        with job_files.held(folder, no) as is_mine:
            assert is_mine
            assert work.recover(app) == []
        assert row(story, no).status == Status.RUNNING

    def test_history_and_files_hold(self, app: Flask, story: Story, folder: Path) -> None:
        no = ask(story)
        story.do("finance", "job", no, "cancel")
        story.do("finance", "job", no, "retry")
        make(app, story, no)
        faults = [
            fault for finding in verify(story.session, None, folder) for fault in finding.faults
        ]
        assert [fault for fault in faults if "job" in fault] == []


@pytest.mark.usefixtures("month")
class TestFiles:
    def test_an_old_file_goes_and_its_row_says_when(
        self, app: Flask, story: Story, folder: Path
    ) -> None:
        no = ask(story)
        file = job_files.path(folder, make(app, story, no))
        ended = row(story, no).ended_at
        assert ended is not None
        _age(file)
        swept = ended + timedelta(days=7, seconds=1)
        _sweep(story, folder, ended + WEEK)
        assert file.exists()
        _sweep(story, folder, swept)
        assert (file.exists(), row(story, no).swept_at) == (False, swept)
        with pytest.raises(RuleViolation) as refused:
            service.file_of(story.act("finance"), no, folder, WEEK)
        assert (refused.value.code, refused.value.facts["days"]) == ("file_gone", 7)

    def test_half_files_of_killed_attempts_go_after_a_day(self, story: Story, folder: Path):
        folder.mkdir(parents=True, exist_ok=True)
        half, young = folder / f"{'a' * 32}-1.part", folder / f"{'b' * 32}-1.part"
        for file in (half, young):
            file.write_bytes(b"%PDF")
        _age(half)
        service.sweep(story.session, folder, utc_now())
        assert (half.exists(), young.exists()) == (False, True)
        young.unlink()

    def test_a_lock_is_one_holders(self, folder: Path) -> None:
        with job_files.held(folder, "x") as first, job_files.held(folder, "x") as second:
            assert (first, second) == (True, False)
        with job_files.held(folder, "x") as third:
            assert third
        assert not (folder / "x.lock").exists()


def _sweep(story: Story, folder: Path, now: datetime) -> None:
    story.write(lambda: service.expire(story.session, WEEK, now))
    service.sweep(story.session, folder, now)


def _age(file: Path) -> None:
    os.utime(file, (0, 0))


class TestQueue:
    @pytest.fixture
    def line(self, app: Flask) -> Iterator[Any]:
        made = queue.make(app.config["SETTINGS"])
        made.storage.flush_queue()
        yield made
        made.storage.flush_queue()
        made.storage.close()

    @pytest.mark.usefixtures("app")
    def test_a_number_offered_is_the_number_taken(self, line: Any) -> None:
        taken: list[str] = []
        queue.task(line, taken.append)
        queue.offer("a" * 32, "b" * 32)
        for _ in range(2):
            line.execute(line.dequeue())
        assert (taken, line.pending_count()) == (["a" * 32, "b" * 32], 0)

    @pytest.mark.usefixtures("app")
    def test_a_message_is_json_and_nothing_that_runs(self, line: Any) -> None:
        put: Callable[[str], object] = queue.task(line, lambda _no: None)
        put("c" * 32)
        [stored] = line.storage.enqueued_items()
        assert json.loads(bytes(stored))[6] == ["c" * 32]
