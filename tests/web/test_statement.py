"""The pages of the month's checklist, of statements and of settlement files."""

from __future__ import annotations

import io
from typing import Any

import pytest

from tests.kept import kept
from tests.paper import assert_says, page_texts, print_pdf
from tests.story import Story
from tracker.domain.codes import LiableKind
from tracker.domain.loss import Share
from tracker.queries import chain
from tracker.services import demo
from tracker.web.day import business_day


@kept
def _one(story: Story) -> str:
    story.sign_off(*story.list_on_forms(story.scrapped()))
    story.close_month()
    [no] = story.statements()
    return no


def _post(browser: Any, path: str, page: str, **fields: Any) -> Any:
    """Post a form of a page with its key."""
    text = browser.get(page).text
    key = text.split('name="action_id" type="hidden" value="', 1)[1].split('"', 1)[0]
    return browser.post(path, data={"action_id": key, **fields})


def test_the_supervisor_carries_an_item_over_and_submits(story: Story, login: Any) -> None:
    story.sign_off(*story.list_on_forms(story.scrapped()))
    no = story.scrapped()
    browser = login("supervisor")
    page = browser.get("/months/2026-11").text
    assert "月结检查表还有 1 项未处理" in page
    carry, check = "/months/2026-11/carry-over", "/months/2026-11/check"
    refused = _post(browser, carry, check, documents=no)
    assert refused.status_code == 422
    done = _post(browser, carry, check, documents=no, reason="等供应商回复")
    assert (done.status_code, done.location) == (303, check)
    page = browser.get(check).text
    assert "林志远" in page
    assert "等供应商回复" in page
    assert "没有未处理的事项" in page
    assert "报财务期限" in browser.get("/months/2026-11").text


def test_the_roll_forward_leads_to_its_garments(story: Story, login: Any) -> None:
    no = story.scrapped()
    story.sign_off(*story.list_on_forms(no))
    browser = login("auditor")
    assert "期初未结 + 本期新增 − 本期销毁" in browser.get("/months/2026-11/check").text
    assert story.piece_no(no) in browser.get("/months/2026-11/roll/closing").text
    assert "没有" in browser.get("/months/2026-11/roll/destroyed").text
    assert browser.get("/months/2026-11/roll/x").status_code == 404


def test_months_without_entries_are_opened_by_hand(story: Story, login: Any) -> None:
    browser = login("finance")
    assert "还没有入账" in browser.get("/months").text
    assert _post(browser, "/months", "/months").status_code == 303
    assert "还没有入账" not in browser.get("/months").text
    assert "还没有入账" not in login("auditor").get("/months").text


def test_finance_draws_up_issues_and_delivers(story: Story, login: Any) -> None:
    story.sign_off(*story.list_on_forms(story.scrapped()))
    story.close_month()
    browser = login("finance")
    assert _post(browser, "/statements", "/statements", month="2026-11").status_code == 303
    no = f"KK-{business_day().year}-000001"
    path = f"/statements/{no}"
    assert no in browser.get("/statements?month=2026-11&kind=supplier").text
    signed = {"password": demo.PASSWORD}
    assert _post(browser, f"{path}/actions/issue", path, **signed).status_code == 303
    sent = {"how": "paper", "delivered_at": ""}
    assert _post(browser, f"{path}/actions/deliver", path, **sent).status_code == 303
    page = browser.get(path).text
    assert "壹佰捌拾玖元捌角肆分" in page
    assert "异议截止" in page
    assert "对方确认" not in page
    assert _post(login("business"), f"{path}/actions/agree", path).status_code == 303
    assert login("supplier1").get(path).status_code == 200
    assert login("manager1").get(path).status_code == 404
    assert login("store1").get(path).status_code == 403


def test_each_copy_of_a_statement_carries_the_chains_foot(story: Story, login: Any) -> None:
    no = _one(story)
    pages = page_texts(print_pdf(login("finance"), f"/statements/{no}.pdf"))
    story.session.rollback()
    head = chain.head(story.session)
    assert head is not None
    assert [f"数据链第{head.seq}号" in page and head.printed in page for page in pages] == [
        True
    ] * 3
    assert chain.is_printed(story.session, no, head.seq)


