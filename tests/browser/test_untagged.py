"""A worn garment without its tag: from the link to the registration, by keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Shop
from tests.browser.test_pages import findings

pytestmark = pytest.mark.browser


def _stands(shop: Shop) -> None:
    beyond = shop.page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert (beyond, findings(shop.page)) == (0, [])


@pytest.mark.parametrize(
    ("width", "style", "size"), [(1280, "2613M04012", "170/88A"), (360, "2653D11007", "175/92A")]
)
def test_the_style_on_the_care_label_leads_to_the_registration(
    shop: Shop, width: int, style: str, size: str
) -> None:
    shop.enter("store1")
    shop.page.set_viewport_size({"width": width, "height": 800})
    page = shop.open("/registrations/new")
    page.get_by_text("没有吊牌").click()
    page.locator("#untagged:focus").wait_for()
    page.keyboard.type(style.lower())
    page.keyboard.press("Enter")
    page.get_by_role("button", name=size).first.wait_for()
    _stands(shop)
    page.get_by_role("button", name=size).first.click()
    page.locator("#product > .product", has_text=style).wait_for()
    expect(page.locator("#production_year")).to_have_value("2026")
    assert page.locator("[name=source]:checked").get_attribute("value") == "customer"
    for first in ("defect-1", "position-1", "cause-1"):
        page.locator(f"label[for={first}]").click()
    for name, value in (
        ("area_mm2", "2.5"),
        ("customer_name", "张三丰"),
        ("customer_phone", f"1381234{width:04d}"),
        ("purchased_on", "2026-10-01"),
    ):
        page.fill(f"#{name}", value)
    page.select_option("#demand", "repair")
    page.get_by_role("button", name="登记").last.click()
    page.wait_for_url("**/registered")
    page = shop.open("/registrations/new?by_hand=1")
    page.fill("#untagged", f"{width:04d}")
    page.get_by_role("button", name="查找").click()
    page.get_by_text(f"138****{width:04d}").wait_for()
    _stands(shop)
    page.fill("#code", "6901234567892")
    page.press("#code", "Enter")
    page.locator("#product > .product strong", has_text="男装休闲夹克").wait_for()
    expect(page.locator("[name=manual_size]")).to_have_count(0)
