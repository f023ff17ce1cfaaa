"""The repair tag (返修标签): one thermal label of 60 × 40 mm a garment, tied to it for life."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from labels.barcode import code128_modules, draw_code128, symbol_width_mm
from labels.dates import day
from labels.fonts import Fonts
from labels.pen import MM, Pen, open_canvas
from labels.text import text_width

MODULE_MM = 0.25
BARS_MM = 10.5
EDGE_MM = 2.5


@dataclass(frozen=True)
class RepairTag:
    """The values of one repair tag, all in words as they are to be read.

    `customer_hint` (such as 顾客) is printed white on black; empty for stock.
    """

    piece_no: str
    registration_no: str
    style_no: str
    style_name: str
    colour: str
    size: str
    defect: str
    position: str
    store: str
    registered_on: date
    source: str
    customer_hint: str = ""


def repair_tags_pdf(
    tags: Sequence[RepairTag],
    fonts: Fonts,
    size: tuple[float, float] = (60, 40),
    *,
    invariant: bool = False,
) -> bytes:
    """Return a PDF with one label a page; `size` in mm, at least 60 × 40.

    Raises `ValueError` when there is no tag, the label is smaller, or a piece number is too long
    for a barcode of whole dots on this label.
    """
    if not tags:
        raise ValueError("no repair tag to print")
    if size[0] < 60 or size[1] < 40:
        raise ValueError(f"a repair tag needs at least 60 x 40 mm, not {size[0]} x {size[1]}")
    buffer = io.BytesIO()
    canvas = open_canvas(buffer, size, fonts, "返修标签", "", invariant)
    pen = Pen(canvas, fonts, size)
    for tag in tags:
        _draw(pen, tag)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _draw(pen: Pen, tag: RepairTag) -> None:
    room = pen.width - 2 * EDGE_MM
    wide = symbol_width_mm(code128_modules(tag.piece_no), MODULE_MM)
    if wide > pen.width:
        raise ValueError(f"piece number too long for the label: {tag.piece_no}")
    draw_code128(
        pen.canvas,
        tag.piece_no,
        (pen.width - wide) / 2 * MM,
        pen.y(1.5 + BARS_MM),
        module_mm=MODULE_MM,
        height_mm=BARS_MM,
        font=pen.fonts.bold,
        font_size=0,
    )
    pen.text(tag.piece_no, EDGE_MM, 12.2, room, 6, "centre", bold=True, size=15)
    sku = f"{tag.style_no}  {tag.colour}  {tag.size}"
    pen.text(sku, EDGE_MM, 18.6, room, 4, bold=True, size=9)
    pen.text(tag.style_name, EDGE_MM, 22.7, room, 4, size=8)
    _defect_band(pen, tag, room)
    pen.text(f"登记号 {tag.registration_no}", EDGE_MM, 32.1, room, 3.6, size=7)
    origin = f"{tag.store} · {tag.source}"
    date_width = 16
    pen.text(origin, EDGE_MM, 35.6, room - date_width - 1, 3.6, size=7)
    pen.text(
        day(tag.registered_on),
        pen.width - EDGE_MM - date_width,
        35.6,
        date_width,
        3.6,
        "right",
        size=7,
    )


def _defect_band(pen: Pen, tag: RepairTag, room: float) -> None:
    """The fault between two rules, what the repairer looks for; the customer's badge beside it."""
    top, height, badge = 27.0, 4.8, 0.0
    if tag.customer_hint:
        badge = min(16.0, text_width(tag.customer_hint, pen.fonts.bold, 8.5) / MM + 2)
        pen.canvas.rect(
            (pen.width - EDGE_MM - badge) * MM,
            pen.y(top + height - 0.3),
            badge * MM,
            (height - 0.6) * MM,
            stroke=0,
            fill=1,
        )
        pen.canvas.setFillGray(1)
        left = pen.width - EDGE_MM - badge
        pen.text(tag.customer_hint, left + 0.5, top, badge - 1, height, "centre", True, 8.5)
        pen.canvas.setFillGray(0)
    pen.canvas.setLineWidth(0.7)
    for edge in (top, top + height):
        pen.canvas.line(EDGE_MM * MM, pen.y(edge), (pen.width - EDGE_MM) * MM, pen.y(edge))
    words = f"{tag.defect} · {tag.position}"
    pen.text(words, EDGE_MM, top, room - badge - (1 if badge else 0), height, bold=True, size=9)
