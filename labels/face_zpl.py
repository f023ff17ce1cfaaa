"""Labels in ZPL, the language of most label printers: the code native, all else one picture.

No word that anybody typed is ever part of a command: words are dots of a picture, and the code is
escaped byte by byte.
"""

import re
from collections.abc import Sequence

from PIL import Image, ImageChops

from labels.face import Bars, Face, dots_per_mm, symbol
from labels.face_picture import face_bitmap
from labels.fonts import Fonts

_CODE = re.compile(r"[0-9A-Za-z ./+$%-]+")
_PLAIN = re.compile(r"[^0-9A-Z-]")


def faces_zpl(faces: Sequence[Face], fonts: Fonts, dpi: int, *, copies: int = 1) -> bytes:
    """Return the labels as ZPL, each `copies` times: plain ASCII, one format a label.

    Raises `ValueError` when there is no label, or a code is too long for it or holds a character
    that is a command to the printer's own Code 128.
    """
    if not faces:
        raise ValueError("no label to print")
    return "".join(_format(face, fonts, dpi, copies) for face in faces).encode("ascii")


def _format(face: Face, fonts: Fonts, dpi: int, copies: int) -> str:
    pitch = dots_per_mm(dpi)
    size = f"^PW{round(face.width * pitch)}^LL{round(face.height * pitch)}"
    codes = [_code(face, item, dpi) for item in face.items if isinstance(item, Bars)]
    picture = _graphic(face_bitmap(face, fonts, dpi, with_bars=False))
    lines = ["^XA", f"{size}^LH0,0", *codes, picture, f"^PQ{copies}", "^XZ"]
    return "\n".join(line for line in lines if line) + "\n"


def _code(face: Face, bars: Bars, dpi: int) -> str:
    if not _CODE.fullmatch(bars.text):
        raise ValueError(f"a code of a label printer holds letters, digits and -./+$%: {bars.text}")
    drawn, pitch = symbol(face, bars, dpi), dots_per_mm(dpi)
    top, height = round(bars.top * pitch), round(bars.height * pitch)
    told = _PLAIN.sub(lambda found: f"_{ord(found[0]):02X}", bars.text)
    return f"^FO{drawn.left},{top}^BY{drawn.dots}^BCN,{height},N,N,N,A^FH_^FD{told}^FS"


def _graphic(picture: Image.Image) -> str:
    """Return the black dots as one compressed graphic, cut to where there are any."""
    black = ImageChops.invert(picture)
    box = black.getbbox()
    if box is None:
        return ""
    cut = black.crop(box)
    across = (cut.width + 7) // 8
    rows = cut.tobytes().hex().upper()
    width = across * 2
    lines, before = [], ""
    for start in range(0, len(rows), width):
        row = rows[start : start + width]
        lines.append(":" if row == before else _squeezed(row))
        before = row
    total = across * cut.height
    return f"^FO{box[0]},{box[1]}^GFA,{total},{total},{across},{''.join(lines)}^FS"


def _squeezed(row: str) -> str:
    """Return a row of hexadecimal digits with its runs counted, its white end as a comma."""
    kept = row.rstrip("0")
    runs = (found[0] for found in re.finditer(r"(.)\1*", kept))
    told = "".join(_counted(run) for run in runs)
    return told + "," if len(kept) < len(row) else told


def _counted(run: str) -> str:
    count, told = len(run), ""
    if count == 1:
        return run
    while count >= 20:
        twenties = min(count // 20, 20)
        told += chr(ord("f") + twenties)
        count -= twenties * 20
    return told + (chr(ord("F") + count) if count else "") + run[0]