def test_extra_freight_stands_on_the_month_and_the_stores_statement(
    story: Story, login: Any
) -> None:
    story.scrapped()
    story.scrapped()
    finance = login("finance")
    link = 'href="/ledger/entries?month=2026-11&amp;account=freight">超次寄送运费</a>'
    assert link in finance.get("/months/2026-11").text
    story.close_month()
    [no] = story.statements()
    assert link in finance.get("/months/2026-11").text
    assert '<td data-label="摘要">超次寄送运费</td>' in finance.get(f"/statements/{no}").text
    [page, *_copies] = page_texts(print_pdf(finance, f"/statements/{no}.pdf"))
    assert_says(
        page, "专卖店对账单", "超次运费————25.00", "超次寄送的运费由发出店铺承担（规则1.32）"
    )


def test_a_file_says_row_by_row_what_became_of_it(story: Story, login: Any) -> None:
    no = _one(story)
    story.deliver(no)
    browser = login("finance")
    head = "statement_no,party,amount,settled_on,reference\n"
    rows = f"{no},,100.00,2026-11-05,T1\n,SUP09,5.00,2026-11-05,T2\n"
    sent = {"file": (io.BytesIO((head + rows).encode()), "十一月.csv")}
    done = _post(browser, "/settlements", "/settlements", **sent)
    assert done.status_code == 303
    page = browser.get(done.location).text
    assert "部分结算，尚余 89.84 元" in page
    assert "没有未结金额正好相符" in page
    assert story.statement(no).settled_fen == 10000
    bad = {"file": (io.BytesIO((head + f"{no},,x,2026-11-05,T3\n").encode()), "a.csv")}
    refused = _post(browser, "/settlements", "/settlements", **bad)
    assert refused.status_code == 422
    assert "第 2 行" in refused.text
    wrong = {"file": (io.BytesIO(b"a,b\n1,2\n"), "a.csv")}
    assert _post(browser, "/settlements", "/settlements", **wrong).status_code == 422


def test_opening_balances_are_imported_on_a_page(story: Story, login: Any) -> None:
    head = "kind,party,reference,production_year,amount\n"
    sent = {"file": (io.BytesIO((head + "supplier,SUP01,旧-1,2025,12.50\n").encode()), "a.csv")}
    browser = login("finance")
    path = "/settlements/opening"
    assert _post(browser, path, path, **sent).status_code == 303
    [month] = [row for row in browser.get("/months").text.split("\n") if "/months/2" in row][:1]
    assert "启用系统前的期初未结" in browser.get(month.split('href="')[1].split('"')[0]).text
    assert login("auditor").get(path).status_code == 403


def test_a_print_shows_how_each_amount_adds_up_and_what_it_is_set_off_against(
    story: Story, login: Any
) -> None:
    shared = story.scrapped()
    halves = [Share(LiableKind.SUPPLIER, 60, "SUP01"), Share(LiableKind.HEAD_OFFICE, 40)]
    version = story.registration(shared).version
    again = {"liabilities": halves, "note": "协商"}
    story.do("assessor", "registration", shared, "reassign", version=version, **again)
    for form in story.list_on_forms(shared):
        story.sign_off(form)
    story.close_month()
    [no] = story.statements()
    browser = login("finance")
    fields = {"contract_no": " HT-2026-017 ", "set_off_batch": "12 月货款"}
    fields["password"] = demo.PASSWORD
    _post(browser, f"/statements/{no}/actions/issue", f"/statements/{no}", if_version=1, **fields)
    assert "HT-2026-017" in browser.get(f"/statements/{no}").text
    [page, *_copies] = page_texts(print_pdf(browser, f"/statements/{no}.pdf"))
    assert_says(
        page,
        "合同号HT-2026-017抵扣批次12月货款",
        "扣款189.840.000.0060%113.90",
        "计价金额为含税采购价，扣款金额含税。",
    )


@pytest.mark.parametrize("answer", ["dispute", "agree"])
def test_only_who_agreed_stands_in_the_partys_signature_box(
    story: Story, login: Any, answer: str
) -> None:
    story.scrapped()
    story.scrapped()
    story.close_month()
    [no] = story.statements()
    story.deliver(no)
    said = {"reason": "这箱不是本店寄的"} if answer == "dispute" else {}
    story.do("manager1", "statement", no, answer, **said)
    paid = {"amount_fen": story.statement(no).total_fen, "settled_on": story.now.date()}
    story.do("finance", "statement", no, "settle", **paid, reference="银行-1")
    assert story.statement(no).status == "settled"
    [page, *_copies] = page_texts(print_pdf(login("finance"), f"/statements/{no}.pdf"))
    assert (story.actor("manager1").name in page) == (answer == "agree")
