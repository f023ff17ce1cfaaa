"""Destruction by two people at the shredder, a missing piece first; then its ghost at a store."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Shop, beyond_the_screen, played
from tests.browser.test_pages import findings
from tests.photos import picture
from tracker.services import destruction

pytestmark = pytest.mark.browser


def _planned(shop: Shop) -> tuple[str, list[str], list[str]]:
    """A planned destruction of two garments; its address, their registrations and pieces."""
    with played(shop.address) as story:
        nos = [story.scrapped(), story.scrapped()]
        for form in story.list_on_forms(*nos):
            story.sign_off(form)
        act = story.act("warehouse")
        record = story.write(lambda: destruction.plan(act).no)
        return f"/destructions/{record}", nos, [story.piece_no(no) for no in nos]


def _stands(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    assert beyond_the_screen(page) == 0
    assert findings(page) == []
    page.set_viewport_size({"width": 1280, "height": 900})


def test_two_people_destroy_what_is_there_and_look_for_what_is_not(shop: Shop) -> None:
    path, (_, gone), (one, missing) = _planned(shop)

    page = shop.enter("warehouse")
    shop.open(path)
    shop.scan(missing)
    expect(page.locator("[data-scanned]")).to_have_text("1 / 2")
    page.keyboard.press("Control+z")
    page.locator(".scan-list li[data-code=unscan][data-outcome=done]").wait_for()
    expect(page.locator("[data-scanned]")).to_have_text("0 / 2")
    shop.scan(one)
    page.get_by_text("还缺 1 件").wait_for()
    page.locator("#photo-kind").select_option("before")
    page.locator("#photo-files").set_input_files(
        {"name": "before.jpg", "mimeType": "image/jpeg", "buffer": picture()}
    )
    page.locator(".photo-item").wait_for()
    _stands(page)

    page = shop.enter("supervisor")
    shop.open(path)
    shop.act("移出计划", registration=gone, reason="报废区和未清点的箱子都找过，没有")
    page.get_by_role("heading", name="移出计划的衣服").wait_for()
    expect(page.locator("[data-scanned]")).to_have_text("1 / 1")
    _stands(page)

    page = shop.enter("administration")
    shop.open(path)
    shop.scan(missing)
    page.locator(".scan-list li[data-code=not_on_record]").wait_for()
    shop.scan(one)
    expect(page.locator("[data-checked]")).to_have_text("1 / 1")
    page.get_by_role("link", name="去监销").click()
    expect(page.locator("[name=counted]")).to_have_count(0)
    page.locator("[name=method]").wait_for()
    _stands(page)
    shop.act("监销", method="剪毁", place="总仓一号库", salvage_fen="3.50")
    page.locator(".page-head .status", has_text="已销毁").wait_for()
    _stands(page)
    assert page.locator("[data-scan-box]").count() == 0
    assert page.request.get(f"{shop.address}{path}.pdf").body()[:5] == b"%PDF-"

    page = shop.enter("store1")
    shop.open(f"/registrations?q={one}")
    page.get_by_text("不应再出现").first.wait_for()

    for login in ("supervisor", "finance"):
        page = shop.enter(login)
        page.get_by_role("link", name="待处理的警报").click()
        page.get_by_text(one).wait_for()
        _stands(page)
        page.get_by_text("填写处理结果").click()
        page.locator("[name=note]").fill("门店抽屉里的旧标签，实物已销毁")
        page.get_by_role("button", name="保存处理结果").click()
        page.get_by_text("没有待您处理的警报").wait_for()
