"""A garment that will be late is told before it is: to its holder, the supervisor, the region."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from tests.kept import kept
from tests.services.test_notice import said, told
from tests.services.test_notice_sending import KEY, open_channel
from tests.story import Story
from tracker.db import write
from tracker.domain.codes import Cause
from tracker.domain.notice import Occasion
from tracker.domain.notice_channel import ChannelKind, Setup
from tracker.domain.registration import Outcome
from tracker.domain.shipment import Kind
from tracker.models.delivery import Delivery
from tracker.models.notice import Notice
from tracker.models.notice_channel import NoticeSending
from tracker.models.registration import Registration
from tracker.services import forecast, notice
from tracker.services import notice_sending as sendings

LATE = Occasion.WILL_BE_LATE
DUE = datetime(2026, 11, 17, 16, 0, tzinfo=UTC)
"""The end of the fifteenth day of what leaves its store on Monday 2 November 2026."""


@pytest.fixture(autouse=True)
def _nothing_to_inspect(story: Story) -> None:
    inspected = update(Delivery).values(status="inspected")
    story.write(lambda: story.session.execute(inspected))


def look(story: Story) -> int:
    """Do what the runner does: foretell, then tell."""
    write(story.session, lambda: forecast.refresh(story.session, story.now))
    return notice.tell(story.session, story.now)


@kept
def waiting_too_long(story: Story, garments: int = 1) -> list[str]:
    """Leave garments at after-sales unassessed for two days: eleven more are one too many."""
    nos = [story.register() for _ in range(garments)]
    story.at_after_sales(*nos)
    story.wait(days=2)
    return nos


def standing(story: Story, no: str) -> list[bool]:
    """Return of each notice that a garment will be late whether it stands."""
    story.session.rollback()
    query = select(Notice.settled_at).where(Notice.occasion == LATE, Notice.record == no)
    return [settled is None for settled in story.session.scalars(query.order_by(Notice.id))]


def test_what_will_be_late_is_told_once_and_climbs_as_the_due_day_comes_nearer(
    story: Story,
) -> None:
    no = story.received()
    look(story)
    assert told(story, LATE) == []
    story.wait(days=2)
    assert (look(story), look(story)) == (1, 0)
    assert told(story, LATE) == [("clerk", no, 2)]
    story.now = DUE - timedelta(hours=72, minutes=1)
    look(story)
    assert told(story, LATE)[1:] == []
    story.wait(minutes=1)
    look(story)
    story.now = DUE - timedelta(hours=24)
    look(story)
    assert told(story, LATE)[1:] == [("supervisor", no, 3), ("region1", no, 4)]


def test_it_says_when_the_garment_is_due_where_it_is_and_when_it_is_expected(story: Story) -> None:
    [no] = waiting_too_long(story)
    look(story)
    row = story.session.scalars(select(Notice).where(Notice.occasion == LATE)).one()
    assert {name: row.facts[name] for name in ("record", "due", "status", "likely")} == {
        "record": no, "due": "11-17 24:00", "status": "已签收", "likely": "11-18",
    }  # fmt: skip


def test_while_its_box_is_on_the_road_its_store_is_told_and_after_sales_once_it_is_there(
    story: Story,
) -> None:
    no = story.register()
    box = story.send(no)
    story.wait(days=9)
    look(story)
    assert told(story, LATE) == [("store1", no, 1)]
    story.count_in(box, no)
    look(story)
    assert told(story, LATE)[1:] == [("clerk", no, 2)]


def test_a_customer_s_garment_of_which_after_sales_was_told_is_told_to_the_store_that_asks_him(
    story: Story,
) -> None:
    no = story.received_customer(cause=Cause.WEAR_MISUSE)
    story.wait(days=6)
    look(story)
    assert told(story, LATE) == [("clerk", no, 2)]
    quoted = {"outcome": Outcome.REPAIR, "quote_fen": 3500}
    assert story.do("assessor", "registration", no, "assess", **quoted) == "awaiting_customer"
    assert (look(story), look(story)) == (2, 0), "and to ask its customer"
    assert told(story, LATE)[1:] == [("store1", no, 1)]


def test_what_after_sales_sent_back_too_late_is_told_to_the_store_that_waits_for_it(
    story: Story,
) -> None:
    [no] = waiting_too_long(story)
    look(story)
    story.repair(no)
    story.now = DUE - timedelta(hours=60)
    look(story)
    found = told(story, LATE)
    assert [name for name, _no, _step in found] == ["clerk", "supervisor"]
    story.dispatch("clerk", story.box("clerk", no, to="S001", kind=Kind.RETURN))
    assert (look(story), look(story)) == (1, 0)
    assert told(story, LATE)[2:] == [("store1", no, 1)]
    assert f"will_be_late {no}" in said(story, "store1")


def test_it_is_settled_by_itself_when_the_garment_is_back(story: Story) -> None:
    [no] = waiting_too_long(story)
    look(story)
    assert f"will_be_late {no}" in said(story, "clerk")
    story.repair(no)
    story.return_to_store(no)
    assert look(story) == 0
    assert standing(story, no) == [False]
    assert f"will_be_late {no}" not in said(story, "clerk")


def test_what_turns_late_again_stands_again_and_is_not_told_a_second_time(story: Story) -> None:
    [no] = waiting_too_long(story)
    look(story)
    story.repair(no)
    look(story)
    assert standing(story, no) == [False]
    story.wait(days=6)
    look(story)
    assert standing(story, no) == [True]
    assert told(story, LATE) == [("clerk", no, 2)]


def test_once_the_due_day_is_over_the_garment_is_overdue_and_no_longer_foretold(
    story: Story,
) -> None:
    [no] = waiting_too_long(story)
    look(story)
    story.now = DUE
    look(story)
    assert standing(story, no) == [False]
    assert told(story, Occasion.GARMENT_OVERDUE) == [("clerk", no, 1), ("manager1", no, 2)]


def test_another_promised_day_is_another_matter(story: Story) -> None:
    [no] = waiting_too_long(story)
    look(story)
    nearer = update(Registration).values(due_on=DUE.date() - timedelta(days=1))
    story.write(lambda: story.session.execute(nearer.where(Registration.no == no)))
    look(story)
    assert told(story, LATE) == [("clerk", no, 2), ("clerk", no, 2)]
    assert standing(story, no) == [False, True]


def test_many_of_them_are_one_line_of_a_message(story: Story) -> None:
    open_channel(story, ChannelKind.WECOM, Setup(url="http://127.0.0.1:9/robot"))
    nos = waiting_too_long(story, garments=4)
    assert look(story) == 4
    story.write(lambda: sendings.compose(story.session, KEY, story.now))
    assert list(story.session.scalars(select(NoticeSending.body))) == [
        f"会超期：4 项（{nos[0]}、{nos[1]}、{nos[2]} 等）"
    ]
