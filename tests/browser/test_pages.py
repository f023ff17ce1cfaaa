"""Every page of the main menu, at a PC and on a phone, and the scanner's field under haste."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import Shop, at_rest, beyond_the_screen

pytestmark = pytest.mark.browser

JACKET = "6901234567892"
GRAVE = ("serious", "critical")
FOUND = {"resultTypes": ["violations"]}
"""Axe tells what it finds wrong and not all that it finds right, in half the time."""


def findings(page: Page) -> list[str]:
    """Return what axe finds grave on a page, with the element."""
    answer = Axe().run(at_rest(page), options=FOUND).response
    return [
        f"{found['id']}: {found['nodes'][0]['html']}"
        for found in answer["violations"]
        if found["impact"] in GRAVE
    ]


def menu(shop: Shop) -> list[str]:
    """Return the addresses of the reader's main menu."""
    links = shop.page.locator("nav.tabs a").all()
    return [link.get_attribute("href") or "" for link in links]


def look_at_every_page(shop: Shop, login: str, width: int, height: int) -> None:
    """Open every page of somebody's menu; none runs out of the screen, axe finds nothing grave."""
    page = shop.enter(login)
    page.set_viewport_size({"width": width, "height": height})
    addresses = menu(shop)
    assert addresses[0] == "/"
    assert len(addresses) >= 2
    for address in addresses:
        shop.open(address)
        beyond = beyond_the_screen(page)
        assert (address, beyond, findings(page)) == (address, 0, [])
        assert page.locator("h1").count() == 1


@pytest.mark.parametrize("login", ["manager2", "clerk", "finance", "supplier1", "admin"])
def test_every_page_of_the_menu_stands_on_a_phone(shop: Shop, login: str) -> None:
    look_at_every_page(shop, login, 360, 740)


def test_every_page_of_the_menu_stands_on_a_pc(shop: Shop) -> None:
    look_at_every_page(shop, "clerk", 1280, 800)


def register_by_keys(shop: Shop) -> str:
    """Register a jacket without touching a mouse; return its piece number."""
    page = shop.open("/registrations/new")
    assert page.evaluate("document.activeElement.id") == "code"
    page.keyboard.type(JACKET)
    page.keyboard.press("Enter")
    page.locator("#product strong").wait_for()
    page.keyboard.press("1")
    page.keyboard.press("3")
    page.keyboard.type("2.5")
    page.keyboard.press("Enter")
    page.keyboard.press("2")
    page.keyboard.press("3")
    page.keyboard.press("Enter")
    page.locator("[data-ask], .piece-no").first.wait_for()
    page.wait_for_load_state()
    if page.locator("[data-ask]").count():
        page.keyboard.press("1")
    page.wait_for_url("**/registered")
    return page.locator(".piece-no").inner_text().strip()


def test_a_garment_is_registered_by_the_keyboard_alone(shop: Shop) -> None:
    page = shop.enter("store2")
    piece = register_by_keys(shop)
    assert "开线/脱线/爆缝/跳针" in page.locator("main").inner_text()
    page.keyboard.press("Enter")
    page.wait_for_url("**/registrations/new")
    assert page.evaluate("document.activeElement.id") == "code"
    page.keyboard.press("Escape")
    page.locator("#q").focus()
    page.keyboard.type(piece)
    page.keyboard.press("Enter")
    page.wait_for_url("**/registrations/DJ*")
    assert page.locator(".beside .over").inner_text().strip() == "不完好"


def test_on_a_phone_an_answered_list_folds_to_its_answer(shop: Shop) -> None:
    page = shop.enter("store2")
    page.set_viewport_size({"width": 360, "height": 740})
    shop.open("/registrations/new")
    defects = page.locator("label.btn-choice[for^=defect-]")
    assert defects.evaluate_all("all => all.filter(one => one.offsetHeight).length") == 20
    page.locator("label[for=defect-2]").click()
    assert defects.evaluate_all("all => all.filter(one => one.offsetHeight).length") == 1
    assert findings(page) == []
    page.locator("label[for=defect-2]").click()
    page.locator("label[for=defect-5]").click()
    assert page.locator("input[name=defect]:checked").get_attribute("id") == "defect-5"


def test_a_burst_of_scans_loses_none_and_a_refusal_says_why(shop: Shop) -> None:
    shop.enter("store2")
    pieces = [register_by_keys(shop) for _ in range(3)]
    shop.enter("manager2")
    for piece in pieces:
        shop.open(f"/registrations?q={piece}")
        shop.act("受理寄修")
        assert "扫码装入本周寄售后的箱子" in shop.page.locator(".next-step").inner_text()
    page = shop.enter("store2")
    shop.open("/shipments")
    page.get_by_role("button", name="开本周的箱").click()
    page.wait_for_url("**/shipments/FH-*")
    for piece in pieces:
        page.keyboard.type(piece)
        page.keyboard.press("Enter")
    page.locator(".scan-list li[data-outcome]").nth(2).wait_for()
    assert shop.outcomes() == ["done", "done", "done"]
    page.locator("#contents [data-count]", has_text="3").wait_for()
    shop.scan(pieces[0])
    assert shop.outcomes() == ["refused", "done", "done", "done"]
    refused = page.locator(".scan-refused").inner_text()
    assert pieces[0] in refused
    assert "已经在本箱里了" in refused
    assert page.evaluate("[document.activeElement.id, document.activeElement.value]") == [
        "scan-code",
        "",
    ]
    assert page.locator("#contents [data-count]").inner_text() == "3"
