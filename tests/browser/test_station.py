"""The scan station: without a network, killed at any moment, on a false network; none lost."""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from epcpy.epc_schemes.sgtin import SGTIN, SGTINFilterValue
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect
from sqlalchemy import select

from tests.browser.conftest import (
    CHROMIUM,
    ENVIRONMENTS,
    QUIET,
    beyond_the_screen,
    played,
    verified,
)
from tests.browser.test_pages import findings
from tracker.domain.errors import InvalidInput
from tracker.domain.number import gtin_check_digit, piece_no
from tracker.domain.tag import parse
from tracker.models.catalog import Sku
from tracker.services import tag_roll
from tracker.services.demo import PASSWORD

pytestmark = pytest.mark.browser

BATCH = "**/api/v1/scans/batch"
TAGS = ("6901234567892", "6921012340004", "6950000000019", "6971234560018", "6934567890122")
JACKET, COAT, LEATHER, SHELL, SHIRT = TAGS
OFF_LINE = ("ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "status of 4", "status of 5", "ERR_ABORTED")


class Station:
    """A browser at the scan station."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.context, self.address = context, address
        self.complaints: list[str] = []
        context.set_default_timeout(20_000)
        self.page = self.tab(context.pages[0] if context.pages else None)

    def tab(self, page: Page | None = None) -> Page:
        """Open another tab, or listen to one."""
        page = page or self.context.new_page()
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.complaints.append(str(error.stack)))
        return page

    def _note(self, message: Any) -> None:
        is_expected = any(text in message.text for text in OFF_LINE)
        if message.type in ("error", "warning") and not is_expected:
            self.complaints.append(message.text)

    def enter(self, login: str) -> None:
        """Log in and come to the station, ready to open without a network."""
        self.page.goto(f"{self.address}/login?next=/scan/")
        self.page.fill("[name=login]", login)
        self.page.fill("[name=password]", PASSWORD)
        self.page.press("[name=password]", "Enter")
        self.open()

    def open(self) -> None:
        """Open the station, from its own files where there is no network."""
        self.page.goto(f"{self.address}/scan/")
        self.page.locator("[data-name]:not(:empty)").wait_for()
        self.page.locator("[data-held]:not([hidden])").wait_for(state="attached")

    def register(self, code: str, page: Page | None = None, *, defect: str = "1") -> None:
        """Scan a tag and register it by the keyboard alone; one like another is another."""
        page = page or self.page
        self.scan(code, page)
        if page.locator("[data-earlier] [data-do=another]").count():
            page.keyboard.press("1")
            page.locator("[data-earlier] [role=status]").wait_for()
        for key in (defect, "3", "2", ".", "5", "Enter", "2", "Enter"):
            page.keyboard.press(key)
        page.locator("#product .product").wait_for(state="detached")

    def scan(self, code: str, page: Page | None = None) -> None:
        """Scan a tag and wait for all that is said of it."""
        page = page or self.page
        page.keyboard.type(code)
        if page.evaluate("navigator.onLine"):
            with page.expect_response("**/api/v1/scans/look-up*"):
                page.keyboard.press("Enter")
            page.wait_for_timeout(50)
        else:
            page.keyboard.press("Enter")
        page.locator("#product .product").wait_for()

    def rows(self, state: str = "") -> Any:
        """Return the rows of the scans, of one state if given."""
        return self.page.locator(
            f'.station-list li[data-state="{state}"]' if state else ".station-list li"
        )

    def shows(self, **counts: int) -> None:
        """Wait until so many rows stand in these states."""
        for state, number in counts.items():
            expect(self.rows(state)).to_have_count(number)

    def confirm(self, number: int, *, waiting: int = 0) -> None:
        """Wait until so many are registered; every SKU met before is another garment."""
        asked = self.page.locator("[data-do=another]")
        answered = self.rows("confirmed").or_(asked)
        expect(answered).to_have_count(number)
        for question in reversed(asked.all()):
            question.click()
        expect(asked).to_have_count(0)
        self.shows(confirmed=number, captured=waiting)

    def stored(self) -> str:
        """Return all that the browser keeps for the station, as text."""
        return str(self.page.evaluate(EVERYTHING))


EVERYTHING = """async () => {
  const open = indexedDB.open("hangtag-station");
  await new Promise((done) => { open.onsuccess = done; });
  const kept = {};
  for (const name of open.result.objectStoreNames) {
    const all = open.result.transaction(name).objectStore(name).getAll();
    kept[name] = await new Promise((done) => { all.onsuccess = () => done(all.result); });
  }
  open.result.close();
  return JSON.stringify([kept, { ...localStorage }, { ...sessionStorage }]);
}"""


def registered(address: str) -> list[tuple[str, str]]:
    """Return (who scanned, raw code) of every garment that a scan registered, in their order."""
    [file] = Path(ENVIRONMENTS[address]["DATA_DIR"]).glob("*.sqlite3")
    with closing(sqlite3.connect(file, timeout=30)) as connection:
        rows = connection.execute(
            "SELECT account.login, scan.raw_code FROM registration "
            "JOIN scan ON scan.registration_id = registration.id AND scan.outcome = 'done' "
            "JOIN account ON account.id = registration.registered_by_id ORDER BY registration.id"
        )
        return [(str(login), str(code)) for login, code in rows]


@pytest.fixture(scope="module")
def done(server: str) -> Iterator[Callable[[], list[tuple[str, str]]]]:
    """What this test alone registered; at the end of all, every invariant of the chain holds."""
    yield lambda: registered(server)
    verified(server)


@pytest.fixture
def station(context: BrowserContext, server: str) -> Iterator[Station]:
    """A station on the chain."""
    station = Station(context, server)
    yield station
    assert station.complaints == []


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


def test_another_or_the_same_is_asked_before_the_form_is_filled(
    station: Station, fresh: Fresh
) -> None:
    station.enter("manager3")
    page = station.page
    station.register(COAT)
    station.shows(confirmed=1)
    number = page.locator(".row-piece").inner_text()
    station.scan(COAT)
    question = page.locator("[data-earlier]")
    expect(question).to_contain_text(number)
    expect(question.locator("[data-do=another]")).to_be_focused()
    assert findings(page) == []
    page.set_viewport_size({"width": 360, "height": 740})
    assert beyond_the_screen(page) == 0
    page.keyboard.press("2")
    expect(page.locator("[data-said]")).to_contain_text(f"同一件：件号 {number}")
    expect(page.locator("#code")).to_have_value("")
    expect(page.locator("#code")).to_be_focused()
    station.scan(COAT)
    page.evaluate(BURST, SHIRT)
    expect(page.locator("#code")).to_have_value(SHIRT)
    page.locator("#product strong", has_text="T恤").wait_for()
    station.shows(half_typed=1)
    station.open()
    station.scan(COAT)
    page.keyboard.press("1")
    expect(page.locator("input[name=defect]").first).to_be_focused()
    for key in ("1", "3", "2", "Enter", "2", "Enter"):
        page.keyboard.press(key)
    station.shows(confirmed=2, needs_input=0)
    assert fresh() == [("manager3", COAT)] * 2


BURST = """code => [...code, "Enter"].forEach((key) => document.activeElement.dispatchEvent(
  new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true })))"""
"""A scanner's keys, in one burst however busy the machine is."""


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
    station.register(COAT)
    station.confirm(1, waiting=1)
    station.context.clear_cookies()
    station.enter("store1")
    station.confirm(2)
    assert fresh() == [("manager1", COAT), ("store1", JACKET)]
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
    page.keyboard.type(COAT)
    page.keyboard.press("Enter")
    expect(page.locator("#code")).to_have_value(COAT)
    station.shows(half_typed=1)
    assert page.locator(".station-list .scan-code").inner_text() == JACKET
    expect(page.locator("[data-count]")).to_have_text("全部已发送")
    assert fresh() == []


