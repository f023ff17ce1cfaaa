"""Rows held for writing: read fresh, and locked until the transaction ends."""

from __future__ import annotations

from typing import Any, TypeVarTuple

from sqlalchemy import Select, text
from sqlalchemy.orm import Session

from tracker.db import Base

Ts = TypeVarTuple("Ts")


def for_writing(query: Select[*Ts], model: Any, *, shared: bool = False) -> Select[*Ts]:
    """Return ``query`` so that its rows of ``model`` are locked and read anew.

    Without reading anew, a record that this session saw before would keep its old values. On SQLite
    the writer lock does the locking.
    """
    return query.with_for_update(of=model, read=shared).execution_options(populate_existing=True)


def hold_table(session: Session, model: type[Base]) -> None:
    """Let one transaction at a time write a table, empty or not, until it ends; all may read.

    On SQLite the writer lock does it.
    """
    if session.get_bind().dialect.name == "postgresql":
        name = model.__tablename__
        session.execute(text(f'LOCK TABLE "{name}" IN SHARE ROW EXCLUSIVE MODE'))
