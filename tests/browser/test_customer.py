"""A customer's garment with an unknown tag: by hand, slip, promise, call, log, confirmation."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Shop, beyond_the_screen
from tests.browser.test_pages import findings

pytestmark = pytest.mark.browser

TAGS = {1280: ("6901234567915", "2633X05001"), 360: ("6901234567922", "2633X05002")}
"""An unknown tag for each screen: the chain is served to all tests."""


def _stands(shop: Shop) -> None:
    """The page fits its screen and axe finds nothing grave on it."""
    beyond = beyond_the_screen(shop.page)
    assert (beyond, findings(shop.page)) == (0, [])


def _enter_by_hand(shop: Shop, width: int) -> str:
    """Scan an unknown tag, enter it by hand for a customer; return the piece number."""
    barcode, style_no = TAGS[width]
    page = shop.open("/registrations/new")
    page.keyboard.type(barcode)
    page.keyboard.press("Enter")
    page.get_by_text("手工录入商品").click()
    page.fill("#manual_style_no", style_no)
    page.fill("#manual_colour", "GN3")
    page.fill("#manual_size", "175/92A")
    page.select_option("#manual_supplier", "SUP02")
    page.locator("label[for=source-2]").click()
    for first in ("#defect-1", "#position-1", "#cause-1"):
        page.locator(f"label[for={first[1:]}]").click()
    page.fill("#area_mm2", "2.5")
    page.fill("#customer_name", "张三丰")
    page.fill("#customer_phone", "13812345678")
    page.fill("#purchased_on", "2026-10-01")
    page.fill("#receipt_no", "T-1")
    page.select_option("#demand", "repair")
    page.fill("#production_year", "2026")
    assert page.input_value("#promised_on") != ""
    assert page.locator("#gore_card_no").is_hidden()
    _stands(shop)
    page.get_by_role("button", name="登记").last.click()
    page.wait_for_url("**/registered")
    assert page.get_by_text("待确认").first.is_visible()
    return page.locator(".piece-no").first.inner_text().strip()


@pytest.mark.parametrize("width", [1280, 360])
def test_from_an_unknown_tag_to_the_call_that_the_garment_is_back(shop: Shop, width: int) -> None:
    page = shop.enter("store1")
    page.set_viewport_size({"width": width, "height": 800})
    piece = _enter_by_hand(shop, width)
    slip = page.get_by_role("link", name="打印取件凭证").get_attribute("href")
    printed = page.request.get(shop.address + str(slip))
    assert (printed.status, printed.headers["content-type"]) == (200, "application/pdf")
    shop.enter("manager1")
    shop.open(f"/registrations?q={piece}")
    shop.act("现场处理", resolution="local_repair")
    shop.act("当地维修完成", cost_fen="15")

    page = shop.enter("store1")
    shop.open("/customers/waiting?called=no")
    row = page.locator("tr", has_text=piece)
    assert "138****5678" in row.inner_text()
    assert "尚未联系" in row.inner_text()
    _stands(shop)
    row.get_by_role("button", name="显示电话").click()
    page.get_by_text("13812345678").wait_for()
    _stands(shop)
    page.locator("label", has_text="无人接听").click()
    page.get_by_role("button", name="保存联系结果").click()
    page.wait_for_url("**/customers/waiting?**")
    assert page.locator("tr", has_text=piece).count() == 0
    shop.open("/customers/waiting?called=yes")
    assert "无人接听" in page.locator("tr", has_text=piece).inner_text()
    assert "13812345678" not in page.content()

    page = shop.enter("supervisor")
    shop.open(f"/customers/access-log?q={piece}")
    assert page.locator("tbody tr").count() == 1
    assert "通知取件" in page.locator("tbody tr").inner_text()
    _stands(shop)

    page = shop.enter("clerk")
    shop.open("/provisional")
    _stands(shop)
    page.get_by_role("link", name=f"{TAGS[width][1]} GN3 175/92A").click()
    _stands(shop)
    page.fill("[name=code]", "6901234567892")
    page.get_by_role("button", name="就是这一款").click()
    page.wait_for_url("**/provisional")
    shop.open(f"/registrations?q={piece}")
    assert "男装休闲夹克" in page.content()
    _stands(shop)
