"""Registering the two print fonts. Which files to try first is the caller's affair."""

import threading
import zlib
from dataclasses import dataclass
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont

_LOCK = threading.Lock()


class FontUnusable(Exception):
    """A print font is missing or of a kind that cannot be embedded; the message says which."""


@dataclass(frozen=True)
class Fonts:
    """The names under which the regular and the bold font are registered, and their files."""

    regular: str
    bold: str
    regular_file: Path
    bold_file: Path

    def file(self, name: str) -> Path:
        """Return the file of a registered font, for pictures that are drawn from it."""
        return self.bold_file if name == self.bold else self.regular_file


def register(regular: Path, bold: Path) -> Fonts:
    """Register the two TrueType files and return their names.

    Repeating it costs nothing. Raises `FontUnusable` when a file is missing or is not TrueType
    (reportlab refuses fonts with PostScript outlines).
    """
    with _LOCK:
        return Fonts(_register_one(regular), _register_one(bold), regular, bold)


def _register_one(path: Path) -> str:
    name = f"{path.stem}-{zlib.crc32(str(path.resolve()).encode()):08x}"
    if name in pdfmetrics.getRegisteredFontNames():
        return name
    if not path.is_file():
        raise FontUnusable(f"打印字体文件不存在：{path}，请先运行 make install。")
    try:
        pdfmetrics.registerFont(TTFont(name, str(path)))
    except TTFError as error:
        raise FontUnusable(f"打印字体无法使用：{path}（{error}）") from error
    return name
