"""A loss form's page while it is disputed, what it shows of its lines, and what is signed late."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

from flask import Flask

from tests.kept import kept
from tests.paper import assert_says, on_sqlite, page_texts, print_pdf
from tests.photos import picture
from tests.story import Story, days_ago
from tests.web.test_photo import post
from tracker.db import utc_now
from tracker.domain.loss import Verdict
from tracker.queries import loss, notice_period
from tracker.services import ledger

WHY = "检测报告合格，系店铺熨烫造成"


def _words(page: str) -> str:
    return re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", page[page.index("<main") :]))


def _panels(page: str) -> list[str]:
    return re.findall(r"/actions/([a-z_]+)\"", page)


@kept
def _submitted(story: Story, *nos: str) -> str:
    [form] = story.list_on_forms(*(nos or (story.scrapped(),)))
    story.do("clerk", "loss_form", form, "submit")
    return form


def _act(login: Any, who: str, form: str, action: str, **fields: Any) -> Any:
    path = f"/loss-forms/{form}/actions/{action}"
    return login(who).post(path, data={"action_id": str(uuid4()), **fields})


def test_the_party_disputes_two_of_its_lines_and_reads_the_answer(
    app: Flask, login: Any, story: Story
) -> None:
    first, second, third = story.scrapped(), story.scrapped(), story.scrapped()
    form = _submitted(story, first, second, third)
    page = login("supplier1").get(f"/loss-forms/{form}").text
    assert _panels(page) == ["sign", "dispute"]
    fields = {"x12": "FR", "reason": WHY, "lines": [first, third]}
    assert _act(login, "supplier1", form, "dispute", **fields).status_code == 303
    assert _panels(login("supplier1").get(f"/loss-forms/{form}").text) == []
    assert _panels(login("business").get(f"/loss-forms/{form}").text) == []
    page = login("supervisor").get(f"/loss-forms/{form}").text
    assert _panels(page) == ["answer"]
    assert "下一步" not in _words(page)
    told = story.piece_no(first) + story.piece_no(third)
    assert "运输或店铺造成的损坏X121294FR" in _words(page)
    assert f"{told}{WHY}待答复" in _words(page)
    upheld = {"answer": "upheld", "reason": "实物缝线断裂为工艺问题"}
    assert _act(login, "supervisor", form, "answer", **upheld).status_code == 303
    words = _words(login("supplier1").get(f"/loss-forms/{form}").text)
    assert "维持原责任实物缝线断裂为工艺问题" in words


def test_an_answer_shares_the_loss_with_the_garments_own_store(
    app: Flask, login: Any, story: Story
) -> None:
    story.now = days_ago(9)
    garment = story.scrapped()
    story.now = utc_now()
    form = _submitted(story, garment)
    assert _act(login, "supplier1", form, "dispute", x12="IN", reason=WHY).status_code == 303
    half = {"answer": "shared", "reason": "各半", "kind1": "supplier", "percent1": "50"}
    short = _act(login, "supervisor", form, "answer", **half)
    assert short.status_code == 422
    assert "责任比例合计为50%" in _words(short.text)
    both = half | {"kind2": "store", "percent2": "50"}
    assert _act(login, "supervisor", form, "answer", **both).status_code == 303
    assert story.form(form).status == "draft"
    assert [row.party for row in _drafts(story)] == ["S001", "SUP01"]


def _drafts(story: Story) -> list[Any]:
    rows = loss.forms(story.session, story.actor("auditor"), statuses=["draft"])
    return sorted(rows, key=lambda row: str(row.party))


def test_the_supplier_brings_photos_to_its_own_form_alone(
    app: Flask, login: Any, story: Story
) -> None:
    form = _submitted(story)
    path = f"/loss-forms/{form}/photos"
    assert post(login("supplier1"), path, picture(), kind="evidence").status_code == 303
    for who, status in (("supplier1", 200), ("supervisor", 200), ("manager1", 404)):
        assert login(who).get("/photos/1.jpg").status_code == status
    other = picture(left="blue")
    assert post(login("manager2"), path, other, kind="evidence").status_code == 404


def test_every_line_says_how_its_proposal_follows_and_its_x12_reason(
    app: Flask, login: Any, story: Story
) -> None:
    form = _submitted(story)
    words = _words(login("supplier1").get(f"/loss-forms/{form}").text)
    assert "X121293CV色差" in words
    words = _words(login("clerk").get(f"/loss-forms/{form}").text)
    assert "SUPPLIER1.38适用，由此定责·缺陷「褪色/掉色/沾色/串色」、原因「印染后整理」" in words
    no = story.form(form).lines[0].registration.no
    garment = _words(login("manager1").get(f"/registrations/{no}").text)
    assert "LOST1.39不适用·发现环节是「店铺库存」，本条只适用于：途中丢失" in garment
    assert "按登记当天（2026-11-02）有效的规则" in garment
    assert "不适用" not in _words(login("store1").get(f"/registrations/{no}").text)


@on_sqlite
def test_goods_of_over_two_years_are_flagged_on_page_list_and_paper(
    app: Flask, login: Any, story: Story
) -> None:
    form = _submitted(story, story.scrapped(production_year=2023), story.scrapped())
    page = _words(login("business").get(f"/loss-forms/{form}").text)
    assert "1件是供应商两年前交的货：依《民法典》第六百二十一条" in page
    assert page.count("2023年生产，已满两年") == 1
    assert "1件已满两年" in _words(login("business").get("/loss-forms").text)
    text = page_texts(print_pdf(login("clerk"), f"/loss-forms/{form}.pdf"))[0]
    assert_says(text, "2023※", "※供应商交货已满两年：依《民法典》第六百二十一条")
    assert "2026※" not in text
    assert story.do("supplier1", "loss_form", form, "sign", version=story.form(form).version)


def test_who_was_told_in_time_stays_told_when_the_form_comes_back(story: Story) -> None:
    form = _submitted(story, story.scrapped(production_year=2024))
    for action, more in (("dispute", {"reason": WHY}), ("answer", {})):
        story.wait(days=60)
        if action == "answer":
            more = {"answer": Verdict.UPHELD, "reason": "证据充分"}
        who = "supervisor" if action == "answer" else "supplier1"
        story.do(who, "loss_form", form, action, **more)
    late = notice_period.of_form(story.session, story.form(form), story.now.date())
    assert (story.form(form).asked_at, late) == (story.now, {})
    reason = {"reason": "补附件", "version": story.form(form).version}
    story.do("supervisor", "loss_form", form, "return", **reason)
    assert notice_period.of_form(story.session, story.form(form), story.now.date()) == {}


@on_sqlite
def test_a_disputed_form_says_so_on_paper(app: Flask, login: Any, story: Story) -> None:
    form = _submitted(story)
    story.do("supplier1", "loss_form", form, "dispute", reason=WHY)
    text = page_texts(print_pdf(login("clerk"), f"/loss-forms/{form}.pdf"))[0]
    assert_says(text, "状态有异议待答复", "责任方提出异议（X121294IN，1件）：待答复")


def test_what_is_signed_late_is_counted_and_listed_for_those_who_press(
    app: Flask, login: Any, story: Story
) -> None:
    form = _submitted(story)
    for who, shown in (("business", 1), ("supervisor", 1), ("manager1", 0)):
        home = _words(login(who).get("/").text)
        assert f"签字逾期{shown}" in home, who
    listed = login("supervisor").get("/loss-forms?status=submitted&overdue=1").text
    assert form in listed
    story.do("supplier1", "loss_form", form, "dispute", reason=WHY)
    home = _words(login("supervisor").get("/").text)
    assert ("待答复的异议1" in home, "签字逾期0" in home) == (True, True)
    assert form not in login("supervisor").get("/loss-forms?overdue=1").text


def test_a_disputed_form_is_named_before_its_month_is_closed(
    app: Flask, login: Any, story: Story
) -> None:
    form = _submitted(story)
    _act(login, "supplier1", form, "dispute", x12="FR", reason=WHY)
    story.write(lambda: ledger.open_month(story.act("clerk")))
    assert f'href="/loss-forms/{form}"' in login("finance").get("/months/2026-11/check").text


def test_how_the_liability_follows_is_not_shown_to_the_supplier(
    app: Flask, login: Any, story: Story
) -> None:
    form = _submitted(story)
    shown = {
        who: "判定依据" in login(who).get(f"/loss-forms/{form}").text
        for who in ("clerk", "finance", "supplier1", "logistics")
    }
    assert shown == {"clerk": True, "finance": True, "supplier1": False, "logistics": True}
