"""Products entered by hand: a tag that no catalogue row knows, until after-sales confirms it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from tracker.domain import tag as tags
from tracker.domain.codes import Category, Fabric, LiableKind
from tracker.domain.errors import InvalidInput, NeedsInput, RuleViolation
from tracker.domain.registration import MACHINE, Action, Status
from tracker.domain.tag import Tag
from tracker.models.catalog import Sku, Style, Supplier
from tracker.models.loss import Liability
from tracker.models.registration import Piece, Registration
from tracker.queries import catalog
from tracker.queries import provisional as queries
from tracker.services import liability
from tracker.services.act import Act
from tracker.services.fields import Code, Fen, Text16, Text40, Text80, Year, required
from tracker.services.transition import apply

STYLE_NO = re.compile(r"[A-Z0-9][A-Z0-9._/-]{0,39}")


@dataclass(frozen=True)
class Manual:
    """A product as the store reads it off the tag or the care label."""

    style_no: Text40
    colour: Text16
    size: Text16
    supplier: Text16


@dataclass(frozen=True)
class StyleFacts:
    """What the catalogue must know of a style; the four prices in fen, all above zero."""

    name: Text80
    category: Category
    supplier: Text16
    production_year: Year
    cost_price_fen: Fen
    purchase_price_fen: Fen
    supply_price_fen: Fen
    tag_price_fen: Fen
    fabric: Fabric | None = None
    season: Text16 | None = None


def by_hand(session: Session, tag: Tag | None, manual: Manual, year: int | None) -> Sku:
    """Return the SKU that was entered by hand, a provisional one where the catalogue has none.

    Its barcode is the scanned tag's where that holds one; its prices are zero, so that no
    loss form with it can be submitted. Raises ``NeedsInput``: ``missing_field``, ``bad_value``,
    ``unknown_supplier``.
    """
    style_no = _style_no(manual.style_no)
    colour, size = _variant(manual.colour, "colour"), _variant(manual.size, "size")
    supplier = _supplier(session, manual.supplier)
    barcode = tag.barcode if tag is not None else None
    known = catalog.sku_named(session, style_no, colour, size)
    if known is not None:
        if known.is_provisional and known.barcode is None:
            known.barcode = barcode
        return known.matched or known
    style = session.scalar(select(Style).where(Style.style_no == style_no))
    if style is None:
        style = _provisional_style(style_no, supplier, _year(year))
    sku = Sku(style=style, colour=colour, size=size, barcode=barcode, is_provisional=True)
    session.add(sku)
    session.flush()
    return sku


def _provisional_style(style_no: str, supplier: Supplier, year: int) -> Style:
    return Style(
        style_no=style_no,
        name=style_no,
        category=Category.OTHER.value,
        supplier=supplier,
        production_year=year,
        cost_price_fen=0,
        purchase_price_fen=0,
        supply_price_fen=0,
        tag_price_fen=0,
        is_provisional=True,
    )


def _style_no(text: str) -> str:
    value = _typed(text, "style_no", "款号", "style number").upper()
    if not STYLE_NO.fullmatch(value):
        raise _bad(
            "style_no", "款号只含字母、数字和 . _ / -。", "Letters, digits and . _ / - only."
        )
    return value


def _variant(text: str, field: str) -> str:
    zh, en = {"colour": ("色号", "colour"), "size": ("尺码", "size")}[field]
    value = _typed(text, field, zh, en).upper()
    if len(value) > 16 or not value.isprintable():
        raise _bad(field, "最多 16 个可见字符。", "16 visible characters at most.")
    return value


def _typed(text: str, field: str, zh: str, en: str) -> str:
    value = unicodedata.normalize("NFKC", text).strip()
    if not value:
        raise NeedsInput("missing_field", f"请填写「{zh}」。", f"Fill in: {en}.", f"manual.{field}")
    return value


def _supplier(session: Session, code: str) -> Supplier:
    typed = _typed(code, "supplier", "供应商", "supplier").upper()
    found = catalog.supplier(session, typed)
    if found is None:
        raise NeedsInput(
            "unknown_supplier",
            "没有供应商「{supplier}」，请从列表中选择。",
            "There is no supplier “{supplier}”: choose one from the list.",
            "manual.supplier",
            supplier=typed,
        )
    return found


def _year(year: int | None) -> int:
    if year is None:
        raise NeedsInput(
            "missing_field",
            "请填写「生产年份」：商品资料里没有这个款号。",
            "Fill in the production year: the catalogue does not know this style.",
            "production_year",
        )
    return year


def _bad(field: str, zh: str, en: str) -> NeedsInput:
    return NeedsInput("bad_value", zh, en, f"manual.{field}")


def confirm(act: Act, no: str, facts: StyleFacts | None) -> Sku:
    """Confirm a product entered by hand; a style that is new too needs its ``facts``.

    Its pieces take the supplier of the style where theirs is presumed, and what was proposed for
    them is proposed anew. Raises ``NotFound``, ``InvalidInput`` ``missing_field``,
    ``unknown_supplier`` or ``no_price``.
    """
    sku = queries.get(act.session, no, for_update=True)
    if sku.style.is_provisional:
        if facts is None:
            raise InvalidInput(
                "missing_field",
                "请补全商品资料后再确认。",
                "Complete the product's facts, then confirm.",
                "name",
            )
        _complete(act.session, sku.style, facts)
    sku.is_provisional = False
    act.session.flush()
    pieces = set(act.session.scalars(select(Piece.id).where(Piece.sku_id == sku.id)))
    changed = follow_style(act.session, sku.style)
    _identified(act, pieces | changed, f"商品资料已确认：{_named(sku)}")
    return sku


def _complete(session: Session, style: Style, facts: StyleFacts) -> None:
    prices = {
        name: getattr(facts, name)
        for name in ("cost_price_fen", "purchase_price_fen", "supply_price_fen", "tag_price_fen")
    }
    for name, fen in prices.items():
        if fen <= 0:
            raise InvalidInput("no_price", "价格须大于零。", "The price must be above zero.", name)
        setattr(style, name, fen)
    style.name = required(facts.name, "name", "请填写品名。", "Write the name.")
    style.category = facts.category.value
    style.fabric = facts.fabric.value if facts.fabric else None
    style.season = (facts.season or "").strip() or None
    style.production_year = facts.production_year
    supplier = catalog.supplier(session, facts.supplier)
    if supplier is None:
        raise InvalidInput(
            "unknown_supplier",
            "没有这个供应商，请从列表中选择。",
            "There is no such supplier: choose one from the list.",
            "supplier",
        )
    style.supplier = supplier
    style.is_provisional = False
    session.flush()


def match(act: Act, no: str, *, code: Code) -> Sku:
    """Say which known product it is: its pieces move over, each history says so.

    ``code`` is its barcode or its style-colour-size. The row entered by hand stays as another name
    of that product, so that its tag is known from now on. Raises ``NotFound``, what the parser
    raises, ``InvalidInput`` ``unknown_code`` or ``RuleViolation`` ``still_provisional``.
    """
    sku = queries.get(act.session, no, for_update=True)
    target = catalog.sku_of(act.session, tags.parse(code))
    if target is None:
        raise InvalidInput(
            "unknown_code",
            "商品资料里没有这个条码或款色码，请核对。",
            "The catalogue knows no such barcode or style-colour-size. Check it.",
            "code",
        )
    if target.is_provisional:
        raise RuleViolation(
            "still_provisional",
            "那一款也还没有确认，请先确认它，或另选一款。",
            "That product is not confirmed either: confirm it first, or choose another.",
        )
    before = _named(sku)
    moved = move(act.session, sku, target)
    _identified(act, moved, f"{before} 确认为 {_named(target)}")
    return target


def move(session: Session, sku: Sku, target: Sku) -> set[int]:
    """Let ``target`` have the pieces of a provisional SKU, which stays as its other name.

    Returns the pieces that moved or whose presumed supplier changed.
    """
    moved = set(session.scalars(select(Piece.id).where(Piece.sku_id == sku.id)))
    session.execute(update(Piece).where(Piece.sku_id == sku.id).values(sku_id=target.id))
    sku.matched = target
    session.flush()
    session.expire_all()
    return moved | follow_style(session, target.style)


def follow_style(session: Session, style: Style) -> set[int]:
    """Give pieces with a presumed supplier (推定) that of their style; return those changed.

    Who waits for a loss form by what the rules proposed follows. What is on a form already stays:
    a draft that names the supplier of before is refused when it is submitted.
    """
    of_style = select(Sku.id).where(Sku.style_id == style.id)
    pieces = session.scalars(
        select(Piece).where(
            Piece.sku_id.in_(of_style),
            Piece.is_supplier_presumed,
            Piece.supplier_id != style.supplier_id,
        )
    ).all()
    for piece in pieces:
        piece.supplier = style.supplier
    session.flush()
    if pieces:
        for waiting in session.scalars(_waiting(style)).all():
            liability.follow_supplier(session, waiting)
    return {piece.id for piece in pieces}


def _waiting(style: Style) -> Select[Registration]:
    """The garments of a style that wait for a loss form."""
    return (
        select(Registration)
        .join(Piece, Piece.id == Registration.piece_id)
        .join(Sku, Sku.id == Piece.sku_id)
        .where(Sku.style_id == style.id, Registration.status == Status.SCRAP_PENDING)
        .order_by(Registration.id)
    )


def _identified(act: Act, pieces: set[int], words: str) -> None:
    """Write a row into the open story of every piece concerned; propose its shares anew."""
    open_stories = (
        select(Registration)
        .where(Registration.piece_id.in_(pieces), Registration.closed_at.is_(None))
        .order_by(Registration.id)
    )
    for registration in act.session.scalars(open_stories).all():
        apply(act, registration, MACHINE, Action.IDENTIFY, reason=words)
        if _names_a_presumed_supplier(act, registration):
            liability.propose_for(act, registration)


def _names_a_presumed_supplier(act: Act, registration: Registration) -> bool:
    """Whether the rules proposed the supplier of before, and no form carries it yet."""
    if registration.status != Status.SCRAP_PENDING:
        return False
    shares = act.session.scalars(
        select(Liability).where(Liability.registration_id == registration.id)
    ).all()
    is_supplier = any(share.liable_kind == LiableKind.SUPPLIER for share in shares)
    return is_supplier and not any(share.is_override for share in shares)


def _named(sku: Sku) -> str:
    return f"{sku.style.style_no}-{sku.colour}-{sku.size}"
