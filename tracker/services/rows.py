"""Rows of an import file: CSV (UTF-8, with or without BOM) or an Excel workbook, read as text."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from python_calamine import CalamineError, CalamineWorkbook

from tracker.domain.errors import InvalidInput

MAX_BYTES = 50 * 1024 * 1024
MAX_ENTRIES = 200
MAX_RATIO = 100
MAX_ROWS = 200_000
EMPTY: Mapping[str, str] = MappingProxyType({})
T = TypeVar("T")
_ZIP, _CHUNK = b"PK\x03\x04", 1 << 20


@dataclass(frozen=True)
class Row:
    """One row and its number as a spreadsheet shows it; the head is row 1."""

    number: int
    values: dict[str, str]


Watch = Callable[[Sequence[Row]], Iterable[Row]]
"""Hands the rows on, and may show how far they are."""


@dataclass(frozen=True)
class BadRow:
    """A row that cannot be, and why, in both languages."""

    number: int
    zh: str
    en: str


class BadFile(InvalidInput):
    """Nothing was imported; ``bad_rows`` says every row that cannot be."""

    def __init__(self, bad_rows: Sequence[BadRow]) -> None:
        super().__init__(
            "bad_rows",
            "有 {count} 行不对，整个文件没有导入。",
            "{count} rows are wrong; nothing was imported.",
            "file",
            count=len(bad_rows),
        )
        self.bad_rows = tuple(bad_rows)


@dataclass(frozen=True)
class Counts:
    """How many records an import made and how many it changed or found as they were."""

    made: int
    known: int


def read(path: Path, columns: Sequence[str], words: Mapping[str, str] = EMPTY) -> list[Row]:
    """Return the rows of a file whose head names exactly ``columns``, in any order.

    ``words`` are the columns' Chinese heads, which a file may have instead. Empty rows are passed
    over. Raises ``InvalidInput``: ``too_large``, ``unreadable_file``, ``wrong_columns`` or
    ``empty_file``.
    """
    if path.stat().st_size > MAX_BYTES:
        raise _too_large()
    raw = path.read_bytes()
    table = _workbook(raw) if raw.startswith(_ZIP) else _csv(raw)
    typed = (name.strip().lower() for name in next(table, []))
    head = [words.get(name, name) for name in typed]
    if sorted(head) != sorted(columns):
        raise InvalidInput(
            "wrong_columns",
            "表头不对。需要的列：{heads}。",
            "The head is wrong. The columns are: {columns}.",
            "file",
            columns=",".join(columns),
            heads="、".join(words) if words else ",".join(columns),
        )
    rows = [
        Row(number, dict(zip(head, (cell.strip() for cell in cells), strict=True)))
        for number, cells in _of_width(table, len(head))
    ]
    if not rows:
        raise InvalidInput(
            "empty_file",
            "文件里没有数据行。",
            "The file has no rows.",
            "file",
        )
    return rows


def _of_width(table: Iterator[list[str]], width: int) -> Iterator[tuple[int, list[str]]]:
    for number, cells in enumerate(table, start=2):
        if number > MAX_ROWS:
            raise _too_large()
        if any(cell.strip() for cell in cells[width:]):
            raise InvalidInput(
                "wrong_columns",
                "第 {row} 行的列数比表头多。",
                "Row {row} has more columns than the head.",
                "file",
                row=number,
            )
        if any(cell.strip() for cell in cells):
            yield number, (cells + [""] * width)[:width]


def _csv(raw: bytes) -> Iterator[list[str]]:
    try:
        content = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _unreadable() from None
    if "\x00" in content:
        raise _unreadable()
    try:
        yield from csv.reader(io.StringIO(content, newline=""), strict=True)
    except csv.Error:
        raise _unreadable() from None


def _workbook(raw: bytes) -> Iterator[list[str]]:
    _check_archive(raw)
    try:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(raw)).get_sheet_by_index(0)
        for cells in sheet.iter_rows():
            yield [_text(cell) for cell in cells]
    except (CalamineError, IndexError, ValueError):
        raise _unreadable() from None


def _check_archive(raw: bytes) -> None:
    """Refuse an archive that unpacks to far more than it is; the sizes it claims may lie."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            entries = archive.infolist()
            if len(entries) > MAX_ENTRIES:
                raise _too_large()
            unpacked = 0
            for entry in entries:
                with archive.open(entry) as stream:
                    while chunk := stream.read(_CHUNK):
                        unpacked += len(chunk)
                        if unpacked > min(MAX_BYTES, MAX_RATIO * len(raw)):
                            raise _too_large()
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError):
        raise _unreadable() from None


def _text(cell: object) -> str:
    """A spreadsheet keeps 6901234567892 and 2026 as fractions: whole ones lose their point."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _too_large() -> InvalidInput:
    return InvalidInput(
        "too_large",
        "文件太大（解压后最多 50 MB、20 万行）。请分几个文件导入。",
        "The file is too large (50 MB unpacked, 200,000 rows): split it.",
        "file",
    )


def _unreadable() -> InvalidInput:
    return InvalidInput(
        "unreadable_file",
        "文件无法读取。请另存为 UTF-8 的 CSV 或未加密的 .xlsx 再导入。",
        "The file cannot be read: save it as CSV in UTF-8 or as .xlsx without a password.",
        "file",
    )


def checked(
    rows: Sequence[Row],
    check: Callable[[Row], T],
    watch: Watch,
    words: Mapping[str, str] = EMPTY,
) -> list[tuple[int, T]]:
    """Return every row's number and what ``check`` made of it; ``words`` as ``read`` takes them.

    Raises ``BadFile`` with every row that ``check`` refused.
    """
    good, bad = [], []
    heads = {column: head for head, column in words.items()}
    for row in watch(rows):
        try:
            good.append((row.number, check(row)))
        except InvalidInput as refusal:
            zh, en = refusal.message("zh"), refusal.message("en")
            if field := refusal.field:
                zh, en = f"{heads.get(field, field)}: {zh}", f"{field}: {en}"
            bad.append(BadRow(row.number, zh, en))
    if bad:
        raise BadFile(bad)
    return good


def repeated(values: Sequence[tuple[int, str]], field: str) -> list[BadRow]:
    """Return the rows whose value stands in an earlier row already."""
    first: dict[str, int] = {}
    return [
        BadRow(
            number,
            f"{field}: {value} 与第 {first[value]} 行重复。",
            f"{field}: {value} stands in row {first[value]} too.",
        )
        for number, value in values
        if first.setdefault(value, number) != number
    ]


def text_of(values: Mapping[str, str], field: str, most: int) -> str:
    """Return a mandatory text. Raises ``InvalidInput`` ``bad_value``."""
    value = values[field]
    if not value or len(value.upper()) > most or not value.isprintable():
        raise wrong(field, f"必填，最多 {most} 个字。", f"1 to {most} characters.")
    return value


def wrong(field: str, zh: str, en: str) -> InvalidInput:
    """A value of a row that cannot be so."""
    return InvalidInput("bad_value", zh, en, field)
