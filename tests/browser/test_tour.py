"""The README's five-minute tour, played by every role in a real browser."""

from __future__ import annotations

import csv
import io
import json

import pytest

from tests.browser.conftest import Shop, verified

pytestmark = pytest.mark.browser

JACKET = "6901234567892"


def register(shop: Shop, *, defect: str = "1", cause: str = "2", code: str = JACKET) -> str:
    """Scan a tag and register it by the keyboard alone; return the piece number."""
    page = shop.open("/registrations/new")
    page.keyboard.type(code)
    page.keyboard.press("Enter")
    page.locator("#product").get_by_text("男装休闲夹克").wait_for()
    page.keyboard.press(defect)
    page.keyboard.press("3")
    page.keyboard.type("2.5")
    page.keyboard.press("Enter")
    page.keyboard.press(cause)
    page.keyboard.press("Enter")
    page.locator("[data-ask], .piece-no").first.wait_for()
    page.wait_for_load_state()
    if page.locator("[data-ask]").count():
        page.keyboard.press("1")
    page.wait_for_url("**/registered")
    return page.locator(".piece-no").first.inner_text().strip()


def accept(shop: Shop, piece: str) -> None:
    shop.open(f"/registrations?q={piece}")
    shop.act("受理寄修")


def send_box(shop: Shop, *pieces: str) -> str:
    page = shop.open("/shipments")
    page.locator("form:has(input[name=to_site]) button").first.click()
    page.wait_for_url("**/shipments/FH-*")
    number = page.url.rsplit("/", 1)[1]
    shop.scan(*pieces)
    assert shop.outcomes() == ["done"] * len(pieces)
    shop.act("封箱")
    shop.act("寄出", carrier="顺丰速运", tracking_no=f"SF{number[-6:]}", freight_fen="25.00")
    page.get_by_text("已寄出").first.wait_for()
    return number


def count_in(shop: Shop, box: str, *pieces: str) -> None:
    page = shop.open(f"/shipments/{box}")
    assert page.locator("[data-count]").first.inner_text() == "0"
    shop.scan(*pieces)
    page.get_by_role("link", name="清点").first.click()
    page.get_by_role("button", name="清点完毕").click()
    page.get_by_text("已核对").first.wait_for()


def test_the_tour_from_the_scanned_tag_to_the_closed_month(shop: Shop) -> None:
    shop.enter("store1")
    mended, scrapped, lost = register(shop), register(shop, defect="7", cause="5"), register(shop)
    shop.enter("manager1")
    for piece in (mended, scrapped, lost):
        accept(shop, piece)
    shop.enter("store1")
    box = send_box(shop, mended, scrapped, lost)

    page = shop.enter("clerk")
    count_in(shop, box, mended, scrapped)
    [short] = page.locator("tr", has_text="短少").all()
    assert lost in short.inner_text()
    assert "王丽" in short.inner_text()

    _repair_and_return(shop, mended)
    form = _scrap(shop, scrapped)
    _sign_off(shop, form)
    _destroy(shop, scrapped)
    _close_the_month(shop, scrapped, form)
    assert "I10" in verified(shop.address)


def _repair_and_return(shop: Shop, piece: str) -> None:
    shop.enter("assessor")
    shop.open(f"/registrations?q={piece}")
    shop.act("鉴定", outcome="repair")
    shop.enter("repairer")
    shop.open(f"/registrations?q={piece}")
    shop.act("维修记录", operation="缝合袖口", minutes="20", labour_fen="4.50")
    shop.act("维修完成")
    shop.enter("qa")
    shop.open(f"/registrations?q={piece}")
    shop.act("检验合格", grade="first")
    shop.enter("clerk")
    back = send_box(shop, piece)
    shop.enter("store1")
    count_in(shop, back, piece)
    page = shop.open(f"/registrations?q={piece}")
    shop.act("交付", to="stock")
    page.get_by_text("已交付").first.wait_for()


def _scrap(shop: Shop, piece: str) -> str:
    shop.enter("assessor")
    shop.open(f"/registrations?q={piece}")
    shop.act("鉴定", outcome="scrap")
    page = shop.enter("clerk")
    shop.open("/loss-forms/pending")
    page.get_by_label(f"选择 {piece}").check()
    page.get_by_role("button", name="报损单").first.click()
    page.wait_for_load_state()
    page.goto(shop.address + "/loss-forms")
    page.get_by_role("link", name="BS-").first.click()
    page.wait_for_url("**/loss-forms/BS-*")
    shop.act("提交")
    return page.url.rsplit("/", 1)[1]


def _sign_off(shop: Shop, form: str) -> None:
    for login, step in (("supplier1", "签字"), ("logistics", "确认"), ("vp", "批准")):
        shop.enter(login)
        shop.open(f"/loss-forms/{form}")
        shop.act(step)
    shop.page.get_by_text("已批准").first.wait_for()
    assert "壹佰捌拾玖元捌角肆分" in shop.page.content()


def _destroy(shop: Shop, piece: str) -> None:
    page = shop.enter("warehouse")
    shop.open("/destructions")
    page.get_by_role("button", name="销毁").first.click()
    page.wait_for_url("**/destructions/XH-*")
    record = page.url
    shop.scan(piece)
    assert shop.outcomes() == ["done"]
    shop.enter("administration")
    page.goto(record)
    shop.act("监销", method="剪毁", place="总仓一号库", salvage_fen="0", counted="1")
    page.get_by_text("已销毁").first.wait_for()


def _close_the_month(shop: Shop, piece: str, form: str) -> None:
    page = shop.enter("supervisor")
    shop.open("/months")
    page.locator("main a[href*='/months/']").first.click()
    page.wait_for_url("**/months/2*")
    month = page.url.rsplit("/", 1)[1]
    shop.act("提交财务")
    shop.enter("finance")
    shop.open(f"/months/{month}?liable=SUP01")
    assert form in page.content()
    shop.open(f"/months/{month}")
    shop.act("结账")
    page.get_by_text("已结账").first.wait_for()
    report = json.loads(page.request.get(f"{shop.address}/months/{month}/report.json").text())
    assert [(line["piece_no"], line["amount_fen"]) for line in report["lines"]] == [(piece, 18984)]
    text = page.request.get(f"{shop.address}/months/{month}/report.csv").text()
    rows = list(csv.DictReader(io.StringIO(text.lstrip("\ufeff"))))
    assert [(row["piece_no"], row["amount"]) for row in rows] == [(piece, "189.84")]
    assert page.request.get(f"{shop.address}/months/{month}/report.pdf").body()[:5] == b"%PDF-"
    assert page.request.get(f"{shop.address}/months/{month}/report.xlsx").body()[:2] == b"PK"


@pytest.mark.postgres
def test_a_garment_reaches_after_sales_on_postgresql(postgres_shop: Shop) -> None:
    shop = postgres_shop
    shop.enter("store1")
    piece = register(shop)
    shop.enter("manager1")
    accept(shop, piece)
    shop.enter("store1")
    box = send_box(shop, piece)
    shop.enter("clerk")
    count_in(shop, box, piece)
    page = shop.open(f"/registrations?q={piece}")
    page.get_by_text("已签收").first.wait_for()
