"""Vouchers as files: what people typed stays words, amounts stay numbers, a party has its cells."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from openpyxl import load_workbook

from labels.voucher import COLUMNS, SHEET, VoucherRow, voucher_csv, voucher_xlsx

AT = datetime(2026, 12, 4, 2, tzinfo=UTC)
ROW = VoucherRow(
    "2026-11-30", "转", 1, 1, "应扣款 BS-2026-000001 生产年份2026 1件", "2202.01", "应付账款",
    129_950, 0, "供应商", "SUP01", "广州锦程服饰有限公司",
)  # fmt: skip
RED = replace(ROW, line=2, debit_fen=0, credit_fen=-5, auxiliary="", auxiliary_code="")


def test_the_csv_is_one_plain_table_with_red_lines_negative() -> None:
    assert voucher_csv([ROW, replace(RED, auxiliary_name="")]).decode("utf-8-sig") == (
        "日期,凭证字,凭证号,分录号,摘要,科目编码,科目名称,借方金额,贷方金额,"
        "辅助核算类别,辅助核算编码,辅助核算名称\r\n"
        "2026-11-30,转,1,1,应扣款 BS-2026-000001 生产年份2026 1件,2202.01,应付账款,1299.50,,"
        "供应商,SUP01,广州锦程服饰有限公司\r\n"
        "2026-11-30,转,1,2,应扣款 BS-2026-000001 生产年份2026 1件,2202.01,应付账款,,-0.05,,,\r\n"
    )


def test_the_workbook_has_real_numbers_and_codes_that_keep_their_zeros() -> None:
    content = voucher_xlsx([replace(ROW, code="0190"), RED], AT)
    assert content == voucher_xlsx([replace(ROW, code="0190"), RED], AT)
    book = load_workbook(io.BytesIO(content))
    assert book.sheetnames == [SHEET]
    sheet = book[SHEET]
    assert sheet.freeze_panes == "A2"
    first, second = ([cell.value for cell in row] for row in sheet.iter_rows(min_row=2))
    assert (first[5], first[7], first[8]) == ("0190", 1299.5, None)
    assert (second[2], second[3], second[7], second[8]) == (1, 2, None, -0.05)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "＝", "＋"])
def test_a_name_that_looks_like_a_formula_stays_words(start: str) -> None:
    row = replace(ROW, name=f"{start}1+1", auxiliary_name=f"{start}cmd|'/c calc'!A1")
    rows = list(csv.reader(io.StringIO(voucher_csv([row]).decode("utf-8-sig"), newline="")))
    assert (rows[1][6][0], rows[1][11][0]) == ("'", "'")
    sheet = load_workbook(io.BytesIO(voucher_xlsx([row], AT)))[SHEET]
    assert [sheet.cell(2, column).data_type for column in (7, 12)] == ["s", "s"]
    assert len(COLUMNS) == sheet.max_column
