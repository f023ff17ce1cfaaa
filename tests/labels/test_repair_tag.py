"""The repair tag: one label a garment, read by a scanner and by a repairer."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pypdfium2
import pytest

from labels.face_pdf import faces_pdf
from labels.fonts import Fonts
from labels.repair_tag import SIZES, BlankTag, RepairTag, blank_tag_face, repair_tag_face

TAG = RepairTag(
    piece_no="P26112200017K",
    registration_no="DJ-S001-20261122-0001",
    style_no="2613M04012",
    style_name="男装休闲夹克",
    colour="BK1",
    size="170/88A",
    defect="开线/脱线/爆缝/跳针",
    position="左袖",
    store="S001 天河一店",
    registered_on=date(2026, 11, 22),
    source="顾客维修",
    customer_hint="顾客",
)


def pdf_of(
    fonts: Fonts, *tags: RepairTag, size: tuple[float, float] = SIZES[0], fixed: bool = False
) -> bytes:
    faces = [repair_tag_face(tag, size) for tag in tags]
    return faces_pdf(faces, fonts, 203, "返修标签", invariant=fixed)


def test_a_tag_shows_what_the_repairer_needs(
    print_fonts: Fonts, page_texts: Callable[[bytes], list[str]]
) -> None:
    (text,) = page_texts(pdf_of(print_fonts, TAG))
    assert text == (
        "P26112200017K"
        "2613M04012BK1170/88A"
        "男装休闲夹克"
        "开线/脱线/爆缝/跳针·左袖"
        "顾客"
        "登记号DJ-S001-20261122-0001"
        "S001天河一店·顾客维修"
        "2026-11-22"
    )


def test_every_label_is_one_page_of_its_size_and_reads_back(
    print_fonts: Fonts, page_codes: Callable[[bytes], list[list[tuple[str, str]]]]
) -> None:
    numbers = ["P26112200017K", "P26112200025X", "S001-26112200017"]
    pdf = pdf_of(print_fonts, *(replace(TAG, piece_no=number) for number in numbers))
    assert page_codes(pdf) == [[("Code 128", number)] for number in numbers]
    document = pypdfium2.PdfDocument(pdf)
    sizes = {tuple(round(side / 72 * 25.4, 1) for side in page.get_size()) for page in document}
    document.close()
    assert sizes == {(60.0, 40.0)}


def test_long_and_hostile_values_leave_the_barcode_readable(
    print_fonts: Fonts, page_codes: Callable[[bytes], list[list[tuple[str, str]]]]
) -> None:
    hostile = "<img src='/etc/passwd'/>𠮷\x1d\ud83d" + "很长的名称" * 10_000
    tag = replace(TAG, style_name=hostile, defect=hostile, store=hostile, customer_hint=hostile)
    assert page_codes(pdf_of(print_fonts, tag)) == [[("Code 128", TAG.piece_no)]]


def test_stock_carries_no_customer_badge(
    print_fonts: Fonts, page_texts: Callable[[bytes], list[str]]
) -> None:
    stock = replace(TAG, customer_hint="", source="库存自检")
    (text,) = page_texts(pdf_of(print_fonts, stock))
    assert "顾客" not in text


def test_only_our_own_fonts_are_in_a_tag(
    print_fonts: Fonts, font_names: Callable[[bytes], set[str]]
) -> None:
    assert font_names(pdf_of(print_fonts, TAG)) == {
        "NotoSansSC-Regular",
        "NotoSansSC-Bold",
    }


def test_the_same_tag_gives_the_same_bytes(print_fonts: Fonts) -> None:
    first = pdf_of(print_fonts, TAG, fixed=True)
    assert pdf_of(print_fonts, TAG, fixed=True) == first


@pytest.mark.parametrize(
    ("tags", "size", "sentence"),
    [
        ([], SIZES[0], "no label"),
        ([TAG], (50.0, 30.0), "60 x 40 or 40 x 30"),
        ([replace(TAG, piece_no="PIECE-NUMBER-FAR-TOO-LONG-FOR-IT")], SIZES[0], "too long"),
        ([replace(TAG, piece_no="S001-26112200017")], SIZES[1], "too long"),
    ],
)
def test_what_cannot_be_printed_is_refused(
    tags: list[RepairTag], size: tuple[float, float], sentence: str, print_fonts: Fonts
) -> None:
    with pytest.raises(ValueError, match=sentence):
        pdf_of(print_fonts, *tags, size=size)


def test_the_small_tag_says_the_same_in_less_room(
    print_fonts: Fonts, page_texts: Callable[[bytes], list[str]]
) -> None:
    tag = replace(TAG, piece_no="P00000012K", registration_no="DJ00000123F", is_reprint=True)
    (text,) = page_texts(pdf_of(print_fonts, tag, size=SIZES[1]))
    assert text == (
        "P00000012K"
        "重打"
        "2613M04012BK1170/88A"
        "男装休闲夹克"
        "开线/脱线/爆缝/跳针·左袖"
        "顾客"
        "DJ00000123F"
        "2026-11-22"
        "S001天河一店·顾客维修"
    )


@pytest.mark.parametrize("size", SIZES)
def test_only_a_reprint_says_that_it_is_one(
    size: tuple[float, float], print_fonts: Fonts, page_texts: Callable[[bytes], list[str]]
) -> None:
    tag = replace(TAG, piece_no="P00000012K")
    pdf = pdf_of(print_fonts, tag, replace(tag, is_reprint=True), size=size)
    assert ["重打" in text for text in page_texts(pdf)] == [False, True]


def test_a_blank_tag_has_its_number_its_roll_and_room_to_write(
    print_fonts: Fonts, page_texts: Callable[[bytes], list[str]]
) -> None:
    tag = BlankTag("P50000001K", "S001 天河一店", "第 3 卷")
    faces = [blank_tag_face(tag, size) for size in SIZES]
    texts = [page_texts(faces_pdf([face], print_fonts, 203, "")) for face in faces]
    assert texts == [
        ["P50000001K款号缺陷备注S001天河一店第3卷"],
        ["P50000001K款号缺陷S001天河一店第3卷"],
    ]
