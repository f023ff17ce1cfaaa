"""A server whose clock jumps: nobody is logged out, no due day is lost, no age is negative."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from tests.story import Story
from tracker.db import write
from tracker.domain.calendar import SHANGHAI
from tracker.domain.registration import Outcome
from tracker.models.bench import BenchTime
from tracker.models.forecast import Forecast
from tracker.models.ledger import LedgerEntry
from tracker.queries import turnaround
from tracker.services import bench, forecast
from tracker.services.verify import verify

BACK = [timedelta(minutes=-2), timedelta(hours=-1)]
NIGHT = datetime(2026, 12, 1, 0, 20, tzinfo=SHANGHAI)
"""Twenty minutes into a day and a month: an hour back is the day and the month before."""


@pytest.mark.parametrize("jump", BACK)
def test_steps_after_a_jump_keep_due_day_and_legs_and_no_age_is_negative(
    story: Story, login: Any, jump: timedelta
) -> None:
    story.now = NIGHT.astimezone(UTC)
    no = story.register()
    box = story.send(no)
    due_on = story.registration(no).due_on
    story.wait(seconds=jump.total_seconds())
    story.count_in(box, no)
    story.do("assessor", "registration", no, "assess", outcome=Outcome.REPAIR)
    found = story.registration(no)
    assert due_on == found.due_on == date(2026, 12, 16)
    told = turnaround.of(story.session, [found], story.now)[found.id]
    assert (told.days, told.overdue) == (0, False)
    assert [leg.days for leg in told.legs] == [0, 0, 0, None, None]
    write(story.session, lambda: forecast.refresh(story.session, story.now))
    row = story.session.scalars(select(Forecast)).one()
    assert row.steps[0]["elapsed"] == 0
    assert row.likely_on >= story.now.astimezone(SHANGHAI).date()
    with time_machine.travel(story.now, tick=False):
        for who, path in (("supervisor", f"/registrations/{no}"), ("repairer", "/bench")):
            page = login(who).get(path)
            assert page.status_code == 200
            assert re.search(r"-\d+ (天|分钟)", page.text) is None


@pytest.mark.parametrize("jump", BACK)
def test_a_timer_stopped_before_it_began_counts_nothing_and_is_no_error(
    story: Story, jump: timedelta
) -> None:
    no = story.received()
    story.do("assessor", "registration", no, "assess", outcome=Outcome.REPAIR)
    piece_no = story.piece_no(no)
    story.write(lambda: bench.toggle(story.act("repairer"), piece_no))
    story.wait(seconds=jump.total_seconds())
    story.write(lambda: bench.toggle(story.act("repairer"), piece_no))
    (time,) = story.session.scalars(select(BenchTime)).all()
    assert time.stopped_at == time.started_at


@pytest.mark.parametrize("jump", [*BACK, timedelta(days=1)])
def test_who_works_at_midnight_stays_logged_in_and_his_work_is_taken(
    story: Story, login: Any, jump: timedelta
) -> None:
    story.now = NIGHT.astimezone(UTC)
    no = story.register()
    with time_machine.travel(NIGHT, tick=False):
        browser = login("manager1")
        assert browser.get(f"/registrations/{no}").status_code == 200
    with time_machine.travel(NIGHT + min(jump, timedelta(hours=14)), tick=False):
        sent = {"action_id": "5c0b9df8-6b43-4be7-9f65-1c8d5a4be001"}
        answer = browser.post(f"/registrations/{no}/actions/accept", data=sent)
        assert answer.status_code == 303
        assert browser.get("/").status_code == 200
    assert story.registration(no).status == "ready_to_ship"


@pytest.mark.parametrize(
    ("at", "due_on", "decide_on"),
    [
        (datetime(2028, 2, 29, 23, 59, tzinfo=SHANGHAI), date(2028, 3, 15), date(2028, 3, 1)),
        (datetime(2028, 2, 14, 9, 0, tzinfo=SHANGHAI), date(2028, 2, 29), date(2028, 2, 15)),
        (
            datetime(2026, 11, 30, 23, 59, 59, tzinfo=SHANGHAI),
            date(2026, 12, 15),
            date(2026, 12, 1),
        ),
        (datetime(2026, 12, 1, 0, 0, 0, tzinfo=SHANGHAI), date(2026, 12, 16), date(2026, 12, 2)),
        (datetime(2026, 12, 31, 23, 59, 59, tzinfo=SHANGHAI), date(2027, 1, 15), date(2027, 1, 4)),
        (datetime(2027, 1, 1, 0, 0, 1, tzinfo=SHANGHAI), date(2027, 1, 16), date(2027, 1, 4)),
    ],
    ids=["leap day", "onto a leap day", "month's end", "month's begin", "year's end", "new year"],
)
def test_a_clock_started_at_an_odd_moment_counts_the_days_of_shanghai(
    story: Story, at: datetime, due_on: date, decide_on: date
) -> None:
    story.now = at.astimezone(UTC)
    no, other = story.register(production_year=2026), story.register(production_year=2026)
    assert story.registration(other).due_on == decide_on
    story.send(no)
    assert story.registration(no).due_on == due_on


@pytest.mark.parametrize(
    ("at", "month"),
    [
        (datetime(2026, 10, 31, 23, 59, 59, 999000, tzinfo=SHANGHAI), "2026-10"),
        (datetime(2026, 11, 1, tzinfo=SHANGHAI), "2026-11"),
        (datetime(2025, 12, 31, 23, 59, 59, 999000, tzinfo=SHANGHAI), "2025-12"),
        (datetime(2026, 1, 1, tzinfo=SHANGHAI), "2026-01"),
    ],
)
def test_an_entry_stands_in_the_month_of_the_servers_time_in_shanghai(
    story: Story, at: datetime, month: str
) -> None:
    story.now = at.astimezone(UTC) - timedelta(days=10)
    [form] = story.list_on_forms(story.scrapped())
    story.now = at.astimezone(UTC)
    story.sign_off(form)
    assert set(story.session.scalars(select(LedgerEntry.month))) == {month}
    assert [finding.faults for finding in verify(story.session) if finding.faults] == []
