"""Time at the bench by scan: one timer a repairer, forgotten ones cut, counted once."""

from __future__ import annotations

import json
import threading
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from tests.kept import kept
from tests.story import Story
from tracker.domain.account import Role
from tracker.domain.codes import Grade
from tracker.domain.errors import Forbidden, RuleViolation
from tracker.domain.registration import Outcome
from tracker.extensions import db
from tracker.models.bench import BenchTime
from tracker.models.repair import Work
from tracker.models.scan import HandlingScan
from tracker.queries import bench as queries
from tracker.services import account, bench
from tracker.services.once import Answer
from tracker.services.repair import Operation
from tracker.services.verify import verify


@kept
def at_bench(story: Story, count: int = 1) -> list[str]:
    """Bring garments to the bench; return their numbers."""
    nos = [story.register() for _ in range(count)]
    story.at_after_sales(*nos)
    for no in nos:
        story.do("assessor", "registration", no, "assess", outcome=Outcome.REPAIR)
    return nos


def scan(story: Story, no: str, login: str = "repairer", action_id: str | None = None) -> Answer:
    """Scan a garment's repair tag at the bench."""
    code = story.piece_no(no)
    answer: Answer = story.write(
        lambda: bench.scan(
            story.act(login),
            code,
            action_id=action_id or str(uuid4()),
            body={"code": code},
            done=lambda told: json.dumps({"outcome": told.outcome}),
            refused=lambda refusal: json.dumps({"code": refusal.code}),
        )
    )
    return answer


def outcome(answer: Answer) -> str:
    """Return what a scan did, or why it was refused."""
    told = json.loads(answer.body)
    return str(told.get("outcome") or told["code"])


def running(story: Story, login: str = "repairer") -> str | None:
    """Return the garment on which somebody's timer runs."""
    story.session.rollback()
    found = queries.running(story.session, story.actor(login).account_id)
    return found.registration.no if found else None


def second_repairer(story: Story) -> str:
    """Hire a second repairer; return his login."""
    story.write(
        lambda: account.add_account(
            story.session,
            login="repairer2",
            name="吴师傅",
            role=Role.REPAIRER,
            site="ASD",
            password_hash="-",
        )
    )
    return "repairer2"


def work_of(story: Story, no: str) -> Work:
    """Return the last work entry of a garment."""
    story.session.rollback()
    registration_id = story.registration(no).id
    query = select(Work).where(Work.registration_id == registration_id)
    found = story.session.scalars(query.order_by(Work.id.desc())).first()
    assert found is not None
    return found


def faults(story: Story) -> list[str]:
    """Return what verify finds."""
    story.session.rollback()
    return [fault for finding in verify(story.session) for fault in finding.faults]


