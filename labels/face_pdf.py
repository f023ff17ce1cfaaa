"""Labels as PDF: one a page for a label printer, or many on sheets of A4."""

import io
from collections.abc import Sequence

from reportlab.pdfgen.canvas import Canvas

from labels.barcode import draw_bars
from labels.face import Bars, Block, Face, dots_per_mm, set_line, symbol
from labels.fonts import Fonts
from labels.pen import MM, open_canvas

A4 = (210.0, 297.0)


def faces_pdf(
    faces: Sequence[Face], fonts: Fonts, dpi: int, title: str, *, invariant: bool = False
) -> bytes:
    """Return a PDF with one label a page, of the label's size.

    Raises `ValueError` when there is no label or a code is too long for it.
    """
    if not faces:
        raise ValueError("no label to print")
    buffer = io.BytesIO()
    first = faces[0]
    canvas = open_canvas(buffer, (first.width, first.height), fonts, title, "", invariant)
    for face in faces:
        _draw(canvas, face, fonts, dpi, (0.0, 0.0), face.height)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def on_sheet(face: Face) -> tuple[int, int]:
    """Return how many labels of this size lie beside and below each other on A4."""
    return int(A4[0] // face.width), int(A4[1] // face.height)


def sheets_pdf(
    faces: Sequence[Face],
    fonts: Fonts,
    dpi: int,
    title: str,
    *,
    start: int = 1,
    invariant: bool = False,
) -> bytes:
    """Return sheets of A4 with labels in rows, the block in the middle of the sheet.

    `start` is the place, counted along the rows from 1, of the first label that is still on the
    first sheet. Raises `ValueError` for a place that no sheet has, and as `faces_pdf` does.
    """
    if not faces:
        raise ValueError("no label to print")
    first = faces[0]
    across, down = on_sheet(first)
    if not 1 <= start <= across * down:
        raise ValueError(f"a sheet has the places 1 to {across * down}, not {start}")
    left, top = (A4[0] - across * first.width) / 2, (A4[1] - down * first.height) / 2
    buffer = io.BytesIO()
    canvas = open_canvas(buffer, A4, fonts, title, "", invariant)
    for place, face in enumerate(faces, start - 1):
        row, column = divmod(place % (across * down), across)
        if row == column == 0 and place >= start:
            canvas.showPage()
        corner = (left + column * first.width, top + row * first.height)
        _draw(canvas, face, fonts, dpi, corner, A4[1])
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _draw(
    canvas: Canvas,
    face: Face,
    fonts: Fonts,
    dpi: int,
    corner: tuple[float, float],
    page_height: float,
) -> None:
    left, top = corner
    canvas.setFillGray(0)
    for item in face.items:
        if isinstance(item, Bars):
            _bars(canvas, face, item, dpi, (left, page_height - top))
        elif isinstance(item, Block):
            x, y = left + item.x, page_height - top - item.top - item.height
            width, height = item.width * MM, item.height * MM
            canvas.rect(x * MM, y * MM, width, height, stroke=0, fill=1)
        elif item.text:
            set_ = set_line(item, fonts)
            canvas.setFont(set_.font, set_.size)
            if item.white:
                canvas.setFillGray(1)
            y = page_height - top - set_.baseline
            canvas.drawString((left + set_.x) * MM, y * MM, set_.text)
            if item.white:
                canvas.setFillGray(0)


def _bars(canvas: Canvas, face: Face, bars: Bars, dpi: int, corner: tuple[float, float]) -> None:
    drawn = symbol(face, bars, dpi)
    pitch = dots_per_mm(dpi)
    unit = MM / pitch
    first = (round(corner[0] * pitch) + drawn.left) * unit
    bottom = (corner[1] - bars.top - bars.height) * MM
    draw_bars(canvas, drawn.modules, (first, bottom), drawn.dots * unit, bars.height * MM)
