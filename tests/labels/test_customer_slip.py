"""The customer's slip: two copies, a number that scans, a day, and nobody's phone in clear."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pypdfium2
import pytest

from labels.customer_slip import CustomerSlip, customer_slip_pdf
from labels.fonts import Fonts
from labels.form import Head

SLIP = CustomerSlip(
    head=Head(
        number="DJ0000000128",
        issued_on=date(2026, 11, 22),
        issued_by="王丽",
        site_code="S001",
        site_name="广州天河店",
        printed_at=datetime(2026, 11, 22, 2, 0, tzinfo=UTC),
    ),
    piece_no="P00000019X",
    style_no="2613G07002",
    style_name="GORE-TEX 冲锋衣",
    colour="OR1",
    size="180/96A",
    fault="漏水/渗水/胶条脱落 · 左袖 · 2.5 cm²",
    accessories="吊牌已剪",
    name="张*",
    phone="138****5678",
    purchased_on=date(2026, 10, 1),
    receipt_no="T-20261001-8",
    demand="维修",
    warranty="保修期内 · 免费维修",
    promised_on=date(2026, 12, 14),
    guarantee_days=30,
)


def test_each_copy_says_what_was_left_and_when_to_come(
    print_fonts: Fonts, page_texts: Callable[[bytes], list[str]]
) -> None:
    pages = page_texts(customer_slip_pdf(SLIP, print_fonts))
    assert len(pages) == 2
    for page, copy in zip(pages, ("第一联顾客联", "第二联存根联"), strict=True):
        for words in (
            copy, "顾客取件凭证", "登记单号DJ0000000128", "件号P00000019X", "张*138****5678",
            "2613G07002OR1180/96A", "漏水/渗水/胶条脱落·左袖", "预计取件日2026-12-14",
            "保修期内·免费维修", "30天内再出现同样问题，免费复修", "顾客签名", "店员签名",
        ):  # fmt: skip
            assert words in page, words


def test_both_copies_are_a5_and_a_scanner_reads_the_piece(
    print_fonts: Fonts, page_codes: Callable[[bytes], list[list[tuple[str, str]]]]
) -> None:
    pdf = customer_slip_pdf(SLIP, print_fonts)
    assert page_codes(pdf) == [[("Code 128", "P00000019X")]] * 2
    document = pypdfium2.PdfDocument(pdf)
    sizes = [tuple(round(side / 72 * 25.4) for side in page.get_size()) for page in document]
    document.close()
    assert sizes == [(210, 148)] * 2


def test_a_day_that_was_not_promised_is_left_to_be_written(
    print_fonts: Fonts, page_texts: Callable[[bytes], list[str]]
) -> None:
    pages = page_texts(customer_slip_pdf(replace(SLIP, promised_on=None), print_fonts))
    assert all("预计取件日____年__月__日" in page for page in pages)


def test_long_and_hostile_values_stay_on_their_page_and_are_printed_literally(
    print_fonts: Fonts,
    page_texts: Callable[[bytes], list[str]],
    page_codes: Callable[[bytes], list[list[tuple[str, str]]]],
) -> None:
    hostile = "<b onload='x'>&amp;𠮷\x1d" + "很长的内容" * 2_000
    slip = replace(
        SLIP, style_name=hostile, fault=hostile, receipt_no=hostile, warranty=hostile, name=hostile
    )
    pdf = customer_slip_pdf(slip, print_fonts)
    pages = page_texts(pdf)
    assert len(pages) == 2
    assert "<bonload='x'>&amp;" in pages[0]
    assert page_codes(pdf) == [[("Code 128", "P00000019X")]] * 2


@pytest.mark.parametrize("phone", ["13812345678", "138 1234 5678", "+86-138-1234-5678"])
def test_a_phone_number_in_clear_is_never_printed(phone: str) -> None:
    with pytest.raises(ValueError, match="masked"):
        replace(SLIP, phone=phone)


def test_the_same_slip_gives_the_same_bytes(print_fonts: Fonts) -> None:
    first = customer_slip_pdf(SLIP, print_fonts, invariant=True)
    assert customer_slip_pdf(SLIP, print_fonts, invariant=True) == first


def test_a_number_too_long_for_its_half_is_refused(print_fonts: Fonts) -> None:
    with pytest.raises(ValueError, match="too long"):
        customer_slip_pdf(replace(SLIP, piece_no="PIECE-NUMBER-FAR-TOO-LONG"), print_fonts)
