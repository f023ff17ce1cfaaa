"""A report of three hundred pages, made by the real runner, beside the same drawing alone."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bench.measure import BIN, ROOT
from tests.long_month import LINES_A_PAGE, MONTH, fill
from tests.story import Story
from tracker import jobs
from tracker.db import write
from tracker.domain.job import Form, Kind, Status
from tracker.edge import fonts
from tracker.extensions import db
from tracker.models.job import Job
from tracker.services import job, month_report
from tracker.services.job_kinds import MonthReport

PAGES = 300
WAIT_SECONDS = 0.1


def bench(folder: Path, story: Story, say: Callable[..., None], seconds: Any, rounds: int) -> None:
    """Measure from the wish to the whole file; the bound draws in this process."""
    write(story.session, lambda: fill(story.session, PAGES * LINES_A_PAGE))
    command = [str(BIN / "flask"), "--app", "wsgi", "jobs", "run"]
    environment = {**os.environ, "DATA_DIR": str(folder), "LOG_LEVEL": "CRITICAL"}
    runner = subprocess.Popen(command, cwd=ROOT, env=environment)
    act = story.act("finance")
    try:
        _made(story)
        taken, bounds = [], []
        for _ in range(rounds):
            bounds.append(seconds(lambda: month_report.pdf(act, MONTH, fonts())))
            taken.append(seconds(lambda: _made(story)))
    finally:
        runner.terminate()
        runner.wait()
    say("job_pdf_300_pages", taken, "s", bounds)


def _made(story: Story) -> None:
    wanted = MonthReport(MONTH, Form.PDF)
    act = story.act("finance")
    no = write(story.session, lambda: job.ask(act, Kind.MONTH_REPORT, wanted)[0].no)
    jobs.offer(no)
    while True:
        db.session.rollback()
        row = db.session.scalars(select(Job).where(Job.no == no)).one()
        if row.status == Status.DONE:
            assert row.steps > 0.9 * PAGES, row.steps
            return
        assert row.status in (Status.QUEUED, Status.RUNNING), row.error_en
        time.sleep(WAIT_SECONDS)