def test_where_a_roll_exists_a_choices_key_needs_no_enter_past_the_blank_tag(
    station: Station, fresh: Fresh
) -> None:
    with played(station.address) as story:
        roll = story.write(lambda: tag_roll.add(story.act("manager3"), str(uuid4()), 5))
        number = piece_no(roll.first_id)
    station.enter("store3")
    page = station.page
    tag = page.locator("[name=repair_tag]")

    def scan(code: str) -> None:
        page.keyboard.type(code)
        page.keyboard.press("Enter")
        page.locator("#product .product").wait_for()
        expect(tag).to_be_focused()

    scan(SHELL)
    for key in ("1", "3", "2", "Enter", "2", "Enter"):
        page.keyboard.press(key)
    station.confirm(1)
    scan(SHIRT)
    page.keyboard.type(number)
    page.keyboard.press("Enter")
    for key in ("1", "3", "2", "Enter", "2", "Enter"):
        page.keyboard.press(key)
    station.confirm(2)
    assert page.locator(".row-piece").first.inner_text() == number
    assert fresh() == [("store3", SHELL), ("store3", SHIRT)]


def test_the_language_changes_without_a_network_and_what_is_half_typed_stays(
    station: Station, fresh: Fresh
) -> None:
    station.enter("manager2")
    page = station.page
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text("扫码登记")
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    station.context.set_offline(True)
    station.register(JACKET)
    page.keyboard.type(COAT)
    page.get_by_role("button", name="English").click()
    expect(heading).to_have_text("Scan & register")
    station.shows(captured=1, half_typed=1)
    assert page.locator("html").get_attribute("lang") == "en"
    station.open()
    expect(heading).to_have_text("Scan & register")
    station.context.set_offline(False)
    station.shows(confirmed=1, half_typed=1)
    page.get_by_role("button", name="中文").click()
    expect(heading).to_have_text("扫码登记")
    station.shows(confirmed=1, half_typed=1)
    page.get_by_role("button", name="English").click()
    expect(heading).to_have_text("Scan & register")
    page.goto(f"{station.address}/")
    assert page.locator("html").get_attribute("lang") == "en"
    assert fresh() == [("manager2", JACKET)]


