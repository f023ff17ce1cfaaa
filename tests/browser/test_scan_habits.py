"""A scanner's typing outside its field, the change of users by badge, and the scanner's test."""

from __future__ import annotations

import pytest

from labels.fonts import register
from tests.browser.conftest import Shop, played
from tests.browser.test_pages import JACKET, findings
from tests.paper import scanned_codes
from tracker.config import PRINT_FONTS
from tracker.services import badge
from tracker.services.demo import PASSWORD

pytestmark = pytest.mark.browser
PIN = "2580"
COAT = "6921012340004"


def card_of(shop: Shop, login: str, by: str) -> str:
    """Issue a badge and set its PIN; return the code that a scanner reads from the card."""
    with played(shop.address) as story:
        paper = story.write(lambda: badge.issue(story.act(by), login, register(*PRINT_FONTS)))
        story.write(lambda: badge.set_pin(story.act(login), PIN, PASSWORD))
    [[code]] = scanned_codes(paper.content)
    return str(code)


WEDGE = """([code, end]) => {
  const press = (key) => document.activeElement.dispatchEvent(
    new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }),
  );
  for (const one of code) {
    const field = document.activeElement;
    const isTyped = "selectionStart" in field && field.type !== "radio";
    if (press(one) && isTyped) field.value += one;
  }
  const { form } = document.activeElement;
  if (end && press(end) && form) form.requestSubmit();
}"""
"""What a scanner types, or a part of it."""


def wedge(shop: Shop, code: str) -> None:
    """Scan wherever the cursor stands, as fast as a scanner types however slow the machine is."""
    shop.page.wait_for_load_state()
    shop.page.evaluate(WEDGE, [code, "Enter"])


def test_a_scan_into_a_remark_a_price_or_a_date_is_taken_out_and_offered(shop: Shop) -> None:
    page = shop.enter("store1")
    page.set_default_timeout(20_000)
    shop.open("/registrations/new")
    page.fill("[name=note]", "袖口开线")
    page.fill("[name=area_mm2]", "2.5")
    for name, value in (("note", "袖口开线"), ("area_mm2", "2.5")):
        page.focus(f"[name={name}]")
        wedge(shop, JACKET)
        page.locator(".wedge-toast", has_text="扫描枪输入已拦下").wait_for()
        assert JACKET in page.locator(".wedge-toast").inner_text()
        assert page.input_value(f"[name={name}]") == value
        assert page.url.endswith("/registrations/new")
    assert findings(page) == []
    page.get_by_role("button", name="作为扫描提交").click()
    page.locator("#product strong").wait_for()
    assert page.input_value("[name=code]") == JACKET


def test_a_slow_machine_leaves_no_first_character_of_a_scan_in_a_remark(shop: Shop) -> None:
    page = shop.enter("store1")
    shop.open("/registrations/new")
    page.fill("[name=note]", "袖口开线")
    page.focus("[name=note]")
    page.evaluate(WEDGE, [JACKET[0], ""])
    page.wait_for_timeout(150)
    page.evaluate(WEDGE, [JACKET[1:], "Enter"])
    page.locator(".wedge-toast", has_text=JACKET).wait_for()
    assert page.input_value("[name=note]") == "袖口开线"
    page.get_by_role("button", name="作为扫描提交").click()
    page.locator("#product strong").wait_for()
    assert page.input_value("[name=code]") == JACKET
    page.focus("[name=note]")
    page.evaluate(WEDGE, ["2", ""])
    page.wait_for_timeout(400)
    page.evaluate(WEDGE, [JACKET, "Enter"])
    page.locator(".wedge-toast", has_text=JACKET).wait_for()
    assert page.input_value("[name=note]") == "袖口开线2"


def test_a_machine_that_stalls_in_the_middle_of_a_scan_keeps_its_beginning(shop: Shop) -> None:
    page = shop.enter("store1")
    shop.open("/registrations/new")
    for stalled_after in (2, 5):
        page.fill("[name=code]", "")
        page.evaluate(WEDGE, [JACKET[:stalled_after], ""])
        page.wait_for_timeout(200)
        page.evaluate(WEDGE, [JACKET[stalled_after:], "Enter"])
        assert page.input_value("[name=code]") == JACKET
        page.focus("[name=code]")
    page.wait_for_timeout(1_200)
    page.evaluate(WEDGE, [COAT, "Enter"])
    page.locator("#product strong", has_text="羽绒服").wait_for()
    assert page.input_value("[name=code]") == COAT


