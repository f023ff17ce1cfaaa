"""The repair tag: one label a garment, read by a scanner and by a repairer."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pypdfium2
import pytest

from labels.fonts import Fonts
from labels.repair_tag import RepairTag, repair_tags_pdf

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


def test_a_tag_shows_what_the_repairer_needs(
    print_fonts: Fonts, page_texts: Callable[[bytes], list[str]]
) -> None:
    (text,) = page_texts(repair_tags_pdf([TAG], print_fonts))
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
    pdf = repair_tags_pdf([replace(TAG, piece_no=number) for number in numbers], print_fonts)
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
    assert page_codes(repair_tags_pdf([tag], print_fonts)) == [[("Code 128", TAG.piece_no)]]


def test_stock_carries_no_customer_badge(
    print_fonts: Fonts, page_texts: Callable[[bytes], list[str]]
) -> None:
    stock = replace(TAG, customer_hint="", source="库存自检")
    (text,) = page_texts(repair_tags_pdf([stock], print_fonts))
    assert "顾客" not in text


def test_only_our_own_fonts_are_in_a_tag(
    print_fonts: Fonts, font_names: Callable[[bytes], set[str]]
) -> None:
    assert font_names(repair_tags_pdf([TAG], print_fonts)) == {
        "NotoSansSC-Regular",
        "NotoSansSC-Bold",
    }


def test_the_same_tag_gives_the_same_bytes(print_fonts: Fonts) -> None:
    first = repair_tags_pdf([TAG], print_fonts, invariant=True)
    assert repair_tags_pdf([TAG], print_fonts, invariant=True) == first


@pytest.mark.parametrize(
    ("tags", "size", "sentence"),
    [
        ([], (60, 40), "no repair tag"),
        ([TAG], (50, 30), "at least 60 x 40"),
        ([replace(TAG, piece_no="PIECE-NUMBER-FAR-TOO-LONG-FOR-IT")], (60, 40), "too long"),
    ],
)
def test_what_cannot_be_printed_is_refused(
    tags: list[RepairTag], size: tuple[float, float], sentence: str, print_fonts: Fonts
) -> None:
    with pytest.raises(ValueError, match=sentence):
        repair_tags_pdf(tags, print_fonts, size)
