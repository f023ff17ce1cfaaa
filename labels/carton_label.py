"""The carton label (箱标): one thermal label of 100 × 75 mm on every carton of a shipment.

It says where the carton goes and which of how many it is, never what lies in it: who counts it
counts blind.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from labels.barcode import code128_modules, draw_code128, symbol_width_mm
from labels.dates import day
from labels.fonts import Fonts
from labels.pen import MM, Pen, open_canvas

SIZE = (100.0, 75.0)
EDGE_MM = 3.5
MODULE_MM = 0.375
NARROW_MM = 0.25
BARS_MM = 14.0
NO_SEAL = "—"


@dataclass(frozen=True)
class CartonLabel:
    """The values of one carton's label; its weight is in whole grams.

    `code` is what the barcode says; `mark` (such as 加急) is printed white on black.
    """

    code: str
    shipment_no: str
    ordinal: int
    total: int
    kind: str
    sender: str
    receiver: str
    region: str = ""
    weight_g: int | None = None
    seal_no: str = ""
    sealed_on: date | None = None
    sealed_by: str = ""
    mark: str = ""


def carton_labels_pdf(
    labels: Sequence[CartonLabel], fonts: Fonts, *, invariant: bool = False
) -> bytes:
    """Return a PDF with one label a page, 100 × 75 mm.

    Raises `ValueError` when there is no label or a code is too long for a barcode of whole dots.
    """
    if not labels:
        raise ValueError("no carton label to print")
    buffer = io.BytesIO()
    canvas = open_canvas(buffer, SIZE, fonts, "箱标", "", invariant)
    pen = Pen(canvas, fonts, SIZE)
    for label in labels:
        _draw(pen, label)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _draw(pen: Pen, label: CartonLabel) -> None:
    room = pen.width - 2 * EDGE_MM
    pen.text("寄", EDGE_MM, 3, 6, 6, size=8)
    pen.text(label.sender, EDGE_MM + 6, 3, room - 6 - _mark(pen, label), 6, size=10)
    pen.text("收", EDGE_MM, 10, 6, 9, size=8)
    pen.text(label.receiver, EDGE_MM + 6, 10, room - 6, 9, bold=True, size=19)
    _rule(pen, 20.5)
    count = f"第{label.ordinal}箱 / 共{label.total}箱"
    pen.text(count, EDGE_MM, 21.5, room * 0.62, 12, bold=True, size=25)
    origin = " · ".join(word for word in (label.kind, label.region) if word)
    pen.text(origin, EDGE_MM + room * 0.64, 21.5, room * 0.36, 12, "right", size=11)
    _rule(pen, 34.5)
    half = room / 2
    weight = f"{label.weight_g / 1000:.2f} kg" if label.weight_g else NO_SEAL
    pen.text(f"毛重 {weight}", EDGE_MM, 35.5, half, 5.5, size=10)
    pen.text(f"封条号 {label.seal_no or NO_SEAL}", EDGE_MM + half, 35.5, half, 5.5, size=10)
    pen.text(f"封箱人 {label.sealed_by or NO_SEAL}", EDGE_MM, 41, half, 5.5, size=10)
    pen.text(f"封箱日 {day(label.sealed_on) or NO_SEAL}", EDGE_MM + half, 41, half, 5.5, size=10)
    _rule(pen, 47.5)
    _barcode(pen, label.code)


def _mark(pen: Pen, label: CartonLabel) -> float:
    """Draw the mark at the upper right; return the width in mm that it takes."""
    if not label.mark:
        return 0.0
    width = 20.0
    left = pen.width - EDGE_MM - width
    pen.canvas.rect(left * MM, pen.y(9.2), width * MM, 6.4 * MM, stroke=0, fill=1)
    pen.canvas.setFillGray(1)
    pen.text(label.mark, left + 0.5, 2.8, width - 1, 6.4, "centre", True, 12)
    pen.canvas.setFillGray(0)
    return width + 1


def _rule(pen: Pen, top: float) -> None:
    pen.canvas.setLineWidth(0.8)
    pen.canvas.line(EDGE_MM * MM, pen.y(top), (pen.width - EDGE_MM) * MM, pen.y(top))


def _barcode(pen: Pen, code: str) -> None:
    modules = code128_modules(code)
    module = MODULE_MM if symbol_width_mm(modules, MODULE_MM) <= pen.width else NARROW_MM
    wide = symbol_width_mm(modules, module)
    if wide > pen.width:
        raise ValueError(f"code too long for the label: {code}")
    draw_code128(
        pen.canvas,
        code,
        (pen.width - wide) / 2 * MM,
        pen.y(49.5 + BARS_MM),
        module_mm=module,
        height_mm=BARS_MM,
        font=pen.fonts.bold,
        font_size=0,
    )
    pen.text(code, EDGE_MM, 64.2, pen.width - 2 * EDGE_MM, 7.5, "centre", bold=True, size=15)
