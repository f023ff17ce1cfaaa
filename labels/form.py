"""What a printed form is made of: head, ruled sections, signatures; and its ready-made rows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from labels.dates import day
from labels.pen import Align, Cell, Pen

A4 = (210.0, 297.0)
A4_LANDSCAPE = (297.0, 210.0)
A5_LANDSCAPE = (210.0, 148.0)
LAST_FEN = "；分位尾差按最大余数法分配"
"""Behind a formula of shares: they add up to the fen, so one may be a fen off by it."""
DRAFT = "（草稿）"
TRIPLICATE = ("第一联 存根联", "第二联 对方联", "第三联 财务联")

LEFT, RIGHT, TOP, BOTTOM = 12.0, 12.0, 8.0, 11.0
TITLE_BAND = 17.5
DEMONSTRATION = "演示数据 · 不作凭证"
BLANK_BELOW = "（以下空白）"


@dataclass(frozen=True)
class Head:
    """What stands at the top of every form.

    `site_code`/`site_name` is the store the form concerns; `demo` marks demonstration values;
    `void` stamps 作废. `printed_at` is an aware instant and may be left out. `chain` is the head of
    the hash chain as `chain_foot` says it; it stands at the foot of every page.
    """

    number: str
    issued_on: date | None
    issued_by: str
    site_code: str = ""
    site_name: str = ""
    region: str = ""
    status: str = ""
    company: str = ""
    printed_at: datetime | None = None
    demo: bool = False
    void: bool = False
    chain: str = ""

    @property
    def site(self) -> str:
        """Code and name of the store in one string."""
        return f"{self.site_code} {self.site_name}".strip()


@dataclass(frozen=True)
class Signed:
    """An electronic signature already given: who, when (aware), and a remark such as 纸质签收."""

    name: str
    at: datetime
    note: str = ""


@dataclass(frozen=True)
class SignatureBlock:
    """A place to sign, filled where somebody signed already, or where nobody needs to."""

    role: str
    signed: Signed | None = None
    waived: str = ""


@dataclass(frozen=True)
class Column:
    """A column of lines: title, width in mm, alignment.

    A line feed breaks the title. `wrap` is for free text; `stacked` breaks our own values at
    line feeds.
    """

    title: str
    width: float
    align: Align = "left"
    wrap: bool = False
    stacked: bool = False


@dataclass(frozen=True)
class Section:
    """A ruled table with its head repeated on every page."""

    columns: tuple[Column, ...]
    rows: Sequence[tuple[str, ...]]
    caption: str = ""
    total: tuple[Cell, ...] = ()
    closed: bool = True
    size: float = 7.5


@dataclass(frozen=True)
class Form:
    """Everything that is printed on one form, ready to be laid out."""

    title: str
    head: Head
    page: tuple[float, float]
    fields: tuple[tuple[Cell, ...], ...] = ()
    sections: tuple[Section, ...] = ()
    foot: tuple[tuple[Cell, ...], ...] = ()
    signatures: tuple[SignatureBlock, ...] = ()
    copies: tuple[str, ...] = ("",)
    note: str = ""
    strip_height: float = 0.0
    strip: Callable[[Pen, float], None] | None = field(default=None, compare=False)


def bill(
    title: str,
    head: Head,
    fields: tuple[tuple[Cell, ...], ...],
    section: Section,
    foot: tuple[tuple[Cell, ...], ...],
    signatures: tuple[SignatureBlock, ...],
    *,
    is_draft: bool,
) -> Form:
    """Return a form on which money stands: A4 across, in three copies, never corrected by hand."""
    return Form(
        title=f"{title}{DRAFT if is_draft else ''}",
        head=head,
        page=A4_LANDSCAPE,
        fields=fields,
        sections=(section,),
        foot=foot,
        signatures=signatures,
        copies=TRIPLICATE,
        note="金额有误须作废重开，不得涂改。",
    )


def chain_foot(seq: int, on: date, digits: str) -> str:
    """Return the head of the hash chain for the foot of a paper: number, day, first digits."""
    return f"数据链 第 {seq} 号 · {day(on)} · {digits}"


def inner_width(page: tuple[float, float]) -> float:
    """Return the width in mm between the margins of a page."""
    return page[0] - LEFT - RIGHT


def pair(label: str, value: str, label_width: float, value_width: float) -> tuple[Cell, Cell]:
    """Return a shaded label cell and its value cell, widths in mm."""
    return (
        Cell(label, label_width, align="centre", shaded=True),
        Cell(value, value_width, wrap=True, lines=2),
    )


def fields_row(
    pairs: Sequence[tuple[str, str]], page: tuple[float, float], label_width: float = 20
) -> tuple[Cell, ...]:
    """Return a row of labels and values that share the width of the page evenly."""
    value_width = inner_width(page) / len(pairs) - label_width
    return tuple(
        cell for label, value in pairs for cell in pair(label, value, label_width, value_width)
    )


def number_row(head: Head, page: tuple[float, float]) -> tuple[Cell, ...]:
    """Return the row that stands on every page of a form: 单号, 日期, 制单人, 状态."""
    label, rest = 16.0, inner_width(page) - 64
    values = (
        ("单号", head.number, 0.36),
        ("日期", day(head.issued_on), 0.2),
        ("制单人", head.issued_by, 0.22),
        ("状态", head.status, 0.22),
    )
    cells: list[Cell] = []
    for title, value, share in values:
        cells.append(Cell(title, label, "centre", shaded=True))
        cells.append(Cell(value, rest * share))
    return tuple(cells)


def words_row(
    label: str, value: str, page: tuple[float, float], label_width: float = 16, lines: int = 3
) -> tuple[Cell, ...]:
    """Return a row of one label and one wide value of free text."""
    return (
        Cell(label, label_width, "centre", shaded=True),
        Cell(value, inner_width(page) - label_width, wrap=True, lines=lines),
    )
