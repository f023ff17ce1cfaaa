"""The badge (工牌): a card of 85.6 × 54 mm with a name to read and a code to scan."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from labels.barcode import code128_modules, draw_code128, symbol_width_mm
from labels.dates import day
from labels.fonts import Fonts
from labels.pen import MM, Pen, open_canvas

SIZE = (85.6, 54.0)
EDGE_MM = 4.0
MODULE_MM = 0.25
BARS_MM = 13.0


@dataclass(frozen=True)
class BadgeCard:
    """The values of one card, in words as they are to be read; `code` stands in the bars alone."""

    code: str
    name: str
    role: str
    site: str
    issued_on: date


def badge_card_pdf(cards: Sequence[BadgeCard], fonts: Fonts, *, invariant: bool = False) -> bytes:
    """Return a PDF with one card a page.

    Raises `ValueError` when there is none, or a code is too long for the card.
    """
    if not cards:
        raise ValueError("no badge to print")
    buffer = io.BytesIO()
    canvas = open_canvas(buffer, SIZE, fonts, "工牌", "", invariant)
    pen = Pen(canvas, fonts, SIZE)
    for card in cards:
        _draw(pen, card)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _draw(pen: Pen, card: BadgeCard) -> None:
    room = pen.width - 2 * EDGE_MM
    wide = symbol_width_mm(code128_modules(card.code), MODULE_MM)
    if wide > room:
        raise ValueError(f"code too long for the card: {len(card.code)} characters")
    pen.canvas.setLineWidth(0.5)
    pen.canvas.roundRect(
        0.5 * MM, 0.5 * MM, (pen.width - 1) * MM, (pen.height - 1) * MM, 3 * MM, stroke=1, fill=0
    )
    pen.text("工牌", EDGE_MM, 4, 20, 5, size=9)
    pen.text(day(card.issued_on), pen.width - EDGE_MM - 30, 4, 30, 5, "right", size=8)
    pen.text(card.name, EDGE_MM, 11, room, 9, "centre", bold=True, size=22)
    pen.text(card.role, EDGE_MM, 20.5, room, 5, "centre", size=10)
    pen.text(card.site, EDGE_MM, 25.5, room, 5, "centre", size=10)
    draw_code128(
        pen.canvas,
        card.code,
        (pen.width - wide) / 2 * MM,
        pen.y(33 + BARS_MM),
        module_mm=MODULE_MM,
        height_mm=BARS_MM,
        font=pen.fonts.bold,
        font_size=0,
    )
    pen.text(
        "扫工牌、输数字密码即可换人；遗失请立即告知店长", EDGE_MM, 47, room, 4, "centre", size=7
    )
