"""What stands on a label, apart from how it is printed: bars, words, rules and blocks.

A label is laid out once, in millimetres from its upper left corner, and drawn as PDF
(`labels/face_pdf.py`), as a picture or a drawing (`labels/face_picture.py`) or in the printer's
own language (`labels/face_zpl.py`). Bars are whole dots of the printer that it is meant for.
"""

from dataclasses import dataclass
from functools import lru_cache

from labels.barcode import QUIET_MODULES, code128_modules
from labels.fonts import Fonts
from labels.pen import MM, SMALLEST_PT, Align
from labels.text import fitted, line, text_width, visible

DOTS_PER_INCH = {203: 203.2, 300: 300.0}
"""What a label printer is called, and how many dots it sets: the smaller one has eight a mm."""
MIDDLE = 0.36
"""How far below the middle of a line its letters stand, in their size."""


@dataclass(frozen=True)
class Words:
    """One line in a box, middled, shrunk and then cut to its width; `size` in points."""

    text: str
    x: float
    top: float
    width: float
    height: float
    align: Align = "left"
    bold: bool = False
    size: float = 8
    white: bool = False


@dataclass(frozen=True)
class Bars:
    """A Code 128 in the middle of the label, its modules `module` mm wide and never below `least`.

    Widths are rounded to the printer's dots.
    """

    text: str
    top: float
    height: float
    module: float = 0.25
    least: float = 0.25


@dataclass(frozen=True)
class Block:
    """A black area; a rule is a thin one."""

    x: float
    top: float
    width: float
    height: float


@dataclass(frozen=True)
class Face:
    """A label of `width` × `height` mm and everything that stands on it."""

    width: float
    height: float
    items: tuple[Words | Bars | Block, ...]


@dataclass(frozen=True)
class Symbol:
    """A barcode in whole dots: its modules, their width, and where its first bar stands."""

    text: str
    modules: str
    dots: int
    left: int


@dataclass(frozen=True)
class Line:
    """Words as they come out: font, size and width in points, where the baseline starts in mm."""

    text: str
    font: str
    size: float
    width: float
    x: float
    baseline: float


def dots_per_mm(dpi: int) -> float:
    """Return how many dots a printer of `dpi` sets on a millimetre.

    Raises `ValueError` for a resolution that no label printer of the trade has.
    """
    if dpi not in DOTS_PER_INCH:
        raise ValueError(f"a label printer has 203 or 300 dpi, not {dpi}")
    return DOTS_PER_INCH[dpi] / 25.4


def symbol(face: Face, bars: Bars, dpi: int) -> Symbol:
    """Return a barcode in whole dots, in the middle of its label, quiet zones included.

    Raises `ValueError` when it is too long for the label or no Code 128 can carry it.
    """
    pitch = dots_per_mm(dpi)
    modules = code128_modules(bars.text)
    room = int(face.width * pitch)
    least = max(1, round(bars.least * pitch))
    for dots in range(max(least, round(bars.module * pitch)), least - 1, -1):
        wide = (len(modules) + 2 * QUIET_MODULES) * dots
        if wide <= room:
            return Symbol(bars.text, modules, dots, (room - wide) // 2 + QUIET_MODULES * dots)
    raise ValueError(f"code too long for the label: {bars.text}")


@lru_cache(maxsize=2048)
def set_line(words: Words, fonts: Fonts) -> Line:
    """Return words as they come out: cleaned, with boxes for what the font lacks, cut to fit."""
    name, room, size = fonts.bold if words.bold else fonts.regular, words.width * MM, words.size
    shown = visible(line(words.text, 2_000), name)
    natural = text_width(shown, name, size)
    if natural > room:
        size = max(SMALLEST_PT, size * room / natural)
        shown = fitted(shown, name, size, room + 0.01)
        natural = text_width(shown, name, size)
    shift = {"left": 0.0, "centre": (room - natural) / 2, "right": room - natural}[words.align]
    baseline = words.top + words.height / 2 + size * MIDDLE / MM
    return Line(shown, name, size, natural, words.x + shift / MM, baseline)


def badge(text: str, right: float, top: float, height: float, size: float) -> tuple[Block, Words]:
    """Return white words on a black block that ends at `right` mm and is at most 16 mm wide."""
    width = min(16.0, sum(1.0 if ord(c) > 0x2E7F else 0.62 for c in text) * size / MM + 2)
    block = Block(right - width, top, width, height)
    inner = (block.x + 0.5, top, width - 1, height)
    return block, Words(text, *inner, align="centre", bold=True, size=size, white=True)
