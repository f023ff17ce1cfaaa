"""The marks around the lines of a form: title, barcode, page number, copy, watermark, stamp."""

import math

from labels.barcode import code128_modules, draw_code128, symbol_width_mm
from labels.dates import moment
from labels.form import BOTTOM, DEMONSTRATION, LEFT, RIGHT, TOP, Form
from labels.pen import MM, Pen
from labels.text import text_width


def draw_title(form: Form, pen: Pen) -> None:
    """Draw company, title over a double rule, and the number as a barcode at the top right."""
    canvas, size, gap = pen.canvas, 18, 5
    middle = form.page[0] / 2
    name = pen.fonts.bold
    if form.head.company:
        pen.text(form.head.company, middle - 35, TOP - 2.5, 70, 5, "centre", size=9.5)
    width = text_width(form.title, name, size) + gap * (len(form.title) - 1)
    canvas.setFont(name, size)
    canvas.drawString(middle * MM - width / 2, pen.y(TOP + 10), form.title, charSpace=gap)
    for drop in (12.6, 13.4):
        canvas.setLineWidth(0.6)
        y = pen.y(TOP + drop)
        canvas.line(middle * MM - width / 2 - 6, y, middle * MM + width / 2 + 6, y)
    if form.head.number:
        _number_barcode(form, pen)


def _number_barcode(form: Form, pen: Pen) -> None:
    module = 0.25
    wide = symbol_width_mm(code128_modules(form.head.number), module)
    draw_code128(
        pen.canvas,
        form.head.number,
        (form.page[0] - RIGHT - wide + 2.5) * MM,
        pen.y(TOP + 9),
        module_mm=module,
        height_mm=8,
        font=pen.fonts.regular,
        font_size=8,
    )


def draw_margins(form: Form, pen: Pen, copy: str, position: tuple[int, int]) -> None:
    """Write the page number and the note below, the name of the copy down the right edge."""
    page_width, page_height = form.page
    foot = page_height - BOTTOM + (0.6 if form.head.chain else 2)
    pen.text(
        f"第 {position[0]} 页 / 共 {position[1]} 页", page_width / 2 - 25, foot, 50, 5, "centre"
    )
    pen.text(form.note, LEFT, foot, page_width / 2 - 40, 5, size=7)
    if form.head.printed_at is not None:
        when = f"打印时间 {moment(form.head.printed_at)}"
        pen.text(when, page_width - RIGHT - 60, foot, 60, 5, "right", size=7)
    if form.head.chain:
        pen.text(form.head.chain, LEFT, foot + 3.4, page_width / 2, 4, size=6.5)
    for index, character in enumerate(copy):
        top = page_height / 2 - len(copy) * 2.2 + index * 4.4
        pen.text(character, page_width - RIGHT + 2, top, 6, 4.4, "centre", size=9)


def draw_watermark(pen: Pen) -> None:
    """Write across the page, in light grey and under everything, that this is a demonstration."""
    canvas = pen.canvas
    canvas.saveState()
    canvas.setFillGray(0.9)
    canvas.setFont(pen.fonts.bold, 40)
    canvas.translate(pen.width * MM / 2, pen.height * MM / 2)
    canvas.rotate(math.degrees(math.atan2(pen.height, pen.width)) * 0.7)
    canvas.drawCentredString(0, -14, DEMONSTRATION)
    canvas.restoreState()


def draw_void_stamp(pen: Pen) -> None:
    """Stamp a red 作废 in a double frame beside the title, where it hides no amount."""
    canvas = pen.canvas
    canvas.saveState()
    canvas.translate((LEFT + 27) * MM, pen.y(15.5))
    canvas.rotate(10)
    canvas.scale(0.72, 0.72)
    canvas.setStrokeColorRGB(0.8, 0.1, 0.1)
    canvas.setFillColorRGB(0.8, 0.1, 0.1)
    for grow, weight in ((0, 3.0), (5, 1.0)):
        canvas.setLineWidth(weight)
        canvas.roundRect(-62 - grow, -30 - grow, 124 + 2 * grow, 60 + 2 * grow, 6)
    canvas.setFont(pen.fonts.bold, 44)
    canvas.drawCentredString(0, -16, "作废", charSpace=10)
    canvas.restoreState()
