"""Numbers: pieces and registrations may have gaps, documents of money and custody may not."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from tracker.domain.calendar import shanghai_date
from tracker.domain.number import DocumentPrefix, document_no

_NEXT = text(
    "INSERT INTO counter (series, last) VALUES (:series, 1) "
    "ON CONFLICT (series) DO UPDATE SET last = counter.last + 1 RETURNING last"
)


def next_id(session: Session, model: Any) -> int:
    """Return the id that a new row of ``model`` takes; its number is made of it."""
    table = model.__table__.name
    if session.get_bind().dialect.name == "postgresql":
        sequence = func.pg_get_serial_sequence(table, "id")
        return int(session.scalar(select(func.nextval(sequence))) or 0)
    return int(session.scalar(select(func.coalesce(func.max(model.id), 0))) or 0) + 1


def next_document_no(session: Session, prefix: DocumentPrefix, now: datetime) -> str:
    """Return the next number of a gap-free series, such as ``BS-2026-000001``.

    The counter's row stays locked until the transaction ends: take it as late as can be.
    """
    year = shanghai_date(now).year
    last = session.execute(_NEXT, {"series": f"{prefix.value}-{year}"}).scalar_one()
    return document_no(prefix, year, int(last))
