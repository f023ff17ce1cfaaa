"""Imports: a good file comes in whole, a bad one is refused whole with every bad row."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from xlsxwriter import Workbook

from tracker.queries import catalog
from tracker.queries import site as sites
from tracker.services.catalog import CATALOG_COLUMNS

HEAD = ",".join(CATALOG_COLUMNS)
COAT = (
    "6901234567915,2714M01001,羊毛大衣,textile,,GY1,175/92A,SUP01,2027,冬,"
    "400.00,452.00,640.00,1599.00"
)
SMALL_COAT = COAT.replace("6901234567915", "6901234567908").replace("175/92A", "165/84A")


@pytest.fixture
def load(app: Flask, tmp_path: Path) -> Any:
    """Import a catalogue made of lines, or of bytes; return the command's result."""

    def command(*lines: str, raw: bytes | None = None, group: str = "catalog") -> Any:
        file = tmp_path / "goods"
        file.write_bytes(raw if raw is not None else "\n".join(lines).encode("utf-8"))
        return app.test_cli_runner().invoke(args=[group, "import", str(file)])

    return command


def skus(session: Any) -> int:
    session.rollback()
    return len(catalog.page(session, None))


def test_new_styles_and_skus_come_in(load: Any, session: Any):
    told = load(HEAD, COAT, SMALL_COAT)
    assert (told.exit_code, told.stdout) == (0, "made 2, known 0\n")
    rows = catalog.page(session, "2714M01001")
    assert [(row.barcode, row.size) for row in rows] == [
        ("6901234567908", "165/84A"),
        ("6901234567915", "175/92A"),
    ]
    style = rows[0].style
    assert (style.cost_price_fen, style.tag_price_fen) == (40000, 159900)


def test_the_same_file_again_changes_nothing_and_new_prices_stand(load: Any, session: Any):
    load(HEAD, COAT)
    told = load(HEAD, COAT.replace("400.00", "410.50"))
    assert told.stdout == "made 0, known 1\n"
    assert catalog.page(session, "2714M01001")[0].style.cost_price_fen == 41050


def test_a_byte_order_mark_and_empty_lines_are_passed_over(load: Any, session: Any):
    told = load(raw=b"\xef\xbb\xbf" + f"{HEAD}\r\n{COAT}\r\n\r\n,,,\r\n".encode())
    assert (told.exit_code, skus(session)) == (0, 6)


def test_a_new_supplier_comes_with_its_name(load: Any, session: Any):
    assert load(HEAD, COAT.replace("SUP01", "SUP09 温州海鸥制衣厂")).exit_code == 0
    made = catalog.supplier(session, "SUP09")
    assert made is not None
    assert made.name == "温州海鸥制衣厂"


def test_a_workbook_keeps_barcodes_and_years_whole(load: Any, session: Any):
    buffer = io.BytesIO()
    book = Workbook(buffer, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, CATALOG_COLUMNS)
    values = COAT.split(",")
    for column, value in enumerate(values):
        is_number = CATALOG_COLUMNS[column].endswith(("barcode", "price", "year"))
        sheet.write(1, column, float(value) if is_number else value)
    book.close()
    told = load(raw=buffer.getvalue())
    assert (told.exit_code, told.output) == (0, "made 1, known 0\n")
    style = catalog.page(session, "6901234567915")[0].style
    assert (style.production_year, style.purchase_price_fen) == (2027, 45200)


def test_a_bad_file_is_refused_whole_and_every_bad_row_is_named(load: Any, session: Any):
    told = load(
        HEAD,
        COAT,
        COAT.replace("6901234567915", "6901234567916"),
        COAT.replace("SUP01", "SUP77"),
        COAT.replace("400.00", "4OO"),
        COAT.replace(",textile,", ",silk,"),
        COAT.replace(",2027,", ",27,"),
        COAT.replace("羊毛大衣", ""),
        COAT.replace("400.00", "0"),
    )
    assert told.exit_code == 1
    assert [line.partition(":")[0] for line in told.stderr.splitlines()[:-1]] == [
        f"row {number}" for number in range(3, 10)
    ]
    assert skus(session) == 5


@pytest.mark.parametrize(
    ("second", "why"),
    [
        (COAT, "barcode"),
        (SMALL_COAT.replace("400.00", "401.00"), "style_no"),
        (SMALL_COAT.replace("SUP01", "SUP02"), "style_no"),
        (COAT.replace("6901234567915", "6901234567908"), "barcode"),
        (SMALL_COAT.replace("6901234567908", "6901234567892"), "barcode"),
    ],
)
def test_rows_that_contradict_each_other_or_the_catalogue_are_refused(
    load: Any, session: Any, second: str, why: str
):
    told = load(HEAD, COAT, second)
    assert told.exit_code == 1
    assert told.stderr.startswith(f"row 3: {why}: ")
    assert skus(session) == 5


def zipped(*entries: tuple[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        HEAD.encode(),
        HEAD.encode("utf-16"),
        f"{HEAD}\n{COAT}".encode("gb18030"),
        HEAD.replace(",", ";").encode(),
        f"{HEAD},price\n{COAT},1".encode(),
        f"{HEAD}\n{COAT},extra".encode(),
        b"PK\x03\x04 broken",
        zipped(("xl/workbook.xml", b"<x/>")),
        zipped(("xl/workbook.xml", b"0" * 60_000_000)),
        zipped(*((f"{number}.xml", b"x") for number in range(201))),
        f"{HEAD}\n{COAT}\x00".encode(),
    ],
    ids=[
        "empty", "head_only", "utf16", "gb18030", "semicolons", "more_columns", "longer_row",
        "broken_zip", "no_workbook", "zip_bomb", "many_entries", "nul",
    ],
)  # fmt: skip
def test_a_file_that_is_no_catalogue_is_refused_with_a_sentence(
    load: Any, session: Any, raw: bytes
):
    told = load(raw=raw)
    assert told.exit_code == 1
    assert told.stderr.startswith("Error: ")
    assert skus(session) == 5


def test_sites_come_in_and_never_change_their_kind(load: Any, session: Any):
    head = "code,name,kind,ownership,region,liaison"
    told = load(head, "S004,深圳南山店,store,own,R1,王强", group="sites")
    assert (told.exit_code, told.stdout) == (0, "made 1, known 0\n")
    assert sites.by_code(session, "S004").name == "深圳南山店"
    bad = load(
        head,
        "S004,深圳南山店,warehouse,,R1,",
        "S005,深圳福田店,store,,R1,",
        "S006,珠海店,shop,own,R1,",
        "s 7,珠海店,store,own,R1,",
        group="sites",
    )
    assert bad.exit_code == 1
    assert [line[:5] for line in bad.stderr.splitlines()[:-1]] == [
        "row 2",
        "row 3",
        "row 4",
        "row 5",
    ]