def test_a_scan_starts_another_changes_over_the_same_again_stops(story: Story) -> None:
    first, second = at_bench(story, 2)
    assert outcome(scan(story, first)) == "started"
    assert running(story) == first
    story.wait(minutes=7)
    assert outcome(scan(story, second)) == "started"
    assert running(story) == second
    story.wait(minutes=5)
    assert outcome(scan(story, second)) == "stopped"
    assert running(story) is None
    times = story.session.scalars(select(BenchTime).order_by(BenchTime.id)).all()
    assert [(time.stopped_at - time.started_at).seconds // 60 for time in times] == [7, 5]


def test_the_same_scan_sent_twice_counts_once(story: Story) -> None:
    [no] = at_bench(story)
    key = str(uuid4())
    first, again = scan(story, no, action_id=key), scan(story, no, action_id=key)
    assert (first.body, again.is_replay) == (again.body, True)
    assert running(story) == no
    kept = story.session.scalars(select(HandlingScan).where(HandlingScan.document == "bench"))
    assert [(row.action, row.outcome) for row in kept] == [("bench_started", "done")]


def test_only_a_garment_in_repair_starts_and_the_refused_scan_is_kept(story: Story) -> None:
    no = story.register()
    assert outcome(scan(story, no)) == "not_in_repair"
    assert running(story) is None
    kept = story.session.scalars(select(HandlingScan).where(HandlingScan.document == "bench"))
    assert [(row.outcome, row.code) for row in kept] == [("refused", "not_in_repair")]


def test_a_refused_scan_leaves_the_running_timer_alone(story: Story) -> None:
    [no] = at_bench(story)
    scan(story, no)
    assert outcome(scan(story, story.register())) == "not_in_repair"
    assert running(story) == no


@pytest.mark.parametrize("login", ["clerk", "supervisor", "assessor", "store1"])
def test_time_is_taken_by_repairers_alone(story: Story, login: str) -> None:
    [no] = at_bench(story)
    with pytest.raises(Forbidden):
        scan(story, no, login)


def test_two_repairers_may_time_one_garment_each_his_own(story: Story) -> None:
    [no] = at_bench(story)
    other = second_repairer(story)
    scan(story, no)
    story.wait(minutes=2)
    scan(story, no, other)
    assert (running(story), running(story, other)) == (no, no)
    story.wait(minutes=3)
    story.do("repairer", "registration", no, "work", operations=[Operation("缝合", 5)])
    assert (running(story), running(story, other)) == (None, no)
    assert work_of(story, no).measured_minutes == 5
    story.do("repairer", "registration", no, "finish_repair")
    assert running(story, other) is None


def test_work_keeps_the_measured_minutes_beside_those_entered_and_counts_them_once(
    story: Story,
) -> None:
    [no] = at_bench(story)
    scan(story, no)
    story.wait(minutes=9)
    scan(story, no)
    story.wait(hours=1)
    scan(story, no)
    story.wait(minutes=4)
    story.do("repairer", "registration", no, "work", operations=[Operation("缝合", 20)])
    entry = work_of(story, no)
    assert (entry.minutes, entry.measured_minutes) == (20, 13)
    story.do("repairer", "registration", no, "work", operations=[Operation("熨烫", 3)])
    assert work_of(story, no).measured_minutes is None
    assert faults(story) == []


def test_a_forgotten_timer_counts_up_to_the_policy_and_says_so(story: Story) -> None:
    [no] = at_bench(story)
    scan(story, no)
    story.wait(days=2)
    actor = story.actor("repairer").account_id
    times = queries.uncounted(story.session, actor, story.registration(no).id)
    told = queries.minutes_of(story.session, times, story.now)
    assert told is not None
    assert (told.minutes, told.is_cut) == (240, True)
    story.do("repairer", "registration", no, "work", operations=[Operation("缝合", 15)])
    assert work_of(story, no).measured_minutes == 240


@pytest.mark.parametrize(("action", "note"), [("finish_repair", None), ("give_up", "面料脆化")])
def test_a_garment_that_leaves_the_bench_runs_no_longer(
    story: Story, action: str, note: str | None
) -> None:
    [no] = at_bench(story)
    story.do("repairer", "registration", no, "work", operations=[Operation("缝合", 5)])
    scan(story, no)
    story.do("repairer", "registration", no, action, note=note)
    assert running(story) is None


def test_a_button_stops_what_runs_and_refuses_when_nothing_does(story: Story) -> None:
    [no] = at_bench(story)
    scan(story, no)
    assert story.write(lambda: bench.stop(story.act("repairer")).no) == no
    with pytest.raises(RuleViolation) as refusal:
        story.write(lambda: bench.stop(story.act("repairer")))
    assert refusal.value.code == "nothing_running"


def test_two_tabs_that_start_two_garments_at_once_leave_one_running(
    app: Flask, story: Story
) -> None:
    nos = at_bench(story, 2)
    start = threading.Barrier(2)
    told: list[str] = []

    def run(no: str) -> None:
        with app.app_context():
            mine = Story(db.session(), story.now)
            start.wait()
            try:
                told.append(outcome(scan(mine, no)))
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(no,)) for no in nos]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told == ["started", "started"]
    story.session.rollback()
    times = story.session.scalars(select(BenchTime)).all()
    assert len(times) == 2
    assert [time.stopped_at is None for time in times].count(True) == 1
    assert faults(story) == []


def test_the_database_itself_keeps_a_second_timer_away(story: Story) -> None:
    [no] = at_bench(story)
    scan(story, no)
    registration = story.registration(no)
    who = story.actor("repairer").account_id
    story.session.add(
        BenchTime(registration_id=registration.id, account_id=who, started_at=story.now)
    )
    with pytest.raises(IntegrityError):
        story.session.flush()
    story.session.rollback()


def test_the_queue_is_by_due_day_and_leaves_out_what_a_colleague_has_in_hand(story: Story) -> None:
    early = at_bench(story)[0]
    story.wait(days=7)
    late, other_hand = at_bench(story, 2)
    scan(story, other_hand, second_repairer(story))
    actor = story.actor("repairer")
    own, following = queries.queue(story.session, actor)
    assert ([one.registration.no for one in own], following) == ([early, late], None)
    assert own[0].since is not None
    every, _following = queries.queue(story.session, actor, everyone=True)
    assert [(one.registration.no, one.workers) for one in every] == [
        (early, ()),
        (late, ()),
        (other_hand, ("吴师傅",)),
    ]


def test_a_failed_check_stands_in_the_queue(story: Story) -> None:
    [no] = at_bench(story)
    story.do("repairer", "registration", no, "work", operations=[Operation("缝合", 5)])
    story.do("repairer", "registration", no, "finish_repair")
    story.do("qa", "registration", no, "fail_check", note="线迹不齐")
    [waiting], _following = queries.queue(story.session, story.actor("repairer"))
    assert (waiting.registration.no, waiting.failed_checks) == (no, 1)
    story.do("repairer", "registration", no, "finish_repair")
    story.do("qa", "registration", no, "pass_check", grade=Grade.FIRST)
    assert queries.queue(story.session, story.actor("repairer"))[0] == []


def test_nobody_of_a_store_sees_the_queue_of_another(story: Story) -> None:
    at_bench(story)
    assert queries.queue(story.session, story.actor("store2"), everyone=True)[0] == []


def test_what_a_scan_measured_waits_on_the_bench_until_it_is_entered(story: Story) -> None:
    first, second = at_bench(story, 2)
    scan(story, first)
    story.wait(minutes=3)
    scan(story, first)
    who = story.actor("repairer").account_id
    left = queries.latest(story.session, who)
    assert left is not None
    assert left.registration.no == first
    scan(story, second)
    hand: Any = queries.latest(story.session, who)
    assert hand.registration.no == second
