"""A photo from the file input to its thumbnail, on a phone and without a script."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Shop, beyond_the_screen
from tests.browser.test_pages import findings, register_by_keys
from tests.photos import picture, telling
from tracker.services.demo import PASSWORD

pytestmark = pytest.mark.browser


def _file(folder: Path, name: str, content: bytes) -> str:
    path = folder / name
    path.write_bytes(content)
    return str(path)


def _loaded(page: Page, selector: str) -> list[int]:
    page.locator(selector).first.wait_for()
    page.wait_for_function(
        "selector => [...document.querySelectorAll(selector)].every(one => one.complete)",
        arg=selector,
    )
    return page.locator(selector).evaluate_all("all => all.map(one => one.naturalWidth)")


def test_photos_chosen_after_registering_stand_on_the_garments_page(
    shop: Shop, tmp_path: Path
) -> None:
    page = shop.enter("store2")
    page.set_viewport_size({"width": 360, "height": 740})
    piece = register_by_keys(shop)
    wide = _file(tmp_path, "large.jpg", picture(4000, 3000))
    side = _file(tmp_path, "side.jpg", telling(6))
    bad = _file(tmp_path, "page.jpg", b"<html>no photo</html>")
    page.locator("#photo-files").set_input_files([wide, bad, side])
    page.locator(".photo-queue [data-outcome]").nth(2).wait_for()
    rows = page.locator(".photo-queue li")
    outcomes = [row.get_attribute("data-outcome") for row in rows.all()]
    assert outcomes == ["added", "failed", "added"]
    assert "这不是照片" in rows.nth(1).inner_text()
    page.locator(".photo-list img").nth(1).wait_for()
    assert _loaded(page, ".photo-list img") == [320, 240]
    assert beyond_the_screen(page) == 0
    assert findings(page) == []
    shop.open(f"/registrations?q={piece}")
    page.locator(".photo-list a").first.click()
    assert _loaded(page, ".photo-large img") == [1600]
    assert beyond_the_screen(page) == 0
    assert findings(page) == []
    page.get_by_role("link", name="下一张").click()
    page.locator("summary", has_text="删除这张照片").click()
    page.get_by_role("button", name="确认").click()
    page.get_by_text("照片已删除").wait_for()
    page.wait_for_load_state()
    assert page.locator(".photo-list img").count() == 1


def test_a_photo_is_tried_once_more_when_the_network_fails_and_again_by_hand(
    shop: Shop, tmp_path: Path
) -> None:
    page = shop.enter("store2")
    register_by_keys(shop)
    tries: list[str] = []

    def fail(route, request):  # type: ignore[no-untyped-def]
        if request.method != "POST":
            route.continue_()
            return
        tries.append(request.url)
        route.abort() if len(tries) <= 2 else route.continue_()

    page.route("**/photos**", fail)
    page.locator("#photo-camera").set_input_files(_file(tmp_path, "one.jpg", picture()))
    page.locator(".photo-queue [data-outcome=failed]").wait_for()
    assert len(tries) == 2
    assert "请检查网络" in page.locator(".photo-queue").inner_text()
    page.get_by_role("button", name="再试一次").click()
    page.locator(".photo-queue [data-outcome=added]").wait_for()
    assert len(tries) == 3
    shop.complaints = [line for line in shop.complaints if "ERR_FAILED" not in line]


def test_without_a_script_the_form_adds_photos_too(
    shop: Shop, browser: Browser, tmp_path: Path
) -> None:
    shop.enter("store2")
    piece = register_by_keys(shop)
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    try:
        page = context.new_page()
        page.goto(f"{shop.address}/login?next=/registrations?q={piece}")
        page.fill("[name=login]", "store2")
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.locator("#photo-files").set_input_files(_file(tmp_path, "one.jpg", picture()))
        page.get_by_role("button", name="添加照片").click()
        page.locator(".photo-list img").wait_for()
        assert page.locator(".photo-list img").count() == 1
        assert "已添加 1 张照片" in page.locator(".alert-success").inner_text()
    finally:
        context.close()
