"""Draw the icons of the scan station, as the tag of the favicon: static/img/station-*.png.

Usage: python tools/icons.py
"""

from __future__ import annotations

from PIL import Image, ImageDraw
from vendor import ROOT

SIZES = (192, 512)
COTTON, PINE, BRASS = "#f6f3ec", "#123f3a", "#f3c77a"
FINE = 4
"""Drawn so many times larger, then reduced: smooth edges."""


def draw(size: int) -> Image.Image:
    """Return the icon, ``size`` pixels square; the tag stands within a mask's safe circle."""
    unit = size * FINE / 48
    picture = Image.new("RGB", (size * FINE, size * FINE), COTTON)
    pen = ImageDraw.Draw(picture)

    def at(*points: tuple[float, float]) -> list[tuple[float, float]]:
        return [((x + 7) * unit, (y + 8) * unit) for x, y in points]

    pen.polygon(at((17, 3), (30.5, 12), (30.5, 29), (3.5, 29), (3.5, 12)), fill=PINE)
    pen.ellipse(at((14.2, 8.2), (19.8, 13.8)), fill=COTTON)
    for x, width in ((8, 1.4), (11, 2.4), (15, 1), (17.5, 1.8), (21, 1), (23.5, 2.4)):
        pen.rectangle(at((x, 18), (x + width, 26)), fill=BRASS)
    return picture.resize((size, size), Image.Resampling.LANCZOS)


if __name__ == "__main__":
    for size in SIZES:
        draw(size).save(ROOT / "static" / "img" / f"station-{size}.png", optimize=True)
