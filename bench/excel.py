"""Fifty thousand lines to Excel beside bare XlsxWriter.

``python -m bench excel [--lines N]``: both sides begin at the ledger's rows in the database and end
with the bytes of a workbook of as many cells; the bare one knows no names, no sums and no checks.
Seconds are those of the processor: neither side waits for anything.
"""

from __future__ import annotations

import argparse
import io
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask_migrate import upgrade
from sqlalchemy import text
from xlsxwriter import Workbook

from bench.measure import ROUNDS, cpu_seconds, say
from tests.long_month import MONTH, fill
from tests.story import Story
from tracker import create_app
from tracker.db import write
from tracker.domain.scrap_report import Dimension, Selection
from tracker.extensions import db
from tracker.services import demo, month_report, schema, scrap_report

LINES = 50_000
RATIO = 1.2
COLUMNS = (
    "month", "at", "liable_kind", "liable_party", "liable_name", "supplier", "liable_name",
    "store", "liable_name", "style_no", "defect", "defect", "piece_no", "registration_no",
    "document", "entry_no",
)  # fmt: skip
"""The texts of the longest sheet; names of suppliers and stores are as long as the party's."""


def bare(columns: int) -> bytes:
    """Write the month's charges with XlsxWriter alone: two numbers and texts a row."""
    names = ", ".join(COLUMNS[:columns])
    rows = db.session.connection().exec_driver_sql(
        f"SELECT amount_fen, production_year, {names} FROM ledger_entry "  # noqa: S608
        f"WHERE month = '{MONTH}' AND account = 'charge' ORDER BY id"
    )
    book = Workbook(buffer := io.BytesIO(), {"constant_memory": True})
    sheet = book.add_worksheet()
    money = book.add_format({"num_format": "#,##0.00"})
    for at, (fen, year, *texts) in enumerate(rows):
        sheet.write_number(at, 0, fen / 100, money)
        sheet.write_number(at, 1, year)
        for column, one in enumerate(texts, start=2):
            sheet.write_string(at, column, str(one))
    book.close()
    return buffer.getvalue()


def compared(name: str, ours: Callable[[], Any], columns: int) -> int:
    """Measure a workbook beside its bound, in turns; returns 1 if the bound was missed."""
    ours(), bare(columns)
    taken, bounds = [], []
    for _ in range(ROUNDS):
        bounds.append(cpu_seconds(lambda: bare(columns)))
        taken.append(cpu_seconds(ours))
        db.session.rollback()
    say(f"{name}_bare", bounds, "s")
    say(name, taken, "s", bounds)
    return int(min(taken) > RATIO * min(bounds))


def measure(lines: int) -> int:
    """Fill a month and measure both workbooks; returns how many bounds were missed."""
    story = Story(db.session())
    write(story.session, lambda: fill(story.session, lines))
    db.session.execute(text("ANALYZE"))
    act = story.act("finance")
    wanted = Selection(MONTH, MONTH, (Dimension.SUPPLIER, Dimension.STORE))
    missed = compared("excel_month", lambda: month_report.xlsx(act, MONTH), 13)
    missed += compared("excel_scrap", lambda: scrap_report.xlsx(act, wanted), 16)
    return missed


def main(arguments: list[str]) -> None:
    """Measure; the process ends with 1 if a bound was missed."""
    parser = argparse.ArgumentParser(prog="bench excel")
    parser.add_argument("--lines", type=int, default=LINES)
    wanted = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="hangtag-bench-") as place:
        app = create_app(data_dir=Path(place), database_url="", log_level="CRITICAL")
        with app.app_context():
            upgrade()
            session = db.session()
            write(session, lambda: schema.prepare(session))
            write(session, lambda: demo.load(session, Story(session).now))
            missed = measure(wanted.lines)
            db.session.remove()
            db.engine.dispose()
    print(f"# {missed} bounds missed (≤ {RATIO} × bare XlsxWriter), {wanted.lines} lines")
    raise SystemExit(min(missed, 1))
