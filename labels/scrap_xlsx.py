"""The report of scrap as a workbook: the table with its chart, and every line behind it."""

import io
from collections.abc import Sequence

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from labels.book import STEP, Styles, bar_chart, write_heads
from labels.dates import moment
from labels.paper import Progress
from labels.scrap_report import ScrapLine, ScrapReport, ScrapRow
from labels.sheet import (
    write_count,
    write_day,
    write_fen,
    write_fen_of,
    write_fen_sum,
    write_text,
    write_texts,
)

TABLE_SHEET = "汇总"
LINES_SHEET = "明细"
HEAD_ROW = 3
MOST_BARS = 12
LINE_HEADS = (
    ("损失金额（元）", 14), ("结账月", 10), ("入账日期", 12), ("责任方类别", 12),
    ("责任方编码", 12), ("责任方", 28), ("供应商编码", 12), ("供应商", 28), ("店铺编码", 10),
    ("店铺", 20), ("款号", 14), ("生产年份", 9), ("缺陷编码", 14), ("缺陷", 22), ("件号", 18),
    ("登记单号", 18), ("报损单号", 26), ("分录号", 30),
)  # fmt: skip


def scrap_xlsx(report: ScrapReport, *, progress: Progress | None = None) -> bytes:
    """Return the report as XLSX: the sheet 汇总 and, where lines are given, the sheet 明细.

    Amounts are numbers in yuan, days are dates; each sum is a formula that carries its value.
    `progress` is told the lines written, a thousand at a time.
    """
    buffer = io.BytesIO()
    book = Workbook(buffer, {"constant_memory": True, "strings_to_formulas": False})
    if report.printed_at is not None:
        book.set_properties({"created": report.printed_at.replace(tzinfo=None)})
    styles = Styles(book)
    sheet = book.add_worksheet(TABLE_SHEET)
    _write_table(sheet, report, styles)
    if report.rows:
        _draw(book, sheet, report)
    if report.lines is not None:
        _write_lines(book.add_worksheet(LINES_SHEET), report.lines, report.foot, styles, progress)
    book.close()
    return buffer.getvalue()


def _heads(report: ScrapReport) -> list[tuple[str, int]]:
    heads = [(column.title, column.width) for column in report.columns]
    for month, status in zip(report.months, report.statuses, strict=True):
        heads += [(f"{month} 金额（元）{status}", 20), (f"{month} 笔数", 13)]
    heads += [("合计金额（元）", 16), ("合计笔数", 10)]
    if report.has_change:
        heads.append((f"差额（元） {report.months[-1]}−{report.months[-2]}", 26))
    return heads


def _write_table(sheet: Worksheet, report: ScrapReport, styles: Styles) -> None:
    write_text(sheet, 0, 0, report.title + (" 演示数据" if report.demo else ""), styles.title)
    made = f"制表 {report.prepared_by} {moment(report.printed_at)}".strip()
    write_text(sheet, 1, 0, made)
    bounds = "；".join(f"{title}：{value}" for title, value in report.filters)
    write_text(sheet, 2, 0, f"只含 {bounds}" if bounds else "全部")
    heads = _heads(report)
    write_heads(sheet, HEAD_ROW, heads, styles.head)
    sheet.freeze_panes(HEAD_ROW + 1, len(report.columns))
    for offset, row in enumerate(report.rows, start=HEAD_ROW + 1):
        for column, value in enumerate(row.values):
            if isinstance(value, str):
                write_text(sheet, offset, column, value)
            else:
                write_count(sheet, offset, column, value)
        _write_figures(sheet, offset, report, row, styles.money, styles.count)
    last = HEAD_ROW + len(report.rows)
    write_text(sheet, last + 1, 0, "合计", styles.bold)
    if report.rows:
        sheet.autofilter(HEAD_ROW, 0, last, len(heads) - 1)
        _write_foot(sheet, last, report, styles)


