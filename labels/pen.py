"""Drawing ruled rows of cells on a canvas. Measures are millimetres from the top left corner."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO, Literal

from reportlab import rl_config
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph

from labels.fonts import Fonts
from labels.text import fitted, line, paragraph, text_width, visible

# Binary streams: a fifth smaller and quicker than reportlab's printable ones.
rl_config.useA85 = 0

MM = 72 / 25.4
PADDING_MM = 1.0
LEADING = 1.28
SMALLEST_PT = 5.5
RULE_PT = 0.5
SHADE = 0.93

Align = Literal["left", "centre", "right"]
ALIGNMENTS: dict[Align, Literal[0, 1, 2]] = {"left": 0, "centre": 1, "right": 2}


@dataclass(frozen=True)
class Cell:
    """One cell: its text, its width in mm and how it stands there.

    A cell that does not wrap shrinks its text, then cuts it. A cell that wraps takes at most
    `lines` lines. A stacked cell starts a line at every line feed. `checks` are drawn as boxes,
    ticked or empty, with their words.
    """

    text: str
    width: float
    align: Align = "left"
    bold: bool = False
    wrap: bool = False
    stacked: bool = False
    shaded: bool = False
    size: float = 8
    lines: int = 4
    checks: tuple[tuple[str, bool], ...] = ()


@dataclass(frozen=True)
class LaidRow:
    """A row whose texts are measured: what to draw in each cell, and the height in mm."""

    cells: tuple[Cell, ...]
    contents: tuple[str | Paragraph, ...]
    height: float
    widths: tuple[float, ...]


def open_canvas(
    buffer: BinaryIO,
    page: tuple[float, float],
    fonts: Fonts,
    title: str,
    author: str,
    invariant: bool,
) -> Canvas:
    """Return a canvas of `page` mm whose only fonts are ours; `invariant` fixes its bytes."""
    canvas = Canvas(
        buffer,
        pagesize=(page[0] * MM, page[1] * MM),
        invariant=int(invariant),
        pageCompression=1,
        initialFontName=fonts.regular,  # type: ignore[arg-type]  # the stubs say float
    )
    canvas.setTitle(title)
    canvas.setAuthor(author or "Hangtag")
    return canvas


class Pen:
    """A canvas with our fonts on a page of a given size in mm."""

    def __init__(self, canvas: Canvas, fonts: Fonts, page: tuple[float, float]) -> None:
        """Draw with `fonts` on pages of `page` (width, height) mm."""
        self.canvas = canvas
        self.fonts = fonts
        self.width, self.height = page
        self._styles: dict[tuple[str, float, str], ParagraphStyle] = {}

    def font(self, bold: bool) -> str:
        """Return the name of the bold or the regular font."""
        return self.fonts.bold if bold else self.fonts.regular

    def y(self, top: float) -> float:
        """Return the canvas height in points of a place `top` mm below the upper edge."""
        return (self.height - top) * MM

    def lay(self, cells: Sequence[Cell], least: float = 5.4) -> LaidRow:
        """Measure a row; its height is that of its tallest cell and at least `least` mm."""
        contents: list[str | Paragraph] = []
        height = least
        for cell in cells:
            content, needed = self._content(cell)
            contents.append(content)
            height = max(height, needed)
        widths = tuple(cell.width for cell in cells)
        return LaidRow(tuple(cells), tuple(contents), height, widths)

    def _content(self, cell: Cell) -> tuple[str | Paragraph, float]:
        if cell.checks:
            return "", 0.0
        if cell.stacked:
            return "", (cell.text.count("\n") + 1) * cell.size * LEADING / MM + 1.4
        name, room = self.font(cell.bold), (cell.width - 2 * PADDING_MM) * MM
        shown = visible(line(cell.text, 2_000), name)
        if not cell.wrap or text_width(shown, name, cell.size) <= room:
            return shown, 0.0
        body = paragraph(self._cut(shown, name, cell, room), self._style(name, cell))
        _, needed = body.wrap(room, 10_000)
        return body, needed / MM + 1.4

    def _cut(self, shown: str, name: str, cell: Cell, room: float) -> str:
        """Cut a text to what surely fits in the cell's lines."""
        return fitted(shown, name, cell.size, (room - cell.size) * cell.lines)

    def _style(self, name: str, cell: Cell) -> ParagraphStyle:
        key = (name, cell.size, cell.align)
        if key not in self._styles:
            self._styles[key] = ParagraphStyle(
                f"{name}-{cell.size}-{cell.align}",
                fontName=name,
                fontSize=cell.size,
                leading=cell.size * LEADING,
                wordWrap="CJK",
                alignment=ALIGNMENTS[cell.align],
            )
        return self._styles[key]

    def draw(self, rows: Sequence[tuple[float, LaidRow]], left: float) -> None:
        """Draw laid rows, each with its top in mm, and the rules around and between them."""
        for top, row in rows:
            self._shade(row, left, top)
            x = left
            for cell, content in zip(row.cells, row.contents, strict=True):
                self._fill(cell, content, x, top, row.height)
                x += cell.width
        self.canvas.setLineWidth(RULE_PT)
        self.canvas.setStrokeGray(0)
        self.canvas.lines(self._rules(rows, left))

    def _rules(
        self, rows: Sequence[tuple[float, LaidRow]], left: float
    ) -> list[tuple[float, float, float, float]]:
        """Return the rules; an upright one runs through neighbouring rows of the same cells."""
        rules: list[tuple[float, float, float, float]] = []
        index = 0
        while index < len(rows):
            top, row = rows[index]
            edges = [left * MM]
            for cell in row.cells:
                edges.append(edges[-1] + cell.width * MM)
            rules.append((edges[0], self.y(top), edges[-1], self.y(top)))
            bottom = top
            while index < len(rows) and abs(rows[index][0] - bottom) < 0.01:
                if rows[index][1].widths != row.widths:
                    break
                bottom += rows[index][1].height
                rules.append((edges[0], self.y(bottom), edges[-1], self.y(bottom)))
                index += 1
            rules.extend((x, self.y(top), x, self.y(bottom)) for x in edges)
        return rules

    def _shade(self, row: LaidRow, left: float, top: float) -> None:
        x = left
        for cell in row.cells:
            if cell.shaded:
                self.canvas.setFillGray(SHADE)
                self.canvas.rect(
                    x * MM,
                    self.y(top + row.height),
                    cell.width * MM,
                    row.height * MM,
                    stroke=0,
                    fill=1,
                )
            x += cell.width
        self.canvas.setFillGray(0)

    def _fill(
        self, cell: Cell, content: str | Paragraph, x: float, top: float, height: float
    ) -> None:
        inner = (cell.width - 2 * PADDING_MM) * MM
        if cell.checks:
            self._checks(cell, x + PADDING_MM, top + height / 2)
        elif cell.stacked:
            self._stack(cell, x + PADDING_MM, top + height / 2)
        elif isinstance(content, str):
            place = (x + PADDING_MM, top + height / 2)
            self._put(content, place, inner, cell.align, self.font(cell.bold), cell.size)
        else:
            _, tall = content.wrap(inner, 10_000)
            content.drawOn(
                self.canvas, (x + PADDING_MM) * MM, self.y(top + height / 2) - tall / 2 - 0.8
            )

    def text(
        self,
        text: str,
        x: float,
        top: float,
        width: float,
        height: float,
        align: Align = "left",
        bold: bool = False,
        size: float = 8,
    ) -> None:
        """Write one line into a box (mm), middled, shrunk and then cut to its width."""
        if not text:
            return
        name = self.font(bold)
        shown = visible(line(text, 2_000), name)
        self._put(shown, (x, top + height / 2), width * MM, align, name, size)

    def _put(
        self,
        shown: str,
        place: tuple[float, float],
        room: float,
        align: Align,
        name: str,
        size: float,
    ) -> None:
        """Write visible text at `place` (left, middle; mm) within `room` points."""
        if not shown:
            return
        natural = text_width(shown, name, size)
        if natural > room:
            size = max(SMALLEST_PT, size * room / natural)
            shown = fitted(shown, name, size, room + 0.01)
            natural = text_width(shown, name, size)
        shift = {"left": 0.0, "centre": (room - natural) / 2, "right": room - natural}[align]
        self.canvas.setFont(name, size)
        self.canvas.drawString(place[0] * MM + shift, self.y(place[1]) - size * 0.36, shown)

    def _stack(self, cell: Cell, x: float, middle: float) -> None:
        """Write the lines of a stacked cell, middled."""
        pitch, width = cell.size * LEADING / MM, cell.width - 2 * PADDING_MM
        rows = cell.text.split("\n")
        for index, words in enumerate(rows):
            top = middle + (index - len(rows) / 2) * pitch
            self.text(words, x, top, width, pitch, cell.align, cell.bold, cell.size)

    def _checks(self, cell: Cell, x: float, middle: float) -> None:
        """Draw boxes with their words in one line; a ticked box carries a tick."""
        side = cell.size * 0.36
        name = self.font(False)
        for word, ticked in cell.checks:
            self._box(x, middle, side, ticked)
            width = text_width(visible(line(word, 20), name), name, cell.size) / MM
            self.text(word, x + side + 0.8, middle - 3, width + 0.5, 6, "left", ticked, cell.size)
            x += side + width + 3.2

    def _box(self, x: float, middle: float, side: float, ticked: bool) -> None:
        left, bottom = x * MM, self.y(middle + side / 2)
        self.canvas.setLineWidth(0.6)
        self.canvas.rect(left, bottom, side * MM, side * MM, stroke=1, fill=0)
        if ticked:
            unit = side * MM
            self.canvas.setLineWidth(1.1)
            self.canvas.lines(
                [
                    (
                        left + 0.15 * unit,
                        bottom + 0.5 * unit,
                        left + 0.42 * unit,
                        bottom + 0.2 * unit,
                    ),
                    (
                        left + 0.42 * unit,
                        bottom + 0.2 * unit,
                        left + 0.95 * unit,
                        bottom + 0.95 * unit,
                    ),
                ]
            )
