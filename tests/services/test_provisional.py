"""A tag that no catalogue row knows: entered by hand, without a price, until it is confirmed."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.story import JACKET, SUPPLIER_FAULT, Story
from tracker.domain.codes import Category, Demand, Source
from tracker.domain.errors import InvalidInput, NotFound, RuleViolation
from tracker.domain.registration import Choice, Outcome
from tracker.models.catalog import Sku, Style
from tracker.models.history import Event
from tracker.models.loss import Liability
from tracker.queries import provisional as queries
from tracker.services import catalog, provisional
from tracker.services.provisional import Manual, StyleFacts
from tracker.services.rows import BadFile, Row

UNKNOWN = "6901234567915"
BY_HAND = Manual(" 2633x05001 ", "gn3", "175/92a", "SUP02")
FACTS = StyleFacts(
    name="男装连帽卫衣",
    category=Category.TEXTILE,
    supplier="SUP03",
    production_year=2026,
    cost_price_fen=9000,
    purchase_price_fen=10170,
    supply_price_fen=15000,
    tag_price_fen=39900,
)
GOODS = {
    "barcode": UNKNOWN, "style_no": "2633X05001", "style_name": "男装连帽卫衣",
    "category": "textile", "fabric": "", "colour": "GN3", "size": "175/92A",
    "supplier": "SUP03", "production_year": "2026", "season": "秋", "cost_price": "90.00",
    "purchase_price": "101.70", "supply_price": "150.00", "tag_price": "399.00",
}  # fmt: skip
"""What the catalogue knows of the same garment."""


def _register(story: Story, code: str = UNKNOWN, **fields: Any) -> str:
    return story.register(code=code, **({"manual": BY_HAND, "production_year": 2026} | fields))


def _refused(story: Story, **fields: Any) -> str:
    given = {"code": UNKNOWN, "manual": BY_HAND, "production_year": 2026} | fields
    answer = story.scan(**given)
    assert answer.status == 422, answer.body
    return str(json.loads(answer.body)["code"])


def _sku(story: Story, no: str) -> Any:
    return story.registration(no).piece.sku


def _confirm(story: Story, sku: Any, facts: StyleFacts | None = FACTS, login: str = "clerk") -> Any:
    act, no = story.act(login), str(sku.id)
    return story.write(lambda: provisional.confirm(act, no, facts))


def _match(story: Story, sku: Any, code: str = JACKET) -> Any:
    act, no = story.act("clerk"), str(sku.id)
    return story.write(lambda: provisional.match(act, no, code=code))


def _counts(story: Story) -> tuple[int, int, int]:
    story.session.rollback()
    styles, skus = (
        int(story.session.scalar(select(func.count()).select_from(model)) or 0)
        for model in (Style, Sku)
    )
    return styles, skus, queries.count(story.session)


def _row(number: int = 2, **values: str) -> Row:
    return Row(number, GOODS | values)


def _import(story: Story, *rows: Row) -> None:
    story.write(lambda: catalog.import_catalog(story.session, list(rows)))


# --- entered


def test_an_unknown_tag_makes_a_product_without_prices_that_keeps_its_barcode(story: Story) -> None:
    sku = _sku(story, _register(story))
    style = sku.style
    assert (style.style_no, sku.colour, sku.size) == ("2633X05001", "GN3", "175/92A")
    assert (sku.barcode, sku.is_provisional, style.is_provisional) == (UNKNOWN, True, True)
    assert (style.supplier.code, style.production_year, style.name) == ("SUP02", 2026, "2633X05001")
    prices = (style.cost_price_fen, style.purchase_price_fen, style.tag_price_fen)
    assert prices == (0, 0, 0)


def test_the_same_tag_again_needs_no_hand(story: Story) -> None:
    first = _register(story)
    second = story.register(code=UNKNOWN)
    assert _sku(story, first).id == _sku(story, second).id
    assert _counts(story) == (6, 6, 1)


@pytest.mark.parametrize("code", ["2633X05001-GN3-175/92A", "HTTPS://T.CN/X9", "SN-7"])
def test_what_is_no_barcode_is_not_kept_as_one(story: Story, code: str) -> None:
    assert _sku(story, _register(story, code=code)).barcode is None


def test_a_tag_that_the_catalogue_knows_stays_what_it_is(story: Story) -> None:
    no = story.register(code=JACKET, manual=BY_HAND)
    assert _sku(story, no).barcode == JACKET
    known = Manual("2613M04012", "bk1", "170/88a", "SUP05")
    assert _sku(story, _register(story, manual=known)).barcode == JACKET
    assert _counts(story) == (5, 5, 0)


def test_a_new_colour_of_a_known_style_keeps_the_styles_prices(story: Story) -> None:
    new = Manual("2613M04012", "RD9", "170/88A", "SUP05")
    sku = _sku(story, _register(story, manual=new))
    assert (sku.is_provisional, sku.style.is_provisional) == (True, False)
    assert (sku.style.supplier.code, sku.style.cost_price_fen) == ("SUP01", 16800)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"manual": Manual("2633X05001", "GN3", "175", "SUP99")}, "unknown_supplier"),
        ({"manual": Manual("<b>", "GN3", "175", "SUP01")}, "bad_value"),
        ({"manual": Manual("款号一", "GN3", "175", "SUP01")}, "bad_value"),
        ({"manual": Manual("2633X05001", " ", "175", "SUP01")}, "missing_field"),
        ({"manual": Manual("2633X05001", "G\u0007", "175", "SUP01")}, "bad_value"),
        ({"manual": Manual("2633X05001", "ﷺ", "175", "SUP01")}, "bad_value"),
        ({"production_year": None}, "missing_field"),
        ({"code": "P00000099K"}, "bad_check_digit"),
        ({"code": "6901234567890"}, "bad_check_digit"),
        ({"manual": None}, "unknown_code"),
    ],
)
def test_what_cannot_be_is_asked_again_and_makes_nothing(
    story: Story, fields: dict[str, Any], code: str
) -> None:
    assert _refused(story, **fields) == code
    assert _counts(story) == (5, 5, 0)


# --- without a tag (C-23)


def test_a_worn_garment_for_repair_goes_by_its_care_label_without_tag_and_receipt(
    story: Story,
) -> None:
    no = story.register_customer(
        code=" ", manual=BY_HAND, production_year=2026, demand=Demand.REPAIR, receipt_no=None
    )
    garment = story.registration(no)
    assert (garment.tag_intact, garment.receipt_no) == (False, None)
    assert garment.piece.sku.barcode is None
    assert garment.piece.piece_no.startswith("P")


@pytest.mark.parametrize(
    "fields",
    [
        {"source": Source.STOCK},
        {"source": Source.CUSTOMER, "demand": Demand.REFUND},
        {"source": Source.CUSTOMER, "demand": Demand.EXCHANGE},
    ],
)
def test_stock_refunds_and_exchanges_need_their_tag_1_19(
    story: Story, fields: dict[str, Any]
) -> None:
    assert _refused(story, code="", **fields) == "tag_required"


def test_with_a_tag_the_receipt_stays_mandatory_1_19(story: Story) -> None:
    answer = story.scan(source=Source.CUSTOMER, manual=BY_HAND, receipt_no=None)
    assert json.loads(answer.body)["code"] == "missing_field"


# --- no price, no money


def test_a_loss_form_with_it_is_not_submitted_before_its_prices_are_known(story: Story) -> None:
    no = _register(story, **SUPPLIER_FAULT)
    story.at_after_sales(no)
    story.scrap(no)
    [form] = story.list_on_forms(no)
    assert story.refused("clerk", "loss_form", form, "submit") == "no_price"
    _confirm(story, _sku(story, no), replace(FACTS, supplier="SUP02"))
    assert story.do("clerk", "loss_form", form, "submit") == "submitted"


def test_no_charge_is_worked_out_from_a_price_that_nobody_knows(story: Story) -> None:
    no = story.received_customer(code=UNKNOWN, manual=BY_HAND, production_year=2026)
    story.do("assessor", "registration", no, "assess", outcome=Outcome.SCRAP)
    choice = {"choice": Choice.PAID_EXCHANGE}
    assert story.refused("store1", "registration", no, "decide", **choice) == "no_price"
    _confirm(story, _sku(story, no))
    assert story.do("store1", "registration", no, "decide", **choice) == "scrap_pending"


# --- confirmed


def test_confirming_completes_the_style_and_its_pieces_follow_its_supplier(story: Story) -> None:
    no = _register(story, **SUPPLIER_FAULT)
    story.at_after_sales(no)
    story.scrap(no)
    _confirm(story, _sku(story, no))
    garment = story.registration(no)
    style = garment.piece.sku.style
    assert (style.name, style.tag_price_fen, style.is_provisional) == ("男装连帽卫衣", 39900, False)
    assert (garment.piece.sku.is_provisional, garment.piece.supplier.code) == (False, "SUP03")
    liable = story.session.scalars(
        select(Liability.party).where(Liability.registration_id == garment.id)
    ).all()
    assert "SUP03" in liable
    assert "SUP02" not in liable
    event = story.session.scalars(select(Event).where(Event.action == "identify")).one()
    assert event.reason == "商品资料已确认：2633X05001-GN3-175/92A"
    assert _counts(story)[2] == 0


@pytest.mark.parametrize(
    ("change", "code"),
    [({"tag_price_fen": 0}, "no_price"), ({"supplier": "SUP99"}, "unknown_supplier")],
)
def test_facts_that_are_not_complete_confirm_nothing(
    story: Story, change: dict[str, Any], code: str
) -> None:
    sku = _sku(story, _register(story))
    with pytest.raises(InvalidInput) as refusal:
        _confirm(story, sku, replace(FACTS, **change))
    assert refusal.value.code == code
    assert _counts(story)[2] == 1
    with pytest.raises(InvalidInput):
        _confirm(story, sku, None)


def test_confirmed_once_it_waits_no_more(story: Story) -> None:
    sku = _sku(story, _register(story))
    _confirm(story, sku)
    with pytest.raises(NotFound):
        _confirm(story, sku)


def test_matching_moves_the_pieces_and_the_tag_is_known_from_then_on(story: Story) -> None:
    no, other = _register(story), story.register()
    _match(story, _sku(story, no))
    garment = story.registration(no)
    assert (garment.piece.sku.barcode, garment.piece.supplier.code) == (JACKET, "SUP01")
    told = story.session.scalars(select(Event).where(Event.action == "identify")).all()
    assert [(event.subject_id, event.reason) for event in told] == [
        (garment.id, "2633X05001-GN3-175/92A 确认为 2613M04012-BK1-170/88A")
    ]
    assert _sku(story, other).barcode == JACKET
    for code in (UNKNOWN, "2633X05001-GN3-175/92A"):
        assert _sku(story, story.register(code=code)).barcode == JACKET
    assert _counts(story)[2] == 0


def test_matching_needs_a_product_that_is_known(story: Story) -> None:
    sku = _sku(story, _register(story))
    other = Manual("2633X05009", "GN3", "175", "SUP02")
    _register(story, code="6901234567922", manual=other)
    with pytest.raises(RuleViolation) as refusal:
        _match(story, sku, "6901234567922")
    assert refusal.value.code == "still_provisional"
    for code in ("6950000000026", "2613M04012-BK1-999", "zzz"):
        with pytest.raises(InvalidInput):
            _match(story, sku, code)
    assert _counts(story)[2] == 2


# --- the catalogue comes later


def test_an_import_of_the_same_barcode_confirms_it_under_the_catalogues_numbers(
    story: Story,
) -> None:
    no = _register(story)
    _import(story, _row(style_no="2633X05010", colour="GN4"))
    garment = story.registration(no)
    sku = garment.piece.sku
    assert (sku.style.style_no, sku.colour, sku.is_provisional) == ("2633X05010", "GN4", False)
    assert (sku.style.tag_price_fen, garment.piece.supplier.code) == (39900, "SUP03")
    assert _counts(story)[2] == 0


def test_an_import_of_the_same_style_colour_and_size_confirms_it(story: Story) -> None:
    no = _register(story, code="2633X05001-GN3-175/92A")
    _import(story, _row())
    sku = _sku(story, no)
    assert (sku.barcode, sku.is_provisional, sku.style.is_provisional) == (UNKNOWN, False, False)
    assert story.registration(no).piece.supplier.code == "SUP03"


def test_an_import_joins_two_that_were_entered_for_one(story: Story) -> None:
    by_barcode = _register(story, manual=Manual("2633X05099", "GN3", "175/92A", "SUP02"))
    by_words = _register(story, code="2633X05001-GN3-175/92A")
    _import(story, _row())
    assert _sku(story, by_barcode).id == _sku(story, by_words).id
    assert _sku(story, by_words).barcode == UNKNOWN
    assert _counts(story)[2] == 0


def test_what_a_store_typed_never_stands_in_an_imports_way_but_the_catalogue_does(
    story: Story,
) -> None:
    no = _register(story, manual=Manual("2613M04012", "RD9", "170/88A", "SUP05"))
    _match(story, _sku(story, no))
    _import(story, _row())
    assert _sku(story, no).barcode == JACKET
    assert _sku(story, story.register(code=UNKNOWN)).style.style_no == "2633X05001"
    with pytest.raises(BadFile):
        _import(story, _row(barcode="6901234567922"))


# --- who sees what


def test_a_clerk_sees_no_garment_of_a_box_that_is_yet_to_be_counted(story: Story) -> None:
    no = _register(story)
    sku = _sku(story, no)

    def seen(login: str) -> list[str]:
        story.session.rollback()
        page = queries.page(story.session, story.actor(login))
        return [row.no for row in page.garments.get(sku.id, [])]

    assert seen("clerk") == [no]
    box = story.send(no)
    assert seen("clerk") == []
    assert seen("supervisor") == [no]
    story.count_in(box, no)
    assert seen("clerk") == [no]