def test_a_scan_onto_the_choices_is_the_code_of_the_next_garment(shop: Shop) -> None:
    page = shop.enter("store1")
    shop.open("/registrations/new")
    page.locator("label[for=defect-2]").click()
    page.focus("#defect-2")
    wedge(shop, JACKET)
    page.locator("#product strong").wait_for()
    assert page.locator("input[name=defect]:checked").get_attribute("id") == "defect-2"
    assert page.locator("input[name=position]:checked").count() == 0
    assert page.input_value("[name=code]") == JACKET


def test_a_scan_onto_a_button_presses_nothing_and_a_code_field_keeps_it(shop: Shop) -> None:
    page = shop.enter("store1")
    shop.open("/registrations")
    page.get_by_role("button", name="退出").focus()
    wedge(shop, JACKET)
    page.get_by_role("button", name="查找这件").wait_for()
    assert page.url.endswith("/registrations")
    shop.open("/registrations/new")
    page.locator("label[for=source-2]").click()
    page.focus("[name=receipt_no]")
    wedge(shop, "T-20261001-8")
    page.wait_for_load_state()
    assert page.input_value("[name=receipt_no]") == "T-20261001-8"
    assert page.locator(".wedge-toast").count() == 0


def test_a_badge_scanned_anywhere_changes_the_browser_over_by_the_keyboard_alone(
    shop: Shop,
) -> None:
    card = card_of(shop, "store1", by="manager1")
    page = shop.enter("manager1")
    shop.open("/registrations/new")
    page.focus("[name=code]")
    wedge(shop, card)
    page.wait_for_url("**/switch?next=*")
    assert page.evaluate("document.activeElement.name") == "pin"
    assert findings(page) == []
    page.keyboard.type("9999")
    page.keyboard.press("Enter")
    page.locator(".alert-danger", has_text="工牌或数字密码不对").wait_for()
    wedge(shop, card)
    page.keyboard.type(PIN)
    page.keyboard.press("Enter")
    page.wait_for_url("**/registrations/new")
    assert page.locator('meta[name="account"]').get_attribute("content") == "store1"
    page.keyboard.press("F9")
    page.wait_for_url("**/switch?next=**")
    assert page.evaluate("document.activeElement.name") == "badge"


def test_the_list_of_badges_is_loaded_anew_on_return_from_a_printed_card(shop: Shop) -> None:
    page = shop.enter("manager3")
    shop.open("/accounts/badges")
    row = page.locator("tr", has_text="store3")
    with page.context.expect_page() as card:
        row.get_by_role("button", name="发放工牌").click()
    card.value.close()
    with page.expect_navigation():
        page.evaluate("window.dispatchEvent(new Event('focus'))")
    row.get_by_role("button", name="换发工牌").wait_for()


def test_the_scanners_test_says_what_is_set_wrong(shop: Shop) -> None:
    page = shop.enter("store1")
    shop.open("/scanner")
    wedge(shop, JACKET)
    page.locator("[data-right=yes] [data-parsed=ean13]").wait_for()
    assert page.locator(".scanner-characters li").count() == 13
    assert findings(page) == []
    page.keyboard.type(JACKET)
    page.keyboard.press("Tab")
    page.locator("[data-right=no] [data-fault=tab_end]").wait_for()
    page.keyboard.type(JACKET)
    page.locator("[data-fault=no_end]").wait_for()
    page.keyboard.type("]E06901234567892")
    page.keyboard.press("Enter")
    page.locator("dd", has_text="]E0 EAN/UPC").wait_for()


def test_the_keys_of_a_scan_page_stand_behind_one_key(shop: Shop) -> None:
    page = shop.enter("repairer")
    shop.open("/bench")
    page.keyboard.type("?")
    page.keyboard.press("Enter")
    keys = page.locator("dialog#keys-help[open]")
    keys.wait_for()
    assert "撤销上一次扫描" in keys.inner_text()
    assert findings(page) == []
