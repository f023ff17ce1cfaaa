"""Pages about customers: masked everywhere, shown on demand and logged; calls; promises; slips."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.kept import kept
from tests.paper import assert_says, page_texts, print_pdf, scanned_codes
from tests.story import Story
from tracker.db import utc_now
from tracker.domain.codes import Demand
from tracker.models.customer import CustomerAccess, CustomerCall

PHONE, NAME = "13812345678", "张三丰"


@kept
def _back(story: Story, **fields: Any) -> str:
    no = story.received_customer(**fields)
    story.repair(no)
    story.return_to_store(no)
    return no


def _count(story: Story, model: Any) -> int:
    story.session.rollback()
    return int(story.session.scalar(select(func.count()).select_from(model)) or 0)


def _call(**fields: str) -> dict[str, str]:
    return {"action_id": str(uuid4()), "result": "no_answer", **fields}


def test_the_phone_is_shown_once_for_each_row_of_the_log(
    app: Flask, login: Any, story: Story
) -> None:
    no = _back(story)
    browser = login("store1")
    list_before = browser.get("/customers/waiting").text
    assert PHONE not in list_before
    assert NAME not in list_before
    assert "138****5678" in list_before
    shown = browser.post(f"/customers/{no}/phone", data={"back": "/customers/waiting"})
    assert shown.status_code == 200
    assert PHONE in shown.text
    assert NAME in shown.text
    assert shown.headers["Cache-Control"] == "no-store"
    assert _count(story, CustomerAccess) == 1
    assert PHONE not in browser.get(f"/registrations/{no}").text
    browser.post(f"/customers/{no}/phone")
    assert _count(story, CustomerAccess) == 2


def test_the_number_is_never_fetched_by_a_get_nor_shown_to_others(
    app: Flask, login: Any, story: Story
) -> None:
    no = _back(story)
    statuses = {name: login(name).post(f"/customers/{no}/phone").status_code for name in (
        "store2", "manager2", "clerk", "supervisor", "auditor", "region1", "finance",
    )}  # fmt: skip
    assert statuses == {
        "store2": 404, "manager2": 404, "clerk": 403, "supervisor": 403, "auditor": 403,
        "region1": 403, "finance": 403,
    }  # fmt: skip
    assert login("store1").get(f"/customers/{no}/phone").status_code == 405
    assert _count(story, CustomerAccess) == 0


def test_without_a_reason_the_button_is_not_there_and_a_post_shows_nothing(
    app: Flask, login: Any, story: Story
) -> None:
    story.now = utc_now()
    no = story.register_customer()
    browser = login("store1")
    assert "显示电话" not in browser.get(f"/registrations/{no}").text
    refused = browser.post(f"/customers/{no}/phone")
    assert refused.status_code == 409
    assert PHONE not in refused.text
    assert _count(story, CustomerAccess) == 0


def test_a_call_is_noted_once_and_leads_back_to_the_list(
    app: Flask, login: Any, story: Story
) -> None:
    no = _back(story)
    browser = login("store1")
    back = "/customers/waiting?called=no"
    form = _call(remark="<b>晚上再打</b>", next_on="2099-01-01", back=back)
    for _again in range(2):
        answer = browser.post(f"/customers/{no}/calls", data=form)
        assert (answer.status_code, answer.location) == (303, back)
    assert _count(story, CustomerCall) == 1
    page = browser.get("/customers/waiting").text
    assert "无人接听" in page
    assert "2099-01-01" in page
    assert browser.get("/customers/waiting?called=no").text.count(no) == 0
    garment = browser.get(f"/registrations/{no}").text
    assert "&lt;b&gt;晚上再打&lt;/b&gt;" in garment


@pytest.mark.parametrize(
    "fields",
    [{"result": ""}, {"result": "maybe"}, {"next_on": "2020-01-01"}, {"remark": "长" * 201}],
)
def test_a_call_that_cannot_be_is_said_in_place_without_the_number(
    app: Flask, login: Any, story: Story, fields: dict[str, str]
) -> None:
    no = _back(story)
    answer = login("store1").post(f"/customers/{no}/calls", data=_call(**fields))
    assert answer.status_code == 422
    assert PHONE not in answer.text
    assert _count(story, CustomerCall) == 0


def test_another_stores_customers_are_not_there(app: Flask, login: Any, story: Story) -> None:
    no = _back(story)
    other = login("store2")
    assert other.post(f"/customers/{no}/calls", data=_call()).status_code == 404
    promise = {"action_id": str(uuid4()), "promised_on": "2099-01-01", "reason": "x"}
    assert other.post(f"/customers/{no}/promise", data=promise).status_code == 404
    assert other.get(f"/registrations/{no}/slip.pdf").status_code == 404
    assert no not in other.get("/customers/waiting").text


@pytest.mark.parametrize("why", ["to_collect", "to_decide", "promise_overdue", "<script>", ""])
@pytest.mark.parametrize("more", ["", "&days=9999999", "&days=x&called=x&site=%27&cursor=-1"])
def test_any_address_of_the_list_is_a_page(
    app: Flask, login: Any, story: Story, why: str, more: str
) -> None:
    answer = login("supervisor").get(f"/customers/waiting?why={why}{more}")
    assert answer.status_code == 200
    assert "<script>" not in answer.text


def test_the_log_is_for_supervisor_auditor_and_the_stores_own_manager(
    app: Flask, login: Any, story: Story
) -> None:
    no = _back(story)
    login("store1").post(f"/customers/{no}/phone")
    piece = story.piece_no(no)
    statuses = {}
    for name in ("supervisor", "auditor", "manager1", "manager2", "store1", "clerk", "region1"):
        answer = login(name).get("/customers/access-log")
        statuses[name] = (answer.status_code, piece in answer.text)
        assert PHONE not in answer.text
    assert statuses == {
        "supervisor": (200, True), "auditor": (200, True), "manager1": (200, True),
        "manager2": (200, False), "store1": (403, False), "clerk": (403, False),
        "region1": (403, False),
    }  # fmt: skip


@pytest.mark.parametrize(
    "query",
    ["from=2026-13-01&to=x", "from=0001-01-01&to=9999-12-31", "login=%27&site=S001", "cursor=z"],
)
def test_any_address_of_the_log_is_a_page(app: Flask, login: Any, query: str) -> None:
    assert login("auditor").get(f"/customers/access-log?{query}").status_code == 200


def test_a_new_day_is_promised_with_its_reason_or_asked_again(
    app: Flask, login: Any, story: Story
) -> None:
    no = story.register_customer()
    browser = login("store1")
    path, form = f"/customers/{no}/promise", {"promised_on": "2099-01-01", "reason": "配件未到"}
    refused = browser.post(path, data={"action_id": str(uuid4()), **form, "reason": ""})
    assert refused.status_code == 422
    past = browser.post(path, data={"action_id": str(uuid4()), **form, "promised_on": "2020-01-01"})
    assert past.status_code == 422
    done = browser.post(path, data={"action_id": str(uuid4()), **form})
    assert (done.status_code, done.location) == (303, f"/registrations/{no}")
    assert story.registration(no).promised_on == date(2099, 1, 1)
    page = browser.get(f"/registrations/{no}").text
    assert "改约取件日" in page
    assert "配件未到" in page


def test_a_promise_that_is_past_shows_on_every_list(app: Flask, login: Any, story: Story) -> None:
    late = story.register_customer(promised_on=date(2026, 11, 1))
    page = login("store1").get("/registrations").text
    assert page.count("超过约定取件日") == 1
    assert late in login("store1").get("/customers/waiting?why=promise_overdue").text


# --- the slip


def test_the_slip_is_for_customers_garments_and_offered_where_it_is_needed(
    app: Flask, login: Any, story: Story
) -> None:
    no, stock = story.register_customer(), story.register()
    browser = login("store1")
    for path in (f"/registrations/{no}", f"/registrations/{no}/registered"):
        assert f"/registrations/{no}/slip.pdf" in browser.get(path).text
        assert "slip.pdf" not in browser.get(path.replace(no, stock)).text
    assert browser.get(f"/registrations/{stock}/slip.pdf").status_code == 404


def test_the_slip_says_what_was_left_and_when_to_come_but_no_phone(
    app: Flask, login: Any, story: Story
) -> None:
    no = story.register_customer(demand=Demand.REPAIR, promised_on=date(2026, 12, 5))
    pdf = print_pdf(login("store1"), f"/registrations/{no}/slip.pdf")
    piece = story.piece_no(no)
    assert scanned_codes(pdf) == [{piece}, {piece}]
    for page in page_texts(pdf):
        assert_says(page, "138****5678", "张*", f"件号{piece}", "预计取件日2026-12-05",
                    "2613M04012BK1170/88A", "顾客要求维修", "保修期内", "30天内")  # fmt: skip
        assert PHONE not in page
        assert NAME not in page
    form = page_texts(print_pdf(login("store1"), f"/registrations/{no}.pdf"))[0]
    assert_says(form, "顾客诉求维修", "承诺取件日期2026-12-05")


def test_the_list_opens_on_the_first_reason_somebody_waits_for(
    app: Flask, login: Any, story: Story
) -> None:
    late = story.register_customer(promised_on=date(2026, 11, 1))
    assert late in login("store1").get("/customers/waiting").text
    back = _back(story)
    page = login("store1").get("/customers/waiting").text
    assert (back in page, late in page) == (True, False)
