"""The scan station: without a network, killed at any moment, on a false network; none lost."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.browser.conftest import CHROMIUM, ENVIRONMENTS, QUIET, beyond_the_screen, verified
from tests.browser.station import (
    BURST,
    COAT,
    JACKET,
    LEATHER,
    SHELL,
    SHIRT,
    Station,
    opened,
    registered,
)
from tests.browser.test_pages import findings
from tests.browser.test_scan_habits import WEDGE

pytestmark = pytest.mark.browser

BATCH = "**/api/v1/scans/batch"


@pytest.fixture(scope="module")
def done(server: str) -> Iterator[Callable[[], list[tuple[str, str]]]]:
    """What this test alone registered; at the end of all, every invariant of the chain holds."""
    yield lambda: registered(server)
    verified(server)


@pytest.fixture
def station(context: BrowserContext, server: str) -> Iterator[Station]:
    """A station on the chain."""
    yield from opened(context, server)


@pytest.fixture
def fresh(done: Callable[[], list[tuple[str, str]]]) -> Callable[[], list[tuple[str, str]]]:
    """Return what was registered since the test began."""
    before = len(done())
    return lambda: done()[before:]


Fresh = Callable[[], list[tuple[str, str]]]


def test_it_opens_and_captures_without_a_network_and_sends_when_it_returns(
    station: Station, fresh: Fresh
) -> None:
    station.enter("store1")
    station.context.set_offline(True)
    station.open()
    page = station.page
    station.register(JACKET)
    assert page.locator("#code").input_value() == ""
    station.register(COAT)
    station.register("ABC-NOBODY-KNOWS")
    station.shows(captured=3)
    expect(page).to_have_title("(3) 扫描台 · Hangtag")
    assert "没有网络" in page.locator("[data-sentence]").inner_text()
    page.get_by_role("link", name="手工登记").first.click()
    assert "要联网" in page.locator("[data-bar=offline]").inner_text()
    assert findings(page) == []
    station.rows("captured").first.get_by_role("button", name="撤销").click()
    station.shows(withdrawn=1)
    station.register("KNOWN-TO-NOBODY-1")
    station.context.set_offline(False)
    station.shows(confirmed=2, needs_input=1, withdrawn=1)
    assert station.rows("needs_input").get_attribute("data-code") == "unknown_code"
    expect(page).to_have_title("扫描台 · Hangtag")
    assert fresh() == [("store1", JACKET), ("store1", COAT)]


def test_the_same_sku_again_is_answered_by_one_key_and_a_scanner_there_loses_nothing(
    station: Station, fresh: Fresh
) -> None:
    station.enter("store2")
    station.register(JACKET)
    station.shows(confirmed=1)
    station.context.set_offline(True)
    station.register(JACKET)
    station.context.set_offline(False)
    station.shows(needs_input=1)
    page = station.page
    asked = page.locator("[data-do=another]")
    expect(asked).to_be_focused()
    page.keyboard.type(COAT)
    expect(page.locator("#code")).to_have_value(COAT)
    page.locator("#code").fill("")
    asked.focus()
    page.keyboard.press("1")
    station.shows(confirmed=2, needs_input=0)
    assert fresh() == [("store2", JACKET)] * 2
    page.set_viewport_size({"width": 360, "height": 740})
    assert beyond_the_screen(page) == 0
    assert findings(page) == []
    station.rows("confirmed").first.get_by_role("button", name="撤销").click()
    station.shows(undone=1, confirmed=1)


def test_a_tag_scanned_over_a_half_typed_one_sets_that_one_aside(station: Station) -> None:
    station.enter("store3")
    page = station.page
    page.keyboard.type(LEATHER)
    page.keyboard.press("Enter")
    page.locator("#product .product").wait_for()
    page.keyboard.press("1")
    page.wait_for_timeout(200)  # a hand's key, then a scanner's
    page.evaluate(BURST, SHELL)
    expect(page.locator("#code")).to_have_value(SHELL)
    station.shows(half_typed=1)
    assert station.rows("half_typed").locator(".scan-code").inner_text() == LEATHER


@pytest.fixture
def profile(browser: Browser, tmp_path: Path) -> Iterator[Callable[[], BrowserContext]]:
    """A browser that keeps its profile: killed, it starts again with what lay on the disk."""
    living: list[BrowserContext] = []

    def start() -> BrowserContext:
        context = browser.browser_type.launch_persistent_context(
            str(tmp_path / "profile"), executable_path=CHROMIUM, args=QUIET, locale="zh-CN",
            timezone_id="Asia/Shanghai",
        )  # fmt: skip
        living.append(context)
        return context

    yield start
    for context in living:
        context.close()


def test_a_browser_killed_at_any_stage_loses_none_and_doubles_none(
    profile: Callable[[], BrowserContext], server: str, fresh: Fresh
) -> None:
    station = Station(profile(), server)
    station.enter("store1")
    codes = [SHIRT, SHELL, LEATHER]

    def captured_only(route: Route) -> None:
        route.abort()

    def asked_without_an_answer(_route: Route) -> None:
        """The request is on its way when the browser dies."""

    def answered_but_not_marked(route: Route) -> None:
        route.fetch()

    for code, stage in zip(
        codes, (captured_only, asked_without_an_answer, answered_but_not_marked), strict=True
    ):
        station.context.route(BATCH, stage)
        with station.page.expect_request(BATCH):
            station.register(code)
        if stage is answered_but_not_marked:
            station.page.wait_for_timeout(500)
        station.context.close()
        station = Station(profile(), server)
        station.open()
        expect(station.page.locator("[data-count] span")).to_have_text("全部已发送")
    station.confirm(3)
    assert sorted(fresh()) == sorted(("store1", code) for code in codes)
    assert station.complaints == []


def test_two_tabs_send_each_scan_once(station: Station, fresh: Fresh) -> None:
    station.enter("store2")
    other = station.tab()
    other.goto(f"{station.address}/scan/")
    other.locator("[data-name]:not(:empty)").wait_for()
    asked: list[str] = []
    station.context.on(
        "request",
        lambda request: asked.extend(
            scan["scan_id"] for scan in json.loads(request.post_data or "{}").get("scans", [])
        ),
    )
    station.context.set_offline(True)
    station.register(LEATHER)
    station.register(SHIRT, other)
    expect(other.locator(".station-list li")).to_have_count(2)
    asked.clear()
    station.context.set_offline(False)
    station.shows(confirmed=2)
    expect(other.locator('.station-list li[data-state="confirmed"]')).to_have_count(2)
    assert len(asked) == len(set(asked)) == 2
    assert sorted(fresh()) == sorted([("store2", LEATHER), ("store2", SHIRT)])


FALSE_ANSWERS = {
    "portal": {"status": 200, "content_type": "text/html", "body": "<h1>WiFi</h1>"},
    "torn": {"status": 200, "content_type": "application/json", "body": '{"results":[{"scan_id'},
    "empty": {"status": 200, "content_type": "application/json", "body": '{"results":[]}'},
    "gateway": {"status": 502, "content_type": "text/html", "body": "<h1>Bad Gateway</h1>"},
}


def test_no_false_answer_counts_as_sent(station: Station, fresh: Fresh) -> None:
    station.enter("store3")
    answers = iter(FALSE_ANSWERS.values())
    station.context.route(BATCH, lambda route: route.fulfill(**next(answers)))
    station.register(COAT)
    expect(station.page.locator("[data-sentence]")).to_contain_text("网络要求先认证")
    for _ in range(len(FALSE_ANSWERS) - 1):
        with station.page.expect_response(BATCH):
            station.page.evaluate("window.dispatchEvent(new Event('online'))")
        station.shows(captured=1)
    expect(station.page.locator("[data-sentence]")).to_contain_text("服务器没有正常答复")
    assert fresh() == []
    station.context.unroute(BATCH)
    station.page.evaluate("window.dispatchEvent(new Event('online'))")
    station.shows(confirmed=1)
    assert fresh() == [("store3", COAT)]


def refuse_tickets(route: Route) -> None:
    """Answer as to a ticket that was revoked."""
    route.fulfill(
        status=401, content_type="application/problem+json", body='{"code": "login", "status": 401}'
    )


def test_scans_wait_for_their_own_author_whoever_logs_in(station: Station, fresh: Fresh) -> None:
    station.enter("store1")
    station.context.set_offline(True)
    station.register(JACKET)
    station.shows(captured=1)
    station.context.route(BATCH, refuse_tickets)
    station.context.set_offline(False)
    station.context.clear_cookies()
    station.enter("manager1")
    page = station.page
    expect(page.locator("[data-bar=others]")).to_contain_text("1 件待发送")
    station.context.unroute(BATCH)
    station.register(SHELL)
    station.confirm(1, waiting=1)
    station.rows("confirmed").locator("[data-do=undo]").click()
    station.shows(undone=1, captured=1)
    expect(page.locator("[data-sentence]")).to_have_text(
        "已联网。待发送的扫描要等扫描人本人登录后才能发出。"
    )
    station.register(COAT)
    station.confirm(1, waiting=1)
    station.context.clear_cookies()
    station.enter("store1")
    station.confirm(2)
    assert fresh() == [("manager1", SHELL), ("manager1", COAT), ("store1", JACKET)]
    page.locator("[data-door=log-out]").click()
    expect(page.locator("[data-bar=login]")).to_be_visible()
    station.shows(confirmed=2)


def test_a_new_version_waits_until_it_is_wanted_and_queued_scans_outlive_it(
    station: Station, fresh: Fresh
) -> None:
    station.enter("store2")
    station.context.route(BATCH, lambda route: route.abort())
    station.register(SHELL)
    page = station.page
    page.keyboard.type("69")
    page.evaluate("navigator.serviceWorker.register('/scan/worker.js?newer', {scope: '/scan/'})")
    bar = page.locator("[data-bar=update]")
    page.wait_for_timeout(2_500)
    expect(bar).to_be_hidden()
    page.locator("#code").fill("")
    with page.expect_navigation():
        bar.get_by_role("button", name="刷新").click()
    page.locator("[data-name]:not(:empty)").wait_for()
    in_charge = page.evaluate("navigator.serviceWorker.controller.scriptURL")
    assert in_charge == f"{station.address}/scan/worker.js?newer"
    station.context.unroute(BATCH)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    station.shows(confirmed=1)
    assert fresh() == [("store2", SHELL)]


def fill_customers(page: Page, code: str, receipt: str, **customer: str) -> None:
    """Register a customer's garment by touch, with the name and phone if they are given."""
    page.keyboard.type(code)
    page.keyboard.press("Enter")
    page.locator("#product .product").wait_for()
    page.keyboard.press("F2")
    for name in ("defect", "position", "cause"):
        mark = page.locator(f'input[name="{name}"]').first.get_attribute("id")
        page.locator(f'label[for="{mark}"]').click()
    facts = {"area_mm2": "2.5", "purchased_on": "2026-11-20", "receipt_no": receipt, **customer}
    for name, text in facts.items():
        page.fill(f"[name={name}]", text)
    page.locator("#register button.btn-wide").click()


