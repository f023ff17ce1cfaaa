"""A browser at the scan station, for its tests."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import ENVIRONMENTS
from tracker.services.demo import PASSWORD

TAGS = ("6901234567892", "6921012340004", "6950000000019", "6971234560018", "6934567890122")
JACKET, COAT, LEATHER, SHELL, SHIRT = TAGS
OFF_LINE = ("ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "status of 4", "status of 5", "ERR_ABORTED")

BURST = """code => [...code, "Enter"].forEach((key) => document.activeElement.dispatchEvent(
  new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true })))"""
"""A scanner's keys, in one burst however busy the machine is."""


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


def opened(context: BrowserContext, address: str) -> Iterator[Station]:
    """Yield a station on a chain; nothing may be wrong in its browser's console."""
    station = Station(context, address)
    yield station
    assert station.complaints == []
