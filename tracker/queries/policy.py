"""The policies in force on a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from tracker.domain.policy import CalendarKind, Policy, Unit
from tracker.models.policy import Policy as Row

_COLUMNS = tuple(getattr(Row, field.name) for field in fields(Policy))


def in_force(session: Session, on: date) -> Mapping[str, Policy]:
    """Return every policy by name, each in the version in force on a day.

    Before its first version that first one holds: a garment may be older than the table.
    """
    return _in_force(session, select(*_COLUMNS), on)


def one(session: Session, name: str, on: date) -> Policy:
    """Return one policy in the version in force on a day. Raises ``KeyError`` for no policy."""
    return _in_force(session, select(*_COLUMNS).where(Row.name == name), on)[name]


def _in_force(session: Session, query: Select[Any], on: date) -> dict[str, Policy]:
    found: dict[str, Any] = {}
    for row in session.execute(query.order_by(Row.name, Row.effective_from)):
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
