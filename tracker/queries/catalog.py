"""Reads of the catalogue: it belongs to the whole chain."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from tracker.domain.tag import Kind, Tag
from tracker.models.catalog import Sku, Style, Supplier
from tracker.queries.paging import position


def sku_of(session: Session, tag: Tag) -> Sku | None:
    """Return the SKU that a hang tag names, by barcode or by style, colour and size.

    For one that was entered by hand and found to be another, that other.
    """
    found = None
    if tag.kind is Kind.EAN13:
        found = session.scalar(select(Sku).where(Sku.barcode == tag.code))
    if tag.kind is Kind.STYLE_COLOUR_SIZE and tag.style_no and tag.colour and tag.size:
        found = sku_named(session, tag.style_no, tag.colour, tag.size)
    return found.matched or found if found else None


def sku_named(session: Session, style_no: str, colour: str, size: str) -> Sku | None:
    """Return the row of a style, colour and size, even one that is another name of a SKU."""
    return session.scalar(
        select(Sku)
        .join(Style)
        .where(Style.style_no == style_no, Sku.colour == colour, Sku.size == size)
    )


def as_it_stands(session: Session, sku: Sku) -> Sku:
    """Return a SKU held until the transaction ends, if it waits to be confirmed: nobody finds it
    to be another meanwhile. For one that was just found to be another, that other.
    """
    if not sku.is_provisional:
        return sku
    session.flush()
    session.refresh(sku, with_for_update={"read": True, "of": Sku})
    return sku.matched or sku


PAGE = 2000
_PRODUCT = ("barcode", "style_no", "name", "colour", "size", "fabric", "production_year")


def version(session: Session) -> str:
    """Return the version of the catalogue: another whenever a product was added or changed."""
    found = hashlib.sha256()
    for row in session.execute(_products()).yield_per(PAGE):
        found.update(repr(tuple(row)).encode())
    return found.hexdigest()[:16]


def products(
    session: Session, cursor: str | None = None
) -> tuple[list[dict[str, Any]], str | None]:
    """Return a page of the products that tags name, without prices, and the next page's cursor."""
    rows = session.execute(_products().where(Sku.id > position(cursor)).limit(PAGE + 1)).all()
    items = [dict(zip(_PRODUCT, row[1:], strict=True)) for row in rows[:PAGE]]
    return items, str(rows[PAGE - 1].id) if len(rows) > PAGE else None


def _products() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Sku.id,
            Sku.barcode,
            Style.style_no,
            Style.name,
            Sku.colour,
            Sku.size,
            Style.fabric,
            Style.production_year,
        )
        .join(Style)
        .where(Sku.matched_id.is_(None))
        .order_by(Sku.id)
    )


def supplier(session: Session, code: str) -> Supplier | None:
    """Return a supplier by code."""
    return session.scalar(select(Supplier).where(Supplier.code == code))


def suppliers(session: Session) -> Sequence[Supplier]:
    """Return all suppliers, by code."""
    return session.scalars(select(Supplier).order_by(Supplier.code)).all()


def page(session: Session, q: str | None, limit: int = 200) -> Sequence[Sku]:
    """Return SKUs by style number, barcode or the beginning of the style's name."""
    query = (
        select(Sku)
        .join(Style)
        .where(Sku.matched_id.is_(None))
        .order_by(Style.style_no, Sku.colour, Sku.size)
        .limit(limit)
    )
    if q:
        query = query.where(
            (Style.style_no == q.upper())
            | (Sku.barcode == q)
            | Style.name.startswith(q, autoescape=True)
        )
    return session.scalars(query).all()
