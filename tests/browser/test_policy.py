"""A policy changed by two people and read by a third, on a PC and on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Shop, beyond_the_screen
from tests.browser.test_pages import findings

pytestmark = pytest.mark.browser


def test_a_change_is_proposed_confirmed_by_a_second_person_and_read(shop: Shop) -> None:
    page = shop.enter("supervisor")
    shop.open("/policies?q=C-01")
    page.get_by_role("link", name="返修周期（门到门）").click()
    page.get_by_role("link", name="提出变更").click()
    page.get_by_role("button", name="预览影响").wait_for()
    page.locator("input[name=value]").fill("12")
    page.get_by_role("button", name="预览影响").click()
    page.get_by_role("heading", name="2. 会影响什么").wait_for()
    assert findings(page) == []
    page.set_viewport_size({"width": 360, "height": 740})
    assert beyond_the_screen(page) == 0
    page.locator("textarea[name=reason]").fill("承运商提速")
    page.get_by_role("button", name="提出", exact=True).click()
    page.get_by_text("已提出，须由另一位负责人确认后才生效。").wait_for()
    expect(page.get_by_role("button", name="确认变更")).to_have_count(0)
    address = page.url.removeprefix(shop.address)

    page = shop.enter("vp")
    shop.open(address)
    page.get_by_role("button", name="确认变更").wait_for()
    assert beyond_the_screen(page) == 0
    assert findings(page) == []
    page.get_by_role("button", name="确认变更").press("Enter")
    page.get_by_text("已确认。").wait_for()

    page = shop.enter("store1")
    page.get_by_role("heading", name="制度参数有变更，请阅读").wait_for()
    assert beyond_the_screen(page) == 0
    assert findings(page) == []
    page.get_by_role("button", name="已阅").press("Enter")
    page.get_by_text("已记录：您已阅。").wait_for()
    expect(page.get_by_role("heading", name="制度参数有变更，请阅读")).to_have_count(0)
