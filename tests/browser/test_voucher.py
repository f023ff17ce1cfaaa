"""Vouchers in a browser: a code set by finance, the closed month drawn up and taken as a file."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Shop, beyond_the_screen, played, verified
from tests.browser.test_pages import findings
from tracker.queries import ledger

pytestmark = pytest.mark.browser


def test_a_code_is_set_and_the_month_is_drawn_up_and_taken_as_a_file(shop: Shop) -> None:
    with played(shop.address) as story:
        story.wait(days=-8)
        story.sign_off(*story.list_on_forms(story.scrapped()))
        months = ledger.months(story.session, story.actor("finance"))
        month = min(row.month for row in months if row.status == "open")
        story.close_month(month)
    page = shop.enter("finance")
    shop.open("/account-codes")
    page.get_by_role("link", name="应扣款").first.click()
    page.wait_for_url("**/account-codes/*")
    page.get_by_label("科目编码").fill("2202.01.07")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("2202.01.07").first).to_be_visible()
    shop.open(f"/months/{month}")
    page.get_by_role("link", name="凭证", exact=True).click()
    page.get_by_role("button", name="生成凭证").click()
    expect(page.get_by_text("借方合计＝贷方合计")).to_be_visible()
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 740})
        assert (beyond_the_screen(page), findings(page)) == (0, [])
    taken = page.request.get(f"{shop.address}/months/{month}/vouchers.csv").body()
    rows = list(csv.reader(io.StringIO(taken.decode("utf-8-sig"), newline="")))
    sums = [sum(Decimal(row[side] or 0) for row in rows[1:]) for side in (7, 8)]
    assert sums[0] == sums[1] > 0
    assert "vouchers" in verified(shop.address)
