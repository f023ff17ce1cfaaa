"""The scan page by hand, and the clerk's page of products to confirm."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from tests.paper import assert_says, page_texts, print_pdf
from tests.story import JACKET, SUPPLIER_FAULT, Story
from tracker.models.registration import Registration
from tracker.services.provisional import Manual

UNKNOWN = "6901234567915"
BY_HAND = {
    "manual_style_no": "2633X05001", "manual_colour": "GN3", "manual_size": "175/92A",
    "manual_supplier": "SUP02", "production_year": "2026",
}  # fmt: skip
FACTS = {
    "name": "男装连帽卫衣", "category": "textile", "supplier": "SUP03", "production_year": "2026",
    "season": "秋", "cost_price_fen": "90.00", "purchase_price_fen": "101.70",
    "supply_price_fen": "150.00", "tag_price_fen": "399.00",
}  # fmt: skip


def _scan(**fields: str) -> dict[str, str]:
    filled = {
        "scan_id": str(uuid4()), "code": UNKNOWN, "source": "stock", "defect": "SEAM_OPEN",
        "position": "left_sleeve", "area_mm2": "2.5", "cause": "workmanship", "tag_intact": "yes",
        "accessories_intact": "yes", "number_intact": "yes",
    }  # fmt: skip
    return {**filled, **fields}


CUSTOMERS = {
    "source": "customer", "customer_name": "张三丰", "customer_phone": "13812345678",
    "purchased_on": "2026-10-01", "demand": "repair",
}  # fmt: skip


def _garment(story: Story) -> Any:
    story.session.rollback()
    return story.session.scalars(select(Registration)).one()


def _entered(story: Story, **fields: Any) -> tuple[str, str]:
    manual = Manual("2633X05001", "GN3", "175/92A", "SUP02")
    no = story.register(code=UNKNOWN, manual=manual, production_year=2026, **fields)
    return no, str(story.registration(no).piece.sku.id)


def _post(**fields: str) -> dict[str, str]:
    return {"action_id": str(uuid4()), **fields}


def test_an_unknown_code_offers_to_enter_it_by_hand_and_a_wrong_one_does_not(
    app: Flask, login: Any
) -> None:
    browser = login("store1")

    def panel(code: str) -> str:
        return str(browser.get("/registrations/product", query_string={"code": code}).text)

    assert 'name="manual_supplier"' in panel(UNKNOWN)
    assert "SUP05" in panel(UNKNOWN)
    by_words = panel("2633X05001-GN3-175/92A")
    assert 'value="2633X05001"' in by_words
    assert 'value="175/92A"' in by_words
    for code in ("6901234567890", JACKET, "P00000001F", ""):
        assert "manual_supplier" not in panel(code)


def test_what_was_entered_by_hand_is_registered_and_marked_everywhere(
    app: Flask, login: Any, story: Story
) -> None:
    browser = login("store1")
    answer = browser.post("/registrations/new", data=_scan(**BY_HAND))
    assert answer.status_code == 303
    no, piece = _garment(story).no, _garment(story).piece.piece_no
    for path in (answer.location, f"/registrations/{no}", "/registrations"):
        assert "待确认" in browser.get(path).text
    for path in (f"/registrations/{no}.pdf", f"/labels/{piece}.pdf"):
        assert_says(page_texts(print_pdf(browser, path))[0], "2633X05001（待确认）")


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"manual_supplier": ""}, "请填写「供应商」"),
        ({"manual_style_no": "<b>x</b>"}, "款号只含"),
        ({"manual_colour": ""}, "请填写「色号」"),
        ({"production_year": ""}, "请填写「生产年份」"),
        ({"manual_supplier": "SUP99"}, "不是有效"),
    ],
)
def test_a_refusal_keeps_what_was_entered_by_hand(
    app: Flask, login: Any, story: Story, fields: dict[str, str], sentence: str
) -> None:
    answer = login("store1").post("/registrations/new", data=_scan(**(BY_HAND | fields)))
    assert answer.status_code == 422
    assert sentence in answer.text or fields == {"manual_supplier": "SUP99"}
    assert 'value="175/92A"' in answer.text
    assert "<b>x</b>" not in answer.text
    assert story.session.scalars(select(Registration)).all() == []


def test_an_unknown_code_posted_alone_opens_the_fields(app: Flask, login: Any) -> None:
    answer = login("store1").post("/registrations/new", data=_scan())
    assert answer.status_code == 422
    assert answer.text.count("商品资料里没有") == 1
    assert 'name="manual_style_no"' in answer.text


def test_a_worn_garment_without_a_tag_is_entered_from_its_care_label_c_23(
    app: Flask, login: Any, story: Story
) -> None:
    browser = login("store1")
    assert 'name="manual_size"' in browser.get("/registrations/new?by_hand=1").text
    stock = browser.post("/registrations/new", data=_scan(code="", **BY_HAND))
    assert stock.status_code == 422
    assert "必须有吊牌" in stock.text
    worn = browser.post("/registrations/new", data=_scan(code="", **(CUSTOMERS | BY_HAND)))
    assert worn.status_code == 303
    garment = _garment(story)
    assert (garment.demand, garment.tag_intact, garment.receipt_no) == ("repair", False, None)


def test_the_fabric_makers_card_is_kept_and_shown_6_01(
    app: Flask, login: Any, story: Story
) -> None:
    browser = login("store1")
    panel = browser.get("/registrations/product", query_string={"code": "6971234560018"}).text
    assert 'data-fabric="gore_tex"' in panel
    form = _scan(code="6971234560018", receipt_no="T1", gore_card_no="G-778", **CUSTOMERS)
    assert browser.post("/registrations/new", data=form).status_code == 303
    garment = _garment(story)
    assert garment.gore_card_no == "G-778"
    page = browser.get(f"/registrations/{garment.no}").text
    assert "G-778" in page
    assert "维修" in page
    assert_says(page_texts(print_pdf(browser, f"/registrations/{garment.no}.pdf"))[0], "G-778")


def test_the_scan_page_proposes_a_day(app: Flask, login: Any) -> None:
    page = login("store1").get("/registrations/new").text
    field = page.split('name="promised_on"')[1].split(">")[0]
    assert 'value="20' in field


# --- the clerk


def test_the_clerk_completes_a_new_product_and_its_garments_are_known(
    app: Flask, login: Any, story: Story
) -> None:
    no, sku = _entered(story)
    browser = login("clerk")
    index = browser.get("/provisional").text
    assert "2633X05001 GN3 175/92A" in index
    assert no in index
    assert "SUP02" in browser.get(f"/provisional/{sku}").text
    form = _post(**FACTS)
    for _again in range(2):
        assert browser.post(f"/provisional/{sku}/confirm", data=form).status_code == 303
    page = browser.get(f"/registrations/{no}").text
    assert "男装连帽卫衣" in page
    assert "待确认" not in page.split("<main")[1].split("确认商品")[0]
    assert "商品资料已确认：2633X05001-GN3-175/92A" in page
    assert browser.get(f"/provisional/{sku}").status_code == 404


@pytest.mark.parametrize(
    "fields",
    [{"name": ""}, {"tag_price_fen": "0"}, {"cost_price_fen": "x"}, {"supplier": "SUP99"},
     {"category": "shoes"}, {"production_year": "1890"}],
)  # fmt: skip
def test_facts_that_cannot_be_are_asked_again(
    app: Flask, login: Any, story: Story, fields: dict[str, str]
) -> None:
    _no, sku = _entered(story)
    browser = login("supervisor")
    answer = browser.post(f"/provisional/{sku}/confirm", data=_post(**(FACTS | fields)))
    assert answer.status_code == 422
    assert browser.get(f"/provisional/{sku}").status_code == 200


def test_the_clerk_finds_that_it_is_a_known_product(app: Flask, login: Any, story: Story) -> None:
    no, sku = _entered(story)
    browser = login("clerk")
    wrong = browser.post(f"/provisional/{sku}/match", data=_post(code="<script>"))
    assert wrong.status_code == 422
    assert "<script>" not in wrong.text
    assert browser.post(f"/provisional/{sku}/match", data=_post(code=JACKET)).status_code == 303
    page = browser.get(f"/registrations/{no}").text
    assert "男装休闲夹克" in page
    assert "2633X05001-GN3-175/92A 确认为 2613M04012-BK1-170/88A" in page


@pytest.mark.parametrize("no", ["0", "999", "x", "-1", "9" * 30])
def test_what_does_not_wait_is_not_there(app: Flask, login: Any, no: str) -> None:
    browser = login("clerk")
    assert browser.get(f"/provisional/{no}").status_code == 404
    assert browser.post(f"/provisional/{no}/match", data=_post(code=JACKET)).status_code == 404
    assert browser.post(f"/provisional/{no}/confirm", data=_post()).status_code == 404


def test_products_are_confirmed_by_after_sales_alone(app: Flask, login: Any, story: Story) -> None:
    _no, sku = _entered(story)
    for name in ("store1", "manager1", "finance", "auditor", "admin"):
        assert login(name).get("/provisional").status_code == 403
        answer = login(name).post(f"/provisional/{sku}/match", data=_post(code=JACKET))
        assert answer.status_code == 403


def test_a_draft_for_the_supplier_of_before_says_what_to_do_and_offers_it(
    app: Flask, login: Any, story: Story
) -> None:
    by_hand = Manual("2633X05001", "GN3", "175/92A", "SUP02")
    no = story.received(code=UNKNOWN, manual=by_hand, production_year=2026, **SUPPLIER_FAULT)
    story.scrap(no)
    [form] = story.list_on_forms(no)
    browser, sku = login("clerk"), story.registration(no).piece.sku.id
    assert browser.post(f"/provisional/{sku}/confirm", data=_post(**FACTS)).status_code == 303
    refused = browser.post(f"/loss-forms/{form}/actions/submit", data=_post())
    assert refused.status_code == 409
    assert "请先把这件移出本单，再为它重新开报损单。" in refused.text
    off = f"/loss-forms/{form}/lines/{no}/unlist"
    assert f'action="{off}"' in browser.get(f"/loss-forms/{form}").text
    assert browser.post(off, data=_post()).status_code == 303
    waiting = browser.get("/loss-forms/pending").text.split("<main")[1]
    assert ("SUP03" in waiting, "SUP02" in waiting) == (True, False)
    again = browser.post("/loss-forms", data=_post(codes=no))
    assert "SUP03" in browser.get(again.location).text
