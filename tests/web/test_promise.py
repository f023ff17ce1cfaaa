"""The calculator and the promises as pages: asked, answered, printed, chosen."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from flask import Flask

from tests.paper import page_texts, print_pdf
from tests.story import Story
from tracker.db import utc_now
from tracker.domain.calendar import shanghai_date

CASE = {
    "fault": "open_seam",
    "category": "textile",
    "purchased_on": "2026-03-01",
    "on": "2026-03-20",
    "paid": "699.00",
    "channel": "store",
    "mending": "repaired",
    "brought": ["has_receipt", "has_tag"],
}


def _words(page: str) -> str:
    return re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", page[page.index("<main") :]))


def _ask(login: Any, **facts: Any) -> str:
    query = urlencode(CASE | facts, doseq=True)
    return _words(login("store1").get(f"/warranty?{query}").text)


def test_the_answer_comes_first_and_each_step_has_its_rule(app: Flask, login: Any) -> None:
    words = _ask(login)
    assert "顾客最多可以要求收费退换·应收¥34.95" in words
    assert "折旧率（%）：52.05" in words


def test_a_size_within_two_centimetres_is_no_quality(app: Flask, login: Any) -> None:
    assert "判定无理由（非质量）（1.26）" in _ask(login, fault="size", size_off_cm="2.0")
    assert "判定质量问题（1.26,2.29）" in _ask(login, fault="size", size_off_cm="2.1")


def test_a_question_that_decides_is_asked_for_where_it_stands(app: Flask, login: Any) -> None:
    words = _ask(login, fault="fading")
    assert "处理结论" not in words
    assert "这个问题要先回答，才能判断是不是质量问题。" in words


def test_a_conflict_of_a_letter_with_the_law_is_shown(app: Flask, login: Any) -> None:
    words = _ask(login, profile="concise")
    assert "质量问题运费：承诺为顾客2.73；法规为公司消法24" in words


def test_a_registration_fills_the_questions_in(app: Flask, story: Story, login: Any) -> None:
    no = story.register_customer()
    page = login("store1").get(f"/warranty?registration={no}").text
    assert 'value="2026-10-01"' in page
    assert login("store2").get(f"/warranty?registration={no}").status_code == 404


def test_the_sheet_for_the_customer_says_the_same(app: Flask, login: Any) -> None:
    pdf = print_pdf(login("store1"), f"/warranty/answer.pdf?{urlencode(CASE, doseq=True)}")
    (words,) = page_texts(pdf)
    assert "三包答复单" in words
    assert "收费退换" in words
    assert "¥34.95" in words
    unfinished = login("store1").get("/warranty/answer.pdf")
    assert (unfinished.status_code, unfinished.mimetype) == (200, "text/html")


def _choose(login: Any, name: str, **facts: str) -> Any:
    day = shanghai_date(utc_now()).isoformat()
    body = {
        "action_id": str(uuid4()),
        "channel": "store",
        "profile": "plan",
        "effective_from": day,
        "reason": "总部决定",
    }
    return login(name).post("/promises/choose", data=body | facts)


def test_the_supervisor_chooses_and_the_page_shows_it(app: Flask, login: Any) -> None:
    assert _choose(login, "supervisor").status_code == 303
    words = _words(login("store1").get("/promises").text)
    assert "门店全公司服装售后服务方案及承诺" in words
    assert "总部决定" in words


def test_nobody_else_chooses(app: Flask, login: Any) -> None:
    assert _choose(login, "manager1").status_code == 403
    assert "还没有选定过" in _words(login("manager1").get("/promises").text)


def test_two_letters_stand_side_by_side_under_a_law(app: Flask, login: Any) -> None:
    words = _words(login("store1").get("/promises?code=plan&code=year_2024&pack=shanghai").text)
    assert "无理由换货期购买之日起30天2.43未约定，按公司三包" in words
    assert "承诺为购买之日起90天2.44；法规为购买之日起6个月上海消保条例,C-08" in words


def test_the_law_of_a_store_changes_what_its_customers_are_owed(app: Flask, login: Any) -> None:
    body = {"action_id": str(uuid4()), "store": "S001", "pack": "zhejiang", "reason": "杭州门店"}
    assert login("supervisor").post("/promises/law", data=body).status_code == 303
    assert "顾客最多可以要求免费换货" in _ask(login)
