"""A box of two cartons, from the store that packs it to the clerk who counts it."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Shop, beyond_the_screen, played
from tests.browser.test_pages import findings

pytestmark = pytest.mark.browser


def chosen(shop: Shop) -> str:
    """Return the carton that is chosen beside the scan field."""
    return shop.page.locator("input[name=carton]:checked").input_value()


def pack_two_cartons(shop: Shop, first: str, second: str) -> str:
    """Pack a piece into each of two cartons by the keyboard, seal and send; return the box."""
    page = shop.open("/shipments")
    page.locator("form:has(input[name=to_site]) button").first.click()
    page.wait_for_url("**/shipments/FH-*")
    box = page.url.rsplit("/", 1)[1]
    assert chosen(shop) == "1"
    shop.scan(first)
    page.keyboard.press("ArrowDown")
    assert chosen(shop) == "2"
    shop.scan(second)
    assert chosen(shop) == "2"
    page.locator("label[for=carton-3]", has_text="下一箱").wait_for()
    page.locator(".carton-head", has_text="第 2 箱").wait_for()
    page.reload()
    assert chosen(shop) == "2"
    page.locator("[name=weight]").nth(0).fill("3.25")
    page.locator("[name=seal_no]").nth(0).fill("F-2026-01")
    page.locator("[name=weight]").nth(1).fill("4.1")
    assert findings(page) == []
    shop.act("封箱")
    assert "3.25 kg" in page.locator("tr", has_text="第 1 箱 / 共 2 箱").inner_text()
    assert findings(page) == []
    options = page.locator("datalist#carriers option")
    assert "顺丰速运" in options.evaluate_all("all => all.map(one => one.value)")
    shop.act("寄出", carrier="顺丰速运", tracking_no="SF900", freight_fen="25.00")
    page.get_by_text("已寄出").first.wait_for()
    return box


def test_two_cartons_are_packed_sent_arrived_by_label_and_counted(shop: Shop) -> None:
    with played(shop.address) as story:
        nos = [story.register("store3"), story.register("store3")]
        for no in nos:
            story.do("manager3", "registration", no, "accept")
        pieces = [story.piece_no(no) for no in nos]
    shop.enter("store3")
    box = pack_two_cartons(shop, *pieces)

    page = shop.enter("clerk")
    shop.open(f"/shipments/{box}")
    assert chosen(shop) == ""
    assert page.locator("#box-status").inner_text().strip() == "已寄出"
    shop.scan(f"{box}-2")
    page.locator("#box-status", has_text="清点中").wait_for()
    assert page.locator("#box-due").inner_text() == ""
    assert chosen(shop) == "2"
    page.locator("[data-arrived]", has_text="共 2 箱中已到 1 箱").wait_for()
    shop.scan(pieces[1], f"{box}-1", pieces[0])
    assert shop.outcomes() == ["done"] * 4
    page.locator("[data-count]", has_text="2").wait_for()
    assert findings(page) == []

    page.get_by_role("link", name="补登多出件").click()
    page.wait_for_url("**/surplus")
    assert findings(page) == []
    page.locator("[name=code]").fill("6901234567892")
    for name, value in (("defect", "ZIP_FAIL"), ("position", "zip"), ("cause", "trim_quality")):
        field = page.locator(f"select[name={name}]")
        field.select_option(value)
    page.locator("[name=area_mm2]").fill("4")
    page.get_by_role("button", name="登记并清点").click()
    page.locator("[data-count]", has_text="3").wait_for()
    page.get_by_role("link", name="清点完毕").first.click()
    page.get_by_role("button", name="清点完毕").click()
    page.get_by_text("已核对").first.wait_for()
    [surplus] = page.locator("tr", has_text="多出").all()
    assert "待处理" in surplus.inner_text()
    assert findings(page) == []


def test_the_lists_of_boxes_stand_on_a_phone_and_a_pc(shop: Shop) -> None:
    for login, addresses in {
        "clerk": ("/shipments", "/shipments/plan", "/shipments/tie-out", "/shipments/misdelivered"),
        "region1": ("/shipments/relay", "/shipments?unrelayed=1"),
        "logistics": ("/carriers", "/shipments?overdue=1&kind=weekly"),
    }.items():
        page = shop.enter(login)
        for width, height in ((360, 740), (1280, 800)):
            page.set_viewport_size({"width": width, "height": height})
            for address in addresses:
                shop.open(address)
                beyond = beyond_the_screen(page)
                assert (address, beyond, findings(page)) == (address, 0, [])
