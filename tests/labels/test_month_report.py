"""The month's report: paper, workbook and CSV agree to the fen."""

import csv
import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from labels.fonts import Fonts
from labels.month_pdf import month_pdf
from labels.month_report import (
    ACCOUNTS,
    CSV_COLUMNS,
    MonthGroup,
    MonthLine,
    month_csv,
    month_report,
)
from labels.month_xlsx import LINES_SHEET, TOTALS_SHEET, month_xlsx

LINE = MonthLine(
    amount_fen=129_950,
    liable_kind="supplier",
    liable_party="SUP01",
    supplier="SUP01",
    store="S001",
    style_no="2613M04012",
    production_year=2026,
    defect="SEAM_OPEN",
    piece_no="P26112200017K",
    form_no="BS-SUP01-20261122-0001",
    liable_kind_name="供应商",
    liable_party_name="广州衡泰",
    supplier_name="广州衡泰",
    store_name="天河一店",
    defect_name="开线/脱线",
)
LINES = [
    LINE,
    replace(
        LINE,
        amount_fen=5,
        liable_kind="store",
        liable_party="S001",
        liable_kind_name="专卖店",
        liable_party_name="天河一店",
        production_year=2025,
    ),
    replace(LINE, amount_fen=-12_305, piece_no="P26112200025X", store="S002", store_name="白云店"),
]
REPORT = month_report("2026-11", "审核中", LINES, prepared_by="李文静")


def _workbook_fen(value: object) -> int:
    return round(Decimal(repr(value)) * 100)


def _csv_rows(report_csv: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(report_csv.decode("utf-8-sig"), newline="")))


def test_the_groupings_go_down_to_pieces_and_lines() -> None:
    assert REPORT.total_fen == 117_650
    assert REPORT.pieces == 2
    assert REPORT.by_liable_party == (
        MonthGroup("S001", "专卖店 天河一店", 1, 1, 5),
        MonthGroup("SUP01", "供应商 广州衡泰", 2, 2, 117_645),
    )
    assert REPORT.by_supplier == (MonthGroup("SUP01", "广州衡泰", 2, 3, 117_650),)
    assert REPORT.by_store == (
        MonthGroup("S001", "天河一店", 1, 2, 129_955),
        MonthGroup("S002", "白云店", 1, 1, -12_305),
    )
    assert REPORT.by_defect == (MonthGroup("SEAM_OPEN", "开线/脱线", 2, 3, 117_650),)
    assert REPORT.by_production_year == (
        MonthGroup("2025", "2025 年", 1, 1, 5),
        MonthGroup("2026", "2026 年", 2, 2, 117_645),
    )


@pytest.mark.parametrize(
    "changed",
    [
        {"total_fen": 117_651},
        {"lines": LINES[:2]},
        {"by_supplier": ()},
        {"by_store": (MonthGroup("S001", "", 1, 1, 1),)},
    ],
)
def test_a_report_that_contradicts_itself_cannot_be_made(changed: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="add up"):
        replace(REPORT, **changed)


def test_the_csv_is_the_contract() -> None:
    assert (
        month_csv(REPORT)
        == (
            "\ufeffamount,liable_kind,liable_party,supplier,store,style_no,production_year,defect,"
            "piece_no,form_no\r\n"
            "1299.50,supplier,SUP01,SUP01,S001,2613M04012,2026,SEAM_OPEN,P26112200017K,"
            "BS-SUP01-20261122-0001\r\n"
            "0.05,store,S001,SUP01,S001,2613M04012,2025,SEAM_OPEN,P26112200017K,"
            "BS-SUP01-20261122-0001\r\n"
            "-123.05,supplier,SUP01,SUP01,S002,2613M04012,2026,SEAM_OPEN,P26112200025X,"
            "BS-SUP01-20261122-0001\r\n"
        ).encode()
    )


def test_a_hostile_name_is_inert_in_csv_and_workbook() -> None:
    hostile = replace(LINE, supplier='=HYPERLINK("http://evil")', supplier_name="+1\x1d\ud83d")
    report = month_report("2026-11", "审核中", [hostile])
    assert _csv_rows(month_csv(report))[0]["supplier"] == '\'=HYPERLINK("http://evil")'
    sheet = load_workbook(io.BytesIO(month_xlsx(report)))[LINES_SHEET]
    assert [(sheet.cell(2, c).data_type, sheet.cell(2, c).value) for c in (5, 6)] == [
        ("s", '=HYPERLINK("http://evil")'),
        ("s", "+1"),
    ]


def test_the_workbook_has_numbers_a_frozen_head_and_sums_that_carry_their_value() -> None:
    content = io.BytesIO(month_xlsx(REPORT))
    lines = load_workbook(content)[LINES_SHEET]
    assert lines.freeze_panes == "A2"
    assert [lines.cell(row, 1).number_format for row in (2, 3, 4, 5)] == ["#,##0.00"] * 4
    assert lines["A5"].value == "=SUM(A2:A4)"
    values = load_workbook(content, data_only=True)
    assert [values[LINES_SHEET].cell(row, 1).value for row in (2, 3, 4, 5)] == [
        1299.5,
        0.05,
        -123.05,
        1176.5,
    ]
    totals = [
        (str(row[0].value), _workbook_fen(row[4].value))
        for row in values[TOTALS_SHEET].iter_rows()
        if isinstance(row[4].value, int | float)
    ]
    assert totals == [
        ("S001", 5),
        ("SUP01", 117_645),
        ("合计", 117_650),
        ("SUP01", 117_650),
        ("合计", 117_650),
        ("S001", 129_955),
        ("S002", -12_305),
        ("合计", 117_650),
        ("SEAM_OPEN", 117_650),
        ("合计", 117_650),
        ("2025", 5),
        ("2026", 117_645),
        ("合计", 117_650),
    ]


