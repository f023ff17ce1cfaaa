"""Printing tags from the pages: one press, its settings, rolls, and the scan page with one."""

from __future__ import annotations

import io
import re
from typing import Any
from uuid import uuid4

import pytest
from PIL import Image
from sqlalchemy import func, select

from tests.labels.test_decode_table import from_svg, from_zpl, read_codes
from tests.paper import Login, on_sqlite, page_texts, print_pdf, scanned_codes
from tests.story import DOWN_COAT, JACKET, Story
from tracker.models.label import LabelPrint, TagRoll

SCAN = {
    "code": JACKET,
    "source": "stock",
    "defect": "SEAM_OPEN",
    "position": "left_sleeve",
    "area_mm2": "3",
    "cause": "workmanship",
    "tag_intact": "yes",
    "accessories_intact": "yes",
    "number_intact": "yes",
}


def _press(browser: Any, *nos: str, **more: Any) -> Any:
    data = {"nos": list(nos), "action_id": str(uuid4()), **more}
    return browser.post("/labels/prints", data=data)


def _prints(story: Story) -> int:
    story.session.rollback()
    return int(story.session.scalar(select(func.count(LabelPrint.id))) or 0)


# --- one press


def test_a_press_records_the_print_and_leads_to_its_tags(story: Story, login: Login) -> None:
    one, two = story.register(), story.register(code=DOWN_COAT)
    browser = login("store1")
    answer = _press(browser, one, two, one)
    assert answer.status_code == 303
    pages = page_texts(print_pdf(browser, answer.location))
    assert [story.piece_no(no) in page for no, page in zip((one, two), pages, strict=True)] == [
        True,
        True,
    ]
    assert ["重打" in page for page in pages] == [False, False]
    again = page_texts(print_pdf(browser, _press(browser, two).location))
    assert ["重打" in page for page in again] == [True]
    assert ["重打" in page for page in page_texts(print_pdf(browser, answer.location))] == [
        False,
        False,
    ]
    assert _prints(story) == 3


def test_a_preview_records_nothing(story: Story, login: Login) -> None:
    no = story.register()
    browser = login("store1")
    for ending in ("pdf", "zpl", "png", "svg"):
        answer = browser.get(f"/labels/{story.piece_no(no)}.{ending}")
        assert answer.status_code == 200
    assert _prints(story) == 0


@on_sqlite
@pytest.mark.parametrize(
    ("form", "media"),
    [
        ("pdf", "application/pdf"),
        ("sheet", "application/pdf"),
        ("zpl", "application/x-zpl"),
        ("png", "image/png"),
        ("svg", "image/svg+xml"),
    ],
)
def test_a_print_comes_in_the_form_and_the_copies_that_were_chosen(
    story: Story, login: Login, form: str, media: str
) -> None:
    browser = login("store1")
    chosen = {"form": form, "size": "40x30", "dpi": "300", "copies": "2", "start": "3"}
    address = _press(browser, story.register(), **chosen).location
    answer = browser.get(address)
    assert (answer.status_code, answer.content_type) == (200, media)
    if form == "zpl":
        assert b"^PW472^LL354" in answer.data
        assert b"^PQ2" in answer.data
    assert ("start=3" in address) == (form == "sheet")


@on_sqlite
def test_a_print_that_cannot_be_is_refused_with_a_sentence(story: Story, login: Login) -> None:
    one, two = story.register(), story.register()
    browser = login("store1")
    answer = _press(browser, one, two, form="png")
    assert answer.status_code == 422
    assert "图片一次只能打印一张标签" in answer.text
    assert _press(browser).status_code == 422
    assert _press(browser, one, copies="99").status_code == 422
    assert _press(browser, one, action_id="x").status_code == 422
    assert _prints(story) == 0


def test_another_stores_tags_are_not_printed_nor_opened(story: Story, login: Login) -> None:
    own, foreign = story.register(), story.register(login="store2")
    assert _press(login("store1"), own, foreign).status_code == 404
    address = _press(login("store1"), own).location
    assert login("store2").get(address).status_code == 404
    assert login("store2").get(f"/labels/print?nos={own}").status_code == 404
    assert login("admin").get(address).status_code == 403
    assert login("clerk").get(address).status_code == 200


@on_sqlite
def test_the_settings_show_what_was_printed_before_and_by_whom(story: Story, login: Login) -> None:
    no = story.register()
    browser = login("store1")
    assert "还没有打过" in browser.get(f"/labels/print?nos={no}").text
    _press(browser, no, copies="2")
    page = browser.get(f"/labels/print?nos={no}").text
    assert re.search(r"王丽 · 2 份", page)
    assert "还没有选衣服" in browser.get("/labels/print").text


@on_sqlite
def test_pages_of_garments_print_by_one_press(story: Story, login: Login) -> None:
    no = story.register()
    for path in (f"/registrations/{no}", f"/registrations/{no}/registered"):
        page = login("store1").get(path).text
        assert 'action="/labels/prints"' in page
        assert f'name="nos" value="{no}"' in page
        assert "data-labels-key" in page
    listed = login("store1").get("/registrations").text
    assert 'formaction="/labels/prints"' in listed


