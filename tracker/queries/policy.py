"""The policies in force on a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from typing import Any

from sqlalchemy import Result, bindparam, select
from sqlalchemy.orm import Session

from tracker.db import table_of
from tracker.domain.policy import CalendarKind, Policy, Unit
from tracker.models.policy import Policy as Row

_TABLE = table_of(Row)
_EVERY = select(*(_TABLE.c[field.name] for field in fields(Policy))).order_by(
    _TABLE.c.name, _TABLE.c.effective_from
)
_ONE = _EVERY.where(_TABLE.c.name == bindparam("name"))
"""Built once, of plain columns: nearly every request asks for a policy."""


def in_force(session: Session, on: date) -> Mapping[str, Policy]:
    """Return every policy by name, each in the version in force on a day.

    Before its first version that first one holds: a garment may be older than the table.
    """
    return _in_force(session.execute(_EVERY), on)


def one(session: Session, name: str, on: date) -> Policy:
    """Return one policy in the version in force on a day. Raises ``KeyError`` for no policy."""
    return _in_force(session.execute(_ONE, {"name": name}), on)[name]


def _in_force(versions: Result[Any], on: date) -> dict[str, Policy]:
    found: dict[str, Any] = {}
    for row in versions:
        if row.effective_from <= on or row.name not in found:
            found[row.name] = row
    return {name: _policy(row) for name, row in found.items()}


def versions(session: Session) -> list[Policy]:
    """Return every version of every policy, newest first within a name."""
    rows = session.scalars(select(Row).order_by(Row.name, Row.effective_from.desc()))
    return [_policy(row) for row in rows]


def values(session: Session, on: date) -> Mapping[str, str]:
    """Return the value of every policy in force on a day, by name."""
    return {name: policy.value for name, policy in in_force(session, on).items()}


def _policy(row: Any) -> Policy:
    return Policy(
        name=row.name,
        value=row.value,
        unit=Unit(row.unit),
        calendar=CalendarKind(row.calendar),
        start_event=row.start_event,
        end_event=row.end_event,
        effective_from=row.effective_from,
        rule=row.rule,
        zh=row.zh,
        en=row.en,
    )
