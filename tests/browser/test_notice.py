"""The bell, the inbox and a reader's wishes in a real browser."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.conftest import Shop, played
from tracker.db import utc_now
from tracker.services import notice

pytestmark = pytest.mark.browser


def test_the_bell_leads_to_the_inbox_where_a_notice_is_read_by_keyboard(
    context: BrowserContext, server: str
) -> None:
    with played(server) as story:
        story.now = utc_now() - timedelta(days=20)
        no = story.register()
        notice.tell(story.session, utc_now())
    shop = Shop(context, server)
    shop.enter("manager1")
    page = shop.page
    bell = page.get_by_role("link", name="通知")
    expect(bell).to_be_visible()
    bell.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="通知", level=1)).to_be_visible()
    told = page.get_by_role("listitem").filter(has_text=no)
    expect(told).to_be_visible()
    told.get_by_role("button", name="标为已阅").focus()
    page.keyboard.press("Enter")
    expect(told).to_have_count(0)
    page.get_by_role("link", name="全部", exact=True).click()
    expect(told.get_by_role("button", name="标为待阅")).to_be_visible()
    told.get_by_role("link").first.click()
    expect(page.get_by_text("已升级至店长 陈晓梅（登记单未处理）")).to_be_visible()
    assert shop.complaints == []


def test_a_reader_says_how_he_wants_to_be_told(context: BrowserContext, server: str) -> None:
    shop = Shop(context, server)
    shop.enter("store1")
    page = shop.page
    page.goto(f"{server}/notices/wishes")
    page.get_by_label("免打扰开始").fill("21:00")
    page.get_by_label("免打扰结束").fill("08:00")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("已保存，从下一条通知起生效。")).to_be_visible()
    page.goto(f"{server}/notices/wishes")
    expect(page.get_by_label("免打扰开始")).to_have_value("21:00")
    assert shop.complaints == []
