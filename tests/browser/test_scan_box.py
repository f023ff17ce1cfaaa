"""The box for a scanner: no scan is lost, none counts twice, each is answered where it was made."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Shop, beyond_the_screen, played, verified
from tests.browser.test_pages import findings
from tracker.queries import shipment as queries
from tracker.services.demo import PASSWORD

pytestmark = pytest.mark.browser


@pytest.fixture
def packing(shop: Shop) -> Iterator[tuple[Shop, str, list[str]]]:
    """A store at its open, empty box with two garments to pack; a cut network is no complaint."""
    with played(shop.address) as story:
        standing = story.box("store2")
        if queries.lines(story.session, story.shipment(standing)):
            story.dispatch("store2", standing)
        nos = [story.register("store2") for _ in range(2)]
        for no in nos:
            story.do("manager2", "registration", no, "accept")
        box, pieces = story.box("store2"), [story.piece_no(no) for no in nos]
    shop.page.context.set_default_timeout(20_000)
    shop.enter("store2")
    page = shop.open(f"/shipments/{box}")
    yield shop, page.url, pieces
    cuts = ("net::ERR_FAILED", "status of 502")
    shop.complaints = [one for one in shop.complaints if not any(cut in one for cut in cuts)]


def press(page: Page, code: str) -> None:
    """Scan into the field without waiting for an answer."""
    page.locator("#scan-code").press_sequentially(code)
    page.keyboard.press("Enter")


def tally(page: Page) -> str:
    """Return what the box counts."""
    return page.locator(".scan-tally").inner_text()


def counts(page: Page, told: str) -> None:
    """Wait until the box counts so."""
    expect(page.locator(".scan-tally")).to_contain_text(told)


def in_box(page: Page) -> str:
    """Return how many garments the box holds."""
    return page.locator("#contents [data-count]").inner_text()


def cut(page: Page) -> None:
    """Take the network from the scans of every tab."""
    page.context.route("**/scans/*", lambda route: route.abort())


def mend(page: Page) -> None:
    """Give the scans their network back."""
    page.context.unroute("**/scans/*")


def all_sent(page: Page) -> None:
    """Wait until the browser keeps no scan any more."""
    page.evaluate(
        """async () => {
          while ((await hangtag.scanStore.all()).length) {
            await new Promise((go) => setTimeout(go, 50));
          }
        }"""
    )


def test_scans_of_a_killed_tab_are_sent_when_its_author_comes_back(packing: Any) -> None:
    shop, address, pieces = packing
    page: Page = shop.page
    cut(page)
    for piece in pieces:
        press(page, piece)
    page.locator(".scan-waiting[data-state=captured]", has_text="网络不通").first.wait_for()
    counts(page, "待发送 2")
    context = page.context
    page.close()
    context.unroute("**/scans/*")
    back = context.new_page()
    back.goto(f"{shop.address}/")
    all_sent(back)
    back.goto(address)
    assert in_box(back) == "2"
    counts(back, "本页已扫 0 件 · 完成 0 · 未通过 0 · 待发送 0")
    assert verified(shop.address)


def test_kept_scans_wait_for_their_author_whoever_logs_in_between(packing: Any) -> None:
    shop, address, pieces = packing
    page: Page = shop.page
    cut(page)
    press(page, pieces[0])
    page.locator(".scan-waiting", has_text="网络不通").wait_for()
    mend(page)
    page.context.clear_cookies()
    shop.enter("manager2")
    page.goto(address)
    assert in_box(page) == "0"
    page.locator(".scan-tally", has_text="另有").wait_for()
    shop.enter("store2")
    all_sent(page)
    page.goto(address)
    assert in_box(page) == "1"


def test_another_persons_log_in_in_a_second_tab_never_signs_for_the_first(packing: Any) -> None:
    shop, address, pieces = packing
    page: Page = shop.page
    cut(page)
    press(page, pieces[0])
    page.locator(".scan-waiting", has_text="网络不通").wait_for()
    second = page.context.new_page()
    second.goto(f"{shop.address}/login")
    second.fill("[name=login]", "manager2")
    second.fill("[name=password]", PASSWORD)
    second.press("[name=password]", "Enter")
    second.wait_for_url(f"{shop.address}/")
    mend(page)
    page.locator(".scan-waiting", has_text="刷新").wait_for()
    second.goto(address)
    assert in_box(second) == "0"
    second.locator(".scan-tally", has_text="另有").wait_for()


def test_two_tabs_send_each_scan_once(packing: Any) -> None:
    shop, address, pieces = packing
    page: Page = shop.page
    second = page.context.new_page()
    second.goto(address)
    cut(page)
    press(page, pieces[0])
    press(second, pieces[1])
    page.locator(".scan-waiting", has_text="网络不通").wait_for()
    second.locator(".scan-waiting", has_text="网络不通").wait_for()
    mend(page)
    page.locator(".scan-done").wait_for()
    second.locator(".scan-done").wait_for()
    second.reload()
    assert in_box(second) == "2"
    assert (page.locator(".scan-row").count(), "待发送 0" in tally(second)) == (1, True)


def test_a_captive_portals_page_is_no_answer(packing: Any) -> None:
    shop, _address, pieces = packing
    page: Page = shop.page

    def portal(route: Route) -> None:
        route.fulfill(status=200, content_type="text/html", body="<h1>WiFi</h1><li>done</li>")

    page.route("**/scans/*", portal)
    press(page, pieces[0])
    page.locator(".scan-waiting", has_text="返回的不是本系统的页面").wait_for()
    counts(page, "待发送 1")
    page.unroute("**/scans/*")
    page.route("**/scans/*", lambda route: route.fulfill(status=502, body="Bad Gateway"))
    page.wait_for_timeout(2500)
    counts(page, "待发送 1")
    page.unroute("**/scans/*")
    page.locator(".scan-done").wait_for()
    counts(page, "完成 1")


def test_a_lost_answer_is_asked_for_again_and_counts_once(packing: Any) -> None:
    shop, _address, pieces = packing
    page: Page = shop.page
    lost: list[int] = []

    def lose(route: Route) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.fetch().status)
        route.abort()

    page.route("**/scans/*", lose)
    press(page, pieces[0])
    page.locator(".scan-done").wait_for()
    assert lost == [200]
    page.locator("#contents [data-count]", has_text="1").wait_for()


def test_the_same_tag_at_once_is_one_scan_until_it_is_counted_on_purpose(packing: Any) -> None:
    shop, _address, pieces = packing
    page: Page = shop.page
    press(page, pieces[0])
    press(page, pieces[0])
    page.locator(".scan-ignored", has_text="重复扫描，已忽略").wait_for()
    page.locator(".scan-done").wait_for()
    counts(page, "本页已扫 1 件 · 完成 1 · 未通过 0 · 待发送 0")
    assert findings(page) == []
    press(page, "+")
    page.locator(".scan-refused[data-code=already_in_this_box]").wait_for()
    assert page.locator(".scan-ignored").count() == 0
    counts(page, "本页已扫 2 件")


def test_the_last_scan_is_taken_back_by_key_and_by_button(packing: Any) -> None:
    shop, _address, pieces = packing
    page: Page = shop.page
    shop.scan(pieces[0], pieces[1])
    page.locator("#contents [data-count]", has_text="2").wait_for()
    page.keyboard.press("Control+z")
    page.locator(".scan-undone", has_text=pieces[1]).wait_for()
    page.locator("#contents [data-count]", has_text="1").wait_for()
    counts(page, "完成 1")
    page.locator(".scan-row", has_text=pieces[0]).get_by_role("button").click()
    page.locator("#contents [data-count]", has_text="0").wait_for()
    assert page.locator(".scan-undone .scan-word").all_inner_texts() == ["已撤销", "已撤销"]
    assert page.locator(".scan-row[data-code=unpack]").count() == 2
    assert page.evaluate("document.activeElement.id") == "scan-code"


def test_two_tags_in_one_burst_are_two_scans(packing: Any) -> None:
    shop, _address, pieces = packing
    page: Page = shop.page
    page.locator("#scan-code").evaluate(
        """(field, text) => {
          const clipboardData = new DataTransfer();
          clipboardData.setData("text", text);
          field.dispatchEvent(new ClipboardEvent("paste", { clipboardData, cancelable: true }));
        }""",
        "\r".join(pieces),
    )
    page.locator("#contents [data-count]", has_text="2").wait_for()
    assert shop.outcomes() == ["done", "done"]


def test_a_chinese_input_method_does_not_spoil_a_scan(packing: Any) -> None:
    shop, _address, pieces = packing
    page: Page = shop.page
    page.locator("#scan-code").evaluate(
        """(field, piece) => {
          field.focus();
          const press = (code) => field.dispatchEvent(new KeyboardEvent("keydown", {
            key: "Process", code, isComposing: true, bubbles: true, cancelable: true,
          }));
          field.value = "皮零零";
          for (const one of piece) press(/[0-9]/.test(one) ? `Digit${one}` : `Key${one}`);
          press("Enter");
        }""",
        pieces[0],
    )
    page.locator(".scan-done", has_text=pieces[0]).wait_for()
    assert page.locator("#scan-code").input_value() == ""


def refused_after_leaving(shop: Shop, pieces: list[str]) -> Page:
    """Scan two garments and one of them again without a network; return another page that sends."""
    page: Page = shop.page
    cut(page)
    for piece in [*pieces, pieces[0]]:
        press(page, piece)
    counts(page, "待发送 3")
    context = page.context
    page.close()
    context.unroute("**/scans/*")
    shop.page = context.new_page()
    shop.page.goto(f"{shop.address}/")
    all_sent(shop.page)
    return shop.page


def test_a_scan_refused_after_its_page_was_left_is_told_until_it_is_read(packing: Any) -> None:
    shop, address, pieces = packing
    page = refused_after_leaving(shop, pieces)
    sign = page.locator("[data-refusals]")
    expect(sign.locator("li")).to_have_count(1)
    expect(sign.locator("li")).to_contain_text(pieces[0])
    expect(sign.locator("li")).to_contain_text("这件已经在本箱里了")
    assert findings(page) == []
    page.set_viewport_size({"width": 360, "height": 740})
    assert beyond_the_screen(page) == 0
    page.get_by_role("button", name="English").click()
    expect(sign).to_contain_text("These scans did not go through")
    sign.get_by_role("link", name="Last scans").click()
    expect(page.locator("tr[data-outcome=refused]", has_text=pieces[0])).to_have_count(1)
    page.goto(address)
    assert in_box(page) == "2"
    expect(sign).to_contain_text(pieces[0])
    sign.get_by_role("button", name="Got it").click()
    expect(sign).to_be_hidden()
    expect(page.locator("#scan-code")).to_be_focused()
    page.reload()
    page.locator("#scan-code").wait_for()
    page.wait_for_timeout(500)
    expect(sign).to_be_hidden()


def test_a_refusal_is_told_to_its_author_alone(packing: Any) -> None:
    shop, _address, pieces = packing
    page = refused_after_leaving(shop, pieces)
    sign = page.locator("[data-refusals]")
    expect(sign).to_be_visible()
    page.context.clear_cookies()
    shop.enter("manager2")
    page.wait_for_timeout(500)
    expect(sign).to_be_hidden()
    page.context.clear_cookies()
    shop.enter("store2")
    expect(sign).to_contain_text(pieces[0])


def test_a_refusal_whose_row_stands_in_another_tab_is_told_there_alone(packing: Any) -> None:
    shop, _address, _pieces = packing
    page: Page = shop.page
    second = page.context.new_page()
    second.goto(f"{shop.address}/")
    cut(page)
    press(page, "P00000001Z")
    page.locator(".scan-waiting", has_text="网络不通").wait_for()
    page.route("**/scans/*", lambda route: route.abort())
    mend(page)
    second.evaluate("window.dispatchEvent(new Event('online'))")
    page.locator(".scan-row[data-outcome]").wait_for()
    second.wait_for_timeout(1000)
    expect(second.locator("[data-refusals]")).to_be_hidden()
    expect(page.locator("[data-refusals]")).to_be_hidden()
    assert second.evaluate("hangtag.scanQueue.unread()") == []


FULL_ONCE = """() => {
  const { add } = IDBObjectStore.prototype;
  IDBObjectStore.prototype.add = () => {
    IDBObjectStore.prototype.add = add;
    throw new DOMException("full", "QuotaExceededError");
  };
}"""
"""A device that is full for one scan."""


def test_a_scan_that_the_device_cannot_keep_is_refused_and_made_again(packing: Any) -> None:
    shop, _address, pieces = packing
    page: Page = shop.page
    page.evaluate(FULL_ONCE)
    press(page, pieces[0])
    lost = page.locator(".scan-refused[data-code=not_kept]")
    expect(lost).to_contain_text("请再扫一次")
    counts(page, "本页已扫 0 件 · 完成 0 · 未通过 0 · 待发送 0")
    press(page, pieces[0])
    page.locator(".scan-done", has_text=pieces[0]).wait_for()
    counts(page, "本页已扫 1 件 · 完成 1")
    page.evaluate(FULL_ONCE)
    page.keyboard.press("Control+z")
    expect(lost.first).to_contain_text("请再撤销一次")
    assert findings(page) == []
    page.keyboard.press("Control+z")
    page.locator(".scan-undone", has_text=pieces[0]).wait_for()
    page.locator("#contents [data-count]", has_text="0").wait_for()


def test_a_store_that_was_closed_under_the_page_is_opened_anew(packing: Any) -> None:
    shop, _address, pieces = packing
    page: Page = shop.page
    page.evaluate(
        """() => new Promise((done, fail) => {
          const gone = indexedDB.deleteDatabase("hangtag.boxes");
          gone.onsuccess = () => done();
          gone.onblocked = () => fail(new Error("the page holds it"));
        })"""
    )
    press(page, pieces[0])
    page.locator(".scan-done", has_text=pieces[0]).wait_for()
    counts(page, "本页已扫 1 件 · 完成 1 · 未通过 0 · 待发送 0")
