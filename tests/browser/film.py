"""What a camera sees: tags with real codes, as a film for the browser's fake device."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import zxingcpp
from PIL import Image, ImageDraw

from labels.barcode import code128_modules, ean13_modules

SIZE = (640, 480)
FRAMES_A_SECOND = 30
"""The pace at which the browser shows a film of joined JPEGs, again and again."""
Shot = tuple[Image.Image, float]

BARE = Image.new("RGB", SIZE, "#8d8578")
"""The table, without a tag."""


def bars(modules: str, *, module: int = 3, height: int = 150) -> Image.Image:
    """Return bars as the print shop computes them, ``module`` dots wide."""
    picture = Image.new("L", (len(modules) + 20, 1), 255)
    for place, bit in enumerate(modules):
        picture.putpixel((place + 10, 0), 0 if bit == "1" else 255)
    return picture.resize((picture.width * module, height), Image.Resampling.NEAREST)


def repair_tag(piece_no: str) -> Image.Image:
    """Return our own tag: a piece number in Code 128."""
    return bars(code128_modules(piece_no), module=2)


def hang_tag(digits: str) -> Image.Image:
    """Return a maker's tag: an EAN-13."""
    return bars(ean13_modules(digits), module=2)


def symbol(kind: zxingcpp.BarcodeFormat, text: str) -> Image.Image:
    """Return any other kind of code."""
    drawn = zxingcpp.create_barcode(text, kind).to_image(scale=3, add_quiet_zones=True)
    picture = Image.fromarray(drawn)
    height = picture.height if picture.height > 40 else 150
    return picture.resize((picture.width, height), Image.Resampling.NEAREST)


def lying(*tags: Image.Image) -> Image.Image:
    """Return tags lying one above the other on the table."""
    table = BARE.copy()
    room = SIZE[1] // len(tags)
    for place, tag in enumerate(tags):
        left = (SIZE[0] - tag.width) // 2
        top = place * room + (room - tag.height) // 2
        card = (left - 12, top - 12, left + tag.width + 12, top + tag.height + 12)
        ImageDraw.Draw(table).rectangle(card, fill="white")
        table.paste(tag.convert("RGB"), (left, top))
    return table


def film(path: Path, *shots: Shot) -> Path:
    """Write a film: each shot is a picture and how many seconds it stands."""
    with path.open("wb") as reel:
        for picture, seconds in shots:
            reel.write(_jpeg(picture) * max(1, round(seconds * FRAMES_A_SECOND)))
    return path


def switches(path: Path) -> Sequence[str]:
    """Return what tells a Chromium to take the film for its camera, with permission."""
    return (
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-video-capture={path}",
    )


def _jpeg(picture: Image.Image) -> bytes:
    held = io.BytesIO()
    picture.save(held, "JPEG", quality=85)
    return held.getvalue()
