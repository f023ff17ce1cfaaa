"""Years of history quickly: the finished stories of a simulated chain, copied back in time.

What is open stays as it is: a larger database differs from a smaller one by its history alone.
The copies keep every reference among themselves; the money of their months is not copied.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from sqlalchemy import Date, Table

from tracker.db import Base, Instant
from tracker.domain.number import piece_no, registration_no

DAYS = 84
"""How far one copy lies before the other, in days."""

_STORIES = {
    "piece": "id IN (SELECT piece_id FROM registration WHERE id IN done)",
    "registration": "id IN done",
    "customer": "registration_id IN done",
    "assessment": "registration_id IN done",
    "work": "registration_id IN done",
    "repair_check": "registration_id IN done",
    "trip": "registration_id IN done",
    "scan": "registration_id IN done",
    "shipment": "id IN sent",
    "carton": "shipment_id IN sent",
    "shipment_line": "shipment_id IN sent",
    "receipt": "shipment_id IN sent AND +registration_id IN done",
    "event": "(noun = 'registration' AND subject_id IN done) "
    "OR (noun = 'shipment' AND subject_id IN sent)",
}
"""What is copied, and which rows of it."""

_OWN = {
    ("piece", "piece_no"): "new_piece_no(id + {piece})",
    ("registration", "no"): "new_registration_no(id + {registration})",
    ("shipment", "no"): "printf('FH-%04d-%s', 1000 + {copy}, substr(no, 9))",
    ("shipment", "iso_year"): "iso_year - 100 * {copy}",
    ("scan", "scan_id"): "lower(hex(randomblob(4))) || substr(scan_id, 9)",
    ("event", "subject_id"): (
        "subject_id + CASE noun WHEN 'shipment' THEN {shipment} ELSE {registration} END"
    ),
    ("registration", "delivery_id"): "NULL",
    ("registration", "previous_id"): (
        "CASE WHEN previous_id IN done THEN previous_id + {registration} END"
    ),
}
"""Columns that a copy may not share with its original."""


def grow(file: Path, registrations: int) -> int:
    """Copy finished stories until an SQLite file holds so many registrations; return how many.

    The file must not be open elsewhere; it is not kept durable while it grows.
    """
    with closing(sqlite3.connect(file)) as connection:
        connection.create_function("new_piece_no", 1, piece_no, deterministic=True)
        connection.create_function("new_registration_no", 1, registration_no, deterministic=True)
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "foreign_keys = OFF"):
            connection.execute(f"PRAGMA {pragma}")
        _choose(connection)
        total = _count(connection, "registration")
        a_copy = _count(connection, "done")
        steps = {table: _last(connection, table) for table in _STORIES if table != "scan"}
        for copy in range(1, max(0, registrations - total) // max(1, a_copy) + 1):
            for statement in _statements(copy, steps):
                connection.execute(statement)
            connection.commit()
        total = _count(connection, "registration")
        connection.execute("ANALYZE")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.commit()
    return total


def _choose(connection: sqlite3.Connection) -> None:
    """The registrations that are closed, and the boxes in which nothing else travelled."""
    connection.execute("CREATE TEMP TABLE done (id INTEGER PRIMARY KEY)")
    connection.execute("INSERT INTO done SELECT id FROM registration WHERE closed_at IS NOT NULL")
    connection.execute("CREATE TEMP TABLE sent (id INTEGER PRIMARY KEY)")
    connection.execute(
        "INSERT INTO sent SELECT id FROM shipment WHERE status = 'reconciled' AND id NOT IN "
        "(SELECT shipment_id FROM shipment_line WHERE registration_id NOT IN done)"
    )


def _statements(copy: int, steps: dict[str, int]) -> Iterator[str]:
    offsets = {table: step * copy for table, step in steps.items()}
    for name, where in _STORIES.items():
        table = Base.metadata.tables[name]
        columns = [column.name for column in table.columns]
        values = [_value(table, column, copy, offsets) for column in columns]
        yield (
            f"INSERT INTO {name} ({', '.join(columns)}) "  # noqa: S608
            f"SELECT {', '.join(values)} FROM {name} WHERE {where}"
        )


def _value(table: Table, name: str, copy: int, offsets: dict[str, int]) -> str:
    """What a copy has in a column: its own number, a moment earlier, or what the original has."""
    own = _OWN.get((table.name, name))
    if own is not None:
        return own.format(copy=copy, **offsets)
    column = table.columns[name]
    if name == "id":
        return f"id + {offsets[table.name]}"
    for key in column.foreign_keys:
        if key.column.table.name in offsets:
            return f"{name} + {offsets[key.column.table.name]}"
    back = f"'-{DAYS * copy} days'"
    if isinstance(column.type, Instant):
        return f"strftime('%Y-%m-%d %H:%M:%f000', {name}, {back})"
    return f"date({name}, {back})" if isinstance(column.type, Date) else name


def _count(connection: sqlite3.Connection, table: str) -> int:
    return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608


def _last(connection: sqlite3.Connection, table: str) -> int:
    return int(connection.execute(f"SELECT max(id) FROM {table}").fetchone()[0] or 0)  # noqa: S608
