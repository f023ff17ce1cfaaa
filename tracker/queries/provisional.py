"""Reads of products that were entered by hand and wait for after-sales (rule 1.19, C-23)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from tracker.domain.account import Actor
from tracker.domain.errors import not_found
from tracker.models.catalog import Sku
from tracker.models.registration import Piece, Registration
from tracker.queries import scope, work_list
from tracker.queries.lock import for_writing
from tracker.queries.paging import PAGE, position


def waiting() -> ColumnElement[bool]:
    """Which SKUs wait for their confirmation."""
    return and_(Sku.is_provisional, Sku.matched_id.is_(None))


def get(session: Session, no: str, *, for_update: bool = False) -> Sku:
    """Return a product that waits, by its number. Raises ``NotFound``, confirmed ones too."""
    query = select(Sku).where(Sku.id == position(no), waiting())
    if for_update:
        query = for_writing(query, Sku)
    found = session.scalar(query)
    if found is None:
        raise not_found("待确认商品", "product to confirm", no)
    return found


@dataclass(frozen=True)
class Page:
    """Products that wait, the oldest first, with their garments; and the cursor of the next."""

    items: Sequence[Sku]
    garments: Mapping[int, Sequence[Registration]]
    next: str | None


def page(session: Session, actor: Actor, cursor: str | None = None) -> Page:
    """Return products that wait, each with the garments that the actor may see."""
    rows = session.scalars(
        select(Sku).where(waiting(), Sku.id > position(cursor)).order_by(Sku.id).limit(PAGE + 1)
    ).all()
    shown = rows[:PAGE]
    garments = garments_of(session, actor, [sku.id for sku in shown])
    more = str(shown[-1].id) if len(rows) > PAGE else None
    return Page(shown, garments, more)


def garments_of(
    session: Session, actor: Actor, sku_ids: Sequence[int]
) -> Mapping[int, Sequence[Registration]]:
    """Return by SKU the registrations that the actor may see, none that he has yet to count."""
    rows = session.scalars(
        select(Registration)
        .join(Piece)
        .where(
            Piece.sku_id.in_(sku_ids),
            scope.registrations(actor),
            work_list.not_to_be_counted(actor),
        )
        .order_by(Registration.id.desc())
    )
    found: dict[int, list[Registration]] = {}
    for row in rows:
        found.setdefault(row.piece.sku_id, []).append(row)
    return found


def count(session: Session) -> int:
    """Return how many products wait."""
    return int(session.scalar(select(func.count()).select_from(Sku).where(waiting())) or 0)
