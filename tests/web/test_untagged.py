"""A worn garment without its tag: its product by style number, receipt or phone (C-23)."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from tests.story import JACKET, Story
from tracker.domain.codes import Resolution
from tracker.domain.tag import parse
from tracker.models.catalog import Sku
from tracker.models.registration import Registration
from tracker.queries import catalog
from tracker.services.registration import CustomerName

WORN = {
    "code": "", "source": "customer", "defect": "SEAM_OPEN", "position": "left_sleeve",
    "area_mm2": "2.5", "cause": "workmanship", "tag_intact": "yes", "accessories_intact": "yes",
    "number_intact": "yes", "customer_name": "李四", "customer_phone": "13900001111",
    "purchased_on": "2026-10-01", "demand": "repair",
}  # fmt: skip


def _found(browser: Any, q: str) -> str:
    return str(browser.get("/registrations/untagged", query_string={"untagged": q}).text)


def _chosen(browser: Any, **product: str) -> dict[str, str]:
    """Choose a product; return the fields that the panel will post."""
    panel = browser.get("/registrations/product", query_string=product).text
    return dict(re.findall(r'<input type="hidden" name="(manual_\w+)" value="([^"]*)">', panel))


@pytest.mark.parametrize("q", ["2613M04012", "2613m04012", "２６１３Ｍ０４０１２", " 2613M0 "])
def test_a_style_number_or_its_beginning_offers_colours_and_sizes(
    app: Flask, login: Any, q: str
) -> None:
    found = _found(login("store1"), q)
    assert "男装休闲夹克" in found
    assert "style_no=2613M04012&amp;colour=BK1&amp;size=170/88A" in found


def test_what_is_chosen_is_registered_as_a_garment_without_its_tag(
    app: Flask, login: Any, story: Story
) -> None:
    browser = login("store1")
    product = _chosen(browser, style_no="2613M04012", colour="BK1", size="170/88A")
    assert product == {
        "manual_style_no": "2613M04012", "manual_colour": "BK1", "manual_size": "170/88A",
        "manual_supplier": "SUP01",
    }  # fmt: skip
    answer = browser.post("/registrations/new", data={"scan_id": str(uuid4()), **WORN, **product})
    assert answer.status_code == 303
    [garment] = story.session.query(Registration).all()
    assert (garment.piece.sku.barcode, garment.tag_intact) == (JACKET, False)
    assert garment.piece.sku.is_provisional is False


def test_a_refusal_keeps_the_chosen_product(app: Flask, login: Any) -> None:
    browser = login("store1")
    product = _chosen(browser, style_no="2613M04012", colour="BK1", size="170/88A")
    facts = {"scan_id": str(uuid4()), **WORN, **product, "customer_name": ""}
    answer = browser.post("/registrations/new", data=facts)
    assert answer.status_code == 422
    assert '<input type="hidden" name="manual_size" value="170/88A">' in answer.text


def test_stock_without_a_tag_is_refused_though_its_product_was_found(
    app: Flask, login: Any
) -> None:
    browser = login("store1")
    product = _chosen(browser, style_no="2613M04012", colour="BK1", size="170/88A")
    facts = {"scan_id": str(uuid4()), **WORN, **product, "source": "stock"}
    answer = browser.post("/registrations/new", data=facts)
    assert (answer.status_code, "必须有吊牌" in answer.text) == (422, True)


@pytest.mark.parametrize("q", ["T-20261001-8", "5678", "13812345678"])
def test_the_stores_own_registrations_are_found_masked(
    app: Flask, login: Any, story: Story, q: str
) -> None:
    no = story.register_customer()
    found = _found(login("store1"), q)
    assert no in found
    assert ("张* 138****5678" in found, "张三丰" in found) == (True, False)
    assert re.search(r"13812345678", found) is None


@pytest.mark.parametrize("q", ["T-20261001-8", "5678", "13812345678"])
def test_another_stores_registrations_are_not_found(
    app: Flask, login: Any, story: Story, q: str
) -> None:
    story.register_customer()
    assert "没有找到" in _found(login("store2"), q)


@pytest.mark.parametrize("q", ["567", "45678", "T-2026", "138", "%", "_", "张三丰"])
def test_parts_of_a_number_find_nobody(app: Flask, login: Any, story: Story, q: str) -> None:
    story.register_customer()
    assert "张*" not in _found(login("store1"), q)


def test_a_garment_that_comes_back_is_registered_under_its_own_number(
    app: Flask, login: Any, story: Story
) -> None:
    no = story.register_customer(customer=CustomerName("王五", "13700002222"))
    refund = {"resolution": Resolution.REFUND, "defective": False}
    story.do("manager1", "registration", no, "settle", **refund)
    piece_no = story.piece_no(no)
    browser = login("store1")
    assert f'data-use-code="{piece_no}"' in _found(browser, "2222")
    panel = browser.get("/registrations/product", query_string={"code": piece_no}).text
    assert "男装休闲夹克" in panel


def test_an_open_registration_is_opened_and_not_registered_again(
    app: Flask, login: Any, story: Story
) -> None:
    no = story.register_customer()
    found = _found(login("store1"), "5678")
    assert f'href="/registrations/{no}"' in found
    assert "data-use-code" not in found


def test_the_search_is_for_stores(app: Flask, login: Any) -> None:
    assert login("clerk").get("/registrations/untagged?untagged=5678").status_code == 403


def test_an_empty_search_says_what_to_write(app: Flask, login: Any) -> None:
    assert "请输入水洗标上的款号" in _found(login("store1"), " ")


def test_a_word_that_may_be_two_products_shows_them_to_choose(
    app: Flask, login: Any, story: Story
) -> None:
    style = catalog.sku_of(story.session, parse(JACKET)).style
    story.session.add_all(
        [Sku(style=style, colour=c, size=s) for c, s in (("BK1", "1M"), ("BK11", "M"))]
    )
    story.session.commit()
    panel = login("store1").get("/registrations/product?code=2613M04012BK11M").text
    assert re.findall(r'data-use-code="([^"]+)"', panel) == [
        "2613M04012-BK1-1M",
        "2613M04012-BK11-M",
    ]
