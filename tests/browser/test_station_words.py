"""What is shown and asked at the scan station: products, languages, blank tags, devices."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from epcpy.epc_schemes.sgtin import SGTIN, SGTINFilterValue
from playwright.sync_api import BrowserContext, expect
from sqlalchemy import select

from tests.browser.conftest import beyond_the_screen, played
from tests.browser.station import BURST, COAT, JACKET, SHELL, SHIRT, Station, opened, registered
from tests.browser.test_pages import findings
from tests.browser.test_station import fill_customers
from tracker.domain.errors import InvalidInput
from tracker.domain.number import gtin_check_digit, piece_no
from tracker.domain.tag import parse
from tracker.models.catalog import Sku
from tracker.services import tag_roll

pytestmark = pytest.mark.browser

Fresh = Callable[[], list[tuple[str, str]]]


@pytest.fixture
def station(context: BrowserContext, server: str) -> Iterator[Station]:
    """A station on the chain."""
    yield from opened(context, server)


@pytest.fixture
def fresh(server: str) -> Fresh:
    """Return what was registered since the test began."""
    before = len(registered(server))
    return lambda: registered(server)[before:]


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
        station.scan(code)
        if page.locator("[data-earlier]").count():
            page.keyboard.press("1")
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
    station.confirm(1)
    page.get_by_role("button", name="中文").click()
    expect(heading).to_have_text("扫码登记")
    station.shows(confirmed=1, half_typed=1)
    page.get_by_role("button", name="English").click()
    expect(heading).to_have_text("Scan & register")
    page.goto(f"{station.address}/")
    assert page.locator("html").get_attribute("lang") == "en"
    assert fresh() == [("manager2", JACKET)]


def test_the_language_waits_for_customers_who_are_known_to_this_page_alone(
    station: Station,
) -> None:
    station.enter("store3")
    page = station.page
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    station.context.set_offline(True)
    fill_customers(page, JACKET, "T-94", customer_name="钱顾客", customer_phone="13899993333")
    station.shows(captured=1)
    page.get_by_role("button", name="English").click()
    expect(page.locator("#register")).to_contain_text("请等发送完再切换")
    station.context.set_offline(False)
    station.confirm(1)
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Scan & register")


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
    expect(page.locator("#product")).to_contain_text("本机商品资料里没有这个码")
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
        return str(epc.hex(binary_coding_scheme=scheme, filter_value=next(iter(SGTINFilterValue))))

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
