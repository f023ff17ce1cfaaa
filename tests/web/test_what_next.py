"""Whoever opens the product cold finds what waits and what comes next."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest

from tests.story import SUPPLIER_FAULT, Story, days_ago
from tracker.db import utc_now
from tracker.domain.calendar import month_of
from tracker.domain.codes import LiableKind
from tracker.domain.loss import Share
from tracker.domain.policy import Scope
from tracker.queries import statement as statements
from tracker.services import demo, policy_change
from tracker.services.rows import BadFile, Row
from tracker.services.settlement_import import WORDS, import_settlements

TO_BILL = '<a class="stretched" href="/statements">待生成扣款单的月份</a>'


def _counted(page: str, title: str) -> str:
    """The number on a card of the first page."""
    return page.split(f">{title}<", 1)[1].split("<b>", 1)[1].split("</b>", 1)[0]


def test_a_closed_month_leads_finance_to_its_statements_and_vouchers(
    story: Story, login: Any
) -> None:
    story.sign_off(*story.list_on_forms(story.scrapped()))
    browser = login("finance")
    assert _counted(browser.get("/").text, "待生成扣款单的月份") == "0"
    story.close_month()
    assert TO_BILL in browser.get("/").text
    assert _counted(browser.get("/").text, "待生成扣款单的月份") == "1"
    page = browser.get("/months/2026-11").text
    assert 'href="/statements?month=2026-11">去生成</a>' in page
    assert 'href="/months/2026-11/vouchers">去生成凭证</a>' in page
    assert "2026-11 已结账，还没有生成扣款单和对账单" in browser.get("/statements").text
    assert "去生成" not in login("auditor").get("/months/2026-11").text

    story.statements()
    assert _counted(browser.get("/").text, "待生成扣款单的月份") == "0"
    assert "去生成</a>" not in browser.get("/months/2026-11").text


def test_a_month_asks_for_statements_until_it_has_a_live_one(story: Story) -> None:
    story.sign_off(*story.list_on_forms(story.scrapped()))
    story.close_month()
    assert statements.months_to_bill(story.session, story.actor("finance")) == ["2026-11"]
    assert statements.months_to_bill(story.session, story.actor("store1")) == []
    [no] = story.statements()
    assert statements.months_to_bill(story.session, story.actor("finance")) == []
    story.do("finance", "statement", no, "void", reason="抬头有误")
    assert statements.months_to_bill(story.session, story.actor("finance")) == ["2026-11"]


def test_a_month_that_is_not_over_says_so_before_it_is_submitted(story: Story, login: Any) -> None:
    story.now = days_ago(9)
    garment = story.scrapped()
    story.now = utc_now()
    story.sign_off(*story.list_on_forms(garment))
    month = month_of(story.now)
    sentence = f"{month} 还没有过完，提交后批准的报损单都计入下个月。"
    assert sentence in login("supervisor").get(f"/months/{month}").text


def test_the_checklist_says_for_whom_a_form_waits(story: Story, login: Any) -> None:
    story.sign_off(*story.list_on_forms(story.scrapped()))
    [form] = story.list_on_forms(story.scrapped())
    story.do("clerk", "loss_form", form, "submit")
    page = login("finance").get("/months/2026-11/check").text
    assert '<span class="under">待责任方签字</span>' in page


def test_a_statement_says_what_comes_next_and_leads_to_its_form(story: Story, login: Any) -> None:
    nos = story.list_on_forms(no := story.scrapped())
    story.sign_off(*nos)
    story.close_month()
    [statement] = story.statements()
    browser, path = login("finance"), f"/statements/{statement}"
    page = browser.get(path).text
    assert "财务核对后开出" in page
    assert f'href="/loss-forms/{nos[0]}"' in page
    assert f'href="/registrations/{no}"' in page
    story.deliver(statement)
    assert "由业务部代为登记" in browser.get(path).text
    party = login("supplier1").get(path).text
    assert "下一步" not in party
    assert _counted(login("business").get("/").text, "对方未答复的单") == "1"


def test_another_keeper_finds_a_proposed_change_of_policy(story: Story, login: Any) -> None:
    wanted: dict[str, Any] = {"value": "14", "effective_from": date(2099, 1, 1), "reason": "提速"}
    act = story.act("supervisor")
    story.write(
        lambda: policy_change.propose(act, "repair_tat", scope=Scope.CHAIN, target="", **wanted)
    )
    assert _counted(login("vp").get("/").text, "待确认的参数变更") == "1"
    assert _counted(login("supervisor").get("/").text, "待确认的参数变更") == "0"


def test_a_first_page_with_work_never_says_that_nothing_waits(story: Story, login: Any) -> None:
    assert "暂时没有待办" in login("business").get("/").text
    [form] = story.list_on_forms(story.scrapped())
    story.do("clerk", "loss_form", form, "submit")
    page = login("business").get("/").text
    assert _counted(page, "等我办理的报损单") == "1"
    assert "暂时没有待办" not in page


def test_a_settlement_file_may_have_chinese_heads(story: Story, login: Any) -> None:
    story.sign_off(*story.list_on_forms(story.scrapped()))
    story.close_month()
    [no] = story.statements()
    story.deliver(no)
    browser = login("finance")
    page = browser.get("/settlements").text
    assert "单号,<wbr>对方编码,<wbr>金额,<wbr>日期,<wbr>凭证号" in page
    key = page.split('name="action_id" type="hidden" value="', 1)[1].split('"', 1)[0]
    typed = f"单号,对方编码,金额,日期,凭证号\n{no},,189.84,2026-11-20,0001\n".encode()
    sent = {"action_id": key, "file": (io.BytesIO(typed), "11.csv")}
    assert browser.post("/settlements", data=sent).status_code == 303
    assert "已结清" in browser.get(f"/statements/{no}").text


def test_a_wrong_row_is_named_by_its_head_in_each_language(story: Story) -> None:
    row = Row(2, dict(zip(WORDS.values(), ("KK-1", "", "1.00", "11/20", "0001"), strict=True)))
    with pytest.raises(BadFile) as refused:
        import_settlements(story.act("finance"), "11.csv", b"", [row])
    [bad] = refused.value.bad_rows
    assert (bad.number, bad.zh, bad.en) == (
        2,
        "日期: 请填写日期，例如 2026-12-20。",
        "settled_on: A date, such as 2026-12-20.",
    )


def test_a_store_reads_the_name_of_its_own_statement(story: Story, login: Any) -> None:
    no = story.received(**SUPPLIER_FAULT)
    story.scrap(no, Share(LiableKind.STORE, 100, "S001"), note="按检验记录")
    story.sign_off(*story.list_on_forms(no))
    story.close_month()
    [statement] = story.statements()
    page = login("finance").get(f"/statements/{statement}").text
    assert f"对账单 {statement}" in page
    assert "账号" not in page


def test_finance_issues_the_drafts_of_a_month_by_one_password(story: Story, login: Any) -> None:
    nos = [story.register(**SUPPLIER_FAULT) for _ in range(2)]
    story.at_after_sales(*nos)
    story.scrap(nos[0])
    story.scrap(nos[1], Share(LiableKind.STORE, 100, "S001"), note="按检验记录")
    for form in story.list_on_forms(*nos):
        story.sign_off(form)
    story.close_month()
    drafts = story.statements()
    browser = login("finance")
    refused = _issue(browser, nos=drafts, password="wrong")
    assert refused.status_code == 422
    assert "密码不对" in refused.text
    assert f'value="{drafts[0]}" aria-label="选择 {drafts[0]}" checked' in refused.text
    assert "请至少勾选一张草稿" in _issue(browser, password=demo.PASSWORD).text
    assert [story.statement(no).status for no in drafts] == ["draft", "draft"]

    done = _issue(browser, nos=drafts, password=demo.PASSWORD)
    assert (done.status_code, done.location) == (303, "/statements?month=2026-11")
    assert [story.statement(no).status for no in drafts] == ["issued", "issued"]
    assert "已开出 2 张。请逐张打印并送达对方。" in browser.get(done.location).text


def test_a_draft_that_another_voided_is_told_and_the_others_are_issued(
    story: Story, login: Any
) -> None:
    story.sign_off(*story.list_on_forms(story.scrapped()))
    story.close_month()
    [gone] = story.statements()
    story.do("finance2", "statement", gone, "void", reason="抬头有误")
    [draft] = story.statements()
    browser = login("finance")
    assert _issue(browser, nos=[gone, draft], password=demo.PASSWORD).status_code == 303
    page = browser.get("/statements").text
    assert "已开出 1 张" in page
    assert f"{gone}: " in page
    assert login("auditor").post("/statements/issue").status_code == 403


def _issue(browser: Any, **fields: Any) -> Any:
    """Press the button under the list of a month with these fields."""
    form = browser.get("/statements?month=2026-11").text.split('action="/statements/issue', 1)[1]
    key = form.split('name="action_id" type="hidden" value="', 1)[1].split('"', 1)[0]
    return browser.post("/statements/issue?month=2026-11", data={"action_id": key, **fields})
