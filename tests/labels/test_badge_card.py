"""The badge: a card with a name to read and a code to scan."""

from datetime import date

import pytest

from labels.badge_card import BadgeCard, badge_card_pdf
from labels.fonts import Fonts
from labels.scanner_sheet import SheetCode, scanner_sheet_pdf
from tests.paper import page_texts, scanned_codes

CARD = BadgeCard("HTB0123456789ABCDEF", "欧阳晓燕", "店员", "人民路店 S001", date(2026, 11, 22))


def test_a_card_is_read_by_a_scanner_and_by_people(print_fonts: Fonts) -> None:
    pdf = badge_card_pdf([CARD, CARD], print_fonts)
    assert scanned_codes(pdf) == [{CARD.code}, {CARD.code}]
    [page, _second] = page_texts(pdf)
    for words in (CARD.name, CARD.role, "人民路店S001", "2026-11-22"):
        assert words in page
    assert CARD.code not in page


def test_a_code_that_is_too_long_for_the_card_is_refused(print_fonts: Fonts) -> None:
    with pytest.raises(ValueError, match="too long"):
        badge_card_pdf([BadgeCard("X" * 60, "a", "b", "c", date(2026, 1, 1))], print_fonts)
    with pytest.raises(ValueError, match="no badge"):
        badge_card_pdf([], print_fonts)


def test_every_test_code_of_a_sheet_is_read_back(print_fonts: Fonts) -> None:
    codes = [
        SheetCode("EAN-13", "6901234567892", "商品条码", is_ean=True),
        SheetCode("款色码", "2613M04012-GN1-175/92A", "斜杠不丢"),
        SheetCode("长", "HANGTAG-LONG-0123456789-ABCDEFGHIJ-01234", "40 位"),
    ]
    pdf = scanner_sheet_pdf(codes, print_fonts)
    assert scanned_codes(pdf) == [{code.code for code in codes}]
    assert "扫描枪测试条码" in page_texts(pdf)[0]


def test_a_sheet_has_room_for_six_codes_of_its_width(print_fonts: Fonts) -> None:
    code = SheetCode("x", "6901234567890", "y")
    for codes in ([], [code] * 7, [SheetCode("x", "X" * 80, "y")]):
        with pytest.raises(ValueError, match=r"test codes|too wide"):
            scanner_sheet_pdf(codes, print_fonts)
