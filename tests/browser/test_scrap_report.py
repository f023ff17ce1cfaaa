"""Finance opens the report of scrap, follows a figure to its form, and takes the workbook home."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from tests.browser.conftest import Shop, beyond_the_screen, played
from tests.browser.test_pages import findings
from tests.browser.test_turnaround import drawn

pytestmark = pytest.mark.browser


def test_a_figure_leads_to_its_form_and_the_workbook_says_the_same(
    shop: Shop, tmp_path: Path
) -> None:
    with played(shop.address) as story:
        story.wait(days=-8)
        form, *_others = story.list_on_forms(story.scrapped())
        story.sign_off(form)
    page = shop.enter("finance")
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        shop.open("/reports/scrap?by=supplier&by=defect")
        page.locator("canvas[data-drawn]").wait_for()
        assert drawn(shop) == [True]
        assert findings(page) == []
        assert beyond_the_screen(page) == 0
    total = page.locator(".is-total td.num").last.inner_text()
    with page.expect_download() as download:
        page.get_by_role("link", name="Excel").click()
    download.value.save_as(tmp_path / "scrap.xlsx")
    book = load_workbook(tmp_path / "scrap.xlsx", data_only=True)
    assert "189.84" in total
    assert book["明细"]["A2"].value == 189.84
    assert len(load_workbook(tmp_path / "scrap.xlsx")["汇总"]._charts) == 1

    figure = page.locator("tbody tr").first.locator("a.drill").first
    expect(figure).to_have_text("¥189.84")
    figure.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/reports/scrap/rows?*")
    expect(page.locator("h2 .num")).to_have_text("¥189.84")
    page.get_by_role("link", name=form, exact=True).click()
    page.wait_for_url(f"**/loss-forms/{form}")
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(form))
