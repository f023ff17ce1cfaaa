"""One label as a picture (PNG, one bit a dot) or as a drawing (SVG)."""

import io
from functools import lru_cache
from pathlib import Path
from xml.sax.saxutils import escape

from PIL import Image, ImageDraw, ImageFont

from labels.barcode import bars_of
from labels.face import DOTS_PER_INCH, Bars, Block, Face, dots_per_mm, set_line, symbol
from labels.fonts import Fonts

INK = 110
"""Grey that is darker than this becomes a black dot: letters keep their weight."""
FAMILY = "'Noto Sans SC','Source Han Sans SC','Microsoft YaHei',sans-serif"


def face_bitmap(face: Face, fonts: Fonts, dpi: int, *, with_bars: bool = True) -> Image.Image:
    """Return the label dot by dot, as the printer of `dpi` sets it: black is 0.

    Without `with_bars` their place stays white. Raises `ValueError` for a code that is too long.
    """
    pitch = dots_per_mm(dpi)
    size = (round(face.width * pitch), round(face.height * pitch))
    picture = Image.new("L", size, 255)
    pen = ImageDraw.Draw(picture)
    bars: list[tuple[int, int, int, int]] = []
    for item in face.items:
        if isinstance(item, Bars):
            bars += _bars(face, item, dpi)
        elif isinstance(item, Block):
            pen.rectangle(_box(item, pitch), fill=0)
        elif item.text:
            set_ = set_line(item, fonts)
            font = _font(fonts.file(set_.font), round(set_.size * DOTS_PER_INCH[dpi] / 72, 1))
            place = (round(set_.x * pitch), round(set_.baseline * pitch))
            pen.text(place, set_.text, font=font, fill=255 if item.white else 0, anchor="ls")
    black = picture.point(lambda shade: 255 if shade > INK else 0, mode="1")
    if with_bars:
        inker = ImageDraw.Draw(black)
        for left, top, width, height in bars:
            inker.rectangle((left, top, left + width - 1, top + height - 1), fill=0)
    return black


def face_png(face: Face, fonts: Fonts, dpi: int) -> bytes:
    """Return the label as a PNG that knows its resolution. Raises `ValueError`."""
    buffer = io.BytesIO()
    resolution = dots_per_mm(dpi) * 25.4
    face_bitmap(face, fonts, dpi).save(buffer, "PNG", dpi=(resolution, resolution))
    return buffer.getvalue()


def face_svg(face: Face, fonts: Fonts, dpi: int) -> bytes:
    """Return the label as SVG whose unit is one dot; words keep their width in any font.

    Raises `ValueError` for a code that is too long.
    """
    pitch = dots_per_mm(dpi)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{face.width:g}mm" '
        f'height="{face.height:g}mm" viewBox="0 0 {face.width * pitch:g} {face.height * pitch:g}" '
        f'font-family="{FAMILY}">',
        '<rect width="100%" height="100%" fill="#fff"/>',
    ]
    for item in face.items:
        if isinstance(item, Bars):
            path = "".join(f"M{x} {y}h{w}v{h}h-{w}z" for x, y, w, h in _bars(face, item, dpi))
            parts.append(f'<path shape-rendering="crispEdges" d="{path}"/>')
        elif isinstance(item, Block):
            left, top, right, bottom = _box(item, pitch)
            size = f'width="{right - left + 1}" height="{bottom - top + 1}"'
            parts.append(f'<rect x="{left}" y="{top}" {size}/>')
        elif item.text:
            set_ = set_line(item, fonts)
            scale = DOTS_PER_INCH[dpi] / 72
            parts.append(
                f'<text x="{set_.x * pitch:.2f}" y="{set_.baseline * pitch:.2f}" '
                f'font-size="{set_.size * scale:.2f}" textLength="{set_.width * scale:.2f}" '
                f'lengthAdjust="spacingAndGlyphs"{_look(item.bold, item.white)}>'
                f"{escape(set_.text)}</text>"
            )
    return "".join([*parts, "</svg>\n"]).encode()


def _look(bold: bool, white: bool) -> str:
    return (' font-weight="700"' if bold else "") + (' fill="#fff"' if white else "")


def _bars(face: Face, bars: Bars, dpi: int) -> list[tuple[int, int, int, int]]:
    """Return each bar as its left, top, width and height in dots."""
    drawn, pitch = symbol(face, bars, dpi), dots_per_mm(dpi)
    top, height = round(bars.top * pitch), round(bars.height * pitch)
    return [
        (drawn.left + start * drawn.dots, top, width * drawn.dots, height)
        for start, width in bars_of(drawn.modules)
    ]


def _box(block: Block, pitch: float) -> tuple[int, int, int, int]:
    """Return the first and the last dot of a block in both directions; one dot at least."""
    left, top = round(block.x * pitch), round(block.top * pitch)
    right = max(left, round((block.x + block.width) * pitch) - 1)
    return left, top, right, max(top, round((block.top + block.height) * pitch) - 1)


@lru_cache(maxsize=128)
def _font(file: Path, size: float) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(file, size, layout_engine=ImageFont.Layout.BASIC)
