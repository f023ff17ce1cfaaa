"""A month out of a ledger of a million lines: open beside the bare SQL, closed by what it kept.

``python -m bench month [--lines N]`` measures SQLite and the PostgreSQL of the tests. The bound of
the open month is the same answer asked of the same covering index through the bare driver in the
same run; a closed month has 20 ms. The report of scrap by three dimensions is measured beside the
same question asked of both tables through the driver.
"""

from __future__ import annotations

import argparse
import random
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from flask_migrate import upgrade
from sqlalchemy import text

from bench.measure import ROUNDS, say, seconds
from tests.conftest_postgres import start_postgres
from tests.story import Story
from tracker import create_app
from tracker.db import write
from tracker.domain.month import next_month
from tracker.domain.scrap_report import Dimension, Selection
from tracker.extensions import db
from tracker.models import triggers
from tracker.models.ledger import LedgerEntry
from tracker.queries import ledger, month_total
from tracker.queries.scrap_report import figures
from tracker.services import demo, schema

LINES = 1_000_000
FIRST, MONTHS = "2025-12", 12
CLOSED_MS = 20.0
OPEN_RATIO = 3.0
WHEN = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
COLUMNS = (
    "entry_no", "month", "at", "by_id", "account", "amount_fen", "document", "liable_kind",
    "liable_party", "liable_name", "supplier", "store", "style_no", "production_year", "defect",
    "piece_no", "registration_no",
)  # fmt: skip
GROUPS = (
    ("liable_kind", "liable_party", "liable_name"), ("supplier",), ("store",),
    ("production_year",), ("defect",), ("style_no",), (),
)  # fmt: skip


