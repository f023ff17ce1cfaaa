"""Reads of the catalogue of operations."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from tracker.domain.errors import not_found
from tracker.models.bench import RepairOperation
from tracker.queries.lock import for_writing


def every(session: Session, *, active_only: bool = False) -> Sequence[RepairOperation]:
    """Return the operations, those in use first, then by code."""
    query = select(RepairOperation).options(joinedload(RepairOperation.changed_by))
    if active_only:
        query = query.where(RepairOperation.is_active)
    order = (RepairOperation.is_active.desc(), RepairOperation.code)
    return session.scalars(query.order_by(*order)).all()


def get(session: Session, code: str, *, for_update: bool = False) -> RepairOperation:
    """Return an operation by its code. Raises ``NotFound``."""
    query = select(RepairOperation).where(RepairOperation.code == code)
    if for_update:
        query = for_writing(query, RepairOperation)
    found = session.scalar(query)
    if found is None:
        raise not_found("工序", "operation", code)
    return found


def by_code(session: Session, codes: Collection[str]) -> Mapping[str, RepairOperation]:
    """Return the operations of ``codes`` that the catalogue knows, retired ones too."""
    query = select(RepairOperation).where(RepairOperation.code.in_(codes))
    return {row.code: row for row in session.scalars(query)} if codes else {}