@on_sqlite
def test_carton_labels_come_in_every_form_and_are_read_by_a_scanner(
    story: Story, login: Login
) -> None:
    nos = [story.register() for _ in range(2)]
    box = story.box("store1")
    for carton, no in enumerate(nos, 1):
        story.do("manager1", "registration", no, "accept")
        story.do("store1", "shipment", box, "pack", code=story.piece_no(no), carton=carton)
    story.dispatch("store1", box)
    browser, labels = login("store1"), [f"{box}-1", f"{box}-2"]

    def printed(ending: str, query: str = "") -> Any:
        return browser.get(f"/shipments/{box}/cartons.{ending}?{query}")

    assert scanned_codes(printed("pdf").data) == [{code} for code in labels]
    assert scanned_codes(printed("pdf", "carton=2").data) == [{labels[1]}]
    jobs = from_zpl(printed("zpl", "dpi=300").data, 300)
    assert [{code for _kind, code in read_codes(picture)} for picture in jobs] == [
        {code} for code in labels
    ]
    png = printed("png", "carton=2")
    assert png.content_type == "image/png"
    assert read_codes(Image.open(io.BytesIO(png.data))) == {("Code 128", labels[1])}
    svg = printed("svg", "carton=1&dpi=300")
    assert svg.content_type.startswith("image/svg+xml")
    assert read_codes(from_svg(svg.data)) == {("Code 128", labels[0])}
    assert printed("png").status_code == 422
    assert printed("svg", "carton=3").status_code == 404


# --- rolls


def test_a_manager_prints_a_roll_and_sees_how_much_of_it_is_used(
    story: Story, login: Login
) -> None:
    browser = login("manager1")
    assert "还没有打过空白标签" in browser.get("/tag-rolls").text
    key = str(uuid4())
    made = [
        browser.post("/tag-rolls", data={"count": "3", "action_id": key, "size": "40x30"})
        for _ in range(2)
    ]
    assert [answer.status_code for answer in made] == [303, 303]
    pages = page_texts(print_pdf(browser, made[0].location))
    assert [page[:9] for page in pages] == ["P50000001", "P50000002", "P50000003"]
    story.register(repair_tag=pages[1][:10])
    page = browser.get("/tag-rolls").text
    assert "1 / 3" in page
    assert story.session.scalar(select(func.count(TagRoll.id))) == 1


def test_a_roll_is_for_its_makers(story: Story, login: Login) -> None:
    data = {"count": "1", "action_id": str(uuid4())}
    address = login("manager1").post("/tag-rolls", data=data).location
    statuses = {name: login(name).get(address).status_code for name in (
        "manager1", "manager2", "clerk", "supervisor", "store1", "assessor",
    )}  # fmt: skip
    assert statuses == {
        "manager1": 200,
        "manager2": 404,
        "clerk": 200,
        "supervisor": 200,
        "store1": 403,
        "assessor": 403,
    }
    assert login("store1").get("/tag-rolls").status_code == 403


@on_sqlite
@pytest.mark.parametrize(
    "wrong", [{"count": "0"}, {"count": "501"}, {"count": "x"}, {"form": "png"}, {"size": "1x1"}]
)
def test_a_roll_that_cannot_be_is_refused(
    story: Story, login: Login, wrong: dict[str, str]
) -> None:
    data = {"count": "1", "action_id": str(uuid4()), **wrong}
    assert login("manager1").post("/tag-rolls", data=data).status_code == 422
    assert story.session.scalar(select(func.count(TagRoll.id))) == 0


# --- the scan page


def _scan(browser: Any, **more: str) -> Any:
    return browser.post("/registrations/new", data={**SCAN, "scan_id": str(uuid4()), **more})


def test_the_scan_page_asks_for_a_blank_tag_where_the_store_has_a_roll(
    story: Story, login: Login
) -> None:
    browser = login("store1")
    assert 'name="repair_tag"' not in browser.get("/registrations/new").text
    data = {"count": "2", "action_id": str(uuid4())}
    login("manager1").post("/tag-rolls", data=data)
    assert 'name="repair_tag"' in browser.get("/registrations/new").text
    assert 'name="repair_tag"' not in login("store2").get("/registrations/new").text


def test_a_garment_is_registered_with_the_blank_tag_that_was_scanned(
    story: Story, login: Login
) -> None:
    data = {"count": "1", "action_id": str(uuid4())}
    address = login("manager1").post("/tag-rolls", data=data).location
    [page] = page_texts(print_pdf(login("manager1"), address))
    tag, browser = page[:10], login("store1")
    done = _scan(browser, repair_tag=tag)
    assert done.status_code == 303
    told = browser.get(done.location).text
    assert tag in told
    assert "不用再打印" in told
    refused = _scan(browser, code=DOWN_COAT, repair_tag=tag)
    assert refused.status_code == 422
    assert "已经用在另一件衣服上" in refused.text
    assert f'value="{tag}"' in refused.text
