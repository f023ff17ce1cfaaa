"""Workbooks and CSV: what was typed stays text, amounts stay exact."""

import io
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from xlsxwriter import Workbook

from labels.sheet import cell_text, csv_fen, csv_text, write_fen, write_fen_sum, write_text

HOSTILE = [
    "=1+1",
    '=HYPERLINK("http://evil.example","x")',
    "+1",
    "-1",
    "@SUM(A1)",
    "＝1+1",
    "{=1}",
    "http://evil.example",
    "00123",
    "1E5",
]


def _cells(texts: list[str]) -> list[tuple[str, object, object]]:
    buffer = io.BytesIO()
    book = Workbook(buffer, {"constant_memory": True})
    sheet = book.add_worksheet()
    for row, text in enumerate(texts):
        write_text(sheet, row, 0, text)
    book.close()
    column = load_workbook(buffer).active["A"]
    return [(cell.data_type, cell.value, cell.hyperlink) for cell in column]


def test_no_typed_text_becomes_a_formula_a_number_or_a_link() -> None:
    assert _cells(HOSTILE) == [("s", text, None) for text in HOSTILE]


def test_a_scanned_separator_or_half_a_character_does_not_spoil_the_workbook() -> None:
    typed = ["0106901234567892\x1d21A7", "a\x00b", "半\ud83d个", "\ufffe末"]
    shown = ["010690123456789221A7", "ab", "半个", "末"]
    assert _cells(typed) == [("s", text, None) for text in shown]


def test_a_text_longer_than_a_cell_is_cut_where_it_shows() -> None:
    assert cell_text("x" * 40_000) == "x" * 32_766 + "…"


@settings(deadline=None)
@given(st.lists(st.integers(-(10**15), 10**15), min_size=1, max_size=5))
def test_amounts_in_a_workbook_are_numbers_exact_to_the_fen(amounts: list[int]) -> None:
    buffer = io.BytesIO()
    book = Workbook(buffer, {"constant_memory": True})
    sheet = book.add_worksheet()
    for row, fen in enumerate(amounts):
        write_fen(sheet, row, 0, fen)
    book.close()
    column = load_workbook(buffer).active["A"]
    assert [cell.data_type for cell in column] == ["n"] * len(amounts)
    assert [round(Decimal(repr(cell.value)) * 100) for cell in column] == amounts


def test_a_sum_is_a_formula_that_carries_its_value() -> None:
    buffer = io.BytesIO()
    book = Workbook(buffer)
    sheet = book.add_worksheet()
    write_fen(sheet, 0, 0, 1_050)
    write_fen_sum(sheet, 1, 0, "A1:A1", 1_050)
    book.close()
    assert load_workbook(buffer).active["A2"].value == "=SUM(A1:A1)"
    assert load_workbook(buffer, data_only=True).active["A2"].value == 10.5


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
@pytest.mark.parametrize("before", ["", " ", "\u3000", "\x00", "\ufeff"])
def test_a_dangerous_start_is_defused_in_csv(before: str, start: str) -> None:
    assert csv_text(f"{before}{start}1") == "'" + f"{before}{start}1".replace("\x00", "")


@pytest.mark.parametrize("text", ["", "SUP01", "广州衡泰", "a=b", "2613M04012", "1-2"])
def test_harmless_text_stays_as_it_is_in_csv(text: str) -> None:
    assert csv_text(text) == text


@pytest.mark.parametrize(
    ("fen", "text"), [(129_950, "1299.50"), (0, "0.00"), (-5, "-0.05"), (-12_305, "-123.05")]
)
def test_amounts_in_csv_have_two_decimals_and_no_grouping(fen: int, text: str) -> None:
    assert csv_fen(fen) == text
