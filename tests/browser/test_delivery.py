"""A store's morning with a delivery: entered by scanning, a fault registered from it, inspected."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Shop, beyond_the_screen
from tests.browser.test_pages import findings

pytestmark = pytest.mark.browser

JACKET, LEATHER = "6901234567892", "6950000000019"


def test_a_delivery_is_scanned_in_inspected_and_its_fault_registered(shop: Shop) -> None:
    page = shop.enter("store3")
    shop.open("/deliveries")
    assert "还没有到货单" in page.locator("main").inner_text()
    page.get_by_role("link", name="录入到货").click()
    page.wait_for_url("**/deliveries/new")
    assert page.evaluate("document.activeElement.name") == "delivery_no"
    page.keyboard.type("PS-0001")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "scan"
    for code in (JACKET, LEATHER, JACKET, "2613M04012-BK1-170/88A", "4006381333931"):
        page.keyboard.type(code)
        page.keyboard.press("Enter")
    lines = page.locator(".delivery-line")
    page.get_by_text("商品资料里没有「4006381333931」").wait_for()
    page.wait_for_function("document.querySelectorAll('.delivery-line').length === 3")
    assert page.locator("[data-sum]").inner_text() == "5"
    assert findings(page) == []
    lines.last.locator("[data-remove]").click()
    lines.nth(1).locator("[name=quantity]").fill("4")
    found = [line.locator("[name=quantity]").input_value() for line in lines.all()]
    assert (found, page.locator("[data-sum]").inner_text()) == (["3", "4"], "7")
    page.get_by_role("button", name="提交到货单").click()
    page.wait_for_url("**/deliveries/DH*")
    delivery = page.url
    assert findings(page) == []

    page.get_by_role("link", name="登记 男装皮衣 的问题").click()
    page.wait_for_url("**/registrations/new?*")
    page.locator("#product").get_by_text("男装皮衣").wait_for()
    assert page.get_by_label("来自到货单 PS-0001").is_checked()
    page.locator("#code").focus()
    for key in ("Enter", "5", "1"):
        page.keyboard.press(key)
    page.keyboard.type("2")
    page.keyboard.press("Enter")
    page.keyboard.press("7")
    page.keyboard.press("Enter")
    page.wait_for_url("**/registered")
    piece = page.locator(".piece-no").first.inner_text().strip()
    shop.open(f"/registrations?q={piece}")
    assert "检验期内发现并登记" in page.locator("main").inner_text()
    assert findings(page) == []

    page.goto(delivery)
    assert piece in page.locator("main").inner_text()
    page.locator("textarea[name=note]").fill("其余完好")
    page.get_by_role("button", name="检验完成").click()
    page.get_by_text("已检验").first.wait_for()
    assert "其余完好" in page.locator("main").inner_text()


def test_a_delivery_is_entered_on_a_phone(shop: Shop) -> None:
    page = shop.enter("manager3")
    page.set_viewport_size({"width": 360, "height": 740})
    shop.open("/deliveries/new")
    page.fill("[name=delivery_no]", "PS-0002")
    page.fill("#scan", JACKET)
    page.get_by_role("button", name="添加").click()
    page.locator(".delivery-goods strong", has_text="男装休闲夹克").wait_for()
    assert beyond_the_screen(page) == 0
    page.get_by_role("button", name="提交到货单").click()
    page.wait_for_url("**/deliveries/DH*")
    assert beyond_the_screen(page) == 0
    assert findings(page) == []
