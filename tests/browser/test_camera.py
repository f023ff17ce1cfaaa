"""The camera as a scanner: a Chromium whose camera is a film of tags that the test makes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import zxingcpp
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import QUIET, Shop, played
from tests.browser.film import BARE, Shot, film, hang_tag, lying, repair_tag, switches, symbol
from tests.browser.test_pages import findings

pytestmark = pytest.mark.browser

JACKET, COAT = "6901234567892", "6921012340004"
Filmed = Callable[..., Shop]


@pytest.fixture
def browsing(
    launch_browser: Callable[..., Browser], browser_context_args: dict[str, Any], server: str
) -> Iterator[Filmed]:
    """Return a way to browse the shop with the switches that a test needs."""
    opened: list[Browser] = []

    def browse(*more: str, address: str = server, **options: Any) -> Shop:
        opened.append(launch_browser(args=[*QUIET, *more]))
        context = opened[-1].new_context(**{**browser_context_args, **options})
        context.set_default_timeout(30_000)
        return Shop(context, address)

    yield browse
    for browser in opened:
        browser.close()


@pytest.fixture
def filmed(browsing: Filmed, tmp_path: Path) -> Filmed:
    """Return a way to browse the shop with a camera that sees these shots, again and again."""

    def browse(*shots: Shot, **options: Any) -> Shop:
        return browsing(*switches(film(tmp_path / "tags.mjpeg", *shots)), **options)

    return browse


def open_camera(page: Page, place: str) -> None:
    """Press the camera beside a field."""
    page.locator(place).get_by_role("button", name="用摄像头扫描").click()


def says(page: Page) -> str:
    """Return the sentence that the viewfinder shows."""
    return page.locator("[data-camera-say]:not([hidden])").inner_text()


def hosts_asked(page: Page) -> set[str]:
    """Note every host that the page asks from now on; the set fills itself."""
    asked: set[str] = set()
    page.on("request", lambda request: asked.add(urlsplit(request.url).netloc))
    return asked


@pytest.fixture(scope="module")
def pieces(server: str) -> Iterator[str]:
    """The piece numbers of garments that store 2 accepted, each to be packed by one test."""
    with played(server) as story:
        numbers = [story.register("store2") for _ in range(3)]
        for no in numbers:
            story.do("manager2", "registration", no, "accept")
        return iter([story.piece_no(no) for no in numbers])


def open_box(shop: Shop) -> Page:
    """Open the week's box of store 2, made if need be."""
    shop.enter("store2")
    page = shop.open("/shipments")
    page.locator(
        "form:has(input[name=to_site]) button, tbody a[href*='/shipments/FH-']"
    ).first.click()
    page.wait_for_url("**/shipments/FH-*")
    return page


def test_a_hang_tag_before_the_camera_shows_its_product_and_asks_the_next(filmed: Filmed) -> None:
    shop = filmed((lying(hang_tag(JACKET)), 1))
    page = shop.enter("store2")
    asked = hosts_asked(page)
    shop.open("/registrations/new")
    open_camera(page, "[data-register]")
    expect(page.locator("#camera")).to_be_visible()
    expect(page.locator("[data-camera-kind]")).to_have_text("EAN-13")
    expect(page.locator("#camera")).to_be_hidden()
    page.locator("#product").get_by_text("男装休闲夹克").wait_for()
    assert page.locator("#code").input_value() == JACKET
    assert page.evaluate("document.activeElement.name") == "defect"
    assert page.evaluate("document.querySelector('#camera video').srcObject") is None
    assert asked == {urlsplit(shop.address).netloc}
    assert shop.complaints == []


def test_a_repair_tag_is_packed_once_while_it_is_in_sight_and_again_on_demand(
    pieces: Iterator[str], filmed: Filmed
) -> None:
    piece = next(pieces)
    camera = filmed((lying(repair_tag(piece)), 0.8), (BARE, 1.2))
    page = open_box(camera)
    open_camera(page, "[data-scan-box]")
    rows, seen = (
        page.locator(".scan-list li[data-outcome]"),
        page.locator("[data-camera-answers] li"),
    )
    expect(rows).to_have_count(1)
    expect(seen).to_have_count(1)
    assert seen.get_attribute("data-outcome") == "done"
    assert piece in page.locator(".camera-read").inner_text()
    for _ in range(2):  # the tag leaves the sight and comes back
        page.locator("[data-camera-again]").wait_for(state="visible")
        page.locator("[data-camera-again]").wait_for(state="hidden")
    expect(rows).to_have_count(1)
    page.locator("[data-camera-again]").click()
    expect(rows).to_have_count(2)
    assert page.locator("[data-camera-count]").inner_text() == "2"
    assert camera.outcomes() == ["refused", "done"]
    assert findings(page) == []
    page.keyboard.press("Escape")
    expect(page.locator("#camera")).to_be_hidden()
    assert page.evaluate("document.activeElement.className").split()[-1] == "camera-open"
    assert page.evaluate("document.querySelector('#camera video').srcObject") is None
    assert camera.complaints == []


def test_a_tag_that_comes_back_after_a_while_is_another_scan(
    pieces: Iterator[str], filmed: Filmed
) -> None:
    piece = next(pieces)
    camera = filmed((lying(repair_tag(piece)), 0.6), (BARE, 3.4))
    page = open_box(camera)
    open_camera(page, "[data-scan-box]")
    expect(page.locator(".scan-list li[data-outcome]")).to_have_count(2)
    assert camera.outcomes() == ["refused", "done"]