def _write_figures(
    sheet: Worksheet, at: int, report: ScrapReport, row: ScrapRow, money: Format, count: Format
) -> None:
    """Write a row's months as numbers; its total and its difference are formulas over them."""
    first, months = len(report.columns), len(report.months)
    for number, (fen, lines) in enumerate(zip(row.amounts_fen, row.lines, strict=True)):
        write_fen(sheet, at, first + 2 * number, fen, money)
        write_count(sheet, at, first + 2 * number + 1, lines, count)
    amounts = [xl_rowcol_to_cell(at, first + 2 * number) for number in range(months)]
    lines_at = [xl_rowcol_to_cell(at, first + 2 * number + 1) for number in range(months)]
    end = first + 2 * months
    write_fen_of(sheet, at, end, "+".join(amounts), row.total_fen, money)
    sheet.write_formula(at, end + 1, "=" + "+".join(lines_at), count, row.total_lines)
    if report.has_change:
        change = f"{amounts[-1]}-{amounts[-2]}"
        write_fen_of(sheet, at, end + 2, change, row.change_fen, money)


def _write_foot(sheet: Worksheet, last: int, report: ScrapReport, styles: Styles) -> None:
    first, foot = len(report.columns), report.foot
    sums: list[tuple[bool, int]] = []
    for fen, lines in zip(foot.amounts_fen, foot.lines, strict=True):
        sums += [(True, fen), (False, lines)]
    sums += [(True, foot.total_fen), (False, foot.total_lines)]
    if report.has_change:
        sums.append((True, foot.change_fen))
    for column, (is_money, value) in enumerate(sums, start=first):
        top, bottom = (xl_rowcol_to_cell(row, column) for row in (HEAD_ROW + 1, last))
        if is_money:
            write_fen_sum(sheet, last + 1, column, f"{top}:{bottom}", value, styles.sum)
        else:
            formula = f"=SUM({top}:{bottom})"
            sheet.write_formula(last + 1, column, formula, styles.count_sum, value)


def _draw(book: Workbook, sheet: Worksheet, report: ScrapReport) -> None:
    """Draw the dearest rows beside the table, a bar a month; the numbers stand in its cells."""
    first, shown = len(report.columns), min(len(report.rows), MOST_BARS)
    rows = (HEAD_ROW + 1, HEAD_ROW + shown)
    series = [(month, first + 2 * number) for number, month in enumerate(report.months)]
    title = f"{report.title}（前 {shown} 行，元）"
    chart = bar_chart(book, TABLE_SHEET, title, rows, (0, first - 1), series)
    sheet.insert_chart(HEAD_ROW + len(report.rows) + 3, 0, chart)


def _write_lines(
    sheet: Worksheet,
    lines: Sequence[ScrapLine],
    foot: ScrapRow,
    styles: Styles,
    progress: Progress | None,
) -> None:
    write_heads(sheet, 0, LINE_HEADS, styles.head)
    sheet.freeze_panes(1, 1)
    for row, line in enumerate(lines, start=1):
        write_fen(sheet, row, 0, line.amount_fen, styles.money)
        write_text(sheet, row, 1, line.month)
        write_day(sheet, row, 2, line.posted_on, styles.day)
        before = (
            line.liable_kind, line.liable_party, line.liable_name, line.supplier,
            line.supplier_name, line.store, line.store_name, line.style_no,
        )  # fmt: skip
        write_texts(sheet, row, 3, before)
        write_count(sheet, row, 11, line.production_year)
        after = (
            line.defect, line.defect_name, line.piece_no, line.registration_no, line.form_no,
            line.entry_no,
        )  # fmt: skip
        write_texts(sheet, row, 12, after)
        if progress is not None and row % STEP == 0:
            progress(row, len(lines))
    last = len(lines)
    if last:
        sheet.autofilter(0, 0, last, len(LINE_HEADS) - 1)
        write_fen_sum(sheet, last + 1, 0, f"A2:A{last + 1}", foot.total_fen, styles.sum)
        write_text(sheet, last + 1, 1, "合计", styles.bold)
