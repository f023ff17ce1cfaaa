"""The bell, the inbox, the reader's wishes and the steps of escalation on pages and in the API."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import event, update

from tests.story import Story
from tracker.db import utc_now, write
from tracker.domain.notice import Occasion
from tracker.extensions import db
from tracker.models.delivery import Delivery
from tracker.queries import notice as queries
from tracker.services import forecast, notice


@pytest.fixture
def garment(story: Story) -> str:
    """A registration that nobody decided for twenty days, told to manager and region."""
    story.now = utc_now() - timedelta(days=20)
    inspected = update(Delivery).values(status="inspected")
    story.write(lambda: story.session.execute(inspected))
    no = story.register()
    notice.tell(story.session, utc_now())
    return no


def numbers(story: Story, login: str) -> list[int]:
    story.session.rollback()
    rows, _next = queries.page(story.session, story.actor(login), queries.Filter("all"))
    return [row.id for row in rows if row.occasion == Occasion.UNDECIDED]


def form(**fields: Any) -> dict[str, Any]:
    return {"action_id": str(uuid4()), **fields}


def test_the_bell_counts_and_the_inbox_leads_to_the_record(garment: str, login: Any) -> None:
    page = login("region1").get("/notices").text
    assert '<span class="bell-count">1</span>' in page
    assert f'href="/registrations/{garment}">广州天河店的登记单 {garment} 须在' in page


def test_the_bell_asks_one_question_a_request(garment: str, login: Any) -> None:
    browser = login("region1")
    asked: list[str] = []

    def note(_conn, _cursor, statement, *_more):  # type: ignore[no-untyped-def]
        asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        browser.get("/policies")
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert len([statement for statement in asked if "FROM notice" in statement]) == 1


def test_a_notice_is_read_unread_and_all_are_read(garment: str, story: Story, login: Any) -> None:
    browser = login("region1")
    [number] = numbers(story, "region1")
    answer = browser.post("/notices/read", data={"id": number, "next": "/notices?state=all"})
    assert (answer.status_code, answer.location) == (303, "/notices?state=all")
    assert "没有待阅的通知" in browser.get("/notices").text
    assert browser.post(f"/notices/{number}/unread").status_code == 303
    assert garment in browser.get("/notices").text
    assert browser.post("/notices/read", data={"all": "1"}).status_code == 303
    assert "bell-count" not in browser.get("/notices").text


def test_another_reader_s_notice_is_not_there(garment: str, story: Story, login: Any) -> None:
    [number] = numbers(story, "region1")
    browser = login("manager1")
    browser.post("/notices/read", data={"id": number})
    assert browser.post(f"/notices/{number}/unread").status_code == 404
    assert queries.unread_count(story.session, story.actor("region1")) == 1


def test_the_page_of_a_record_says_whom_it_was_told_to(garment: str, login: Any) -> None:
    text = " ".join(login("manager1").get(f"/registrations/{garment}").text.split())
    assert "已升级至店长 陈晓梅（登记单未处理）" in text
    assert "已升级至区域 吴海涛（登记单未处理）" in text


def test_only_a_step_after_the_first_moment_is_called_an_escalation(
    garment: str, story: Story, login: Any
) -> None:
    story.now = utc_now() - timedelta(days=9)
    late = story.received()
    write(story.session, lambda: forecast.refresh(story.session, utc_now()))
    notice.tell(story.session, utc_now())
    clerk = login("clerk")
    page = clerk.get("/notices").text
    assert f"登记单 {late} 须在" in page
    assert "第 2 级" not in page, "the holder is the first to hear of it"
    assert "售后文员 郑洁（会超期）" in clerk.get(f"/registrations/{late}").text
    assert "已升级至售后文员" not in clerk.get(f"/registrations/{late}").text
    assert "第 3 级" in login("region1").get("/notices").text


def test_wishes_are_kept_and_shown_again(story: Story, login: Any) -> None:
    browser = login("store1")
    wanted = form(
        unwanted=["box_cut_off"], mailed=["alarm"], address="wang@example.cn", language="zh",
        digest="09:00", quiet_from="21:00", quiet_until="08:00",
    )  # fmt: skip
    assert browser.post("/notices/wishes", data=wanted).status_code == 303
    row = queries.wish_of(story.session, story.actor("store1").account_id)
    assert row is not None
    assert (row.unwanted, row.mailed, row.address) == (
        ["box_cut_off"],
        ["alarm"],
        "wang@example.cn",
    )
    assert (row.digest_minute, row.quiet_from, row.quiet_until) == (540, 1260, 480)
    page = browser.get("/notices/wishes").text
    assert all(value in page for value in ("wang@example.cn", "09:00", "21:00", "08:00"))


@pytest.mark.parametrize(
    "wrong", [{"mailed": ["alarm"]}, {"address": "no address"}, {"digest": "25:00"}]
)
def test_wishes_that_cannot_be_are_said_in_place(login: Any, wrong: dict[str, Any]) -> None:
    answer = login("store1").post("/notices/wishes", data=form(language="zh", **wrong))
    assert answer.status_code == 422


def test_the_supervisor_changes_a_step_on_the_page_and_others_only_read(login: Any) -> None:
    change = form(
        occasion="undecided", ordinal=3, role="region", hours=5, reason="加快",
        effective_from=(utc_now() + timedelta(days=1)).date().isoformat(),
    )  # fmt: skip
    assert login("clerk").post("/notices/steps", data=change).status_code == 403
    assert login("clerk").get("/notices/steps").status_code == 200
    browser = login("supervisor")
    assert browser.post("/notices/steps", data=change).status_code == 303
    page = browser.get("/notices/steps").text
    assert "加快" in page
    assert "到期前 15 天" in page, "360 hours are told in days"
    assert "到期前 24 小时" in page
    late = {**change, "action_id": str(uuid4()), "effective_from": "2020-01-01"}
    assert browser.post("/notices/steps", data=late).status_code == 422


def test_the_api_lists_and_reads_the_caller_s_own(garment: str, story: Story, api: Any) -> None:
    program = api("region1")
    [item] = program.get("/notices").json["items"]
    assert (item["occasion"], item["record"], item["step"]) == ("undecided", garment, 3)
    [theirs] = numbers(story, "region1")
    assert api("manager1").post("/notices/read", {"ids": [theirs]}).json == {"read": 0}
    assert program.post("/notices/read", {"ids": [theirs]}).json == {"read": 1}
    assert program.get("/notices").json == {"items": [], "next": None}
    assert program.post("/notices/read", {}).json == {"read": 0}
    assert program.post("/notices/read", {"ids": ["x"]}).status_code == 422
