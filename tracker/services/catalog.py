"""Imports of the catalogue and of the sites: a bad file is refused whole, every bad row named."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain import tag
from tracker.domain.codes import Category, Fabric
from tracker.domain.errors import InvalidInput
from tracker.domain.money import parse_yuan
from tracker.domain.site import Ownership, SiteKind
from tracker.models.catalog import Sku, Style, Supplier
from tracker.models.site import Site
from tracker.services.rows import Row

CATALOG_COLUMNS = tuple(
    "barcode,style_no,style_name,category,fabric,colour,size,supplier,production_year,season,"
    "cost_price,purchase_price,supply_price,tag_price".split(",")
)
SITE_COLUMNS = ("code", "name", "kind", "ownership", "region", "liaison")
PRICES = ("cost_price", "purchase_price", "supply_price", "tag_price")
_CODE = re.compile(r"[A-Z0-9][A-Z0-9_-]{0,15}")
_STYLE_NO = re.compile(r"[A-Z0-9][A-Z0-9._/-]{0,39}")
T = TypeVar("T")
Watch = Callable[[Sequence[Row]], Iterable[Row]]


@dataclass(frozen=True)
class BadRow:
    """A row that cannot be, and why, in both languages."""

    number: int
    zh: str
    en: str


class BadFile(InvalidInput):
    """Nothing was imported; ``bad_rows`` says every row that cannot be."""

    def __init__(self, bad_rows: Sequence[BadRow]) -> None:
        super().__init__(
            "bad_rows",
            "有 {count} 行不对，整个文件没有导入。",
            "{count} rows are wrong; nothing was imported.",
            "file",
            count=len(bad_rows),
        )
        self.bad_rows = tuple(bad_rows)


@dataclass(frozen=True)
class Counts:
    """How many records an import made and how many it changed or found as they were."""

    made: int
    known: int


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

    The supplier is ``CODE`` of one that is known, or ``CODE 名称``, which makes it. Prices are in
    yuan. Raises ``BadFile`` with every bad row; then nothing is imported.
    """
    goods = _checked(rows, lambda row: _goods(session, row), watch)
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
    sites = _checked(rows, lambda row: _site(session, row), watch)
    bad = _repeated([(number, site["code"] or "") for number, site in sites], "code")
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


def _checked(rows: Sequence[Row], check: Callable[[Row], T], watch: Watch) -> list[tuple[int, T]]:
    good, bad = [], []
    for row in watch(rows):
        try:
            good.append((row.number, check(row)))
        except InvalidInput as refusal:
            field = f"{refusal.field}: " if refusal.field else ""
            zh, en = refusal.message("zh"), refusal.message("en")
            bad.append(BadRow(row.number, field + zh, field + en))
    if bad:
        raise BadFile(bad)
    return good


def _goods(session: Session, row: Row) -> Goods:
    values = row.values
    barcode = tag.parse(values["barcode"])
    if barcode.kind is not tag.Kind.EAN13:
        raise _wrong("barcode", "不是 EAN-13 条码。", "This is no EAN-13 barcode.")
    code, name = _supplier(session, values["supplier"])
    style: dict[str, str | int | None] = {
        "name": _text(values, "style_name", 80),
        "category": _one_of(Category, values, "category"),
        "fabric": _one_of(Fabric, values, "fabric") if values["fabric"] else None,
        "season": _text(values, "season", 16) if values["season"] else None,
        "production_year": _year(values["production_year"]),
        **{f"{price}_fen": _price(values, price) for price in PRICES},
    }
    return Goods(
        barcode.code,
        _text(values, "colour", 16).upper(),
        _text(values, "size", 16).upper(),
        _shaped(_STYLE_NO, values, "style_no"),
        style,
        code,
        name,
    )