def legs(lines: int, at: Any) -> Iterator[tuple[Any, ...]]:
    """Yield the legs of a year's entries, two each, spread evenly over its months."""
    chance = random.Random(7)
    names = [next_month(FIRST, number) for number in range(MONTHS)]
    for number in range(lines // 2):
        supplier, store = f"SUP{chance.randrange(60):02d}", f"S{chance.randrange(900):03d}"
        is_store = chance.random() < 0.3
        party = store if is_store else supplier
        fen = chance.randrange(4_000, 60_000)
        document = f"BS-2026-{number // 12:06d}"
        said = (
            document, "store" if is_store else "supplier", party, f"名称{party}", supplier, store,
            f"26{chance.randrange(600):05d}", 2020 + chance.randrange(7),
            f"DEFECT_{chance.randrange(20)}", f"P{number:08d}X", f"DJ{number:08d}X",
        )  # fmt: skip
        head = (f"{document}/{number}", names[number * MONTHS // (lines // 2)], at, 1)
        yield (*head, "charge", fen, *said)
        yield (*head, "clearing", -fen, *said)


def load(lines: int) -> None:
    """Write the ledger in bulk: without its indexes and guards, which are made anew after it."""
    connection = db.session.connection()
    is_sqlite = connection.dialect.name == "sqlite"
    for number in range(MONTHS):
        connection.execute(
            text("INSERT INTO month (month, status, version) VALUES (:month, 'open', 1)"),
            {"month": next_month(FIRST, number)},
        )
    table = LedgerEntry.__table__
    for index in table.indexes:
        index.drop(connection)
    driver: Any = connection.connection.driver_connection
    names = ", ".join(COLUMNS)
    if is_sqlite:
        connection.exec_driver_sql("DROP TRIGGER ledger_entry_open_month")
        marks = ", ".join("?" * len(COLUMNS))
        sql = f"INSERT INTO ledger_entry ({names}) VALUES ({marks})"  # noqa: S608
        driver.executemany(sql, legs(lines, "2026-11-02 02:00:00.000000"))
    else:
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        with driver.cursor().copy(f"COPY ledger_entry ({names}) FROM STDIN") as copy:
            for row in legs(lines, WHEN):
                copy.write_row(row)
    for index in table.indexes:
        index.create(connection)
    triggers.install(connection)
    db.session.commit()
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as fresh:
        fresh.exec_driver_sql("ANALYZE" if is_sqlite else "VACUUM ANALYZE ledger_entry")


def bare(month: str) -> None:
    """Ask for the same totals through the driver."""
    driver: Any = db.session.connection().connection.driver_connection
    cursor = driver.cursor()
    for group in GROUPS:
        columns = "".join(f"{name}, " for name in group)
        by = f" GROUP BY {', '.join(group)}" if group else ""
        cursor.execute(
            f"SELECT {columns}COUNT(DISTINCT piece_no), SUM(amount_fen) FROM ledger_entry "  # noqa: S608
            f"WHERE month = '{month}' AND account = 'charge'{by}"
        )
        cursor.fetchall()


def narrow(month: str) -> None:
    """Ask for one month by party, supplier and year through the driver, and nothing else."""
    driver: Any = db.session.connection().connection.driver_connection
    driver.cursor().execute(
        "SELECT liable_kind, liable_party, supplier, production_year, "  # noqa: S608
        "COUNT(DISTINCT piece_no), SUM(amount_fen) FROM ledger_entry "
        f"WHERE month = '{month}' AND account = 'charge' "
        "GROUP BY liable_kind, liable_party, supplier, production_year"
    ).fetchall()


def measure(name: str, lines: int) -> int:
    """Load, measure the open and the closed month, print; returns how many bounds were missed."""
    session, open_month = db.session(), next_month(FIRST, MONTHS - 1)
    say(f"month_load_{name}", [lines / seconds(lambda: load(lines))], "/s")
    story = Story(session)
    story.now = WHEN
    story.do("supervisor", "month", FIRST, "submit")
    version = story.month(FIRST).version
    took = seconds(lambda: story.do("finance", "month", FIRST, "close", version=version))
    say(f"month_close_{name}", [took], "s")
    rounds = range(ROUNDS + 1)
    bounds = [seconds(lambda: bare(open_month)) * 1000 for _ in rounds][1:]
    alone = [seconds(lambda: narrow(open_month)) * 1000 for _ in rounds][1:]
    ours = [seconds(lambda: ledger.totals(session, open_month)) * 1000 for _ in rounds][1:]
    kept = [seconds(lambda: month_total.totals(session, FIRST)) * 1000 for _ in range(5 * ROUNDS)]
    say(f"month_open_bare_{name}", bounds, "ms")
    say(f"month_open_one_group_{name}", alone, "ms")
    say(f"month_open_{name}", ours, "ms", bounds)
    say(f"month_closed_{name}", kept, "ms", [CLOSED_MS])
    missed = scrap(name, story, open_month)
    session.rollback()
    return missed + int(min(ours) > OPEN_RATIO * min(bounds)) + int(min(kept) > CLOSED_MS)


def scrap(name: str, story: Story, open_month: str) -> int:
    """Measure the report of scrap of a month, open and closed, and of the last two side by side."""
    session, actor = story.session, story.actor("finance")
    by = (Dimension.LIABLE, Dimension.SUPPLIER, Dimension.YEAR)
    before, missed = next_month(open_month, -1), 0
    for what, first, last in (
        ("open", open_month, open_month), ("closed", FIRST, FIRST), ("two", before, open_month),
    ):  # fmt: skip
        wanted = Selection(first, last, by)
        asked = partial(bare_scrap, what, first, last), partial(figures, session, actor, wanted)
        rounds = [[seconds(work) * 1000 for work in asked] for _ in range(ROUNDS + 1)][1:]
        bounds, ours = (list(times) for times in zip(*rounds, strict=True))
        say(f"scrap_{what}_bare_{name}", bounds, "ms")
        say(f"scrap_{what}_{name}", ours, "ms", bounds)
        missed += int(min(ours) > OPEN_RATIO * min(bounds))
    one = Selection(FIRST, FIRST, (Dimension.SUPPLIER,))
    kept = [seconds(lambda: figures(session, actor, one)) * 1000 for _ in range(5 * ROUNDS)]
    say(f"scrap_closed_one_dimension_{name}", kept, "ms", [CLOSED_MS])
    return missed + int(min(kept) > CLOSED_MS)


def bare_scrap(what: str, first: str, last: str) -> None:
    """Ask for the same sums through the driver: of the kept cells, or of the ledger."""
    driver: Any = db.session.connection().connection.driver_connection
    kept = ("month_total", "SUM(lines)", "AND grouped_by = 'cell'")
    table, lines, more = kept if what == "closed" else ("ledger_entry", "COUNT(*)", "")
    columns = "month, liable_kind, liable_party, supplier, production_year"
    driver.cursor().execute(
        f"SELECT {columns}, {lines}, SUM(amount_fen) FROM {table} "  # noqa: S608
        f"WHERE month IN ('{first}', '{last}') AND account = 'charge' {more} GROUP BY {columns}"
    ).fetchall()


def run(name: str, folder: Path, url: str, lines: int) -> int:
    """Make a chain on one database and measure it; returns how many bounds were missed."""
    app = create_app(data_dir=folder, database_url=url, log_level="CRITICAL")
    with app.app_context():
        upgrade()
        session = db.session()
        write(session, lambda: schema.prepare(session))
        write(session, lambda: demo.load(session, WHEN))
        missed = measure(name, lines)
        db.session.remove()
        db.engine.dispose()
    return missed


def main(arguments: list[str]) -> None:
    """Measure both databases; the process ends with the number of bounds missed."""
    parser = argparse.ArgumentParser(prog="bench month")
    parser.add_argument("--lines", type=int, default=LINES)
    wanted = parser.parse_args(arguments)
    place = Path(tempfile.mkdtemp(prefix="hangtag-bench-", dir="/tmp"))
    place.chmod(0o711)
    server = None
    try:
        missed = run("sqlite", place / "sqlite", "", wanted.lines)
        server = start_postgres(place / "pg")
        url = server.create_database("hangtag_bench")
        missed += run("postgres", place / "postgres", url, wanted.lines)
    finally:
        if server is not None:
            server.stop()
        shutil.rmtree(place, ignore_errors=True)
    print(f"# {missed} bounds missed (open ≤ {OPEN_RATIO} × bare, closed ≤ {CLOSED_MS:.0f} ms), "
          f"{wanted.lines} lines")  # fmt: skip
    raise SystemExit(min(missed, 1))
