"""Forms onto pages: laying out the rows, repeating the heads, drawing every copy."""

import io
from collections.abc import Callable, Sequence

from labels.dates import moment
from labels.fonts import Fonts
from labels.form import (
    BLANK_BELOW,
    BOTTOM,
    LEFT,
    TITLE_BAND,
    TOP,
    Form,
    Section,
    SignatureBlock,
    inner_width,
)
from labels.page_marks import draw_margins, draw_title, draw_void_stamp, draw_watermark
from labels.pen import MM, Cell, LaidRow, Pen, open_canvas

SHORT_SECTION = 8

Progress = Callable[[int, int], None]
"""What is told the steps done and the steps in all."""


def render(
    forms: Sequence[Form],
    fonts: Fonts,
    *,
    invariant: bool = False,
    progress: Progress | None = None,
) -> bytes:
    """Return a PDF of all forms, each with its copies and its own page numbers.

    With `invariant` the same values give the same bytes. `progress` is told the pages drawn and
    the pages in all of each form; what it raises ends the drawing.
    """
    buffer = io.BytesIO()
    first = forms[0]
    title = f"{first.title} {first.head.number}".strip()
    canvas = open_canvas(buffer, first.page, fonts, title, first.head.company, invariant)
    for form in forms:
        pen = Pen(canvas, fonts, form.page)
        pages = _Flow(form, pen).pages
        for number, copy in enumerate(form.copies):
            for index, rows in enumerate(pages, start=1):
                _draw_page(form, pen, rows, copy, (index, len(pages)))
                if progress is not None:
                    progress(number * len(pages) + index, len(form.copies) * len(pages))
    canvas.save()
    return buffer.getvalue()


class _Flow:
    """Lays the rows of a form onto pages; the last line always shares its page with the foot."""

    def __init__(self, form: Form, pen: Pen) -> None:
        self.form, self.pen = form, pen
        self.floor = form.page[1] - BOTTOM - form.strip_height
        self.pages: list[list[tuple[float, LaidRow]]] = [[]]
        self.top = TOP + TITLE_BAND
        for cells in form.fields:
            row = pen.lay(cells)
            self._keep([row])
            self._place([row])
        foot = self._foot()
        for index, section in enumerate(form.sections):
            last = index == len(form.sections) - 1
            self._section(section, foot if last else [])
        if not form.sections:
            self._keep(foot)
            self._place(foot)

    def _foot(self) -> list[LaidRow]:
        rows = [self.pen.lay(cells, 6.4) for cells in self.form.foot]
        return rows + signature_rows(self.pen, self.form.signatures, inner_width(self.form.page))

    def _section(self, section: Section, foot: list[LaidRow]) -> None:
        head = self._table_head(section)
        rows = [self._line(section, row) for row in section.rows]
        if section.closed:
            width = sum(column.width for column in section.columns)
            rows.append(self.pen.lay([Cell(BLANK_BELOW, width, align="centre", size=7)], 4.6))
        tail = ([self.pen.lay(section.total, 6)] if section.total else []) + foot
        caption = self._caption(section)
        if len(rows) <= SHORT_SECTION:
            self._keep([*caption, head, *rows, *tail])
        else:
            self._keep([*caption, head, *rows[:1]])
        self._place([*caption, head])
        kept = 2 if section.closed else 1
        for row in rows[:-kept]:
            if self._keep([row]):
                self._place([head])
            self._place([row])
        if self._keep([*rows[-kept:], *tail]):
            self._place([head])
        self._place([*rows[-kept:], *tail])
        self.top += 3

    def _caption(self, section: Section) -> list[LaidRow]:
        if not section.caption:
            return []
        width = sum(column.width for column in section.columns)
        return [self.pen.lay([Cell(section.caption, width, bold=True, size=9)], 6.4)]

    def _table_head(self, section: Section) -> LaidRow:
        return self.pen.lay(
            [
                Cell(c.title, c.width, "centre", bold=True, stacked=True, shaded=True, size=7.5)
                for c in section.columns
            ],
            8,
        )

    def _line(self, section: Section, row: tuple[str, ...]) -> LaidRow:
        return self.pen.lay(
            [
                Cell(
                    text,
                    column.width,
                    column.align,
                    wrap=column.wrap,
                    stacked=column.stacked,
                    size=section.size,
                )
                for text, column in zip(row, section.columns, strict=True)
            ]
        )

    def _keep(self, rows: Sequence[LaidRow]) -> bool:
        """Start a new page if these rows do not fit together on this one; say whether it did."""
        if self.top + sum(row.height for row in rows) <= self.floor or not self.pages[-1]:
            return False
        self.pages.append([])
        self.top = TOP + TITLE_BAND
        self._place([self.pen.lay(cells) for cells in self.form.fields[:1]])
        return True

    def _place(self, rows: Sequence[LaidRow]) -> None:
        for row in rows:
            self.pages[-1].append((self.top, row))
            self.top += row.height


def signature_rows(pen: Pen, blocks: Sequence[SignatureBlock], width: float) -> list[LaidRow]:
    """Return the rows of a signature table: the roles, the names and the moments."""
    if not blocks:
        return []
    share = width / len(blocks)
    roles = [Cell(b.role, share, "centre", bold=True, shaded=True, size=7.5) for b in blocks]
    names = [
        Cell(b.signed.name if b.signed else b.waived, share, "centre", size=10) for b in blocks
    ]
    whens = [Cell(_when(b), share, "centre", size=7) for b in blocks]
    return [pen.lay(roles, 5.2), pen.lay(names, 8.5), pen.lay(whens, 5)]


def _when(block: SignatureBlock) -> str:
    if block.signed is None:
        return "" if block.waived else "____年__月__日"
    return f"{moment(block.signed.at)} {block.signed.note}".strip()


def _draw_page(
    form: Form,
    pen: Pen,
    rows: Sequence[tuple[float, LaidRow]],
    copy: str,
    position: tuple[int, int],
) -> None:
    pen.canvas.setPageSize((form.page[0] * MM, form.page[1] * MM))
    if form.head.demo:
        draw_watermark(pen)
    draw_title(form, pen)
    pen.draw(rows, LEFT)
    draw_margins(form, pen, copy, position)
    if form.strip is not None and position[0] == position[1]:
        form.strip(pen, form.page[1] - BOTTOM - form.strip_height)
    if form.head.void:
        draw_void_stamp(pen)
    pen.canvas.showPage()
