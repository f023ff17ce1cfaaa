"""Reads of the parts and of what lies in stock: the sum of the movements."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from tracker.domain.errors import not_found
from tracker.models.bench import Part, PartMovement
from tracker.models.repair import Work
from tracker.queries.lock import for_writing
from tracker.queries.paging import PAGE, position


@dataclass(frozen=True)
class Stock:
    """A part and how much of it lies in stock; less than none means that a paper is missing."""

    part: Part
    quantity: int

    @property
    def is_low(self) -> bool:
        """A part in use of which there is no more than its low level."""
        return self.part.is_active and self.quantity <= self.part.low_level

    @property
    def is_short(self) -> bool:
        """More was used than ever came: the stock waits for a correction."""
        return self.quantity < 0


def every(session: Session, *, active_only: bool = False) -> list[Stock]:
    """Return the parts with their stock, those in use first, then by code."""
    query = select(Part).options(joinedload(Part.changed_by))
    if active_only:
        query = query.where(Part.is_active)
    parts = session.scalars(query.order_by(Part.is_active.desc(), Part.code)).all()
    sums = select(PartMovement.part_id, func.sum(PartMovement.quantity))
    stock: dict[int, int] = dict(session.execute(sums.group_by(PartMovement.part_id)).all())
    return [Stock(part, int(stock.get(part.id, 0))) for part in parts]


def get(session: Session, code: str, *, for_update: bool = False) -> Part:
    """Return a part by its code. Raises ``NotFound``."""
    query = select(Part).where(Part.code == code)
    if for_update:
        query = for_writing(query, Part)
    found = session.scalar(query)
    if found is None:
        raise not_found("辅料", "part", code)
    return found


def by_code(session: Session, codes: Collection[str]) -> Mapping[str, Part]:
    """Return the parts of ``codes`` that the catalogue knows, retired ones too."""
    query = select(Part).where(Part.code.in_(codes))
    return {row.code: row for row in session.scalars(query)} if codes else {}


def stock_of(session: Session, part: Part) -> Stock:
    """Return a part with its stock."""
    total = select(func.coalesce(func.sum(PartMovement.quantity), 0))
    return Stock(part, int(session.scalar(total.where(PartMovement.part_id == part.id)) or 0))


def movements(
    session: Session, part: Part, cursor: str | None = None
) -> tuple[Sequence[PartMovement], str | None]:
    """Return a page of a part's movements, newest first, and the cursor of the next one."""
    query = select(PartMovement).where(PartMovement.part_id == part.id)
    before = position(cursor)
    if before:
        query = query.where(PartMovement.id < before)
    options = (
        joinedload(PartMovement.by),
        joinedload(PartMovement.work).joinedload(Work.registration),
    )
    query = query.order_by(PartMovement.id.desc()).options(*options).limit(PAGE + 1)
    rows = session.scalars(query).unique().all()
    more = str(rows[PAGE - 1].id) if len(rows) > PAGE else None
    return rows[:PAGE], more
