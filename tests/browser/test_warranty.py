"""A clerk asks the calculator and prints its answer; the supervisor chooses what it goes by."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Shop, beyond_the_screen, fill, played
from tests.browser.test_pages import findings
from tests.paper import page_texts

pytestmark = pytest.mark.browser

ANSWER = re.compile("顾客最多可以要求")


def _ask(page: Page, **said: str) -> None:
    """Fill in the questions and ask with the Enter key of the last of them."""
    page.get_by_role("button", name="计算").wait_for()
    form = page.locator("form[action='/warranty']")
    for name, value in said.items():
        fill(form, name, value)
    form.locator("[name=paid]").press("Enter")
    page.get_by_role("heading", name=ANSWER).wait_for()


def _stands(page: Page) -> None:
    """The page has no grave barrier and fits a phone."""
    assert findings(page) == []
    page.set_viewport_size({"width": 360, "height": 740})
    assert beyond_the_screen(page) == 0
    assert findings(page) == []
    page.set_viewport_size({"width": 1280, "height": 800})


def test_a_clerk_asks_reads_each_step_with_its_rule_and_prints_the_answer(shop: Shop) -> None:
    page = shop.enter("store1")
    page.get_by_role("link", name="三包计算器").click()
    case = {"fault": "open_seam", "purchased_on": "2026-03-01", "on": "2026-03-20"}
    _ask(page, **case, mending="repaired", paid="699.00")
    answer = page.locator("#answer")
    for words in (
        "收费退换 · 应收 ¥34.95", "质量问题（2.86, 2.125）", "退货应退¥664.05", "运费由谁承担公司",
        "最迟办结2026-03-27",
    ):  # fmt: skip
        expect(answer).to_contain_text(words)
    steps = answer.locator("ol.reasons li")
    for rule in ("折旧率（%）：5 2.05", "能否修复如初：否 2.04", "往返运费由谁承担：公司 C-16"):
        expect(steps.filter(has_text=rule)).to_have_count(1)
    assert all(re.search(r"\d", step) for step in steps.locator(".subtle").all_inner_texts())
    _stands(page)
    paper = page.get_by_role("link", name="打印给顾客").get_attribute("href")
    told = page.context.request.get(f"{shop.address}{paper}")
    assert (told.status, told.headers["content-type"]) == (200, "application/pdf")
    [sheet] = page_texts(told.body())
    for words in ("三包答复单", "换货应收¥34.95", "退货应退¥664.05", "最迟办结2026-03-27"):
        assert words in sheet


def test_what_was_not_measured_is_asked_for_and_a_registration_fills_the_questions_in(
    shop: Shop,
) -> None:
    with played(shop.address) as story:
        no = story.register_customer()
    page = shop.enter("store1")
    shop.open(f"/warranty?registration={no}")
    expect(page.locator("main")).to_contain_text(f"已带入登记单 {no}")
    form = page.locator("form[action='/warranty']")
    expect(form.locator("[name=purchased_on]")).to_have_value("2026-10-01")
    fill(form, "fault", "size")
    form.get_by_role("button", name="计算").press("Enter")
    page.get_by_text("这个问题要先回答，才能判断是不是质量问题。").wait_for()
    expect(page.locator("#answer")).to_have_count(0)
    fill(form, "size_off_cm", "2.1")
    form.get_by_role("button", name="计算").press("Enter")
    page.get_by_role("heading", name=ANSWER).wait_for()
    expect(page.locator("#answer")).to_contain_text("质量问题（1.26, 2.29）")


def test_the_supervisor_chooses_a_promise_for_a_region_sees_its_conflict_and_a_clerk_asks_by_it(
    shop: Shop,
) -> None:
    page = shop.enter("supervisor")
    shop.open("/promises")
    page.get_by_label("承诺方案 1").select_option("concise")
    page.get_by_label("适用法规").first.select_option("shanghai")
    page.get_by_role("button", name="比对").press("Enter")
    conflict = "质量问题运费：承诺为顾客 2.73；法规为公司 消法 24"
    compare = page.locator("#compare")
    compare.get_by_text("承诺低于法规，按法规办理。").wait_for()
    expect(compare).to_contain_text(conflict)
    expect(compare).to_contain_text("纺织品免费维修期：承诺为购买之日起 3 个月 2.01")
    _stands(page)
    choose = page.locator("form[action='/promises/choose']")
    for name, value in {
        "channel": "store", "region": "R1", "profile": "concise", "reason": "区域活动承诺"
    }.items():  # fmt: skip
        fill(choose, name, value)
    day = choose.locator("[name=effective_from]").input_value()
    choose.get_by_role("button", name="选定").press("Enter")
    page.get_by_text("已保存。").wait_for()
    kept = page.locator("tr", has_text="区域活动承诺")
    expect(kept).to_contain_text(re.compile(f"{day}.*门店.*R1.*精简版", re.DOTALL))
    law = page.locator("form[action='/promises/law']")
    for name, value in {"store": "S001", "pack": "shanghai", "reason": "门店所在地"}.items():
        fill(law, name, value)
    law.get_by_role("button", name="保存适用法规").press("Enter")
    page.get_by_text("已保存。").wait_for()

    page = shop.enter("store1")
    shop.open("/warranty")
    _ask(page, fault="breakage", purchased_on=day, on=day, paid="699.00")
    answer = page.locator("#answer")
    expect(answer).to_contain_text("适用承诺：服装售后服务承诺书（精简版） 2.67–2.78")
    expect(answer).to_contain_text("适用法规：上海")
    expect(answer).to_contain_text(conflict)
    expect(answer).to_contain_text("退款")
