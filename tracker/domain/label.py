"""How labels are printed: their size, the printer, the copies and where a sheet begins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self, TypeVar

from tracker.domain.errors import InvalidInput
from tracker.domain.named import NamedEnum

SHEET_MM = (210, 297)
MOST_COPIES = 20
MOST_BLANKS = 500
"""As many blank tags as one roll has."""


class Size(NamedEnum):
    """A repair tag's label, width × height."""

    mm: tuple[float, float]

    def __new__(
        cls, code: str, zh: str = "", en: str = "", mm: tuple[float, float] = (0, 0)
    ) -> Self:
        """Make a member that knows its millimetres; the code alone looks a member up."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.zh = zh
        member.en = en
        member.mm = mm
        return member

    LARGE = "60x40", "60×40 毫米", "60 × 40 mm", (60.0, 40.0)
    SMALL = "40x30", "40×30 毫米", "40 × 30 mm", (40.0, 30.0)

    @property
    def places(self) -> int:
        """How many labels of this size a sheet of A4 has."""
        return int(SHEET_MM[0] // self.mm[0]) * int(SHEET_MM[1] // self.mm[1])


class Form(NamedEnum):
    """What a printer takes."""

    PDF = "pdf", "标签打印机（PDF）", "label printer (PDF)"
    SHEET = "sheet", "A4 不干胶纸（PDF）", "sheets of A4 (PDF)"
    ZPL = "zpl", "斑马打印机指令（ZPL）", "Zebra commands (ZPL)"
    PNG = "png", "图片（PNG）", "picture (PNG)"
    SVG = "svg", "矢量图（SVG）", "drawing (SVG)"

    @property
    def is_of_one(self) -> bool:
        """Whether it shows one label only."""
        return self in (Form.PNG, Form.SVG)


class Dpi(NamedEnum):
    """How many dots a label printer sets on an inch."""

    LOW = "203", "203 dpi（8 点/毫米）", "203 dpi"
    HIGH = "300", "300 dpi（12 点/毫米）", "300 dpi"


@dataclass(frozen=True)
class Setting:
    """How a print is wanted; ``start`` is the first free place of the first sheet."""

    size: Size = Size.LARGE
    form: Form = Form.PDF
    dpi: Dpi = Dpi.LOW
    copies: int = 1
    start: int = 1


def read(asked: Mapping[str, str]) -> Setting:
    """Return the setting that ``size``, ``form``, ``dpi``, ``copies`` and ``start`` name.

    What is not named is as by default. Raises ``InvalidInput`` ``bad_setting`` on the field.
    """
    size = _choice(Size, asked, "size", Size.LARGE)
    return Setting(
        size,
        _choice(Form, asked, "form", Form.PDF),
        _choice(Dpi, asked, "dpi", Dpi.LOW),
        _number(asked, "copies", MOST_COPIES),
        _number(asked, "start", size.places),
    )


Named = TypeVar("Named", bound=NamedEnum)


def _choice(kind: type[Named], asked: Mapping[str, str], field: str, default: Named) -> Named:
    given = asked.get(field) or default.value
    try:
        return kind(given)
    except ValueError:
        raise _bad(field, "、".join(kind)) from None


def _number(asked: Mapping[str, str], field: str, most: int) -> int:
    given = asked.get(field) or "1"
    if not (given.isascii() and given.isdigit() and len(given) < 5 and 1 <= int(given) <= most):
        raise _bad(field, f"1–{most}")
    return int(given)


def _bad(field: str, allowed: str) -> InvalidInput:
    return InvalidInput(
        "bad_setting",
        "打印设置 {setting} 不对，只能是 {allowed}。",
        "The print setting {setting} must be one of {allowed}.",
        field,
        setting=field,
        allowed=allowed,
    )
