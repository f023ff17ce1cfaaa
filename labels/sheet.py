"""The one way in which text that people typed reaches a workbook or a CSV file.

A cell never becomes a formula or a link because of what somebody typed, and a character that XML
or a reader refuses (a scanned FNC1, half an emoji) never spoils the file.
"""

import re
from collections.abc import Iterable
from datetime import date

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

LONGEST_CELL = 32_767
_DAY_ZERO = date(1899, 12, 30).toordinal()
"""A workbook counts days from here."""

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_INVISIBLE = " \u00a0\u3000\u200b\u200c\u200d\u2060\ufeff"


def cell_text(text: str) -> str:
    """Return `text` without illegal characters and cut, visibly, to what a cell may hold."""
    kept = _ILLEGAL.sub("", text)
    return kept if len(kept) <= LONGEST_CELL else kept[: LONGEST_CELL - 1] + "…"


def write_text(
    sheet: Worksheet, row: int, column: int, text: str, style: Format | None = None
) -> None:
    """Write `text` as a string cell, whatever it looks like."""
    write_texts(sheet, row, column, (text,), style)


def write_texts(
    sheet: Worksheet, row: int, column: int, texts: Iterable[str], style: Format | None = None
) -> None:
    """Write texts side by side as string cells: a row of a long sheet at once."""
    write_string = sheet.write_string
    for at, text in enumerate(texts, column):
        is_plain = text.isprintable() and len(text) <= LONGEST_CELL
        write_string(row, at, text if is_plain else cell_text(text), style)


def write_count(
    sheet: Worksheet, row: int, column: int, number: int, style: Format | None = None
) -> None:
    """Write a whole number as a real number."""
    sheet.write_number(row, column, number, style)


def write_fen(
    sheet: Worksheet, row: int, column: int, fen: int, style: Format | None = None
) -> None:
    """Write an amount in fen as a real number in yuan, exact to the fen up to 10^15 fen."""
    sheet.write_number(row, column, fen / 100, style)


def write_fen_sum(
    sheet: Worksheet, row: int, column: int, cells: str, fen: int, style: Format | None = None
) -> None:
    """Write the sum over our own range `cells`; `fen` is the value it carries along."""
    sheet.write_formula(row, column, f"=SUM({cells})", style, fen / 100)


def write_fen_of(
    sheet: Worksheet, row: int, column: int, cells: str, fen: int, style: Format | None = None
) -> None:
    """Write what our own cells come to (`D4+F4`, `F4-D4`); `fen` is the value it carries along."""
    sheet.write_formula(row, column, f"=ROUND({cells},2)", style, fen / 100)


def write_day(sheet: Worksheet, row: int, column: int, on: date, style: Format) -> None:
    """Write a business date as a real date."""
    sheet.write_number(row, column, on.toordinal() - _DAY_ZERO, style)


def csv_text(value: str) -> str:
    """Return `value` so that no spreadsheet reads it as a formula: a leading `'` defuses it."""
    kept = _ILLEGAL.sub("", value)
    if kept.startswith(_FORMULA_STARTS) or kept.lstrip(_INVISIBLE).startswith(_FORMULA_STARTS):
        return f"'{kept}"
    return kept


def csv_fen(fen: int) -> str:
    """Return an amount in fen as yuan with two decimals, without grouping: `-1299.50`."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02d}"
