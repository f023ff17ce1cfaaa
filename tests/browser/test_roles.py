"""The days of those whom the tour does not meet: the region, logistics, the supervisor."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext

from tests.browser.conftest import Shop

pytestmark = pytest.mark.browser


@pytest.fixture
def chain(context: BrowserContext, history: tuple[str, Path]) -> Shop:
    """A screen on the chain with weeks of history."""
    return Shop(context, history[0])


def test_the_region_relays_its_papers_from_its_first_page(chain: Shop) -> None:
    page = chain.enter("region1")
    page.get_by_role("link", name="待转交单据").first.click()
    page.wait_for_url("**/shipments/relay*")
    waiting = page.locator("input[name=nos]").count()
    assert waiting > 0
    page.get_by_label("全选").first.check()
    page.get_by_role("button", name="转交所选箱子的单据").click()
    page.wait_for_load_state()
    assert f"{waiting}" in page.locator("main").inner_text()
    chain.open("/shipments/relay")
    assert page.locator("input[name=nos]").count() == 0
    assert chain.complaints == []


def test_logistics_follows_the_road_and_keeps_the_carriers(chain: Shop) -> None:
    page = chain.enter("logistics")
    page.get_by_role("link", name="在途的箱子").first.click()
    page.wait_for_url("**/shipments?status=dispatched")
    chain.open("/carriers")
    page.get_by_role("textbox", name="承运商").fill("跨越速运")
    page.get_by_role("textbox", name="承运商").press("Enter")
    page.get_by_role("listitem").filter(has_text="跨越速运").wait_for()
    assert chain.complaints == []


def test_the_supervisor_goes_from_her_count_to_the_case_and_resolves_it(chain: Shop) -> None:
    page = chain.enter("supervisor")
    page.get_by_role("link", name="待处理差异").first.click()
    page.wait_for_url("**/discrepancies*")
    page.get_by_role("row").filter(has_text="错送").get_by_role("link").first.click()
    page.wait_for_url("**/discrepancies/CY-*")
    chain.act("处理", finding="sent_on", note="东莞虎门店已改寄售后服务部")
    assert "已转交应收方" in page.locator("main").inner_text()
    assert chain.complaints == []
