"""Work lists: counts that open their rows, filters in the address, many garments at once."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import case, update

from tests.story import DOWN_COAT, JACKET, Story
from tracker.domain.codes import Defect
from tracker.models.site import Site
from tracker.queries import paging, work_counts, work_list
from tracker.queries.work_counts import Count


def _shown(text: str) -> list[str]:
    """The numbers of the garments in the order of the page's rows."""
    return re.findall(r'<span class="under code">(DJ\w+)</span>', text)


def _accept(browser: Any, nos: list[str], key: str = "") -> str:
    fields = {"nos": nos, "action_id": key or str(uuid4())}
    return str(browser.post("/registrations/bulk?status=registered", data=fields).text)


def test_every_filter_of_the_address_bounds_the_list(story: Story, login: Any) -> None:
    stock = story.register(defect=Defect.ZIP_FAIL)
    customers = story.register_customer(code=DOWN_COAT)
    elsewhere = story.register(login="store2")
    browser = login("auditor")
    expected = {
        "owner=customer": [customers],
        "owner=store": [stock, elsewhere],
        f"defect={Defect.ZIP_FAIL.value}": [stock],
        "supplier=SUP02": [customers],
        "supplier=SUP01&site=S001": [stock],
        "style=2653D11007": [customers],
        "status=live&sort=newest": [elsewhere, customers, stock],
        "owner=nonsense": [stock, customers, elsewhere],
        "defect=nonsense": [],
    }
    for address, nos in expected.items():
        assert _shown(browser.get(f"/registrations?{address}").text) == nos, address


@pytest.mark.parametrize("sort", ["due", "waiting", "newest"])
def test_pages_follow_one_another_without_gap_or_repeat(
    story: Story, login: Any, monkeypatch: pytest.MonkeyPatch, sort: str
) -> None:
    monkeypatch.setattr(work_list, "PAGE", 2)
    nos = []
    for number in range(7):
        nos.append(story.register())
        if number % 3 == 0:
            story.do("manager1", "registration", nos[-1], "accept")
        story.wait(hours=20)
    browser, address, seen = login("store1"), f"/registrations?sort={sort}", []
    while address:
        text = browser.get(address).text
        seen += _shown(text)
        following = re.search(r'href="([^"]+)" rel="next"', text)
        address = following.group(1).replace("&amp;", "&") if following else ""
    assert sorted(seen) == sorted(nos)
    if sort == "newest":
        assert seen == nos[::-1]


@pytest.mark.parametrize("cursor", ["", "~", "x~3", "9999-99-99~1", "~-1", "ü~ü", "2026-11-02"])
def test_a_strange_cursor_begins_anew_or_goes_on_and_breaks_nothing(
    story: Story, login: Any, cursor: str
) -> None:
    story.register()
    for sort in work_list.SORTS:
        query = {"cursor": cursor, "sort": sort}
        assert login("store1").get("/registrations", query_string=query).status_code == 200


def test_a_cursor_says_where_the_page_before_ended() -> None:
    assert paging.key_of(paging.key_text("2026-11-02", 17)) == ("2026-11-02", 17)
    assert paging.key_of(None) == ("", 0)


def test_many_are_accepted_at_once_and_what_failed_says_why(story: Story, login: Any) -> None:
    one, two, late = story.register(), story.register(), story.register()
    foreign = story.register(login="store2")
    story.do("manager1", "registration", late, "refuse", reason="small_stain")
    story.do("manager1", "registration", late, "accept")
    text = _accept(login("manager1"), [one, two, late, foreign])
    assert "共 4 件，完成 2 件" in text
    assert "当前状态是「待寄」" in text
    assert "没有找到" in text
    statuses = [story.registration(no).status for no in (one, two, late, foreign)]
    assert statuses == ["ready_to_ship", "ready_to_ship", "ready_to_ship", "registered"]


def test_a_second_press_tells_the_same_and_does_nothing(story: Story, login: Any) -> None:
    no, key, browser = story.register(), str(uuid4()), login("manager1")
    first = _accept(browser, [no], key)
    version = story.registration(no).version
    assert "共 1 件，完成 1 件" in first
    assert "共 1 件，完成 1 件" in _accept(browser, [no], key)
    assert story.registration(no).version == version


def test_nothing_is_done_to_many_where_each_needs_a_word(story: Story, login: Any) -> None:
    no = story.register()
    answer = login("store1").post(
        "/registrations/bulk?status=registered", data={"nos": [no], "action_id": str(uuid4())}
    )
    assert answer.status_code == 200
    assert story.registration(no).status == "registered"


def test_without_a_tick_nothing_happens_and_it_says_so(story: Story, login: Any) -> None:
    story.register()
    assert "请至少勾选一件。" in _accept(login("manager1"), [])


def test_a_count_knows_the_oldest_the_overdue_and_the_next_due(story: Story) -> None:
    began = story.now
    story.register(code=JACKET)
    story.wait(days=4)
    story.register(code=DOWN_COAT)
    today = story.now.date()
    counted = work_counts.garments(story.session, story.actor("manager1"), today)["registered"]
    assert (counted.total, counted.overdue, counted.oldest_at) == (2, 1, began)
    assert counted.next_due_on is not None
    assert counted.next_due_on > today


def test_counts_add_up() -> None:
    from datetime import UTC, date, datetime

    early, late = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 5, tzinfo=UTC)
    one = Count(2, 1, late, None)
    two = Count(3, 0, early, date(2026, 11, 9))
    assert one + two == Count(5, 1, early, date(2026, 11, 9))


def test_the_time_in_a_status_begins_anew_with_the_status_only(story: Story) -> None:
    no = story.received()
    since = story.registration(no).since_at
    assert since == story.now
    story.wait(days=1)
    story.repair(no)
    assert story.registration(no).since_at == story.now


def test_a_region_counts_the_papers_it_has_yet_to_relay(story: Story, login: Any) -> None:
    box = story.send(story.register())
    assert work_counts.unrelayed(story.session, story.actor("region1")).total == 1
    story.do("region1", "shipment", box, "relay")
    assert work_counts.unrelayed(story.session, story.actor("region1")).total == 0


def test_a_region_that_holds_after_sales_relays_for_its_own_stores_alone(
    story: Story, login: Any
) -> None:
    story.session.execute(
        update(Site)
        .where(Site.code.in_(("ASD", "S002")))
        .values(region=case((Site.code == "ASD", "R1"), else_="R2"))
    )
    story.session.commit()
    ours = story.send(story.register())
    theirs = story.send(story.register(login="store2"), login="store2", manager="manager2")
    assert work_counts.unrelayed(story.session, story.actor("region1")).total == 1
    browser = login("region1")
    for path in ("/shipments/relay", "/shipments?unrelayed=1"):
        page = browser.get(path).text
        assert [box for box in (ours, theirs) if box in page] == [ours], path


def test_a_box_that_should_have_come_is_overdue(story: Story) -> None:
    from datetime import timedelta

    story.send(story.register())
    story.wait(days=6)
    late_from = story.now - timedelta(days=4)
    counted = work_counts.boxes_in(story.session, story.actor("clerk"), late_from)
    assert (counted["dispatched"].total, counted["dispatched"].overdue) == (1, 1)
