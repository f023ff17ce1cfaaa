"""Reads of the catalogue: it belongs to the whole chain."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.tag import Kind, Tag
from tracker.models.catalog import Sku, Style, Supplier


def sku_of(session: Session, tag: Tag) -> Sku | None:
    """Return the SKU that a hang tag names, by barcode or by style, colour and size."""
    if tag.kind is Kind.EAN13:
        return session.scalar(select(Sku).where(Sku.barcode == tag.code))
    if tag.kind is Kind.STYLE_COLOUR_SIZE:
        return session.scalar(
            select(Sku)
            .join(Style)
            .where(Style.style_no == tag.style_no, Sku.colour == tag.colour, Sku.size == tag.size)
        )
    return None


def supplier(session: Session, code: str) -> Supplier | None:
    """Return a supplier by code."""
    return session.scalar(select(Supplier).where(Supplier.code == code))


def suppliers(session: Session) -> Sequence[Supplier]:
    """Return all suppliers, by code."""
    return session.scalars(select(Supplier).order_by(Supplier.code)).all()


def page(session: Session, q: str | None, limit: int = 200) -> Sequence[Sku]:
    """Return SKUs by style number, barcode or the beginning of the style's name."""
    query = select(Sku).join(Style).order_by(Style.style_no, Sku.colour, Sku.size).limit(limit)
    if q:
        query = query.where(
            (Style.style_no == q.upper())
            | (Sku.barcode == q)
            | Style.name.startswith(q, autoescape=True)
        )
    return session.scalars(query).all()