def test_the_device_keeps_no_price_and_no_customer(station: Station, fresh: Fresh) -> None:
    station.enter("store3")
    page = station.page
    station.context.set_offline(True)
    fill_customers(page, JACKET, "T-91")
    station.shows(captured=1)
    station.context.set_offline(False)
    station.shows(needs_input=1)
    row = station.rows("needs_input")
    row.get_by_label("顾客姓名").fill("陈秘密")
    row.get_by_label("顾客电话").fill("13899990000")
    row.get_by_role("button", name="提交").click()
    station.shows(confirmed=1)
    fill_customers(page, SHELL, "T-92", customer_name="李秘密", customer_phone="13899991111")
    station.confirm(2)

    def lose_the_answer(route: Route) -> None:
        route.fetch()
        route.abort()

    station.context.route(BATCH, lose_the_answer)
    with page.expect_event("requestfailed"):
        fill_customers(page, LEATHER, "T-93", customer_name="赵秘密", customer_phone="13899992222")
    station.shows(captured=1)
    kept = station.stored()
    station.context.unroute(BATCH)
    station.open()
    station.confirm(3)
    assert fresh() == [("store3", JACKET), ("store3", SHELL), ("store3", LEATHER)]
    kept += station.stored()
    assert JACKET in kept
    for secret in ("秘密", "1389999", "price", "_fen", "699.00", "69900"):
        assert secret not in kept


