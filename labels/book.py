"""What every workbook of ours has: its formats, its heads, its charts."""

from collections.abc import Sequence

from xlsxwriter import Workbook
from xlsxwriter.chart import Chart
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from labels.sheet import write_text

MONEY = "#,##0.00"
DAY = "yyyy-mm-dd"
STEP = 1_000
"""After so many rows a long sheet tells how far it is."""
_PATTERNS = ("solid", "wide_upward_diagonal", "small_grid", "wide_downward_diagonal")
_INK = ("#0F5F55", "#A61B1B", "#1B2523", "#7A5A12")


class Styles:
    """The formats of a workbook."""

    def __init__(self, book: Workbook) -> None:
        self.head: Format = book.add_format(
            {"bold": True, "bg_color": "#EDEDED", "border": 1, "align": "center"}
        )
        self.title: Format = book.add_format({"bold": True, "font_size": 14})
        self.bold: Format = book.add_format({"bold": True})
        self.money: Format = book.add_format({"num_format": MONEY})
        self.sum: Format = book.add_format({"num_format": MONEY, "bold": True, "top": 1})
        self.count: Format = book.add_format({"num_format": "#,##0"})
        self.count_sum: Format = book.add_format({"num_format": "#,##0", "bold": True, "top": 1})
        self.day: Format = book.add_format({"num_format": DAY})


def write_heads(
    sheet: Worksheet,
    row: int,
    heads: Sequence[tuple[str, int]],
    style: Format,
    *,
    widths: bool = True,
) -> None:
    """Write the titles of columns and, where wanted, set their widths in characters."""
    for column, (title, width) in enumerate(heads):
        if widths:
            sheet.set_column(column, column, width)
        write_text(sheet, row, column, title, style)


def bar_chart(
    book: Workbook,
    sheet: str,
    title: str,
    rows: tuple[int, int],
    names: tuple[int, int],
    series: Sequence[tuple[str, int]],
) -> Chart:
    """Return a native chart of bars over cells of `sheet`: `rows` from first to last, the columns
    of `names`, and each series with its name and its column. It reads without colour."""
    chart = book.add_chart({"type": "bar"})
    for number, (name, column) in enumerate(series):
        ink = _INK[number % len(_INK)]
        chart.add_series(
            {
                "name": name,
                "categories": [sheet, rows[0], names[0], rows[1], names[1]],
                "values": [sheet, rows[0], column, rows[1], column],
                "border": {"color": ink},
                **_fill(number, ink),
            }
        )
    chart.set_title({"name": title, "name_font": {"size": 12}})
    chart.set_y_axis({"reverse": True})
    chart.set_x_axis({"num_format": "#,##0"})
    chart.set_legend({"none": True} if len(series) == 1 else {"position": "bottom"})
    height = 160 + 22 * (rows[1] - rows[0] + 1) * max(1, len(series) // 2)
    chart.set_size({"width": 820, "height": min(height, 1200)})
    return chart


def _fill(number: int, ink: str) -> dict[str, dict[str, str]]:
    pattern = _PATTERNS[number % len(_PATTERNS)]
    if pattern == "solid":
        return {"fill": {"color": ink}}
    return {"pattern": {"pattern": pattern, "fg_color": ink, "bg_color": "#FFFFFF"}}
