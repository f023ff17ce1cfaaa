"""Numbers: pieces and registrations may have gaps, documents of money and custody may not."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, func, select, text
from sqlalchemy.orm import Session

from tracker.db import table_of
from tracker.domain.calendar import shanghai_date
from tracker.domain.number import FIRST_RESERVED, DocumentPrefix, document_no
from tracker.models.registration import Piece

_NEXT = text(
    "INSERT INTO counter (series, last) VALUES (:series, 1) "
    "ON CONFLICT (series) DO UPDATE SET last = counter.last + 1 RETURNING last"
)

_RESERVE = text(
    "INSERT INTO counter (series, last) VALUES (:series, :before + :count) "
    "ON CONFLICT (series) DO UPDATE SET last = counter.last + :count RETURNING last"
)
RESERVED_SERIES = "P"


def reserve(session: Session, count: int) -> tuple[int, int]:
    """Return the first and the last of ``count`` piece numbers that no garment was given yet.

    They lie above every number that ``next_id`` gives, so minting never takes one. The counter's
    row stays locked until the transaction ends: two rolls at one moment follow each other.
    """
    asked = {"series": RESERVED_SERIES, "before": FIRST_RESERVED - 1, "count": count}
    last = int(session.execute(_RESERVE, asked).scalar_one())
    return last - count + 1, last


def next_id(session: Session, model: Any) -> int:
    """Return the id that a new row of ``model`` takes; its number is made of it.

    A piece's lies below those that pre-printed rolls hold.
    """
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    asked = _next_of_sequence(model) if is_postgresql else _after_the_highest(model)
    return int(session.execute(asked).scalar_one())


@cache
def _next_of_sequence(model: Any) -> Select[int]:
    return select(func.nextval(func.pg_get_serial_sequence(model.__tablename__, "id")))


@cache
def _after_the_highest(model: Any) -> Select[int]:
    identity = table_of(model).c.id
    following = select(func.coalesce(func.max(identity), 0) + 1)
    return following.where(identity < FIRST_RESERVED) if model is Piece else following


def next_document_no(session: Session, prefix: DocumentPrefix, now: datetime) -> str:
    """Return the next number of a gap-free series, such as ``BS-2026-000001``.

    The counter's row stays locked until the transaction ends: take it as late as can be.
    """
    year = shanghai_date(now).year
    last = session.execute(_NEXT, {"series": f"{prefix.value}-{year}"}).scalar_one()
    return document_no(prefix, year, int(last))