FULL = """() => {
  window.put = IDBObjectStore.prototype.put;
  IDBObjectStore.prototype.put = () => { throw new DOMException("full", "QuotaExceededError"); };
}"""
"""A disk that is full: browsers let nobody fill theirs for a test."""


def test_a_full_device_says_so_and_keeps_what_was_typed(station: Station, fresh: Fresh) -> None:
    station.enter("manager3")
    page = station.page
    page.evaluate(FULL)
    page.keyboard.type(SHIRT)
    page.keyboard.press("Enter")
    page.locator("#product .product").wait_for()
    for key in ("1", "3", "2", "Enter", "2", "Enter"):
        page.keyboard.press(key)
    expect(page.locator("[data-fault]")).to_contain_text("存储已满")
    expect(page.locator("#code")).to_have_value(SHIRT)
    expect(page.locator("[name=area_mm2]")).to_have_value("2")
    assert station.rows().count() == 0
    page.evaluate("() => { IDBObjectStore.prototype.put = window.put; }")
    page.get_by_role("button", name="登记").last.click()
    station.shows(confirmed=1)
    assert fresh() == [("manager3", SHIRT)]


def test_a_restored_server_gets_again_what_it_lost(station: Station) -> None:
    station.enter("store1")
    page = station.page
    station.register("P00000001Z")
    station.shows(refused=1)
    assert station.rows("refused").get_attribute("data-code") == "already_registered"
    [file] = Path(ENVIRONMENTS[station.address]["DATA_DIR"]).glob("*.sqlite3")
    with closing(sqlite3.connect(file, timeout=30)) as connection, connection:
        lost = connection.execute("DELETE FROM scan WHERE raw_code = 'P00000001Z'").rowcount
    with page.expect_response(BATCH) as sent:
        station.open()
    again = [scan["code"] for scan in json.loads(sent.value.request.post_data or "{}")["scans"]]
    assert (lost, again) == (1, ["P00000001Z"])
    station.shows(refused=1, captured=0)


def test_a_scan_into_a_field_that_holds_another_code_is_never_glued_to_it(
    station: Station, fresh: Fresh
) -> None:
    station.enter("store3")
    page = station.page
    page.keyboard.type(JACKET)
    page.keyboard.press("Enter")
    page.locator("#product .product strong").wait_for()
    page.locator("#code").click()
    page.evaluate(WEDGE, [COAT, "Enter"])
    expect(page.locator("#code")).to_have_value(COAT)
    station.shows(half_typed=1)
    assert page.locator(".station-list .scan-code").inner_text() == JACKET
    expect(page.locator("[data-count]")).to_have_text("全部已发送")
    assert fresh() == []
