"""The sheet of test codes for a scanner: one A4 page, each code with what must become of it."""

import io
from dataclasses import dataclass

from labels.barcode import (
    code128_modules,
    draw_code128,
    draw_ean13,
    ean13_modules,
    symbol_width_mm,
)
from labels.fonts import Fonts
from labels.pen import MM, Pen, open_canvas

PAGE = (210.0, 297.0)
EDGE_MM = 18.0
ROW_MM = 42.0
TOP_MM = 36.0
BARS_MM = 15.0
MODULE_MM = 0.25
EAN_MODULE_MM = 0.375


@dataclass(frozen=True)
class SheetCode:
    """One code of the sheet: `is_ean` draws it as EAN-13, else as Code 128."""

    title: str
    code: str
    expected: str
    is_ean: bool = False


def scanner_sheet_pdf(codes: list[SheetCode], fonts: Fonts, *, invariant: bool = False) -> bytes:
    """Return one page with up to six codes below each other.

    Raises `ValueError` for none, for more than fit, or for a code wider than the page.
    """
    if not 1 <= len(codes) <= 6:
        raise ValueError(f"a sheet has one to six test codes, not {len(codes)}")
    buffer = io.BytesIO()
    canvas = open_canvas(buffer, PAGE, fonts, "扫描枪测试条码", "", invariant)
    pen = Pen(canvas, fonts, PAGE)
    room = PAGE[0] - 2 * EDGE_MM
    pen.text("扫描枪测试条码", EDGE_MM, 14, room, 9, bold=True, size=18)
    words = "打开「测试扫描枪」页面，依次扫描，对照右侧的结果。请按 100% 原尺寸打印。"
    pen.text(words, EDGE_MM, 24, room, 6, size=10)
    for index, code in enumerate(codes):
        _draw(pen, code, TOP_MM + index * ROW_MM)
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _draw(pen: Pen, code: SheetCode, top: float) -> None:
    room = PAGE[0] - 2 * EDGE_MM
    modules = ean13_modules(code.code) if code.is_ean else code128_modules(code.code)
    module_mm = EAN_MODULE_MM if code.is_ean else MODULE_MM
    if symbol_width_mm(modules, module_mm) > room:
        raise ValueError(f"too wide for the sheet: {code.code}")
    pen.canvas.setLineWidth(0.4)
    pen.canvas.line(EDGE_MM * MM, pen.y(top), (PAGE[0] - EDGE_MM) * MM, pen.y(top))
    pen.text(code.title, EDGE_MM, top + 2, 70, 6, bold=True, size=11)
    pen.text(code.expected, EDGE_MM + 72, top + 2, room - 72, 6, "right", size=10)
    draw = draw_ean13 if code.is_ean else draw_code128
    draw(
        pen.canvas,
        code.code,
        EDGE_MM * MM,
        pen.y(top + 11 + BARS_MM),
        module_mm=module_mm,
        height_mm=BARS_MM,
        font=pen.fonts.regular,
        font_size=9,
    )
