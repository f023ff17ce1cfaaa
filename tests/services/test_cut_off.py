"""Each store has its own weekly cut-off: the narrowest version of the policy (rule 1.31)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.services.test_notice import tell, told
from tests.story import Story
from tracker.db import utc_now
from tracker.domain.calendar import shanghai_date
from tracker.domain.notice import Occasion
from tracker.domain.policy import Scope
from tracker.queries import cut_off
from tracker.queries import site as sites

WEDNESDAY_NOON = datetime(2026, 11, 4, 4, 0, tzinfo=UTC)
FRIDAY_FOUR = datetime(2026, 11, 6, 8, 0, tzinfo=UTC)


@pytest.fixture
def wednesday(story: Story) -> Story:
    """The first store's box leaves on Wednesday at noon, the others' on Friday at four."""
    story.policy("box_cut_off", "3 12:00", scope=Scope.STORE, target="S001")
    return story


def ready(story: Story, number: int) -> str:
    """Have a garment ready to ship in a store."""
    no = story.register(f"store{number}")
    story.do(f"manager{number}", "registration", no, "accept")
    return no


def cut_offs(story: Story) -> list[datetime]:
    rows = [sites.store(story.session, code) for code in ("S001", "S002", "S003")]
    return [cut_off.of_store(story.session, site, story.now) for site in rows if site]


def test_the_store_goes_before_its_region_and_the_region_before_the_chain(story: Story) -> None:
    assert cut_offs(story) == [FRIDAY_FOUR] * 3
    region = sites.store(story.session, "S001").region  # type: ignore[union-attr]
    is_there = [
        sites.store(story.session, code).region == region  # type: ignore[union-attr]
        for code in ("S002", "S003")
    ]
    story.policy("box_cut_off", "4 09:30", scope=Scope.REGION, target=region)
    story.policy("box_cut_off", "3 12:00", scope=Scope.STORE, target="S001")
    thursday = datetime(2026, 11, 5, 1, 30, tzinfo=UTC)
    others = [thursday if there else FRIDAY_FOUR for there in is_there]
    assert is_there == [True, False]
    assert cut_offs(story) == [WEDNESDAY_NOON, *others]


def test_each_store_is_reminded_before_its_own_cut_off(wednesday: Story) -> None:
    ready(wednesday, 1)
    ready(wednesday, 2)
    wednesday.now = WEDNESDAY_NOON - timedelta(hours=24)
    tell(wednesday)
    assert told(wednesday, Occasion.BOX_CUT_OFF) == [("store1", "S001", 1)]
    wednesday.now = FRIDAY_FOUR - timedelta(hours=24)
    tell(wednesday)
    assert told(wednesday, Occasion.BOX_CUT_OFF)[1:] == [("store2", "S002", 1)]


def test_a_box_is_unsent_from_its_own_store_s_cut_off_on(wednesday: Story) -> None:
    ours = wednesday.box("store1", ready(wednesday, 1))
    theirs = wednesday.box("store2", ready(wednesday, 2))
    wednesday.now = WEDNESDAY_NOON
    tell(wednesday)
    assert told(wednesday, Occasion.BOX_UNSEALED) == [("store1", ours, 1)]
    wednesday.now = FRIDAY_FOUR
    tell(wednesday)
    assert ("store2", theirs, 1) in told(wednesday, Occasion.BOX_UNSEALED)


def test_a_box_goes_by_the_version_of_the_day_on_which_it_was_opened(story: Story) -> None:
    box = story.box("store1", ready(story, 1))
    story.wait(days=1)
    story.policy("box_cut_off", "3 12:00", scope=Scope.STORE, target="S001")
    story.now = WEDNESDAY_NOON
    tell(story)
    assert told(story, Occasion.BOX_UNSEALED) == []
    story.now = FRIDAY_FOUR
    tell(story)
    assert told(story, Occasion.BOX_UNSEALED) == [("store1", box, 1)]


@pytest.mark.parametrize("page", ["/", "/shipments"])
def test_a_store_reads_its_own_cut_off_where_it_packs(story: Story, login: Any, page: str) -> None:
    story.now = utc_now()
    tomorrow = shanghai_date(story.now) + timedelta(days=1)
    weekly = f"{tomorrow.isoweekday()} 16:00"
    story.policy("box_cut_off", weekly, scope=Scope.STORE, target="S001")
    said = f"请在 {tomorrow.isoformat()} 16:00 前寄出"
    assert said in login("store1").get(page).text
    assert said not in login("clerk").get(page).text