def test_of_two_tags_in_sight_none_is_taken_until_one_is_chosen(filmed: Filmed) -> None:
    shop = filmed((lying(hang_tag(JACKET), hang_tag(COAT)), 1))
    page = shop.enter("store2")
    shop.open("/registrations/new")
    open_camera(page, "[data-register]")
    choices = page.locator("[data-camera-picks] button")
    expect(choices).to_have_text([f"{JACKET} · EAN-13", f"{COAT} · EAN-13"])
    assert says(page) == "画面里有几个条码，请选一个。"
    assert page.locator("#code").input_value() == ""
    assert findings(page) == []
    choices.nth(1).click()
    page.locator("#product").get_by_text("男装羽绒服").wait_for()
    assert page.locator("#code").input_value() == COAT


def test_every_kind_of_code_that_shops_meet_is_read_and_named(filmed: Filmed) -> None:
    kinds = zxingcpp.BarcodeFormat
    tags = (
        ("EAN-13", JACKET, hang_tag(JACKET)),
        ("Code 128", "W3K7M2A9", repair_tag("W3K7M2A9")),
        ("DataMatrix", "2613M04012-BK1", symbol(kinds.DataMatrix, "2613M04012-BK1")),
        ("QR", "https://id.example/01/1", symbol(kinds.QRCode, "https://id.example/01/1")),
        ("ITF", "16901234567899", symbol(kinds.ITF, "16901234567899")),
        ("UPC-A", "036000291452", symbol(kinds.UPCA, "036000291452")),
        ("Code 39", "AB-12", symbol(kinds.Code39, "AB-12")),
    )
    shop = filmed(*((lying(tag), 1.1) for _kind, _code, tag in tags))
    page = shop.enter("store2")
    page.evaluate(
        """() => {
          window.read = {};
          const place = document.querySelector("main h1");
          const keep = (code, kind) => {
            read[code] = kind;
            place.dataset.read = Object.keys(read).length;
          };
          hangtag.camera(place, keep, { isContinuous: true });
        }"""
    )
    open_camera(page, "main h1")
    expect(page.locator("main h1")).to_have_attribute("data-read", str(len(tags)), timeout=30_000)
    assert page.evaluate("read") == {code: kind for kind, code, _tag in tags}


def test_a_scan_from_the_search_on_a_phone_opens_the_garment(
    pieces: Iterator[str], filmed: Filmed
) -> None:
    piece = next(pieces)
    phone = filmed((lying(repair_tag(piece)), 1), viewport={"width": 360, "height": 740})
    page = phone.enter("store2")
    open_camera(page, ".masthead-search")
    page.wait_for_url("**/registrations/DJ*")
    assert piece in page.locator("main").inner_text()
    assert phone.complaints == []


def test_who_may_not_use_the_camera_is_told_how_to_allow_it(browsing: Filmed) -> None:
    shop = browsing("--use-fake-device-for-media-stream", "--deny-permission-prompts")
    page = shop.enter("store2")
    shop.open("/registrations/new")
    open_camera(page, "[data-register]")
    page.locator("[data-camera-say=denied]").wait_for()
    assert says(page).startswith("浏览器没有使用摄像头的权限。请点地址栏左侧的图标")
    assert findings(page) == []


def test_a_device_without_a_camera_is_told_to_type(browsing: Filmed) -> None:
    shop = browsing(
        "--use-fake-device-for-media-stream=device-count=0", "--use-fake-ui-for-media-stream"
    )
    page = shop.enter("store2")
    shop.open("/registrations/new")
    open_camera(page, "[data-register]")
    page.locator("[data-camera-say=missing]").wait_for()
    assert says(page) == "这台设备上没有找到摄像头。请输入号码，或使用扫描枪。"


def test_over_plain_http_the_page_says_where_the_steps_stand(browsing: Filmed, server: str) -> None:
    port = urlsplit(server).port
    shop = browsing(
        "--host-resolver-rules=MAP shop.lan 127.0.0.1", address=f"http://shop.lan:{port}"
    )
    page = shop.enter("store2")
    shop.open("/registrations/new")
    open_camera(page, "[data-register]")
    page.locator("[data-camera-say=insecure] a").click()
    page.wait_for_url("**/trust")
    assert "make run HTTPS=1" in page.locator("main").inner_text()
    assert findings(page) == []


def test_a_reader_that_cannot_be_loaded_is_told_and_lets_the_camera_go(filmed: Filmed) -> None:
    shop = filmed((lying(hang_tag(JACKET)), 1))
    page = shop.enter("store2")
    page.route("**/zxing_reader.wasm", lambda route: route.abort())
    shop.open("/registrations/new")
    open_camera(page, "[data-register]")
    page.locator("[data-camera-say=unreadable]").wait_for()
    assert says(page).startswith("识别组件没有加载成功。")
    assert page.evaluate("document.querySelector('#camera video').srcObject") is None
    page.unroute("**/zxing_reader.wasm")
    page.keyboard.press("Escape")
    open_camera(page, "[data-register]")
    page.locator("#product").get_by_text("男装休闲夹克").wait_for()


LIT = """
  MediaStreamTrack.prototype.getCapabilities = () => ({ torch: true });
  MediaStreamTrack.prototype.applyConstraints = async (wanted) => { window.asked = wanted; };
"""
"""A track with a lamp, which no fake device has."""


def test_the_light_is_offered_only_where_the_camera_has_one(filmed: Filmed) -> None:
    shop = filmed((BARE, 1))
    page = shop.enter("store2")
    shop.open("/registrations/new")
    open_camera(page, "[data-register]")
    page.locator("[data-camera-say=aim]").wait_for()
    light = page.get_by_role("button", name="补光灯")
    assert light.count() == 0
    page.add_init_script(LIT)
    shop.open("/registrations/new")
    open_camera(page, "[data-register]")
    light.click()
    expect(light).to_have_attribute("aria-pressed", "true")
    assert page.evaluate("asked") == {"advanced": [{"torch": True}]}
