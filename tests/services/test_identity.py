"""Which garment a tag names: a SKU's tag none, a unique code one for ever, in every carrier."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from tests.story import JACKET, Story
from tracker.domain.codes import Resolution
from tracker.domain.errors import InvalidInput, NeedsInput
from tracker.domain.tag import Kind, Tag, parse
from tracker.models.catalog import Sku, Style
from tracker.models.registration import Piece
from tracker.queries import alarm, catalog, work_list
from tracker.queries import registration as registrations
from tracker.services import scan
from tracker.services.provisional import Manual

DATAMATRIX = "]d201069012345678921126112221" + "1000000001"
LINK = "https://brand.example/01/06901234567892/21/1000000001?s=wechat"
RFID = "30320E85BC86A1403B9ACA01"
CARRIERS = ("(01)06901234567892(21)1000000001", DATAMATRIX, LINK, RFID, "6901234567892-1000000001")
WITH_SERIAL = "2613M04012-BK1-170/88A-00012345"
OPAQUE = "690123456789201"
UNIQUE = (DATAMATRIX, LINK, RFID, WITH_SERIAL, "2613M04012BK1170/88A-00012345")


def _code(answer: Any) -> str:
    return str(json.loads(answer.body)["code"])


def _closed(story: Story, code: str) -> str:
    """A garment whose story began with a scan of ``code`` and is over."""
    no = story.register(code=code, piece=None)
    refund = {"resolution": Resolution.REFUND, "defective": False}
    story.do("manager1", "registration", no, "settle", **refund)
    return no


def _sku(story: Story, style_no: str, colour: str, size: str) -> None:
    style = story.session.query(Style).filter_by(style_no=style_no).first()
    if style is None:
        jacket = catalog.sku_of(story.session, parse(JACKET)).style
        columns = {c.name for c in Style.__table__.columns} - {"id", "style_no"}
        style = Style(style_no=style_no, **{name: getattr(jacket, name) for name in columns})
    story.session.add(Sku(style=style, colour=colour, size=size))
    story.session.commit()


@pytest.mark.parametrize("code", UNIQUE)
def test_a_unique_code_mints_a_piece_once_and_never_asks_whether_it_is_another(
    story: Story, code: str
) -> None:
    story.register()
    first = story.registration(story.register(code=code, piece=None))
    again = story.scan(code=code, piece="another")
    assert (again.status, _code(again)) == (409, "already_registered")
    assert [first.piece.sku.barcode, story.session.query(Piece).count()] == [JACKET, 2]


def test_all_carriers_of_a_code_name_the_same_garment(story: Story) -> None:
    no = story.register(code=DATAMATRIX, piece=None)
    assert story.registration(no).piece.unique_code == "(01)06901234567892(21)1000000001"
    for code in CARRIERS:
        piece = registrations.piece_of(story.session, parse(code))
        assert piece is not None
        assert piece.piece_no == story.piece_no(no)


def test_two_garments_of_a_sku_with_their_own_codes_are_two(story: Story) -> None:
    nos = [story.register(code=f"(01)06901234567892(21)S{n}", piece=None) for n in (1, 2)]
    assert story.piece_no(nos[0]) != story.piece_no(nos[1])


def test_a_barcode_without_a_serial_still_asks(story: Story) -> None:
    for code in (JACKET, "06901234567892", "(01)06901234567892", "2613M04012BK1170/88A"):
        story.register(code=code)
        assert _code(story.scan(code=code, piece=None)) == "same_sku_again"


@pytest.mark.parametrize("code", UNIQUE)
def test_the_code_of_a_closed_story_opens_one_that_names_the_previous(
    story: Story, code: str
) -> None:
    before = _closed(story, code)
    after = story.registration(story.register(code=code, piece=None))
    assert after.previous.no == before
    assert after.piece.piece_no == story.piece_no(before)


def test_another_store_learns_that_it_is_registered_and_not_where(story: Story) -> None:
    story.register(code=DATAMATRIX, piece=None)
    refusal = story.scan("store2", code=LINK, piece=None)
    assert (refusal.status, json.loads(refusal.body)) == (409, {"code": "already_registered"})


def test_a_unique_code_is_scanned_wherever_a_repair_tag_is(story: Story) -> None:
    no = story.register(code=DATAMATRIX, piece=None)
    story.do("manager1", "registration", no, "accept")
    box = story.box("store1")
    story.do("store1", "shipment", box, "pack", code=LINK)
    story.do("store1", "shipment", box, "unpack", code=RFID)
    story.do("store1", "shipment", box, "pack", code=DATAMATRIX)
    story.dispatch("store1", box)
    story.do("clerk", "shipment", box, "receive", code=RFID)
    assert story.registration(no).status == "received"


@pytest.mark.parametrize("code", [JACKET, "(01)06901234567892(21)NEW", WITH_SERIAL, OPAQUE])
def test_what_no_garment_is_known_by_is_not_packed(story: Story, code: str) -> None:
    box = story.box("store1")
    assert story.refused("store1", "shipment", box, "pack", code=code) == "not_a_piece"


def test_a_destroyed_garment_is_known_by_its_code_and_the_alarm_names_it(story: Story) -> None:
    no = story.scrapped(code=DATAMATRIX)
    [form] = story.list_on_forms(no)
    story.sign_off(form)
    story.destroy(no)
    assert _code(story.scan(code=LINK)) == "destroyed_piece"
    since, until = story.now - timedelta(days=1), story.now + timedelta(days=1)
    [row] = alarm.page(story.session, since, until)[0]
    garments = alarm.garments_of(story.session, [row])
    assert garments == {LINK: (story.piece_no(no), no)}


@pytest.mark.parametrize("q", [*CARRIERS, "P00000001Z", JACKET, "06901234567892"])
def test_a_scan_into_the_search_finds_the_garment(story: Story, q: str) -> None:
    no = story.register(code=DATAMATRIX, piece=None)
    story.register(code="2653D11007-NV2-175/92A")
    wanted = work_list.Filter(q=q)
    page = work_list.page(story.session, story.actor("store1"), wanted, story.now.date())
    assert [row.no for row in page.items] == [no]


def test_a_search_that_is_no_barcode_does_not_find_what_has_none(story: Story) -> None:
    _sku(story, "2613M04012", "XX9", "M")
    story.register(code="2613M04012-XX9-M")
    wanted = work_list.Filter(q="HELLO")
    page = work_list.page(story.session, story.actor("store1"), wanted, story.now.date())
    assert page.items == []


def test_digits_that_name_no_product_are_known_once_the_product_was_entered(story: Story) -> None:
    assert _code(story.scan(code=OPAQUE)) == "unknown_code"
    manual = Manual("2613M04012", "BK1", "170/88A", "SUP01")
    no = story.register(code=OPAQUE, manual=manual, piece=None)
    assert story.registration(no).piece.unique_code == OPAQUE
    assert _code(story.scan(code=OPAQUE, piece=None)) == "already_registered"
    assert registrations.piece_of(story.session, parse(OPAQUE)).piece_no == story.piece_no(no)


def test_a_look_up_says_what_a_unique_code_is_and_mints_nothing(story: Story) -> None:
    assert scan.look_up(story.act("store1"), LINK).barcode == JACKET
    assert story.session.query(Piece).count() == 0
    no = _closed(story, LINK)
    assert scan.look_up(story.act("store1"), RFID).id == story.registration(no).piece.sku.id


def test_a_surplus_garment_is_minted_with_its_unique_code(story: Story) -> None:
    piece = story.write(lambda: scan.piece_of(story.act("clerk"), DATAMATRIX).piece_no)
    again = story.write(lambda: scan.piece_of(story.act("clerk"), LINK).piece_no)
    assert piece == again


@pytest.mark.parametrize(
    "code",
    ["6901234567892", "06901234567892", "(01)06901234567892", "https://a.b/01/6901234567892",
     "2613M04012-BK1-170/88A", "2613M04012/BK1/170/88A", "2613M04012BK1170/88A",
     "2613m04012bk1170/88a", "2613M04012-BK1170/88A", "2613M04012BK1-170/88A"],
)  # fmt: skip
def test_every_spelling_of_a_product_finds_it(story: Story, code: str) -> None:
    assert catalog.sku_of(story.session, parse(code)).barcode == JACKET


def test_a_upca_is_found_under_its_ean13(story: Story) -> None:
    sku = catalog.sku_of(story.session, parse(JACKET))
    sku.barcode = "0012345678905"
    story.session.commit()
    for code in ("012345678905", "0012345678905", "00012345678905", "(01)00012345678905"):
        assert catalog.sku_of(story.session, parse(code)).id == sku.id


def test_the_number_of_a_pack_is_not_that_of_what_is_in_it(story: Story) -> None:
    assert catalog.sku_of(story.session, parse("16901234567899")) is None


def test_one_word_is_split_at_the_longest_style_that_fits(story: Story) -> None:
    _sku(story, "2613M04", "012BK1", "M9")
    _sku(story, "2613M04012", "BK1", "M9")
    read = catalog.as_catalogued(story.session, parse("2613M04012BK1M9"))
    assert read == Tag(
        Kind.STYLE_COLOUR_SIZE, "2613M04012-BK1-M9", None, None, "2613M04012", "BK1", "M9"
    )
    assert catalog.as_catalogued(story.session, parse("2613M04012BK1Z9")).kind is Kind.UNKNOWN


def test_a_word_that_may_be_two_products_asks_which(story: Story) -> None:
    _sku(story, "2613M04012", "BK1", "1M")
    _sku(story, "2613M04012", "BK11", "M")
    with pytest.raises(NeedsInput) as asked:
        catalog.sku_of(story.session, parse("2613M04012BK11M"))
    assert asked.value.code == "ambiguous_sku"
    assert asked.value.facts["choices"] == ["2613M04012-BK1-1M", "2613M04012-BK11-M"]
    assert _code(story.scan(code="2613M04012BK11M")) == "ambiguous_sku"
    assert story.scan(code="2613M04012-BK11-M").status == 201
    box = story.box("store1")
    assert story.refused("store1", "shipment", box, "pack", code="2613M04012BK11M") == (
        "ambiguous_sku"
    )


def test_two_names_of_one_product_are_not_two_products(story: Story) -> None:
    _sku(story, "2613M04012", "BK1", "1M")
    _sku(story, "2613M04012", "BK11", "M")
    one, other = story.session.query(Sku).order_by(Sku.id.desc()).limit(2).all()
    one.matched = other
    story.session.commit()
    assert catalog.sku_of(story.session, parse("2613M04012BK11M")).id == other.id


def test_a_misread_code_is_never_repaired_on_its_way(story: Story) -> None:
    with pytest.raises(InvalidInput) as refusal:
        parse("(01)06901234567890(21)1000000001")
    assert refusal.value.code == "bad_check_digit"
    answer = story.scan(code="(01)06901234567890(21)1000000001")
    assert (answer.status, _code(answer)) == (422, "bad_check_digit")


@pytest.mark.parametrize(
    ("style_no", "colour", "size", "code"),
    [
        ("26130401", "05", "175", "2613040105175"),  # thirteen digits, check digit wrong
        ("2613040", "10", "517", "261304010517"),  # twelve
        ("26130401", "050", "175", "26130401050175"),  # fourteen
        ("26130401", "05", "178", "2613040105178"),  # thirteen, check digit right by chance
    ],
)
def test_digits_that_the_catalogue_spells_are_that_product_whatever_their_check_digit(
    story: Story, style_no: str, colour: str, size: str, code: str
) -> None:
    assert _code(story.scan(code=code)) in ("bad_check_digit", "unknown_code")
    _sku(story, style_no, colour, size)
    no = story.register(code=code)
    sku = story.registration(no).piece.sku
    assert (sku.style.style_no, sku.colour, sku.size) == (style_no, colour, size)
    assert story.registration(no).piece.unique_code is None
    assert _code(story.scan(code=code, piece=None)) == "same_sku_again"
    box = story.box("store1")
    assert story.refused("store1", "shipment", box, "pack", code=code) == "not_a_piece"


@pytest.mark.parametrize("own", ["690123456789", "6901234567890", "06901234567890"])
def test_digits_that_are_a_known_garments_own_number_find_it_whatever_their_check_digit(
    story: Story, own: str
) -> None:
    no = story.register()
    assert _code(story.scan(code=own)) == "bad_check_digit"
    story.registration(no).piece.unique_code = own
    story.session.commit()
    assert _code(story.scan(code=own, piece=None)) == "already_registered"
    story.do("manager1", "registration", no, "accept")
    story.do("store1", "shipment", story.box("store1"), "pack", code=f"]E0{own}")
    assert story.registration(no).status == "packed"


def test_a_barcode_of_the_catalogue_counts_before_its_digits_spell_anything(story: Story) -> None:
    _sku(story, "69012345", "678", "92")
    no = story.register(code=JACKET)
    assert story.registration(no).piece.sku.style.style_no == "2613M04012"


def test_without_a_catalogue_a_wrong_check_digit_stays_refused(story: Story) -> None:
    _sku(story, "26130401", "05", "175")
    with pytest.raises(InvalidInput) as refusal:
        parse("2613040105175")
    assert refusal.value.code == "bad_check_digit"
