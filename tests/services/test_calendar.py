"""The chain's own calendar, due days that follow it, and pauses that never move them (C-35)."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select, text

from tests.story import JACKET, Story
from tracker.db import write
from tracker.domain.calendar import SHANGHAI, DayWord
from tracker.domain.codes import RefusalReason
from tracker.domain.delivery import Origin
from tracker.domain.errors import Forbidden, InvalidInput
from tracker.domain.notice import Occasion
from tracker.domain.pause import Pause
from tracker.domain.policy import CalendarKind
from tracker.models.due_change import DueChange
from tracker.models.policy import Policy as PolicyVersion
from tracker.queries import approval as approvals
from tracker.queries import calendar as queries
from tracker.queries import escalation, notice_due, policy
from tracker.services import calendar, delivery, due
from tracker.services.calendar import Told
from tracker.services.delivery import Goods
from tracker.services.rows import BadFile, Row

TUESDAY = date(2026, 11, 3)


def say(story: Story, login: str = "supervisor", **fields: Any) -> Told:
    facts: dict[str, Any] = {"first_on": TUESDAY, "word": DayWord.FREE, "reason": "盘点"}
    return write(story.session, lambda: calendar.say(story.act(login), **(facts | fields)))


def changes(story: Story) -> list[tuple[str, date, date, str]]:
    rows = story.session.scalars(select(DueChange).order_by(DueChange.id))
    return [(row.clock, row.from_on, row.to_on, row.why) for row in rows]


def test_a_free_day_of_the_chain_moves_the_clocks_that_count_working_days(story: Story) -> None:
    waiting, sent = story.register(), story.register()
    story.send(sent)
    assert story.registration(waiting).due_on == TUESDAY
    assert say(story) == Told(1, 1)
    assert story.registration(waiting).due_on == date(2026, 11, 4)
    assert story.registration(sent).due_on == date(2026, 11, 17)
    assert changes(story) == [("decide", TUESDAY, date(2026, 11, 4), "盘点")]


def test_a_day_given_back_to_the_published_calendar_moves_them_back(story: Story) -> None:
    no = story.register()
    say(story)
    assert say(story, word=DayWord.PUBLISHED, reason="取消盘点") == Told(1, 1)
    assert story.registration(no).due_on == TUESDAY
    assert queries.overrides(story.session) == {}
    assert [row[1:3] for row in changes(story)] == [
        (TUESDAY, date(2026, 11, 4)),
        (date(2026, 11, 4), TUESDAY),
    ]


def test_a_clock_that_starts_afterwards_counts_by_the_chains_days_at_once(story: Story) -> None:
    say(story, first_on=TUESDAY, last_on=date(2026, 11, 4))
    assert story.registration(story.register()).due_on == date(2026, 11, 5)


def _count_in_working_days(story: Story, *names: str) -> None:
    """Let policies that count calendar days count working days from today on."""
    today = story.now.date()
    rows = [policy.one(story.session, name, today) for name in names]
    versions = [replace(row, calendar=CalendarKind.WORKING, effective_from=today) for row in rows]
    story.write(lambda: story.session.add_all(PolicyVersion(**asdict(row)) for row in versions))


def test_the_day_promised_to_a_customer_counts_by_the_chains_own_days(story: Story) -> None:
    _count_in_working_days(story, "promise_margin")
    assert story.registration(story.register_customer()).promised_on == date(2026, 11, 26)
    say(story, first_on=date(2026, 11, 18))
    assert story.registration(story.register_customer()).promised_on == date(2026, 11, 27)


def test_the_week_of_inspection_counts_by_the_chains_own_days(story: Story) -> None:
    _count_in_working_days(story, "store_inspection")

    def due(number: str) -> date:
        came = {"received_on": date(2026, 11, 2), "delivery_no": number, "source": Origin.PAGE}
        act, lines = story.act("store1"), [Goods(JACKET, 1)]
        enter = partial(delivery.enter, act, site="S001", lines=lines, **came)
        return story.write(lambda: enter()[0].due_on)

    before = due("PS-1")
    say(story)
    assert (before, due("PS-2")) == (date(2026, 11, 11), date(2026, 11, 12))


def test_a_free_day_of_the_chain_gives_a_liable_party_a_day_more_everywhere(story: Story) -> None:
    [form] = story.list_on_forms(story.scrapped())
    story.do("clerk", "loss_form", form, "submit")

    def due() -> list[date]:
        story.session.rollback()
        waits = approvals.waiting(story.session, story.actor("supplier1"), story.now)
        rules = escalation.in_force(story.session, story.now.date())
        told = notice_due.find(story.session, story.now + timedelta(days=9), rules)
        unsigned = [one for one in told if one.occasion is Occasion.UNSIGNED_FORM]
        moments = [one.due_at.astimezone(SHANGHAI) - timedelta(minutes=1) for one in unsigned]
        return [*(row.due_on for row in waits), *(moment.date() for moment in moments)]

    before = due()
    say(story, first_on=date(2026, 11, 10))
    assert (before, due()) == ([date(2026, 11, 12)] * 2, [date(2026, 11, 13)] * 2)


def test_what_was_said_already_is_not_said_again(story: Story) -> None:
    story.register()
    assert say(story) == Told(1, 1)
    assert say(story) == Told(0, 0)
    assert story.session.scalar(text("SELECT count(*) FROM calendar_day")) == 1


def test_a_closed_case_keeps_its_due_day_and_a_stopped_clock_has_none(story: Story) -> None:
    refused = story.register()
    story.do("manager1", "registration", refused, "refuse", reason=RefusalReason.TAG_MISSING.value)
    accepted = story.register()
    story.do("manager1", "registration", accepted, "accept")
    assert say(story) == Told(1, 0)
    assert changes(story) == []


def test_a_clock_that_stopped_or_moved_since_it_was_read_stands(story: Story) -> None:
    accepted, moved = story.register(), story.register()
    then = [
        due.Move("decide", story.registration(no).id, TUESDAY, date(2026, 11, 6))
        for no in (accepted, moved)
    ]
    story.do("manager1", "registration", accepted, "accept")
    say(story)
    assert story.write(lambda: due.move(story.act("supervisor"), then, "迟到的改动")) == 0
    assert story.registration(accepted).due_on is None
    assert story.registration(moved).due_on == date(2026, 11, 4)
    assert changes(story) == [("decide", TUESDAY, date(2026, 11, 4), "盘点")]


def test_a_policy_that_changes_moves_running_clocks_and_says_why(story: Story) -> None:
    no = story.register()
    story.send(no)
    before = story.registration(no).version
    story.policy("repair_tat", "18")
    assert story.registration(no).due_on == date(2026, 11, 20)
    assert story.registration(no).version == before
    assert changes(story) == [
        (
            "repair_tat",
            date(2026, 11, 17),
            date(2026, 11, 20),
            "参数「返修周期（门到门）」自 2026-11-02 起的新版本",
        )
    ]


@pytest.mark.parametrize("statement", ["UPDATE due_change SET why = 'x'", "DELETE FROM due_change"])
def test_a_change_once_kept_is_never_changed(story: Story, statement: str) -> None:
    story.register()
    say(story)
    with pytest.raises(Exception, match="never changed"):
        story.session.execute(text(statement))
    story.session.rollback()


def test_only_supervisor_and_administrator_keep_the_calendar(story: Story) -> None:
    assert say(story, "admin") == Told(1, 0)
    with pytest.raises(Forbidden):
        say(story, "clerk", first_on=date(2026, 12, 1))


@pytest.mark.parametrize("last_on", [date(2026, 11, 2), date(2027, 2, 1)])
def test_days_run_forward_and_two_months_at_most(story: Story, last_on: date) -> None:
    with pytest.raises(InvalidInput) as refusal:
        say(story, last_on=last_on)
    assert refusal.value.code == "bad_days"


def rows(*lines: tuple[str, str, str]) -> list[Row]:
    return [
        Row(number, dict(zip(("day", "word", "reason"), line, strict=True)))
        for number, line in enumerate(lines, start=2)
    ]


def test_a_notice_from_a_file_moves_a_clock_across_new_year(story: Story) -> None:
    story.now = datetime(2026, 12, 31, 2, 0, tzinfo=UTC)
    no = story.register()
    assert story.registration(no).due_on == date(2027, 1, 4)
    notice = rows(("2027-01-02", "班", "元旦调休"), ("2027/1/4", "休", "元旦"))
    act = story.act("supervisor")
    told = write(story.session, lambda: calendar.import_notice(act, notice))
    assert told == Told(2, 1)
    assert story.registration(no).due_on == date(2027, 1, 2)
    assert changes(story)[0][3] == "2027 年节假日安排"


def test_a_bad_notice_is_said_row_by_row_and_nothing_is_taken(story: Story) -> None:
    notice = rows(
        ("2027-02-30", "休", "春节"), ("2027-02-06", "加班", "春节"), ("2027-02-07", "休", "")
    )
    with pytest.raises(BadFile) as refusal:
        calendar.import_notice(story.act("supervisor"), notice)
    assert [row.number for row in refusal.value.bad_rows] == [2, 3, 4]
    assert queries.overrides(story.session) == {}
    again = rows(("2027-02-06", "休", "春节"), ("2027-02-06", "休", "春节"))
    with pytest.raises(BadFile) as refusal:
        calendar.import_notice(story.act("supervisor"), again)
    assert [row.number for row in refusal.value.bad_rows] == [3]


def test_a_pause_is_shown_and_never_moves_the_due_day(story: Story) -> None:
    no = story.in_repair()
    due_on = story.registration(no).due_on
    assert story.do("repairer", "registration", no, "pause", reason=Pause.PARTS) == "in_repair"
    assert story.registration(no).pause == "parts"
    story.wait(days=20)
    assert story.do("clerk", "registration", no, "resume") == "in_repair"
    found = story.registration(no)
    assert (found.pause, found.due_on, found.clock) == (None, due_on, "repair_tat")


def test_a_pause_is_neither_begun_nor_ended_twice(story: Story) -> None:
    no = story.in_repair()
    assert story.refused("repairer", "registration", no, "resume") == "not_paused"
    story.do("repairer", "registration", no, "pause", reason=Pause.PARTS)
    refusal = story.refused("clerk", "registration", no, "pause", reason=Pause.OUTSIDE)
    assert refusal == "already_paused"


def test_the_next_step_of_the_journey_ends_a_pause(story: Story) -> None:
    no = story.in_repair()
    story.do("repairer", "registration", no, "pause", reason=Pause.SUPPLIER)
    story.do("repairer", "registration", no, "give_up", note="面料已朽")
    assert (story.registration(no).status, story.registration(no).pause) == ("received", None)
