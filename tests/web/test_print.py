"""Tags, registration forms and packing lists from real records; who may print what."""

from __future__ import annotations

import pypdfium2
from flask.testing import FlaskClient
from sqlalchemy import text

from tests.kept import kept
from tests.paper import (
    Login,
    assert_says,
    on_sqlite,
    page_texts,
    pages_are_numbered,
    print_pdf,
    scanned_codes,
    sign_off_form,
    submit_form,
)
from tests.story import DOWN_COAT, Story
from tracker.domain.codes import RefusalReason
from tracker.domain.shipment import Kind
from tracker.edge import fonts
from tracker.services import box_papers, destruction
from tracker.services.registration import CustomerName

LONG_NAME = "男装休闲夹克防风防泼水可拆卸连帽加厚保暖城市通勤系列特别䶮"


# --- the tag and the registration form


@on_sqlite
def test_a_tag_is_a_page_of_60_by_40_mm_that_a_label_printers_dots_can_carry(
    story: Story, login: Login
) -> None:
    no = story.register_customer()
    piece = story.piece_no(no)
    pdf = print_pdf(login("store1"), f"/labels/{piece}.pdf")
    document = pypdfium2.PdfDocument(pdf)
    assert [tuple(round(x / 72 * 25.4, 2) for x in page.get_size()) for page in document] == [
        (60.0, 40.0)
    ]
    [page] = document
    picture = page.render(scale=203.2 / 72).to_pil().convert("L")
    inked = picture.point(lambda shade: 255 if shade < 128 else 0).getbbox()
    assert inked is not None
    margin = 203.2 / 25.4 * 1.4
    assert min(inked[0], inked[1], picture.width - inked[2], picture.height - inked[3]) > margin
    document.close()
    assert scanned_codes(pdf) == [{piece}]
    [words] = page_texts(pdf)
    assert_says(words, piece, no, "2613M04012BK1170/88A", "顾客", "S001广州天河店", "2026-11-02")


@on_sqlite
def test_the_piece_number_is_the_biggest_writing_on_a_tag(story: Story, login: Login) -> None:
    piece = story.piece_no(story.register())
    [page] = pypdfium2.PdfDocument(print_pdf(login("store1"), f"/labels/{piece}.pdf"))
    letters = page.get_textpage()
    heights: dict[float, str] = {}
    for index in range(letters.count_chars()):
        _left, bottom, _right, top = letters.get_charbox(index, loose=True)
        height = round(top - bottom, 1)
        heights[height] = heights.get(height, "") + letters.get_text_range(index, 1)
    assert heights[max(heights)].strip() == piece


@on_sqlite
def test_a_registration_form_prints_what_people_typed_literally_and_the_customer_masked(
    story: Story, login: Login
) -> None:
    no = story.register_customer(
        customer=CustomerName("欧阳锋芒", "13987651234"), receipt_no="T-20261001-8" * 3
    )
    story.session.execute(text("UPDATE style SET name = :name"), {"name": LONG_NAME})
    story.session.execute(
        text("UPDATE registration SET note = :note WHERE no = :no"),
        {"note": "<b>size<M & 😀 䶮", "no": no},
    )
    story.session.commit()
    story.do("manager1", "registration", no, "accept")
    pdf = print_pdf(login("store1"), f"/registrations/{no}.pdf")
    pages = page_texts(pdf)
    assert len(pages) == 1
    assert pages_are_numbered(pages)
    assert scanned_codes(pdf) == [{no}]
    assert_says(
        pages[0],
        f"单号{no}",
        f"品名{LONG_NAME}",
        f"品名：{LONG_NAME}",
        "备注<b>size<M&□䶮",
        f"小票号{'T-20261001-8' * 3}",
        "顾客姓名欧*电话139****1234",
        "顾客取件凭证（回执联）",
        "经办人王丽",
        "店长陈晓梅",
        "演示数据·不作凭证",
    )
    assert "13987651234" not in pages[0]
    assert "欧阳锋芒" not in pages[0]


@on_sqlite
def test_a_refused_and_a_voided_registration_say_why(story: Story, login: Login) -> None:
    refused, voided = story.register(), story.register()
    reason = RefusalReason.MISMATCH
    story.do("manager1", "registration", refused, "refuse", reason=reason.value)
    story.do("store1", "registration", voided, "void", reason="扫错吊牌")
    browser = login("store1")
    [first] = page_texts(print_pdf(browser, f"/registrations/{refused}.pdf"))
    [second] = page_texts(print_pdf(browser, f"/registrations/{voided}.pdf"))
    assert_says(first, f"备注不予受理原因：{reason.zh}")
    assert_says(second, "状态作废", "备注作废原因：扫错吊牌")
    assert second.count("作废") == first.count("作废") + 3


# --- the packing list


