"""Reads of tables whose rows are dated versions under a code."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from tracker.domain.errors import not_found

Row = TypeVar("Row")


def rows(session: Session, table: type[Row], code: str | None = None) -> Sequence[Row]:
    """Return every version, of one code or of all, in the order in which they were written."""
    columns: Any = table
    query = select(table).order_by(columns.id).options(joinedload(columns.by))
    return session.scalars(query if code is None else query.where(columns.code == code)).all()


def of_code(session: Session, table: type[Row], code: str, zh: str, en: str) -> Sequence[Row]:
    """Return the versions of a code, oldest first. Raises ``NotFound`` that names the noun."""
    found = rows(session, table, code)
    if not found:
        raise not_found(zh, en, code)
    return found
