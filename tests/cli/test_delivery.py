"""``deliveries import``: a good file comes in whole, a bad one is refused whole."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from xlsxwriter import Workbook

from tests.story import DOWN_COAT, JACKET, LEATHER
from tracker.models.delivery import Delivery, DeliveryLine

HEAD = "site,delivery_no,received_on,barcode,quantity"
GOOD = (
    f"S001,PS-100,2026-11-20,{JACKET},12",
    f"S001,PS-100,2026-11-20,{DOWN_COAT},6",
    f"S002,PS-100,2026-11-19,{LEATHER},1",
)
DEMO = 3


@pytest.fixture
def load(app: Flask, tmp_path: Path) -> Any:
    """Import deliveries made of lines, or of bytes; return the command's result."""

    def command(*lines: str, raw: bytes | None = None, options: tuple[str, ...] = ()) -> Any:
        file = tmp_path / "came"
        file.write_bytes(raw if raw is not None else "\n".join(lines).encode("utf-8"))
        arguments = ["deliveries", "import", str(file), *options]
        return app.test_cli_runner().invoke(args=arguments)

    return command


def count(session: Any) -> int:
    session.rollback()
    return int(session.scalar(select(func.count()).select_from(Delivery))) - DEMO


def test_deliveries_come_in_with_their_lines(load: Any, session: Any):
    told = load(HEAD, *GOOD)
    assert (told.exit_code, told.stdout) == (0, "made 2, known 0\n")
    session.rollback()
    rows = session.scalars(select(Delivery).where(Delivery.delivery_no == "PS-100")).all()
    assert {
        row.site.code: (row.received_on, row.due_on, row.source, row.entered_by.login)
        for row in rows
    } == {
        "S001": (date(2026, 11, 20), date(2026, 11, 27), "import", "admin"),
        "S002": (date(2026, 11, 19), date(2026, 11, 26), "import", "admin"),
    }
    first = next(row for row in rows if row.site.code == "S001")
    assert [(line.sku.barcode, line.quantity) for line in first.lines] == [
        (JACKET, 12),
        (DOWN_COAT, 6),
    ]


def test_the_same_file_again_is_harmless(load: Any, session: Any):
    load(HEAD, *GOOD)
    told = load(HEAD, *reversed(GOOD))
    assert (told.exit_code, told.stdout) == (0, "made 0, known 2\n")
    assert count(session) == 2


def test_who_imports_is_kept(load: Any, session: Any):
    assert load(HEAD, *GOOD, options=("--user", "logistics")).exit_code == 0
    row = session.scalars(select(Delivery).where(Delivery.delivery_no == "PS-100")).first()
    assert row.entered_by.login == "logistics"
    assert load(HEAD, *GOOD, options=("--user", "nobody")).exit_code == 1


def test_days_as_spreadsheets_write_them(load: Any, session: Any):
    buffer = io.BytesIO()
    book = Workbook(buffer, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, HEAD.split(","))
    sheet.write_row(1, 0, ["S001", "PS-1"])
    sheet.write_datetime(1, 2, date(2026, 11, 5), book.add_format({"num_format": "yyyy/m/d"}))
    sheet.write_number(1, 3, float(JACKET))
    sheet.write_number(1, 4, 3)
    book.close()
    told = load(raw=buffer.getvalue())
    assert (told.exit_code, told.output) == (0, "made 1, known 0\n")
    told = load(HEAD, f"s001,PS-1,2026/11/5,{JACKET},3")
    assert (told.exit_code, told.output) == (0, "made 0, known 1\n")


def test_a_bad_file_is_refused_whole_and_every_bad_row_is_named(load: Any, session: Any):
    told = load(
        HEAD,
        *GOOD,
        f"S009,PS-1,2026-11-20,{JACKET},1",
        f"ASD,PS-1,2026-11-20,{JACKET},1",
        f"S001,,2026-11-20,{JACKET},1",
        f"S001,{'9' * 41},2026-11-20,{JACKET},1",
        f"S001,PS-1,2026-02-30,{JACKET},1",
        f"S001,PS-1,2031-01-01,{JACKET},1",
        "S001,PS-1,2026-11-20,6901234567890,1",
        "S001,PS-1,2026-11-20,4006381333931,1",
        f"S001,PS-1,2026-11-20,{JACKET},0",
        f"S001,PS-1,2026-11-20,{JACKET},1.5",
        f"S001,PS-1,2026-11-20,{JACKET},10001",
        f"S001,PS-1,2026-11-20,{JACKET},-1",
        f"S001,PS-1,2026-11-20,{JACKET},٣",
        f'S001,PS-1,2026-11-20,"=HYPERLINK(""http://x"",""{JACKET}"")",1',
        f"S001,PS-1,20-11-2026,{JACKET},1",
    )
    assert told.exit_code == 1
    assert [line.split(":")[:2] for line in told.stderr.splitlines()[:-1]] == [
        [f"row {number}", f" {field}"]
        for number, field in enumerate(
            [
                "site", "site", "delivery_no", "delivery_no", "received_on", "received_on",
                "barcode", "barcode", "quantity", "quantity", "quantity", "quantity", "quantity",
                "barcode", "received_on",
            ],
            start=5,
        )
    ]  # fmt: skip
    assert count(session) == 0


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ((GOOD[0], GOOD[0]), "row 3: barcode"),
        ((GOOD[0], "S001,PS-100,2026-11-20,2613M04012-BK1-170/88A,1"), "row 3: barcode"),
        ((GOOD[0], f"S001,PS-100,2026-11-19,{DOWN_COAT},6"), "row 3: received_on"),
    ],
)
def test_rows_that_contradict_each_other_are_refused(
    load: Any, session: Any, rows: tuple[str, ...], why: str
):
    told = load(HEAD, *rows)
    assert told.exit_code == 1
    assert told.stderr.startswith(f"{why}: ")
    assert count(session) == 0


def test_a_delivery_that_stands_with_other_contents_is_refused_whole(load: Any, session: Any):
    load(HEAD, *GOOD)
    told = load(HEAD, f"S001,PS-101,2026-11-20,{JACKET},1", *GOOD[1:])
    assert told.exit_code == 1
    assert told.stderr.startswith("row 3: delivery_no: ")
    assert count(session) == 2
    assert session.scalar(select(func.count()).select_from(DeliveryLine)) == 3 + 6


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        HEAD.encode(),
        f"{HEAD}\n{GOOD[0]},extra".encode(),
        HEAD.replace("site", "store").encode(),
        f"{HEAD}\n{GOOD[0]}\x00".encode(),
        f"{HEAD}\n{GOOD[0]}".encode("utf-16"),
        b"PK\x03\x04 broken",
    ],
)
def test_a_file_that_is_none_is_refused(load: Any, session: Any, raw: bytes):
    assert load(raw=raw).exit_code == 1
    assert count(session) == 0