@on_sqlite
def test_a_packing_list_names_week_ordinal_and_who_pays(story: Story, login: Login) -> None:
    garments = [story.register(), story.register_customer(), story.register(code=DOWN_COAT)]
    weekly = story.send(*garments)
    later = story.register()
    story.do("manager1", "registration", later, "accept")
    extra = story.box("store1", later)
    [waiting] = page_texts(box_papers.packing_list(story.act("store1"), extra, fonts()).content)
    assert_says(waiting, "类别加寄（预计）", "2026年第45周第2次（预计）", "承担方专卖店（预计）")
    story.dispatch("store1", extra)
    browser = login("store1")
    pdf = print_pdf(browser, f"/shipments/{weekly}.pdf")
    [page] = page_texts(pdf)
    assert scanned_codes(pdf) == [{weekly}]
    assert_says(page, "类别周寄周次2026年第45周第1次", "运费¥25.00承担方总公司", "第1页/共1页")
    assert_says(page, "本箱件数合计3件大写叁件本批总件数3件", f"运单号SF-{weekly}", "发货人店长")
    for no in garments:
        assert_says(page, no, story.piece_no(no))
    [second] = page_texts(print_pdf(browser, f"/shipments/{extra}.pdf"))
    assert_says(second, "类别加寄周次2026年第45周第2次", "运费¥25.00承担方专卖店")


@on_sqlite
def test_a_return_box_is_checked_by_after_sales_and_signed_for_by_the_store(
    story: Story, login: Login
) -> None:
    no = story.received()
    story.repair(no)
    box = story.box("clerk", no, to="S001", kind=Kind.RETURN)
    story.dispatch("clerk", box)
    [page] = page_texts(print_pdf(login("clerk"), f"/shipments/{box}.pdf"))
    assert_says(page, "类别返还周次2026年第45周发货方ASD售后服务部区域R1收货方S001广州天河店")
    assert_says(page, "发货人复核承运人收货人", "请店铺逐件扫码清点后签收。")
    assert "店长" not in page
    story.count_in(box, no, login="store1")
    [counted] = page_texts(print_pdf(login("store1"), f"/shipments/{box}.pdf"))
    assert (page.count("王丽"), counted.count("王丽")) == (0, 1)


@on_sqlite
def test_a_long_packing_list_numbers_its_pages_and_repeats_its_head(
    story: Story, login: Login
) -> None:
    garments = [story.register() for _ in range(34)]
    box = story.send(*garments)
    pdf = print_pdf(login("store1"), f"/shipments/{box}.pdf")
    pages = page_texts(pdf)
    assert len(pages) == 2
    assert pages_are_numbered(pages)
    assert scanned_codes(pdf) == [{box}] * 2
    assert [f"单号{box}" in page and "序号登记号件号" in page for page in pages] == [True] * 2
    everything = "".join(pages)
    assert [everything.count(story.piece_no(no)) for no in garments] == [1] * 34
    assert_says(pages[-1], "件数合计34件大写叁拾肆件")


# --- who may print, on both databases


@kept
def _papers(story: Story) -> dict[str, str]:
    """Paths of S001's garment, a box counted blind, three forms, a destruction, the month."""
    ours, theirs = story.scrapped(), story.scrapped(DOWN_COAT)
    shop = story.received(cause="storage")
    story.scrap(shop)
    forms = {story.form(no).party: no for no in story.list_on_forms(ours, theirs, shop)}
    submit_form(story, forms["SUP02"])
    sign_off_form(story, forms["S001"])
    record = story.write(lambda: destruction.plan(story.act("warehouse")).no)
    no = story.register()
    box = story.send(no)
    return {
        "registration": f"/registrations/{no}.pdf",
        "label": f"/labels/{story.piece_no(no)}.pdf",
        "box": f"/shipments/{box}.pdf",
        "draft of SUP01": f"/loss-forms/{forms['SUP01']}.pdf",
        "form of SUP02": f"/loss-forms/{forms['SUP02']}.pdf",
        "form of S001": f"/loss-forms/{forms['S001']}.pdf",
        "destruction": f"/destructions/{record}.pdf",
        **{end: f"/months/2026-11/report.{end}" for end in ("pdf", "xlsx", "csv", "json")},
    }


NO_MONEY = (403, 403, 403, 403, 403)
ACCESS = {
    "store1": (200, 200, 200, 403, 403, 403, *NO_MONEY),
    "manager1": (200, 200, 200, 404, 404, 200, *NO_MONEY),
    "manager2": (404, 404, 404, 404, 404, 404, *NO_MONEY),
    "store2": (404, 404, 404, 403, 403, 403, *NO_MONEY),
    "clerk": (200, 200, 403, 200, 200, 200, 200, 200, 200, 200, 200),
    "supplier1": (403, 403, 403, 404, 404, 404, *NO_MONEY),
    "admin": (403, 403, 403, 403, 403, 403, *NO_MONEY),
}


def test_paper_is_for_those_who_may_see_its_record(
    story: Story, login: Login, client: FlaskClient
) -> None:
    paths = _papers(story)
    browsers = {name: login(name) for name in ACCESS}
    for name, expected in ACCESS.items():
        got = tuple(browsers[name].get(path).status_code for path in paths.values())
        assert got == expected, (name, got)
    assert {client.get(path).status_code for path in paths.values()} == {302}
    own = paths["draft of SUP01"]
    submit_form(story, own.removeprefix("/loss-forms/").removesuffix(".pdf"))
    assert browsers["supplier1"].get(own).status_code == 200
    assert browsers["manager2"].get(own).status_code == 404
