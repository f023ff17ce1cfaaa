"""Imports of the catalogue and of the sites: a bad file is refused whole, every bad row named."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain import tag
from tracker.domain.codes import Category, Fabric
from tracker.domain.money import parse_yuan
from tracker.domain.site import Ownership, SiteKind
from tracker.models.catalog import Sku, Style, Supplier
from tracker.models.site import Site
from tracker.queries import catalog
from tracker.services import provisional
from tracker.services.rows import (
    BadFile,
    BadRow,
    Counts,
    Row,
    Watch,
    checked,
    repeated,
    text_of,
    wrong,
)

CATALOG_COLUMNS = tuple(
    "barcode,style_no,style_name,category,fabric,colour,size,supplier,production_year,season,"
    "cost_price,purchase_price,supply_price,tag_price".split(",")
)
SITE_COLUMNS = ("code", "name", "kind", "ownership", "region", "liaison")
PRICES = ("cost_price", "purchase_price", "supply_price", "tag_price")
_CODE = re.compile(r"[A-Z0-9][A-Z0-9_-]{0,15}")


@dataclass(frozen=True)
class Goods:
    """One SKU of a catalogue file, with its style's values."""

    barcode: str
    colour: str
    size: str
    style_no: str
    style: Mapping[str, str | int | None]
    supplier_code: str
    supplier_name: str


def import_catalog(session: Session, rows: Sequence[Row], watch: Watch = iter) -> Counts:
    """Import SKUs and their styles; a known barcode keeps its SKU, its style takes new values.

    What a store entered by hand is confirmed by a row of its barcode or its style-colour-size.

    The supplier is ``CODE`` of one that is known, or ``CODE 名称``, which makes it. Prices are in
    yuan. Raises ``BadFile`` with every bad row; then nothing is imported.
    """
    goods = checked(rows, lambda row: _goods(session, row), watch)
    bad = _clashes(session, goods)
    if bad:
        raise BadFile(bad)
    made = known = 0
    for _number, item in goods:
        if session.scalar(select(Sku).where(Sku.barcode == item.barcode)) is None:
            made += 1
        else:
            known += 1
        _keep(session, item)
    session.flush()
    return Counts(made, known)


def import_sites(session: Session, rows: Sequence[Row], watch: Watch = iter) -> Counts:
    """Import sites by code; a known one takes the new values, but never another kind.

    Raises ``BadFile`` with every bad row; then nothing is imported.
    """
    sites = checked(rows, lambda row: _site(session, row), watch)
    bad = repeated([(number, site["code"] or "") for number, site in sites], "code")
    if bad:
        raise BadFile(bad)
    made = known = 0
    for _number, values in sites:
        standing = session.scalar(select(Site).where(Site.code == values["code"]))
        if standing is None:
            session.add(Site(**values))
            made += 1
        else:
            for name, value in values.items():
                setattr(standing, name, value)
            known += 1
    session.flush()
    return Counts(made, known)


def _goods(session: Session, row: Row) -> Goods:
    values = row.values
    barcode = tag.parse(values["barcode"])
    if barcode.barcode is None or barcode.serial is not None:
        raise wrong("barcode", "不是商品条码。", "This is no product's barcode.")
    code, name = _supplier(session, values["supplier"])
    style: dict[str, str | int | None] = {
        "name": text_of(values, "style_name", 80),
        "category": _one_of(Category, values, "category"),
        "fabric": _one_of(Fabric, values, "fabric") if values["fabric"] else None,
        "season": text_of(values, "season", 16) if values["season"] else None,
        "production_year": _year(values["production_year"]),
        **{f"{price}_fen": _price(values, price) for price in PRICES},
    }
    return Goods(
        barcode.barcode,
        text_of(values, "colour", 16).upper(),
        text_of(values, "size", 16).upper(),
        _shaped(provisional.STYLE_NO, values, "style_no"),
        style,
        code,
        name,
    )


def _supplier(session: Session, value: str) -> tuple[str, str]:
    code, _, name = value.partition(" ")
    code, name = code.upper(), name.strip()
    if not _CODE.fullmatch(code):
        raise wrong("supplier", "供应商编码不对。", "This is no supplier's code.")
    if len(name) > 80:
        raise wrong("supplier", "供应商名称太长。", "The supplier's name is too long.")
    standing = session.scalar(select(Supplier).where(Supplier.code == code))
    if standing is None and not name:
        raise wrong(
            "supplier",
            f"没有供应商 {code}。新供应商请写成「{code} 名称」。",
            f"There is no supplier {code}. Write a new one as “{code} NAME”.",
        )
    return code, name or (standing.name if standing else "")


