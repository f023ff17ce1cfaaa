"""A repairer's work at the bench: scan, work with operations and a part, finish."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Shop, beyond_the_screen, played
from tests.browser.test_pages import findings
from tracker.domain.registration import Outcome

pytestmark = pytest.mark.browser


def _to_the_bench(shop: Shop, count: int) -> list[str]:
    with played(shop.address) as story:
        story.wait(days=-4)
        nos = [story.register("store3") for _ in range(count)]
        story.at_after_sales(*nos, login="store3", manager="manager3")
        for no in nos:
            story.do("assessor", "registration", no, "assess", outcome=Outcome.REPAIR)
        return [story.piece_no(no) for no in nos]


def test_a_repairer_scans_works_with_two_operations_and_a_part_and_finishes(shop: Shop) -> None:
    first, second = _to_the_bench(shop, 2)
    shop.enter("clerk")
    stock = shop.open("/parts/ZIP-60").locator("h2", has_text="库存").first.inner_text()
    page = shop.enter("repairer")
    shop.open("/bench")
    assert page.evaluate("document.activeElement.id") == "scan-code"
    shop.scan(first)
    page.locator("#job [data-clock]").wait_for()
    assert first in page.locator("#job-head").inner_text()
    shop.scan(second)
    page.locator("#job-head", has_text=second).wait_for()
    assert shop.outcomes() == ["done", "done"]
    assert f"{first} 已停表" in page.locator(".scan-list").inner_text()

    page.locator("#job [name=operation]").fill("更换整条拉链")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.name") == "minutes"
    page.get_by_role("button", name="再加一道工序").click()
    page.keyboard.type("seam")
    page.keyboard.press("Enter")
    page.locator("#job [name=part]").fill("ZIP-60")
    page.keyboard.press("Enter")
    quantity = page.locator("#job [name=quantity]")
    quantity.fill("2")
    assert page.locator("#job [name=minutes]").evaluate_all("all => all.map(f => f.value)") == [
        "30",
        "10",
    ]
    assert page.locator("#job [name=operation]").last.input_value() == "开线缝合"
    assert page.locator("#job [name=cost_fen]").input_value() == "12.00"
    assert page.locator("#job [name=labour_fen]").input_value() == "23.00"
    assert findings(page) == []
    page.get_by_role("button", name="确认维修记录").click()
    page.wait_for_url("**/bench?no=DJ*")
    assert "更换整条拉链" in page.locator("#job .latest").inner_text()
    assert page.locator("#job [data-clock]").count() == 0
    page.get_by_role("button", name="维修完成").click()
    page.get_by_text("已完成：维修完成").wait_for()
    assert second not in page.locator(".queue").inner_text()
    assert first in page.locator("#job-head").inner_text()

    shop.enter("clerk")
    left = shop.open("/parts/ZIP-60").locator("h2", has_text="库存").first.inner_text()
    assert int(left.split()[1]) == int(stock.split()[1]) - 2
    assert second in page.locator("main").inner_text()
    page.set_viewport_size({"width": 360, "height": 740})
    for login, path in (("repairer", "/bench"), ("supervisor", "/parts/ZIP-60")):
        shop.enter(login)
        shop.open(path)
        assert beyond_the_screen(page) == 0
        assert findings(page) == []
