"""Labels at the counter: one key prints as this device was told, and two scans pair a blank tag."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.browser.conftest import Shop
from tests.browser.test_pages import register_by_keys
from tracker.domain.number import FIRST_RESERVED, piece_no

pytestmark = pytest.mark.browser


def _tab(shop: Shop, press: Any) -> str:
    """Press what opens a print in a tab of its own; return the tab's address."""
    with shop.page.context.expect_page() as opened:
        press()
    opened.value.wait_for_url(re.compile(r"/(prints|tag-rolls)/"))
    address = str(opened.value.url)
    opened.value.close()
    return address.removeprefix(shop.address)


def test_one_key_prints_with_the_settings_that_this_device_keeps(shop: Shop) -> None:
    page = shop.enter("store1")
    register_by_keys(shop)
    first = _tab(shop, lambda: page.keyboard.press("p"))
    assert first.endswith(".pdf?size=60x40&dpi=203&form=pdf")
    page.get_by_role("link", name="打印设置").click()
    page.locator("[data-label-preview]").wait_for()
    page.wait_for_load_state()  # What this device keeps is in the form before anything is chosen.
    page.select_option("#label-form", "sheet")
    page.select_option("#label-size", "40x30")
    page.fill("#label-start", "44")
    page.fill("#label-copies", "3")
    chosen = _tab(shop, lambda: page.locator("[data-labels-choice] button").click())
    assert chosen.endswith(".pdf?size=40x30&dpi=203&form=sheet&start=44")
    assert page.input_value("#label-start") == "2"
    page.reload()
    assert "重打" in page.locator("main").inner_text()
    page.go_back()
    page.reload()
    again = _tab(shop, lambda: page.locator("[data-labels-key]").click())
    assert again.endswith(".pdf?size=40x30&dpi=203&form=sheet&start=2")
    assert len({first, chosen, again}) == 3
    kept = json.loads(page.evaluate("localStorage.getItem('hangtag.labels')"))
    assert kept == {"size": "40x30", "form": "sheet", "dpi": "203", "copies": "3", "start": "5"}
    page.evaluate("localStorage.removeItem('hangtag.labels')")
    assert shop.complaints == []


def test_ticked_garments_are_printed_and_the_list_is_free_for_the_next_press(shop: Shop) -> None:
    page = shop.enter("store1")
    register_by_keys(shop)
    shop.open("/registrations?status=registered")
    page.locator("[data-tick-all]").first.check()
    press = page.locator("[data-labels-press]")
    tabs = [_tab(shop, press.click) for _ in range(2)]
    assert len(set(tabs)) == 2
    assert shop.complaints == []


def test_a_blank_tag_is_paired_by_two_scans(shop: Shop) -> None:
    page = shop.enter("manager2")
    shop.open("/tag-rolls")
    page.fill("#roll-count", "5")
    assert re.match(r"/tag-rolls/\d+\.pdf\?", _tab(shop, lambda: page.keyboard.press("Enter")))
    shop.open("/tag-rolls")
    number = page.locator("tbody .code").first.inner_text().split()[0]
    assert number[0] == "P"
    assert int(number[1:9]) >= FIRST_RESERVED
    page = shop.enter("store2")
    shop.open("/registrations/new")
    for scanned in ("6901234567892", piece_no(int(number[1:9]))):
        page.keyboard.type(scanned)
        page.keyboard.press("Enter")
    for key in "13":
        page.keyboard.press(key)
    page.keyboard.type("2.5")
    page.keyboard.press("Enter")
    for key in ("2", "3", "Enter"):
        page.keyboard.press(key)
    page.locator("[data-ask], .piece-no").first.wait_for()
    if page.locator("[data-ask]").count():
        page.keyboard.press("1")
    page.wait_for_url("**/registered")
    assert page.locator(".piece-no").inner_text().strip() == number
    assert "不用再打印" in page.locator("main").inner_text()
    assert shop.complaints == []
