"""Who is told of what, when, and how often: schedules and escalation by the app's clock."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, func, select, update

from tests.kept import kept
from tests.story import JACKET, SUPPLIER_FAULT, Story
from tracker.domain.account import Role
from tracker.domain.codes import LiableKind
from tracker.domain.errors import Forbidden, InvalidInput, NotFound
from tracker.domain.escalation import DEFAULTS, Step, in_force
from tracker.domain.loss import Share
from tracker.domain.notice import Occasion
from tracker.domain.notice_wish import Wish
from tracker.domain.shipment import Kind
from tracker.extensions import db
from tracker.models.account import Account
from tracker.models.delivery import Delivery
from tracker.models.notice import Notice
from tracker.queries import escalation as steps
from tracker.queries import notice as queries
from tracker.services import escalation, notice

FRIDAY_CUT_OFF = datetime(2026, 11, 6, 8, 0, tzinfo=UTC)
"""Friday 6 November 2026, four in the afternoon in Shanghai."""


@pytest.fixture(autouse=True)
def _nothing_to_inspect(story: Story) -> None:
    """The demonstration's deliveries are none of these tests' matters."""
    inspected = update(Delivery).values(status="inspected")
    story.write(lambda: story.session.execute(inspected))


def tell(story: Story) -> int:
    return notice.tell(story.session, story.now)


def told(story: Story, occasion: Occasion) -> list[tuple[str, str, int]]:
    """Return who was told of an occasion: log-in, record, step; in the order of the telling."""
    story.session.rollback()
    rows = story.session.execute(
        select(Account.login, Notice.record, Notice.step)
        .join(Account, Account.id == Notice.account_id)
        .where(Notice.occasion == occasion)
        .order_by(Notice.id)
    )
    return [tuple(row) for row in rows]


@contextmanager
def asked() -> Iterator[list[str]]:
    """Collect the questions that the database is asked."""
    found: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if statement.startswith("SELECT"):
            found.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield found
    event.remove(db.engine, "before_cursor_execute", note)


def said(story: Story, login: str) -> Sequence[str]:
    rows, _next = queries.page(story.session, story.actor(login), queries.Filter())
    return [f"{row.occasion} {row.record}" for row in rows]


def test_a_store_is_reminded_a_day_before_its_cut_off_its_manager_four_hours_before(
    story: Story,
) -> None:
    no = story.register()
    story.do("manager1", "registration", no, "accept")
    story.now = FRIDAY_CUT_OFF - timedelta(hours=24, minutes=1)
    tell(story)
    assert told(story, Occasion.BOX_CUT_OFF) == []
    story.wait(minutes=1)
    tell(story)
    assert told(story, Occasion.BOX_CUT_OFF) == [("store1", "S001", 1)]
    story.now = FRIDAY_CUT_OFF - timedelta(hours=4)
    assert tell(story) == 1
    assert told(story, Occasion.BOX_CUT_OFF)[1:] == [("manager1", "S001", 2)]


def test_a_store_that_sent_its_box_is_not_reminded(story: Story) -> None:
    story.send(story.register())
    story.now = FRIDAY_CUT_OFF - timedelta(hours=1)
    tell(story)
    assert told(story, Occasion.BOX_CUT_OFF) == []


def test_a_box_that_stays_after_the_cut_off_climbs_from_the_store_to_its_region(
    story: Story,
) -> None:
    no = story.register()
    story.do("manager1", "registration", no, "accept")
    box = story.box("store1", no)
    story.now = FRIDAY_CUT_OFF
    tell(story)
    assert told(story, Occasion.BOX_UNSEALED) == [("store1", box, 1)]
    story.wait(hours=24)
    tell(story)
    story.wait(hours=48)
    tell(story)
    assert told(story, Occasion.BOX_UNSEALED)[1:] == [("manager1", box, 2), ("region1", box, 3)]


def test_another_region_hears_nothing_of_a_box(story: Story) -> None:
    no = story.register("store3")
    story.do("manager3", "registration", no, "accept")
    box = story.box("store3", no)
    story.now = FRIDAY_CUT_OFF + timedelta(days=9)
    tell(story)
    assert told(story, Occasion.BOX_UNSEALED) == [("store3", box, 1), ("manager3", box, 2)]


def test_a_box_not_received_after_four_days_is_told_to_after_sales_then_upward(
    story: Story,
) -> None:
    box = story.send(story.register())
    story.now = datetime(2026, 11, 6, 15, 59, tzinfo=UTC)
    tell(story)
    assert told(story, Occasion.BOX_NOT_RECEIVED) == []
    story.wait(minutes=1)
    tell(story)
    for _day in range(5):
        story.wait(days=1)
        tell(story)
    assert told(story, Occasion.BOX_NOT_RECEIVED) == [
        ("clerk", box, 1),
        ("manager1", box, 2),
        ("supervisor", box, 3),
        ("region1", box, 4),
    ]


def test_a_box_that_arrives_settles_its_notices_and_nobody_above_is_told(story: Story) -> None:
    no = story.register()
    box = story.send(no)
    story.wait(days=5)
    tell(story)
    assert "box_not_received " + box in said(story, "clerk")
    story.count_in(box, no)
    story.wait(days=3)
    tell(story)
    assert [name for name, _no, _step in told(story, Occasion.BOX_NOT_RECEIVED)] == ["clerk"]
    assert "box_not_received " + box not in said(story, "clerk")


def test_a_return_box_not_received_is_told_to_its_store(story: Story) -> None:
    no = story.received()
    story.repair(no)
    box = story.box("clerk", no, to="S001", kind=Kind.RETURN)
    story.dispatch("clerk", box)
    story.wait(days=5)
    tell(story)
    assert told(story, Occasion.RETURN_NOT_RECEIVED) == [("store1", box, 1)]


def test_a_delivery_is_told_two_days_before_its_week_ends_then_to_manager_and_region(
    story: Story,
) -> None:
    delivery = story.session.scalars(
        select(Delivery).where(Delivery.due_on >= date(2026, 11, 2)).order_by(Delivery.id)
    ).first()
    no, due = delivery.no, delivery.due_on
    story.write(
        lambda: story.session.execute(
            update(Delivery).where(Delivery.no == no).values(status="received")
        )
    )
    store = delivery.site.code[-1]
    ended = datetime.combine(due, datetime.min.time(), UTC) + timedelta(hours=16)
    for hours in (-49, -48, 0, 72):
        story.now = ended + timedelta(hours=hours)
        tell(story)
    region = [("region1", no, 3)] if delivery.site.region == "R1" else []
    assert told(story, Occasion.INSPECTION_DUE) == [
        (f"store{store}", no, 1),
        (f"manager{store}", no, 2),
        *region,
    ]


def test_a_registration_that_nobody_decides_is_told_to_the_liaison_then_the_region(
    story: Story,
) -> None:
    no = story.register()
    for _day in range(5):
        tell(story)
        story.wait(days=1)
    assert told(story, Occasion.UNDECIDED) == [
        ("manager1", no, 1),
        ("manager1", no, 2),
        ("region1", no, 3),
    ]


def test_a_garment_past_its_fifteen_days_is_not_told_to_the_clerk_who_must_count_its_box(
    story: Story,
) -> None:
    no = story.register()
    story.send(no)
    story.wait(days=16)
    tell(story)
    assert told(story, Occasion.GARMENT_OVERDUE) == [("manager1", no, 2)]


def test_a_garment_overdue_at_after_sales_is_told_upward_day_by_day(story: Story) -> None:
    no = story.received()
    story.wait(days=13)
    for _day in range(4):
        tell(story)
        story.wait(days=1)
    assert told(story, Occasion.GARMENT_OVERDUE) == [
        ("clerk", no, 1),
        ("manager1", no, 2),
        ("supervisor", no, 3),
        ("region1", no, 4),
    ]


@kept
def overdue_on_the_road(story: Story) -> tuple[str, str]:
    """Send a garment in a box that is still on its way when its fifteen days are over; return
    garment and box. Its manager is told."""
    no = story.register()
    box = story.send(no)
    story.wait(days=16)
    tell(story)
    return no, box


def becomes(story: Story, login: str, **facts: Any) -> None:
    """Give an account another role or duty."""
    joins = update(Account).where(Account.login == login).values(**facts)
    story.write(lambda: story.session.execute(joins))


def test_a_garment_overdue_on_the_road_is_told_to_the_clerk_once_he_has_it(story: Story) -> None:
    no, box = overdue_on_the_road(story)
    assert told(story, Occasion.GARMENT_OVERDUE) == [("manager1", no, 2)]
    story.count_in(box, no)
    assert (tell(story), tell(story)) == (1, 0)
    assert told(story, Occasion.GARMENT_OVERDUE)[1:] == [("clerk", no, 1)]
    assert f"garment_overdue {no}" in said(story, "clerk")


def test_who_gets_it_after_the_supervisor_was_told_hears_of_it_and_nobody_hears_again(
    story: Story,
) -> None:
    no, box = overdue_on_the_road(story)
    story.wait(days=1)
    tell(story)
    story.count_in(box, no)
    for _day in range(5):
        tell(story)
        story.wait(days=1)
    assert told(story, Occasion.GARMENT_OVERDUE) == [
        ("manager1", no, 2),
        ("supervisor", no, 3),
        ("clerk", no, 1),
        ("region1", no, 4),
    ]


def test_a_garment_that_is_back_is_settled_for_all_who_were_told_and_told_to_nobody_new(
    story: Story,
) -> None:
    no, box = overdue_on_the_road(story)
    story.count_in(box, no)
    tell(story)
    story.repair(no)
    story.return_to_store(no)
    tell(story)
    found = told(story, Occasion.GARMENT_OVERDUE)
    becomes(story, "qa", role=Role.CLERK.value)
    story.wait(days=9)
    tell(story)
    assert told(story, Occasion.GARMENT_OVERDUE) == found
    rows = select(Notice.settled_at).where(Notice.occasion == Occasion.GARMENT_OVERDUE)
    assert None not in story.session.scalars(rows).all()


def test_a_new_clerk_is_told_once_of_what_is_open_and_of_nothing_else(story: Story) -> None:
    back, open_still = story.register(), story.register()
    story.at_after_sales(back, open_still)
    story.wait(days=13)
    tell(story)
    story.repair(back)
    story.return_to_store(back)
    tell(story)
    becomes(story, "qa", role=Role.CLERK.value)
    assert (tell(story), tell(story)) == (1, 0)
    assert told(story, Occasion.GARMENT_OVERDUE)[-1] == ("qa", open_still, 1)
    assert said(story, "qa") == [f"garment_overdue {open_still}"]


def test_who_heard_of_a_later_step_is_not_told_of_an_earlier_one_that_names_him_now(
    story: Story,
) -> None:
    no = story.register("store2")
    story.wait(days=20)
    tell(story)
    found = told(story, Occasion.UNDECIDED)
    becomes(story, "manager2", is_liaison=True)
    assert tell(story) == 0
    assert told(story, Occasion.UNDECIDED) == found == [("manager2", no, 2), ("region1", no, 3)]


def test_who_wants_an_occasion_again_is_told_of_what_is_open(story: Story) -> None:
    unwanted = Wish(unwanted=frozenset({Occasion.UNDECIDED}))
    story.write(lambda: notice.wish(story.act("manager1"), unwanted))
    no = story.register()
    story.wait(days=20)
    tell(story)
    story.write(lambda: notice.wish(story.act("manager1"), Wish()))
    assert (tell(story), tell(story)) == (1, 0)
    assert told(story, Occasion.UNDECIDED) == [("region1", no, 3), ("manager1", no, 2)]


def test_many_open_matters_are_looked_through_with_as_many_questions_as_one(story: Story) -> None:
    overdue_on_the_road(story)
    with asked() as of_one:
        tell(story)
    for _garment in range(3):
        story.register()
    story.wait(days=20)
    tell(story)
    with asked() as of_many:
        assert tell(story) == 0
    assert len(of_many) == len(of_one)


def test_a_customer_who_may_collect_is_told_to_the_store_at_once(story: Story) -> None:
    no = story.received_customer()
    story.repair(no)
    story.return_to_store(no)
    tell(story)
    assert told(story, Occasion.CUSTOMER_COLLECT) == [("store1", no, 1)]
    story.wait(hours=72)
    tell(story)
    assert told(story, Occasion.CUSTOMER_COLLECT)[1:] == [("manager1", no, 2)]


def test_a_form_that_a_supplier_does_not_sign_is_told_to_it_then_to_business_and_supervisor(
    story: Story,
) -> None:
    no = story.scrapped()
    [form] = story.list_on_forms(no)
    story.do("clerk", "loss_form", form, "submit")
    for _day in range(9):
        tell(story)
        story.wait(days=1)
    assert told(story, Occasion.UNSIGNED_FORM) == [
        ("supplier1", form, 1),
        ("business", form, 3),
        ("supervisor", form, 4),
    ]


def test_a_store_s_form_is_told_to_its_manager_and_to_no_supplier(story: Story) -> None:
    no = story.received()
    story.scrap(no, Share(LiableKind.STORE, 100, "S001"), note="店铺损坏")
    [form] = story.list_on_forms(no)
    story.do("clerk", "loss_form", form, "submit")
    story.wait(days=12)
    tell(story)
    assert [name for name, _no, _step in told(story, Occasion.UNSIGNED_FORM)] == [
        "manager1",
        "business",
        "supervisor",
        "region1",
    ]


def test_a_discrepancy_and_the_month_are_told_before_they_are_overdue(story: Story) -> None:
    kept, lost = story.register(), story.register()
    box = story.send(kept, lost)
    story.wait(days=2)
    story.count_in(box, kept)
    [case] = story.cases()
    no = case.no
    story.now = datetime(2026, 11, 16, 16, 0, tzinfo=UTC)
    tell(story)
    assert told(story, Occasion.DISCREPANCY_OVERDUE) == [("clerk", no, 1)]
    story.wait(days=3)
    tell(story)
    assert told(story, Occasion.DISCREPANCY_OVERDUE)[1:] == [("supervisor", no, 2)]


def test_a_destroyed_garment_seen_again_alarms_supervisor_warehouse_and_that_store(
    story: Story,
) -> None:
    no = story.scrapped()
    story.sign_off(story.list_on_forms(no)[0])
    story.destroy(no)
    story.scan(code=story.piece_no(no))
    story.wait(minutes=5)
    tell(story)
    tell(story)
    assert [name for name, _no, _step in told(story, Occasion.ALARM)] == [
        "supervisor",
        "warehouse",
        "manager1",
    ]


def test_a_runner_that_stood_still_for_weeks_tells_each_person_once(story: Story) -> None:
    box = story.send(story.register())
    story.wait(days=40)
    new = tell(story)
    found = told(story, Occasion.BOX_NOT_RECEIVED)
    assert [name for name, _no, _step in found] == ["clerk", "manager1", "supervisor", "region1"]
    assert new == story.session.scalar(select(func.count()).select_from(Notice))
    assert [tell(story) for _tick in range(3)] == [0, 0, 0]
    assert told(story, Occasion.BOX_NOT_RECEIVED) == found
    assert box == found[0][1]


def test_an_account_that_two_steps_reach_at_once_is_told_the_last_of_them(story: Story) -> None:
    no = story.register()
    story.wait(days=20)
    assert (tell(story), tell(story)) == (2, 0)
    assert told(story, Occasion.UNDECIDED) == [("manager1", no, 2), ("region1", no, 3)]


def two_runners(app: Flask, story: Story) -> int:
    """Tell from two runners at one moment; return how many notices they say are new."""
    start, new = threading.Barrier(2), []

    def runner() -> None:
        with app.app_context():
            start.wait()
            new.append(notice.tell(db.session(), story.now))
            db.session.remove()

    threads = [threading.Thread(target=runner) for _runner in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    story.session.rollback()
    return sum(new)


def test_two_runners_at_one_moment_tell_each_person_once(app: Flask, story: Story) -> None:
    story.send(story.register())
    story.wait(days=40)
    new = two_runners(app, story)
    assert new == story.session.scalar(select(func.count()).select_from(Notice))
    assert len(told(story, Occasion.BOX_NOT_RECEIVED)) == 4


def test_two_runners_at_one_moment_tell_a_late_holder_once(app: Flask, story: Story) -> None:
    no, box = overdue_on_the_road(story)
    story.count_in(box, no)
    assert two_runners(app, story) == 1
    assert told(story, Occasion.GARMENT_OVERDUE) == [("manager1", no, 2), ("clerk", no, 1)]


def test_a_runner_killed_between_two_transactions_tells_the_rest_the_next_time(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    nos = [story.register(code=JACKET) for _one in range(3)]
    story.wait(days=20)
    monkeypatch.setattr(notice, "AT_ONCE", 2)
    written = notice._written

    def dies(*args: Any) -> int:
        monkeypatch.setattr(notice, "_written", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        return written(*args)

    monkeypatch.setattr(notice, "_written", dies)
    with pytest.raises(KeyboardInterrupt):
        tell(story)
    assert len(told(story, Occasion.UNDECIDED)) == 2
    monkeypatch.setattr(notice, "_written", written)
    tell(story)
    assert sorted(told(story, Occasion.UNDECIDED)) == sorted(
        [("manager1", no, 2) for no in nos] + [("region1", no, 3) for no in nos]
    )


def test_who_does_not_want_an_occasion_is_not_told_of_it(story: Story) -> None:
    wanted = Wish(unwanted=frozenset({Occasion.UNDECIDED}))
    story.write(lambda: notice.wish(story.act("manager1"), wanted))
    no = story.register()
    story.wait(days=20)
    tell(story)
    assert told(story, Occasion.UNDECIDED) == [("region1", no, 3)]


def test_who_left_is_told_nothing(story: Story) -> None:
    gone = update(Account).where(Account.login == "region1").values(is_active=False)
    story.write(lambda: story.session.execute(gone))
    story.register()
    story.wait(days=20)
    tell(story)
    assert [row[0] for row in told(story, Occasion.UNDECIDED)] == ["manager1"]


def test_a_reader_reads_his_own_notices_and_nobody_else_s(story: Story) -> None:
    story.register()
    story.wait(days=20)
    tell(story)
    [theirs] = queries.page(story.session, story.actor("region1"), queries.Filter())[0]
    number = theirs.id
    assert story.write(lambda: notice.read(story.act("manager1"), [number])) == 0
    with pytest.raises(NotFound):
        queries.get(story.session, story.actor("manager1"), number)
    assert queries.unread_count(story.session, story.actor("region1")) == 1
    assert story.write(lambda: notice.read(story.act("region1"))) == 1
    assert queries.unread_count(story.session, story.actor("region1")) == 0
    story.write(lambda: notice.unread(story.act("region1"), number))
    assert queries.unread_count(story.session, story.actor("region1")) == 1


def test_a_record_says_whom_it_was_told_to_but_not_to_a_supplier(story: Story) -> None:
    no = story.register(**SUPPLIER_FAULT)
    story.wait(days=20)
    tell(story)
    found = queries.told_of(story.session, story.actor("manager1"), no)
    assert [(row.name, row.step) for row in found] == [("陈晓梅", 2), ("吴海涛", 3)]
    assert queries.told_of(story.session, story.actor("supplier1"), no) == ()


def test_the_supervisor_changes_a_step_from_a_day_on(story: Story) -> None:
    sooner = Step(Occasion.UNDECIDED, 3, Role.REGION, 1, date(2026, 11, 3))
    row = story.write(lambda: escalation.change(story.act("supervisor"), sooner, reason="加快"))
    assert (row.hours, row.reason) == (1, "加快")
    assert sooner not in steps.in_force(story.session, date(2026, 11, 2))
    assert sooner in steps.in_force(story.session, date(2026, 11, 3))
    with pytest.raises(Forbidden):
        story.write(lambda: escalation.change(story.act("clerk"), sooner, reason="x"))
    late = Step(Occasion.UNDECIDED, 3, Role.REGION, 1, date(2026, 11, 1))
    with pytest.raises(InvalidInput):
        story.write(lambda: escalation.change(story.act("supervisor"), late, reason="x"))


def test_a_step_that_is_off_tells_nobody(story: Story) -> None:
    for ordinal, role in ((1, Role.LIAISON), (2, Role.STORE_MANAGER)):
        off = Step(Occasion.UNDECIDED, ordinal, role, 0, date(2026, 11, 2), is_off=True)
        story.write(lambda off=off: escalation.change(story.act("supervisor"), off, reason="停"))
    no = story.register()
    story.wait(days=20)
    tell(story)
    assert told(story, Occasion.UNDECIDED) == [("region1", no, 3)]


def test_the_shipped_steps_seed_the_table_once(story: Story) -> None:
    assert list(steps.in_force(story.session, date(2026, 11, 2))) == list(
        in_force(DEFAULTS, date(2026, 11, 2))
    )
    assert story.write(lambda: escalation.seed(story.session)) == 0
