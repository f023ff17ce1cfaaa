"""A loss form confirmed by one, approved by who stands in for another: two people, one delegate."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Shop, beyond_the_screen, played, verified
from tests.browser.test_pages import findings
from tracker.services.demo import PASSWORD

pytestmark = pytest.mark.browser


def _is_tidy(page: object) -> None:
    assert beyond_the_screen(page) == 0
    assert findings(page) == []


def test_a_form_goes_through_two_people_one_of_whom_stands_in(shop: Shop) -> None:
    with played(shop.address) as story:
        story.wait(days=-4)
        [form] = story.list_on_forms(story.scrapped())
        story.sign(form)

    page = shop.enter("logistics")
    page.set_viewport_size({"width": 360, "height": 740})
    page.get_by_role("link", name="等我办理的报损单").click()
    page.get_by_role("link", name=form).click()
    page.get_by_text("签字内容摘要").wait_for()
    _is_tidy(page)
    shop.act("确认")
    page.get_by_text("待审批").first.wait_for()

    page = shop.enter("vp")
    shop.open("/delegations")
    page.get_by_text("目前没有代理").wait_for()
    _is_tidy(page)
    page.locator("label", has_text="韩雪").click()
    page.get_by_label("生产副总审批").check()
    page.get_by_label("原因").fill("出差")
    page.fill("[name=password]", PASSWORD)
    page.get_by_role("button", name="确定代理").click()
    page.get_by_text("已由 韩雪 代理").wait_for()
    _is_tidy(page)

    page = shop.enter("finance")
    shop.open("/approvals")
    page.get_by_text("代 刘振国").wait_for()
    _is_tidy(page)
    page.get_by_role("link", name=form).click()
    page.get_by_text("您是代 刘振国 办理").wait_for()
    shop.act("批准")
    expect(page.locator(".page-head")).to_contain_text("已批准")
    assert "韩雪 代 刘振国" in " ".join(page.locator("ol.list-group").inner_text().split())

    page = shop.enter("vp")
    shop.open("/delegations")
    page.get_by_role("button", name="撤销代理").click()
    page.get_by_text("代理已撤销").wait_for()
    verified(shop.address)


def test_a_step_is_previewed_before_it_is_saved(shop: Shop) -> None:
    with played(shop.address) as story:
        story.wait(days=-4)
        [form] = story.list_on_forms(story.scrapped())
    page = shop.enter("finance")
    page.set_viewport_size({"width": 1280, "height": 900})
    shop.open("/approval-steps/new")
    page.get_by_label("编号").fill("finance")
    page.get_by_label("顺序号").fill("35")
    page.get_by_label("中文名称").fill("财务复核")
    page.get_by_label("英文名称").fill("Reviewed by finance")
    page.locator("label", has_text="复核").click()
    page.get_by_label("财务", exact=True).check()
    page.get_by_label("原因").fill("总经办通知")
    page.get_by_role("button", name="先看看影响哪些未结报损单").click()
    page.get_by_text("还没有保存").wait_for()
    expect(page.get_by_role("link", name=form)).to_be_visible()
    _is_tidy(page)
    page.fill("[name=password]", PASSWORD)
    page.get_by_role("button", name="添加", exact=True).click()
    page.get_by_text("已保存").wait_for()
    expect(page.get_by_role("link", name="财务复核")).to_be_visible()
    _is_tidy(page)
