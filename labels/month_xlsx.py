"""The month's losses as a workbook: real numbers, sums as formulas, one sheet of totals."""

import io
from collections.abc import Sequence

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from labels.book import STEP, Styles, bar_chart, write_heads
from labels.dates import month_name
from labels.month_report import ACCOUNTS, MonthGroup, MonthLine, MonthReport
from labels.paper import Progress
from labels.sheet import write_count, write_day, write_fen, write_fen_sum, write_text, write_texts

LINES_SHEET = "明细"
TOTALS_SHEET = "汇总"

LINE_HEADS = (
    ("损失金额（元）", 14),
    ("责任方类别", 12),
    ("责任方编码", 12),
    ("责任方", 28),
    ("供应商编码", 12),
    ("供应商", 28),
    ("店铺编码", 10),
    ("店铺", 20),
    ("款号", 14),
    ("生产年份", 9),
    ("缺陷编码", 14),
    ("缺陷", 22),
    ("件号", 18),
    ("报损单号", 26),
    ("入账日期", 12),
)
CHART_ROWS = 12
"""A grouping takes so many rows at least, that its chart may stand beside it."""
MOST_BARS = 30
"""A grouping of more rows is no picture any more; its table has them."""
GROUP_HEADS = (("编码", 24), ("名称", 40), ("件数", 10), ("笔数", 10), ("损失金额（元）", 16))


def month_xlsx(report: MonthReport, *, progress: Progress | None = None) -> bytes:
    """Return the month's report as XLSX: the sheet 明细 with every line, the sheet 汇总.

    Amounts are numbers in yuan; each sum is a formula that carries its value, so that readers
    which do not compute show it too. `progress` is told the lines written, a thousand at a time.
    """
    buffer = io.BytesIO()
    book = Workbook(buffer, {"constant_memory": True, "strings_to_formulas": False})
    styles = Styles(book)
    if report.printed_at is not None:
        book.set_properties({"created": report.printed_at.replace(tzinfo=None)})
    _write_lines(book.add_worksheet(LINES_SHEET), report, styles, progress)
    _write_totals(book, book.add_worksheet(TOTALS_SHEET), report, styles)
    book.close()
    return buffer.getvalue()


def _write_lines(
    sheet: Worksheet, report: MonthReport, styles: Styles, progress: Progress | None
) -> None:
    write_heads(sheet, 0, LINE_HEADS, styles.head)
    sheet.freeze_panes(1, 0)
    for row, line in enumerate(report.lines, start=1):
        _write_line(sheet, row, line, styles)
        if progress is not None and row % STEP == 0:
            progress(row, len(report.lines))
    last = len(report.lines)
    if last:
        sheet.autofilter(0, 0, last, len(LINE_HEADS) - 1)
        write_fen_sum(sheet, last + 1, 0, f"A2:A{last + 1}", report.total_fen, styles.sum)
        write_text(sheet, last + 1, 1, "合计", styles.bold)


def _write_line(sheet: Worksheet, row: int, line: MonthLine, styles: Styles) -> None:
    write_fen(sheet, row, 0, line.amount_fen, styles.money)
    before = (
        line.liable_kind_name or line.liable_kind,
        line.liable_party,
        line.liable_party_name,
        line.supplier,
        line.supplier_name,
        line.store,
        line.store_name,
        line.style_no,
    )
    write_texts(sheet, row, 1, before)
    write_count(sheet, row, 9, line.production_year)
    after = (line.defect, line.defect_name, line.piece_no, line.form_no)
    write_texts(sheet, row, 10, after)
    if line.posted_on is not None:
        write_day(sheet, row, 14, line.posted_on, styles.day)


def _write_totals(book: Workbook, sheet: Worksheet, report: MonthReport, styles: Styles) -> None:
    title = f"{month_name(report.month)}报损汇总（{report.status}）"
    if report.demo:
        title += " 演示数据"
    write_text(sheet, 0, 0, title, styles.title)
    sheet.freeze_panes(1, 0)
    row, first = 2, True
    for name, groups in report.groupings():
        write_text(sheet, row, 0, name, styles.bold)
        write_heads(sheet, row + 1, GROUP_HEADS, styles.head, widths=first)
        if 0 < len(groups) <= MOST_BARS:
            rows = (row + 2, row + 1 + len(groups))
            chart = bar_chart(book, TOTALS_SHEET, f"{name}（元）", rows, (0, 1), [(name, 4)])
            sheet.insert_chart(row, 6, chart, {"y_scale": 0.8, "x_scale": 0.8})
        row = max(_write_groups(sheet, row + 2, groups, report, styles), row + CHART_ROWS)
        first = False
    if report.accounts:
        write_text(sheet, row, 0, ACCOUNTS, styles.bold)
    for offset, (name, fen) in enumerate(report.accounts, start=1):
        write_text(sheet, row + offset, 0, name)
        write_fen(sheet, row + offset, 4, fen, styles.money)


def _write_groups(
    sheet: Worksheet,
    row: int,
    groups: Sequence[MonthGroup],
    report: MonthReport,
    styles: Styles,
) -> int:
    """Write the rows of a grouping and their sum; return the row where the next one starts."""
    for offset, group in enumerate(groups):
        write_text(sheet, row + offset, 0, group.code)
        write_text(sheet, row + offset, 1, group.name)
        write_count(sheet, row + offset, 2, group.pieces)
        write_count(sheet, row + offset, 3, group.lines)
        write_fen(sheet, row + offset, 4, group.amount_fen, styles.money)
    last = row + len(groups)
    write_text(sheet, last, 0, "合计", styles.bold)
    if groups:
        write_fen_sum(sheet, last, 4, f"E{row + 1}:E{last}", report.total_fen, styles.sum)
    else:
        write_fen(sheet, last, 4, 0, styles.sum)
    return last + 2
