"""Barcodes as a scanner reads them after a label printer of 203 dpi."""

import io
from collections.abc import Callable

import pytest

from labels.barcode import draw_code128, draw_ean13, ean13_modules, symbol_width_mm
from labels.fonts import Fonts
from labels.pen import MM, open_canvas

Codes = Callable[[bytes], list[list[tuple[str, str]]]]
Draw = Callable[..., float]


def _printed(draw: Draw, text: str, fonts: Fonts, module_mm: float = 0.25) -> bytes:
    buffer = io.BytesIO()
    canvas = open_canvas(buffer, (90, 30), fonts, "", "", True)
    draw(
        canvas,
        text,
        3.3,
        10 * MM,
        module_mm=module_mm,
        height_mm=12,
        font=fonts.regular,
    )
    canvas.save()
    return buffer.getvalue()


@pytest.mark.parametrize(
    "text",
    [
        "P26112200017K",
        "DJ-S001-20261122-0001",
        "BS-SUP01-20261122-0042",
        "2613M04012-BK1-170/88A",
        "6901234567892",
        "1",
        "12345",
        "a b~!",
        "X1234567Y89",
    ],
)
def test_code_128_reads_back(text: str, print_fonts: Fonts, page_codes: Codes) -> None:
    assert page_codes(_printed(draw_code128, text, print_fonts)) == [[("Code 128", text)]]


@pytest.mark.parametrize("digits", ["6901234567892", "6921012340004", "6971234560018"])
def test_ean_13_reads_back(digits: str, print_fonts: Fonts, page_codes: Codes) -> None:
    pdf = _printed(draw_ean13, digits, print_fonts, 0.375)
    assert page_codes(pdf) == [[("EAN-13", digits)]]


@pytest.mark.parametrize(
    ("digits", "sentence"),
    [("6901234567890", "wrong EAN-13 check digit"), ("690123", "13 digits"), ("６" * 13, "13")],
)
def test_a_wrong_ean_13_is_refused_and_not_put_right(digits: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        ean13_modules(digits)


@pytest.mark.parametrize("text", ["", "款号", "a\x1db"])
def test_code_128_refuses_what_it_cannot_carry(text: str, print_fonts: Fonts) -> None:
    with pytest.raises(ValueError, match="printable ASCII"):
        _printed(draw_code128, text, print_fonts)


def test_a_module_of_broken_dots_is_refused(print_fonts: Fonts) -> None:
    with pytest.raises(ValueError, match="whole dots"):
        _printed(draw_code128, "P1", print_fonts, 0.3)


def test_quiet_zones_count_into_the_width() -> None:
    assert symbol_width_mm("1" * 80, 0.25) == 25.0
