"""Barcodes: python-barcode computes the modules, we draw the bars in whole printer dots."""

from collections.abc import Iterator

from barcode import EAN13, Code128
from reportlab.pdfgen.canvas import Canvas

from labels.text import fitted, text_width

POINTS_PER_MM = 72 / 25.4
DOT_MM = 0.125
QUIET_MODULES = 10
HAIR_PT = 0.005
"""A bar keeps so far inside its dots, so that no rounding makes a printer set a dot more."""


def code128_modules(text: str) -> str:
    """Return the modules of a Code 128 symbol as a string of `1` (bar) and `0`.

    Raises `ValueError` for an empty text or one with other than printable ASCII characters.
    """
    if not text or not (text.isascii() and text.isprintable()):
        raise ValueError(f"Code 128 takes printable ASCII only: {text!r}")
    return str(Code128(text).build()[0])


def ean13_modules(digits: str) -> str:
    """Return the modules of an EAN-13 symbol.

    Raises `ValueError` unless there are 13 digits and the last one is the right check digit
    (python-barcode would silently replace a wrong one).
    """
    if len(digits) != 13 or not (digits.isascii() and digits.isdigit()):
        raise ValueError(f"EAN-13 takes 13 digits: {digits!r}")
    weighted = sum(int(d) * (3 if place % 2 else 1) for place, d in enumerate(digits[:12]))
    if (10 - weighted % 10) % 10 != int(digits[12]):
        raise ValueError(f"wrong EAN-13 check digit: {digits}")
    return str(EAN13(digits).build()[0])


def symbol_width_mm(modules: str, module_mm: float) -> float:
    """Return the width of a symbol with its quiet zones in millimetres."""
    return (len(modules) + 2 * QUIET_MODULES) * module_mm


def bars_of(modules: str) -> Iterator[tuple[int, int]]:
    """Yield each bar of a symbol as its first module and its width in modules."""
    position = 0
    while (start := modules.find("1", position)) >= 0:
        end = modules.find("0", start)
        position = end if end >= 0 else len(modules)
        yield start, position - start


def draw_bars(
    canvas: Canvas, modules: str, corner: tuple[float, float], unit: float, height: float
) -> None:
    """Draw the bars alone; `corner` is the lower left one of the first bar, all in points."""
    bars = canvas.beginPath()
    for start, width in bars_of(modules):
        left = corner[0] + start * unit + HAIR_PT
        bars.rect(left, corner[1], width * unit - 2 * HAIR_PT, height)
    canvas.setFillGray(0)
    canvas.drawPath(bars, stroke=0, fill=1)


def draw_code128(
    canvas: Canvas,
    text: str,
    x: float,
    y: float,
    *,
    module_mm: float,
    height_mm: float,
    font: str,
    font_size: float = 8,
) -> float:
    """Draw `text` as Code 128 with its characters below; return the width in points.

    `x`, `y` (points) are the lower left corner of the bars' quiet zone; the characters hang below
    `y`. `module_mm` must be a whole number of dots of 0.125 mm (203 dpi). Raises `ValueError`.
    """
    modules = code128_modules(text)
    return _draw(canvas, modules, text, (x, y), module_mm, height_mm, (font, font_size))


def draw_ean13(
    canvas: Canvas,
    digits: str,
    x: float,
    y: float,
    *,
    module_mm: float,
    height_mm: float,
    font: str,
    font_size: float = 8,
) -> float:
    """Draw 13 digits as EAN-13; arguments, result and errors as in `draw_code128`."""
    modules = ean13_modules(digits)
    return _draw(canvas, modules, digits, (x, y), module_mm, height_mm, (font, font_size))


def _draw(
    canvas: Canvas,
    modules: str,
    text: str,
    corner: tuple[float, float],
    module_mm: float,
    height_mm: float,
    font: tuple[str, float],
) -> float:
    dots = round(module_mm / DOT_MM)
    if dots < 1 or abs(dots * DOT_MM - module_mm) > 1e-9:
        raise ValueError(f"the module width must be whole dots of {DOT_MM} mm: {module_mm}")
    unit = module_mm * POINTS_PER_MM
    x = round(corner[0] / POINTS_PER_MM / DOT_MM) * DOT_MM * POINTS_PER_MM
    y = corner[1]
    left = x + QUIET_MODULES * unit
    draw_bars(canvas, modules, (left, y), unit, height_mm * POINTS_PER_MM)
    width = symbol_width_mm(modules, module_mm) * POINTS_PER_MM
    name, size = font
    if size > 0:
        shown = fitted(text, name, size, width)
        canvas.setFont(name, size)
        canvas.drawString(x + (width - text_width(shown, name, size)) / 2, y - size, shown)
    return width
