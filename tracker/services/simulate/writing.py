"""Rows on their way into the database: numbered here, written by thousands, parents first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Table, func, insert, select, text, update
from sqlalchemy.orm import Session

from tracker.db import Base
from tracker.domain.calendar import shanghai_date
from tracker.domain.number import FIRST_RESERVED, DocumentPrefix, document_no
from tracker.models.number import Counter

BATCH = 20_000
CACHE_KIB = 400_000

Row = dict[str, Any]
T = TypeVar("T")


class Writer:
    """Collects rows by table and inserts them in the order of their references.

    Every row of a table has the same columns. Identities count on from the highest that stands.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._tables: tuple[Table, ...] = tuple(Base.metadata.sorted_tables)
        self._rows: dict[str, list[Row]] = {table.name: [] for table in self._tables}
        self._last = {table.name: self._highest(table) for table in self._tables}
        self._counters = {row.series: row.last for row in session.scalars(select(Counter))}
        self._stood = frozenset(self._counters)
        self.written: dict[str, int] = defaultdict(int)
        self.waiting = 0
        if self._is_sqlite:
            session.connection().exec_driver_sql(f"PRAGMA cache_size = -{CACHE_KIB}")

    @property
    def _is_sqlite(self) -> bool:
        return self._session.get_bind().dialect.name == "sqlite"

    def _highest(self, table: Table) -> int:
        if "id" not in table.columns:
            return 0
        highest = select(func.max(table.columns["id"]))
        if table.name == "piece":
            highest = highest.where(table.columns["id"] < FIRST_RESERVED)
        return int(self._session.scalar(highest) or 0)

    def next_id(self, table: str) -> int:
        """Return the next identity of a table."""
        self._last[table] += 1
        return self._last[table]

    def next_no(self, prefix: DocumentPrefix, now: datetime) -> str:
        """Return the next number of a gap-free series."""
        year = shanghai_date(now).year
        series = f"{prefix.value}-{year}"
        self._counters[series] = self._counters.get(series, 0) + 1
        return document_no(prefix, year, self._counters[series])

    def add(self, table: str, row: Row) -> None:
        """Take a row; it is written with its batch."""
        self._rows[table].append(row)
        self.waiting += 1

    def flush_if_many(self) -> None:
        """Write what waits once it is a batch."""
        if self.waiting >= BATCH:
            self.flush()

    def flush(self) -> None:
        """Write what waits, parents before their children."""
        connection = self._session.connection()
        for table in self._tables:
            rows = self._rows[table.name]
            if rows:
                connection.execute(insert(table), rows)
                self.written[table.name] += len(rows)
                self._rows[table.name] = []
        self.waiting = 0

    def change(self, table: str, identity: int, values: Mapping[str, Any]) -> None:
        """Change a row that was written, after everything that waits."""
        self.flush()
        target = Base.metadata.tables[table]
        statement = update(target).where(target.columns["id"] == identity).values(**values)
        self._session.connection().execute(statement)

    def read(self, question: Callable[[Session], T]) -> T:
        """Ask the database what no waiting row can change."""
        return question(self._session)

    def ask(self, question: Callable[[Session], T]) -> T:
        """Ask the database once everything that waits is written."""
        self.flush()
        return question(self._session)

    def finish(self) -> None:
        """Write the rest, the counters and, on PostgreSQL, the sequences: real work goes on."""
        self.flush()
        connection = self._session.connection()
        for series, last in self._counters.items():
            if series in self._stood:
                connection.execute(
                    update(Counter).where(Counter.series == series).values(last=last)
                )
            else:
                connection.execute(insert(Counter).values(series=series, last=last))
        if self._is_sqlite:
            connection.exec_driver_sql("PRAGMA cache_size = -2000")
            return
        for name, count in self.written.items():
            if count and self._last[name]:
                connection.execute(
                    text("SELECT setval(pg_get_serial_sequence(:table, 'id'), :last)"),
                    {"table": name, "last": self._last[name]},
                )