def _supplier(session: Session, value: str) -> tuple[str, str]:
    code, _, name = value.partition(" ")
    code, name = code.upper(), name.strip()
    if not _CODE.fullmatch(code):
        raise _wrong("supplier", "供应商编码不对。", "This is no supplier's code.")
    if len(name) > 80:
        raise _wrong("supplier", "供应商名称太长。", "The supplier's name is too long.")
    standing = session.scalar(select(Supplier).where(Supplier.code == code))
    if standing is None and not name:
        raise _wrong(
            "supplier",
            f"没有供应商 {code}。新供应商请写成「{code} 名称」。",
            f"There is no supplier {code}. Write a new one as “{code} NAME”.",
        )
    return code, name or (standing.name if standing else "")


def _clashes(session: Session, goods: Sequence[tuple[int, Goods]]) -> list[BadRow]:
    bad = _repeated([(number, item.barcode) for number, item in goods], "barcode")
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
    """Whether the barcode stands for another SKU, or the SKU has another barcode."""
    named = (
        select(Sku)
        .join(Style)
        .where(Style.style_no == item.style_no, Sku.colour == item.colour, Sku.size == item.size)
    )
    by_barcode = session.scalar(select(Sku).where(Sku.barcode == item.barcode))
    return by_barcode is not session.scalar(named)


def _repeated(values: Sequence[tuple[int, str]], field: str) -> list[BadRow]:
    first: dict[str, int] = {}
    return [
        BadRow(
            number,
            f"{field}: {value} 与第 {first[value]} 行重复。",
            f"{field}: {value} stands in row {first[value]} too.",
        )
        for number, value in values
        if first.setdefault(value, number) != number
    ]


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
    if session.scalar(select(Sku.id).where(Sku.barcode == item.barcode)) is None:
        session.add(Sku(barcode=item.barcode, style=style, colour=item.colour, size=item.size))
    session.flush()


def _site(session: Session, row: Row) -> dict[str, str | None]:
    values = row.values
    kind = _one_of(SiteKind, values, "kind")
    is_store = kind == SiteKind.STORE.value
    if is_store != bool(values["ownership"]):
        raise _wrong(
            "ownership",
            "店铺必须填写经营方式，其他地点不填。",
            "A store has an ownership, other sites have none.",
        )
    code = _shaped(_CODE, values, "code")
    standing = session.scalar(select(Site).where(Site.code == code))
    if standing is not None and standing.kind != kind:
        raise _wrong("kind", "已有地点不能改变类型。", "A site never changes its kind.")
    return {
        "code": code,
        "name": _text(values, "name", 80),
        "kind": kind,
        "ownership": _one_of(Ownership, values, "ownership") if is_store else None,
        "region": _text(values, "region", 16) if values["region"] else None,
        "liaison": _text(values, "liaison", 80) if values["liaison"] else None,
    }


def _text(values: Mapping[str, str], field: str, most: int) -> str:
    value = values[field]
    if not value or len(value.upper()) > most or not value.isprintable():
        raise _wrong(field, f"必填，最多 {most} 个字。", f"1 to {most} characters.")
    return value


def _shaped(shape: re.Pattern[str], values: Mapping[str, str], field: str) -> str:
    value = values[field].upper()
    if not shape.fullmatch(value):
        raise _wrong(field, "格式不对。", "It is not of the right form.")
    return value


def _one_of(
    codes: type[Category] | type[Fabric] | type[SiteKind] | type[Ownership],
    values: Mapping[str, str],
    field: str,
) -> str:
    known = [code.value for code in codes]
    if values[field] not in known:
        raise _wrong(field, f"可选：{'、'.join(known)}。", f"One of: {', '.join(known)}.")
    return values[field]


def _year(value: str) -> int:
    if not re.fullmatch(r"20[0-9]{2}|2100", value, re.ASCII):
        raise _wrong("production_year", "请填四位年份。", "A year of four digits.")
    return int(value)


def _price(values: Mapping[str, str], field: str) -> int:
    fen = parse_yuan(values[field], field)
    if fen == 0:
        raise _wrong(field, "价格须大于零。", "The price must be above zero.")
    return fen


def _wrong(field: str, zh: str, en: str) -> InvalidInput:
    return InvalidInput("bad_value", zh, en, field)
