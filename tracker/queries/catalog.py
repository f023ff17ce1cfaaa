"""Reads of the catalogue: it belongs to the whole chain."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from tracker.domain.errors import NeedsInput
from tracker.domain.tag import Kind, Tag, styles_in, words
from tracker.models.catalog import Sku, Style, Supplier
from tracker.queries.paging import position

LONGEST_WORD = 100
SHORTEST_START = 4
_BY_BARCODE = select(Sku).where(Sku.barcode == bindparam("barcode"))


def sku_of(session: Session, tag: Tag) -> Sku | None:
    """Return the SKU that a hang tag names, by barcode or by style, colour and size.

    For one that was entered by hand and found to be another, that other. Raises ``NeedsInput``
    ``ambiguous_sku``.
    """
    found = None
    if tag.barcode is not None:
        found = session.scalar(_BY_BARCODE, {"barcode": tag.barcode})
    if found is None:
        word = Tag(Kind.UNKNOWN, tag.code) if tag.is_bare_number else tag
        tag = as_catalogued(session, word)
    if tag.kind is Kind.STYLE_COLOUR_SIZE and tag.style_no and tag.colour and tag.size:
        found = sku_named(session, tag.style_no, tag.colour, tag.size)
    return found.matched or found if found else None


def as_catalogued(session: Session, tag: Tag) -> Tag:
    """Return an unknown tag as style, colour and size where the catalogue reads it so.

    Many chains print them as one word, which may be digits alone: the longest style number that it
    begins with, and has a colour and size of that spelling, is meant. Raises ``NeedsInput``
    ``ambiguous_sku`` where several have.
    """
    if tag.kind is not Kind.UNKNOWN or len(tag.code) > LONGEST_WORD:
        return tag
    for word, serial in words(tag.code):
        found = _spelt(session, word)
        if len(found) > 1:
            raise _ambiguous(tag, found)
        if found:
            style_no, colour, size = found[0]
            code = "-".join((*found[0], serial) if serial else found[0])
            return Tag(Kind.STYLE_COLOUR_SIZE, code, None, serial, style_no, colour, size)
    return tag


def _spelt(session: Session, word: str) -> list[tuple[str, str, str]]:
    """Return the styles, colours and sizes that a word spells, of its longest style number."""
    rows = session.execute(
        select(Style.style_no, Sku.colour, Sku.size, func.coalesce(Sku.matched_id, Sku.id))
        .join(Style)
        .where(Style.style_no.in_(styles_in(word)))
        .order_by(func.length(Style.style_no).desc(), Sku.colour, Sku.size)
    ).all()
    found = {
        identity: (style_no, colour, size)
        for style_no, colour, size, identity in rows
        if _bare(word[len(style_no) :]) == _bare(colour + size)
    }
    longest = max((len(style_no) for style_no, _colour, _size in found.values()), default=0)
    return [named for named in found.values() if len(named[0]) == longest]


def _bare(text: str) -> str:
    return text.translate(dict.fromkeys(map(ord, "-_ ")))


def _ambiguous(tag: Tag, found: Sequence[tuple[str, str, str]]) -> NeedsInput:
    choices = ["-".join(named) for named in found]
    return NeedsInput(
        "ambiguous_sku",
        "「{scanned}」可能是 {named}。请对照吊牌选择其中一种，或用 - 分开款号、色号、尺码输入。",
        "“{scanned}” may be {named}. Choose one by the tag, or type style-colour-size with dashes.",
        "code",
        scanned=tag.code,
        named=" / ".join(choices),
        choices=choices,
    )


def sku_named(session: Session, style_no: str, colour: str, size: str) -> Sku | None:
    """Return the row of a style, colour and size, even one that is another name of a SKU."""
    return session.scalar(
        select(Sku)
        .join(Style)
        .where(Style.style_no == style_no, Sku.colour == colour, Sku.size == size)
    )


def styles_like(session: Session, q: str, limit: int = 10) -> Sequence[Style]:
    """Return the style of this number, else those whose numbers begin so, of four characters on."""
    exact = session.scalars(select(Style).where(Style.style_no == q)).all()
    if exact or len(q) < SHORTEST_START:
        return exact
    begins = Style.style_no.startswith(q, autoescape=True)
    return session.scalars(select(Style).where(begins).order_by(Style.style_no).limit(limit)).all()


def skus_of(session: Session, style: Style) -> Sequence[Sku]:
    """Return the colours and sizes of a style, without those that are another name of one."""
    return session.scalars(
        select(Sku)
        .where(Sku.style_id == style.id, Sku.matched_id.is_(None))
        .order_by(Sku.colour, Sku.id)
    ).all()


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


def product(sku: Sku) -> dict[str, Any]:
    """Return what a device shows of a product, without prices."""
    style = sku.style
    told = (sku.barcode, style.style_no, style.name, sku.colour, sku.size, style.fabric)
    return dict(zip(_PRODUCT, (*told, style.production_year), strict=True))


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