def test_the_workbook_draws_each_grouping_and_says_the_day_of_posting_as_a_date() -> None:
    dated = [replace(line, posted_on=date(2026, 11, 3)) for line in LINES]
    book = load_workbook(io.BytesIO(month_xlsx(month_report("2026-11", "审核中", dated))))
    assert len(book[TOTALS_SHEET]._charts) == 5
    head, *days, _sum = (row[14] for row in book[LINES_SHEET].iter_rows())
    assert head.value == "入账日期"
    assert [(cell.is_date, cell.value.date()) for cell in days] == [(True, date(2026, 11, 3))] * 3
    assert book[LINES_SHEET].auto_filter.ref == "A1:O4"


def test_the_paper_shows_totals_lines_and_capitals(
    print_fonts: Fonts, page_texts: Callable[[bytes], list[str]]
) -> None:
    text = "".join(page_texts(month_pdf(REPORT, print_fonts)))
    for words in (
        "月度报损汇总",
        "结账月2026年11月状态审核中打印人李文静件数2件/3笔损失合计¥1,176.50",
        "按责任方",
        "S001专卖店天河一店110.05",
        "SUP01供应商广州衡泰221,176.45",
        "S002白云店11-123.05",
        "SEAM_OPEN开线/脱线231,176.50",
        "合计231,176.50",
        "20252025年110.05",
        "开线/脱线P26112200025XBS-SUP01-20261122-0001-123.05",
        "大写金额人民币壹仟壹佰柒拾陆元伍角",
        "制表售后主管财务复核",
    ):
        assert words in text


def test_what_the_month_moved_beside_its_losses_stands_apart(
    print_fonts: Fonts, page_texts: Callable[[bytes], list[str]]
) -> None:
    report = replace(REPORT, accounts=[("进项税额转出", 2468), ("超次寄送运费", -2500)])
    text = "".join(page_texts(month_pdf(report, print_fonts)))
    assert "其他科目（不计入损失合计）科目金额（元）进项税额转出24.68超次寄送运费-25.00" in text
    assert "损失合计¥1,176.50" in text
    totals = load_workbook(io.BytesIO(month_xlsx(report)))[TOTALS_SHEET]
    last = [(row[0].value, row[4].value) for row in totals.iter_rows()][-3:]
    assert last == [(ACCOUNTS, None), ("进项税额转出", 24.68), ("超次寄送运费", -25)]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(-10_000_000, 10_000_000), max_size=12))
def test_paper_workbook_and_csv_agree_to_the_fen(
    print_fonts: Fonts, page_texts: Callable[[bytes], list[str]], amounts: list[int]
) -> None:
    lines = [
        replace(LINE, amount_fen=fen, production_year=2020 + index % 3, form_no=f"BS{index:03d}#")
        for index, fen in enumerate(amounts)
    ]
    report = month_report("2026-11", "未结账", lines)
    from_csv = [Decimal(row["amount"]) * 100 for row in _csv_rows(month_csv(report))]
    sheet = load_workbook(io.BytesIO(month_xlsx(report)))[LINES_SHEET]
    from_book = [_workbook_fen(sheet.cell(row, 1).value) for row in range(2, len(amounts) + 2)]
    text = "".join(page_texts(month_pdf(report, print_fonts)))
    from_paper = [
        round(Decimal(shown.replace(",", "")) * 100)
        for shown in re.findall(r"BS\d{3}#(-?[\d,]+\.\d\d)", text)
    ]
    assert from_csv == from_book == from_paper == amounts
    assert f"损失合计¥{Decimal(sum(amounts)) / 100:,.2f}" in text


def test_the_same_report_gives_the_same_bytes(print_fonts: Fonts) -> None:
    report = replace(REPORT, printed_at=datetime(2026, 11, 30, 16, 0, tzinfo=UTC), demo=True)
    assert month_pdf(report, print_fonts, invariant=True) == month_pdf(
        report, print_fonts, invariant=True
    )
    assert month_xlsx(report) == month_xlsx(report)


def test_the_columns_are_those_of_the_api() -> None:
    assert ("amount", *list(MonthLine.__dataclass_fields__)[1:10]) == CSV_COLUMNS


def test_the_roll_forward_stands_on_paper(print_fonts: Fonts, page_texts) -> None:  # type: ignore[no-untyped-def]
    flows = ("期初未结", "本期新增", "本期销毁", "本期退供应商", "期末未结")
    roll = [(flow, number, number * 10_000) for number, flow in enumerate(flows, start=1)]
    pages = "".join(page_texts(month_pdf(replace(REPORT, roll=roll), print_fonts)))
    rows = "".join(f"{flow}{n}{n}00.00" for n, flow in enumerate(flows, start=1))
    assert f"本期退供应商=期末）项目件数损失金额（元）{rows}" in pages
