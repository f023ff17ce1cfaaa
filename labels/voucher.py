"""A month's vouchers as the importers of accounting systems take them: one plain table.

One row a line, no title, no sums and no merged cells: UFIDA and Kingdee map the columns by their
heads. Red lines carry a negative amount.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from xlsxwriter import Workbook

from labels.sheet import csv_fen, csv_text, write_count, write_fen, write_text

SHEET = "凭证"
COLUMNS = (
    ("日期", 12),
    ("凭证字", 8),
    ("凭证号", 8),
    ("分录号", 8),
    ("摘要", 52),
    ("科目编码", 14),
    ("科目名称", 40),
    ("借方金额", 14),
    ("贷方金额", 14),
    ("辅助核算类别", 14),
    ("辅助核算编码", 14),
    ("辅助核算名称", 30),
)


@dataclass(frozen=True)
class VoucherRow:
    """One line: date `YYYY-MM-DD`, number, amounts in fen of which one is zero, auxiliary party."""

    on: str
    word: str
    number: int
    line: int
    summary: str
    code: str
    name: str
    debit_fen: int
    credit_fen: int
    auxiliary: str
    auxiliary_code: str
    auxiliary_name: str


def voucher_csv(rows: Sequence[VoucherRow]) -> bytes:
    """Return the lines as CSV: UTF-8 with BOM, yuan with two decimals, the other side empty."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(title for title, _width in COLUMNS)
    for row in rows:
        sides = [csv_fen(fen) if fen else "" for fen in (row.debit_fen, row.credit_fen)]
        before = (row.on, row.word, str(row.number), str(row.line), row.summary, row.code, row.name)
        after = (row.auxiliary, row.auxiliary_code, row.auxiliary_name)
        writer.writerow((*map(csv_text, before), *sides, *map(csv_text, after)))
    return b"\xef\xbb\xbf" + buffer.getvalue().encode("utf-8")


def voucher_xlsx(rows: Sequence[VoucherRow], made_at: datetime) -> bytes:
    """Return the lines as a workbook of one sheet with real numbers in yuan.

    `made_at` (aware) is written into its properties, so that the same lines give the same bytes.
    """
    buffer = io.BytesIO()
    book = Workbook(buffer, {"constant_memory": True, "strings_to_formulas": False})
    book.set_properties({"created": made_at.replace(tzinfo=None)})
    head = book.add_format({"bold": True, "bg_color": "#EDEDED", "border": 1})
    money = book.add_format({"num_format": "0.00"})
    sheet = book.add_worksheet(SHEET)
    sheet.freeze_panes(1, 0)
    for column, (title, width) in enumerate(COLUMNS):
        sheet.set_column(column, column, width)
        write_text(sheet, 0, column, title, head)
    for place, row in enumerate(rows, start=1):
        write_text(sheet, place, 0, row.on)
        write_text(sheet, place, 1, row.word)
        write_count(sheet, place, 2, row.number)
        write_count(sheet, place, 3, row.line)
        for column, text in enumerate((row.summary, row.code, row.name), start=4):
            write_text(sheet, place, column, text)
        for column, fen in ((7, row.debit_fen), (8, row.credit_fen)):
            if fen:
                write_fen(sheet, place, column, fen, money)
        about = (row.auxiliary, row.auxiliary_code, row.auxiliary_name)
        for column, text in enumerate(about, start=9):
            write_text(sheet, place, column, text)
    book.close()
    return buffer.getvalue()
