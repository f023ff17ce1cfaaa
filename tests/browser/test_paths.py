"""Off the plain road in a real browser: to the fabric maker and back, and withdrawn."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Shop, played, verified
from tests.browser.test_pages import findings
from tracker.queries.registration import by_scanned_code

pytestmark = pytest.mark.browser

SHELL = "6971234560018"


def register_customers(shop: Shop, *, card: str = "") -> str:
    """Register a customer's leaking shell; return its piece number."""
    page = shop.open("/registrations/new")
    page.keyboard.type(SHELL)
    page.keyboard.press("Enter")
    page.locator("#product strong").wait_for()
    page.get_by_text("顾客送修", exact=True).first.click()
    for name, value in (("defect", "WATER_LEAK"), ("position", "seam"), ("cause", "material")):
        mark = page.locator(f'input[name="{name}"][value="{value}"]').get_attribute("id")
        page.locator(f'label[for="{mark}"]').click()
    for name, value in {
        "area_mm2": "4",
        "purchased_on": "2026-11-20",
        "receipt_no": "T-77",
        "customer_name": "陈一",
        "customer_phone": "13800001234",
        **({"gore_card_no": card} if card else {}),
    }.items():
        page.fill(f'[name="{name}"]', value)
    page.locator("#register button.btn-wide[type=submit]").click()
    page.locator("[data-ask], .piece-no").first.wait_for()
    page.wait_for_load_state()
    if page.locator("[data-ask]").count():
        page.keyboard.press("1")
    page.wait_for_url("**/registered")
    return page.locator(".piece-no").first.inner_text().strip()


def at_after_sales(shop: Shop, *pieces: str) -> None:
    """Accept, send and count the pieces in."""
    with played(shop.address) as story:
        nos = [by_scanned_code(story.session, piece).no for piece in pieces]
        story.count_in(story.send(*nos), *nos)


def test_a_gore_tex_garment_goes_to_the_fabric_maker_and_another_is_withdrawn(
    shop: Shop,
) -> None:
    shop.enter("store1")
    leaking, unwanted = register_customers(shop, card="GTX-0098"), register_customers(shop)
    at_after_sales(shop, leaking, unwanted)
    _to_the_fabric_maker_and_back(shop, leaking)
    _withdrawn(shop, unwanted)
    assert "I10" in verified(shop.address)


def _to_the_fabric_maker_and_back(shop: Shop, piece: str) -> None:
    page = shop.enter("assessor")
    shop.open(f"/registrations?q={piece}")
    page.locator(".actions summary", has_text="鉴定").first.click()
    panel = page.locator(".actions details.action[open]")
    panel.locator("select[name=cause]").select_option("dyeing_finishing")
    assert panel.get_by_text("与登记不符").locator("visible=true").count() == 1
    panel.locator("select[name=cause]").select_option("")
    assert panel.get_by_text("与登记不符").locator("visible=true").count() == 0
    assert not panel.get_by_text("维修去向").is_visible()
    panel.locator("label.btn-choice", has_text="可维修").first.click()
    panel.locator("label.btn-choice", has_text="面料商外修").click()
    assert findings(page) == []
    panel.get_by_role("button", name="确认").click()
    page.locator(".garment-head", has_text="外修").wait_for()

    page = shop.enter("clerk")
    shop.open("/outside")
    assert piece in page.locator("main").inner_text()
    shop.open(f"/registrations?q={piece}")
    shop.act("外修寄出", vendor="GORE", carrier="顺丰速运", tracking_no="SF-GORE-1")
    assert "戈尔面料服务中心" in page.locator("main").inner_text()
    shop.open("/outside?vendor=GORE")
    row = page.locator("tr", has_text=piece)
    assert "剩 10 天" in row.inner_text()
    row.get_by_role("link", name=piece).click()
    shop.act("外修返回", repaired="yes", cost_fen="0")
    shop.enter("qa")
    shop.open(f"/registrations?q={piece}")
    shop.act("检验合格", grade="first")
    assert "已修好" in shop.page.locator(".garment-head").inner_text()


def _withdrawn(shop: Shop, piece: str) -> None:
    page = shop.enter("store1")
    shop.open(f"/registrations?q={piece}")
    shop.act("顾客撤回", note="顾客急用")
    assert "顾客不修，原样退回" in page.locator("main header").inner_text()
    shop.enter("clerk")
    shop.open("/registrations?status=repaired")
    assert "顾客不修，原样退回" in page.locator("tr", has_text=piece).inner_text()