def test_the_list_of_devices_knows_this_one(station: Station) -> None:
    station.enter("store1")
    page = station.page
    other = page.context.browser.new_context() if page.context.browser else None
    assert other is not None
    Station(other, station.address).enter("store1")
    other.close()
    page.goto(f"{station.address}/scan/devices")
    marked = page.locator("tr", has=page.locator("[data-this-device]:visible"))
    expect(marked).not_to_have_count(0)
    own = page.evaluate("import('/static/js/station/store.js').then((one) => one.fact('device'))")
    named = [row.get_attribute("data-device") for row in marked.all()]
    rows = [row.get_attribute("data-device") for row in page.locator("[data-device]").all()]
    assert set(named) == {own} < set(rows)
    assert findings(page) == []


def test_a_product_entered_by_hand_without_a_network_is_registered_when_it_returns(
    station: Station, fresh: Fresh
) -> None:
    station.enter("store3")
    page = station.page
    suppliers = page.locator("[name=manual_supplier] option")
    expect(suppliers).to_have_count(6)
    station.context.set_offline(True)
    station.open()
    expect(suppliers).to_have_count(6)
    station.scan("6900000000007")
    expect(page.locator("#product")).to_contain_text("本机资料里没有这个条码")
    page.locator(".by-hand summary").click()
    by_hand = {"manual_style_no": "2613M09999", "manual_colour": "GN1", "manual_size": "175/92A"}
    for name, text in by_hand.items():
        page.fill(f"[name={name}]", text)
    for name in ("defect", "position", "cause"):
        page.locator(f"label[for={name}-1]").click()
    page.fill("[name=area_mm2]", "2")
    page.fill("[name=production_year]", "2026")
    page.locator("#register button.btn-wide").click()
    expect(page.locator("[data-fault]")).to_contain_text("供应商")
    page.select_option("[name=manual_supplier]", "SUP02")
    page.locator("#register button.btn-wide").click()
    station.shows(captured=1)
    station.context.set_offline(False)
    station.shows(confirmed=1)
    assert fresh() == [("store3", "6900000000007")]
    with played(station.address) as story:
        [kept] = story.session.scalars(select(Sku).where(Sku.barcode == "6900000000007"))
        assert (kept.style.style_no, kept.colour, kept.size) == tuple(by_hand.values())
        assert (kept.style.supplier.code, kept.is_provisional) == ("SUP02", True)


