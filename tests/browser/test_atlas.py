"""Every page of the product: fits a phone and a PC, and axe finds no grave barrier on it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext

from tests.browser import atlas
from tests.browser.conftest import Shop, beyond_the_screen
from tests.browser.test_pages import findings
from tracker import edge

NO_PAGE = {
    "bench.job", "delivery.line", "destruction.pieces", "registration.product",
    "registration.search", "untagged.find", "scanner.reading", "shipment.contents", "home.health",
    "photo.index", "job.state", "job.file", "scan_ticket.session", "station.manifest",
    "station.shell", "station.suppliers", "station.worker",
}  # fmt: skip
"""Fragments of pages, and addresses that only lead on."""
FILES = re.compile(r"\.(pdf|zpl|jpg|csv|json|xlsx|svg|crt|<ext>)$")


def _pages(app: Flask) -> set[str]:
    return {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ())
        and not rule.rule.startswith(("/api", "/static", "/bootstrap"))
        and not FILES.search(rule.rule)
    } - NO_PAGE


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_no_page_is_missing_in_the_atlas(app: Flask) -> None:
    adapter = app.url_map.bind("localhost")
    shown = {
        adapter.match(sheet.address.format(no="X1", line="X2").partition("?")[0])[0]
        for sheet in atlas.ATLAS
    }
    assert _pages(app) - shown == set()
    assert all(edge.declared_access(endpoint) is not None for endpoint in shown)


@pytest.mark.browser
@pytest.mark.parametrize("part", range(4))
def test_every_page_fits_and_has_no_grave_barrier(
    context: BrowserContext, history: tuple[str, Path], part: int
) -> None:
    address, file = history
    shop, seen, login = Shop(context, address), {}, ""
    for sheet, path in list(atlas.addressed(file))[part::4]:
        if sheet.login and sheet.login != login:
            shop.enter(sheet.login)
            login = sheet.login
        page = shop.page
        page.set_viewport_size({"width": 1280, "height": 800})
        answer = page.goto(address + path)
        wrong = [] if answer is not None and answer.status == 200 else ["does not open"]
        wrong += findings(page)
        for width in (1280, 360):
            page.set_viewport_size({"width": width, "height": 740})
            beyond = beyond_the_screen(page)
            wrong += [f"{beyond} px beyond {width}"] if beyond > 0 else []
        wrong += [] if page.locator("h1").count() == 1 else ["not one h1"]
        if wrong:
            seen[sheet.name] = wrong
    assert (seen, shop.complaints) == ({}, [])
