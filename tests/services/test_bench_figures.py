"""The figures of the bench over a lived fortnight, each down to its rows."""

from __future__ import annotations

from datetime import date

from tests.services.test_bench import at_bench, scan, second_repairer
from tests.services.test_part import work
from tests.story import Story
from tracker.domain.bench_figures import Show, Sums, summed
from tracker.domain.codes import Grade
from tracker.queries import bench_figures as queries
from tracker.services.repair import Operation

FROM, UNTIL = date(2026, 11, 2), date(2026, 12, 31)


def finish(story: Story, no: str, login: str = "repairer") -> None:
    """Finish a repair and let it pass its check."""
    story.do(login, "registration", no, "finish_repair")
    story.do("qa", "registration", no, "pass_check", grade=Grade.FIRST)


def figures(story: Story, login: str | None = None) -> Sums:
    """Return the figures of everybody, or of one repairer."""
    story.session.rollback()
    who = story.actor(login).account_id if login else None
    return summed(queries.repairs(story.session, FROM, UNTIL, story.now, who))


def test_a_repair_counts_once_it_left_the_bench_with_all_its_minutes(story: Story) -> None:
    [no] = at_bench(story)
    scan(story, no)
    story.wait(minutes=30)
    work(story, no)
    assert figures(story).counts[Show.REPAIRS] == 0
    story.do("repairer", "registration", no, "finish_repair")
    unchecked = figures(story)
    assert (unchecked.counts[Show.REPAIRS], unchecked.counts[Show.UNCHECKED]) == (1, 1)
    assert unchecked.first_fix_percent is None
    story.do("qa", "registration", no, "pass_check", grade=Grade.FIRST)
    told = figures(story)
    assert (told.minutes, told.measured, told.standard, told.parts) == (40, 30, 40, 2)
    assert (told.first_fix_percent, told.pace_percent) == (100, 100)


def test_a_repair_given_up_is_none(story: Story) -> None:
    [no] = at_bench(story)
    work(story, no)
    story.do("repairer", "registration", no, "give_up", note="面料脆化")
    assert figures(story).counts[Show.REPAIRS] == 0


def test_a_failed_first_check_is_no_first_time_fix(story: Story) -> None:
    good, bad = at_bench(story, 2)
    for no in (good, bad):
        work(story, no)
    finish(story, good)
    story.do("repairer", "registration", bad, "finish_repair")
    story.do("qa", "registration", bad, "fail_check", note="线迹不齐")
    finish(story, bad)
    told = figures(story)
    assert (told.counts[Show.FIRST_FIX], told.checked, told.first_fix_percent) == (1, 2, 50)
    assert (told.counts[Show.FAILED], told.failed_checks) == (1, 1)
    rows = queries.repairs(story.session, FROM, UNTIL, story.now)
    failed = [one.registration_id for one in rows if one.shows(Show.FAILED)]
    assert failed == [story.registration(bad).id]


def test_what_comes_back_within_the_guarantee_was_not_fixed_c_34(story: Story) -> None:
    [no] = at_bench(story)
    work(story, no)
    finish(story, no)
    story.return_to_store(no)
    story.hand_over(no)
    assert figures(story).first_fix_percent == 100
    story.wait(days=30)
    again = story.register(code=story.piece_no(no))
    assert story.registration(again).is_repeat
    told = figures(story)
    assert (told.counts[Show.CAME_BACK], told.first_fix_percent) == (1, 0)


def test_each_repairer_has_his_own_and_a_garment_of_two_counts_for_both(story: Story) -> None:
    other = second_repairer(story)
    shared, own = at_bench(story, 2)
    work(story, shared)
    story.do(other, "registration", shared, "work", operations=[Operation("开线缝合", 5, "SEAM")])
    work(story, own)
    finish(story, shared)
    finish(story, own)
    assert figures(story, "repairer").counts[Show.REPAIRS] == 2
    his = figures(story, other)
    assert (his.counts[Show.REPAIRS], his.minutes, his.standard, his.parts) == (1, 5, 10, 0)
    assert his.pace_percent == 50


def test_a_week_begins_on_monday_midnight_in_shanghai(story: Story) -> None:
    [no] = at_bench(story)
    story.now = story.now.replace(day=8, hour=15, minute=59)
    work(story, no)
    finish(story, no)
    first, second = date(2026, 11, 8), date(2026, 11, 9)
    assert len(queries.repairs(story.session, first, first, story.now)) == 1
    assert queries.repairs(story.session, second, second, story.now) == []


def test_a_forgotten_timer_is_flagged_on_its_repair(story: Story) -> None:
    [no] = at_bench(story)
    scan(story, no)
    story.wait(hours=5)
    work(story, no)
    finish(story, no)
    told = figures(story)
    assert (told.counts[Show.CUT], told.measured) == (1, 240)