def printed_codes(number: Callable[[int], int]) -> list[str]:
    """Return codes of every carrier, right and wrong ones, from a source of chance."""

    def gtin(length: int) -> str:
        body = "".join(str(number(10)) for _ in range(length - 1))
        return body + gtin_check_digit(body)

    def hex_tag() -> str:
        length = 6 + number(7)
        prefix, item = number(10**length), number(10 ** (13 - length))
        serial = number(2**38)
        epc = SGTIN(f"urn:epc:id:sgtin:{prefix:0{length}d}.{item:0{13 - length}d}.{serial}")
        scheme = SGTIN.BinaryCodingScheme.SGTIN_96
        return str(epc.hex(binary_coding_scheme=scheme, filter_value=list(SGTINFilterValue)[0]))

    one, other = gtin(14), gtin(13)
    wrong = one[:-1] + str((int(one[-1]) + 1 + number(9)) % 10)
    serial = f"A{number(10**6)}"
    upper, lower = hex_tag(), hex_tag().lower()
    return [
        upper, f" {lower}\r", f"3{number(10)}{upper[2:]}", f"30FC{upper[4:]}",
        other, gtin(12), one, f"]E0{other}", f"{other[0]} {other[1:7]} {other[7:]}",
        f"{other}-{number(9000) + 1000}", f"{other[:-1]}{(int(other[-1]) + 1) % 10}",
        f"01{one}21{serial}", f"(01){one}(21){serial}", f"(10)B1(01){one}", f"]C101{one}",
        f"]d210LOT{number(99)}\x1d01{one}", f"]d21126010101{one}10X", f"01{one}10B{{GS}}21{serial}",
        f"]C1310300{number(10**4):04d}01{one}", f"01{wrong}21{serial}", f"(01){wrong}",
        f"https://id.gs1.org/01/{one}/21/{serial}", f"https://a.cn/x/01/{other}?q=1#y",
        f"http://a.cn/01/{wrong}", f"https://a.cn/p/{other}", f"P{number(10**8):08d}K",
        "2613M04012-BK1-170/88A", "2613M04012BK1170/88A", f"{number(10**15):015d}", f"*{other}*",
        "".join(chr(ord(digit) + 0xFEE0) for digit in other), f"69{number(10**4)}",
    ]  # fmt: skip


READ = """async (codes) => {
  const { gtinOf, hasBadDigit } = await import("/static/js/station/tag.js");
  return codes.map((code) => (hasBadDigit(code) ? "bad_check_digit" : gtinOf(code) || null));
}"""


def test_the_device_reads_every_carrier_as_the_server_does(station: Station) -> None:
    chance = random.Random(20261122)
    codes = [code for _ in range(20) for code in printed_codes(chance.randrange)]
    expected: list[str | None] = []
    for code in codes:
        try:
            expected.append(parse(code).gtin14)
        except InvalidInput as refusal:
            expected.append(refusal.code if not code.startswith("P") else None)
    station.page.goto(f"{station.address}/scan/zh/")
    found = station.page.evaluate(READ, codes)
    assert [
        (code, mine, theirs)
        for code, mine, theirs in zip(codes, found, expected, strict=True)
        if mine != theirs
    ] == []
    assert len(codes) == 640
    assert len([one for one in expected if one and one != "bad_check_digit"]) > 300


def test_rfid_and_gs1_tags_show_their_product_without_a_network(station: Station) -> None:
    station.enter("store1")
    page = station.page
    station.context.set_offline(True)
    station.open()
    tags = {
        "30320E85BC86A1403B9ACA01": "男装休闲夹克",
        "(01)06901234567892(21)1000000001": "男装休闲夹克",
        "https://id.gs1.org/01/06921012340004/21/7": "男装羽绒服",
        "6950000000019-00012345": "男装皮衣",
        "2613M04012BK1170/88A-00012345": "男装休闲夹克",
    }
    for code, name in tags.items():
        page.locator("#code").fill(code)
        page.keyboard.press("Enter")
        expect(page.locator("#product strong")).to_have_text(name)
        page.locator("#code").fill("")
        page.locator("#code").dispatch_event("change")