def _clashes(session: Session, goods: Sequence[tuple[int, Goods]]) -> list[BadRow]:
    bad = repeated([(number, item.barcode) for number, item in goods], "barcode")
    styles: dict[str, tuple[int, Goods]] = {}
    skus: dict[tuple[str, str, str], str] = {}
    for number, item in goods:
        first, same = styles.setdefault(item.style_no, (number, item))
        if (item.style, item.supplier_code) != (same.style, same.supplier_code):
            bad.append(
                BadRow(
                    number,
                    f"style_no: 款号 {item.style_no} 与第 {first} 行的品名、价格或供应商不一致。",
                    f"style_no: {item.style_no} differs from row {first} in its values.",
                )
            )
        sku = (item.style_no, item.colour, item.size)
        if skus.setdefault(sku, item.barcode) != item.barcode or _is_taken(session, item):
            bad.append(
                BadRow(
                    number,
                    "barcode: 条码与另一个款色码冲突：一码一款色码，一款色码一条码。",
                    "barcode: it clashes with another SKU: one barcode for one SKU.",
                )
            )
    return sorted(bad, key=lambda row: row.number)


def _is_taken(session: Session, item: Goods) -> bool:
    """Whether the barcode stands for another SKU, or the SKU has another barcode.

    What was entered by hand stands in nobody's way.
    """
    named = catalog.sku_named(session, item.style_no, item.colour, item.size)
    by_barcode = session.scalar(select(Sku).where(Sku.barcode == item.barcode))
    if by_barcode is not None and not by_barcode.is_provisional and by_barcode is not named:
        return True
    if named is None or named.is_provisional:
        return False
    return named.barcode not in (None, item.barcode)


def _keep(session: Session, item: Goods) -> None:
    supplier = session.scalar(select(Supplier).where(Supplier.code == item.supplier_code))
    if supplier is None:
        supplier = Supplier(code=item.supplier_code, name=item.supplier_name)
        session.add(supplier)
    supplier.name = item.supplier_name
    style = session.scalar(select(Style).where(Style.style_no == item.style_no))
    if style is None:
        style = Style(style_no=item.style_no, supplier=supplier, **item.style)
        session.add(style)
    else:
        style.supplier = supplier
        for name, value in item.style.items():
            setattr(style, name, value)
    style.is_provisional = False
    session.flush()
    _keep_sku(session, item, style)
    provisional.follow_style(session, style)


def _keep_sku(session: Session, item: Goods, style: Style) -> None:
    """Keep the row's SKU; one that was entered by hand becomes it."""
    named = catalog.sku_named(session, item.style_no, item.colour, item.size)
    scanned = session.scalar(select(Sku).where(Sku.barcode == item.barcode))
    is_open = scanned is not None and scanned.is_provisional and scanned.matched_id is None
    if named is None and scanned is not None and is_open:
        scanned.style, scanned.colour, scanned.size = style, item.colour, item.size
        named = scanned
    if scanned is not None and scanned is not named:
        scanned.barcode = None
        session.flush()
    if named is None:
        named = Sku(style=style, colour=item.colour, size=item.size)
        session.add(named)
    named.barcode, named.is_provisional, named.matched = item.barcode, False, None
    session.flush()
    if scanned is not None and scanned is not named and is_open:
        provisional.move(session, scanned, named)


def _site(session: Session, row: Row) -> dict[str, str | None]:
    values = row.values
    kind = _one_of(SiteKind, values, "kind")
    is_store = kind == SiteKind.STORE.value
    if is_store != bool(values["ownership"]):
        raise wrong(
            "ownership",
            "店铺必须填写经营方式，其他地点不填。",
            "A store has an ownership, other sites have none.",
        )
    code = _shaped(_CODE, values, "code")
    standing = session.scalar(select(Site).where(Site.code == code))
    if standing is not None and standing.kind != kind:
        raise wrong("kind", "已有地点不能改变类型。", "A site never changes its kind.")
    return {
        "code": code,
        "name": text_of(values, "name", 80),
        "kind": kind,
        "ownership": _one_of(Ownership, values, "ownership") if is_store else None,
        "region": text_of(values, "region", 16) if values["region"] else None,
        "liaison": text_of(values, "liaison", 80) if values["liaison"] else None,
    }


def _shaped(shape: re.Pattern[str], values: Mapping[str, str], field: str) -> str:
    value = values[field].upper()
    if not shape.fullmatch(value):
        raise wrong(field, "格式不对。", "It is not of the right form.")
    return value


def _one_of(
    codes: type[Category] | type[Fabric] | type[SiteKind] | type[Ownership],
    values: Mapping[str, str],
    field: str,
) -> str:
    known = [code.value for code in codes]
    if values[field] not in known:
        raise wrong(field, f"可选：{'、'.join(known)}。", f"One of: {', '.join(known)}.")
    return values[field]


def _year(value: str) -> int:
    if not re.fullmatch(r"20[0-9]{2}|2100", value, re.ASCII):
        raise wrong("production_year", "请填四位年份。", "A year of four digits.")
    return int(value)


def _price(values: Mapping[str, str], field: str) -> int:
    fen = parse_yuan(values[field], field)
    if fen == 0:
        raise wrong(field, "价格须大于零。", "The price must be above zero.")
    return fen
