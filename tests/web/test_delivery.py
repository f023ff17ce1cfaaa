"""The pages of deliveries: nothing typed is lost, each store sees its own."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from tests.story import DOWN_COAT, JACKET, LEATHER, SUPPLIER_FAULT, Story
from tracker.domain.registration import Outcome
from tracker.models.delivery import Delivery
from tracker.models.registration import Registration
from tracker.queries import delivery as queries


def a_form(**fields: Any) -> dict[str, Any]:
    """Return the fields of a delivery's form."""
    filled = {
        "action_id": str(uuid4()),
        "delivery_no": "PS-77",
        "received_on": "2026-11-02",
        "code": [JACKET, LEATHER],
        "quantity": ["12", "2"],
    }
    return {**filled, **fields}


def the_one(story: Story, number: str = "PS-77") -> Delivery:
    story.session.rollback()
    return story.session.scalars(select(Delivery).where(Delivery.delivery_no == number)).one()


def test_a_delivery_is_entered_with_its_lines(app: Flask, login: Any, story: Story) -> None:
    answer = login("store1").post("/deliveries", data=a_form())
    made = the_one(story)
    assert (answer.status_code, answer.location) == (303, f"/deliveries/{made.no}")
    lines = queries.lines(story.session, made)
    assert [(line.sku.barcode, line.quantity) for line in lines] == [(JACKET, 12), (LEATHER, 2)]
    page = login("store1").get(answer.location).text
    for said in ("PS-77", "男装休闲夹克", "检验完成", f"delivery={made.no}"):
        assert said in page


def test_the_same_page_twice_and_the_same_delivery_anew_lead_to_one(
    app: Flask, login: Any, story: Story
) -> None:
    browser, form = login("store1"), a_form()
    answers = [browser.post("/deliveries", data=data) for data in (form, form, a_form())]
    assert {answer.location for answer in answers} == {f"/deliveries/{the_one(story).no}"}


@pytest.mark.parametrize(
    "fields",
    [
        {"quantity": ["12", "0"]}, {"quantity": ["12", "x"]}, {"quantity": ["12", "99999"]},
        {"quantity": ["12", "٣"]}, {"code": [], "quantity": []}, {"delivery_no": ""},
        {"delivery_no": "长" * 41}, {"received_on": ""}, {"received_on": "2099-01-01"},
        {"code": [JACKET, "4006381333931"]}, {"code": [JACKET, "2613M04012-BK1-170/88A"]},
        {"code": [JACKET, "<script>alert(1)</script>"]}, {"code": [JACKET, "a\x00b"]},
    ],
)  # fmt: skip
def test_a_refusal_loses_nothing_that_was_typed(
    app: Flask, login: Any, story: Story, fields: dict[str, Any]
) -> None:
    answer = login("store1").post("/deliveries", data=a_form(**fields))
    assert answer.status_code == 422
    assert story.session.scalar(select(Delivery).where(Delivery.delivery_no == "PS-77")) is None
    assert "<script>alert" not in answer.text
    if fields.get("code") != []:
        assert f'value="{JACKET}"' in answer.text


def test_without_a_script_a_scan_is_added_to_the_lines(app: Flask, login: Any) -> None:
    browser = login("store1")
    page = browser.post("/deliveries", data=a_form(scan=DOWN_COAT)).text
    assert page.count('name="quantity"') == 3
    page = browser.post("/deliveries", data=a_form(scan=JACKET)).text
    assert page.count('name="quantity"') == 2
    assert 'value="13"' in page


@pytest.mark.parametrize(
    ("code", "said"), [(JACKET, "男装休闲夹克"), ("4006381333931", "商品资料里没有")]
)
def test_a_scanned_tag_tells_its_product_or_why_not(
    app: Flask, login: Any, code: str, said: str
) -> None:
    answer = login("store1").get("/deliveries/line", query_string={"code": code})
    assert (answer.status_code, said in answer.text) == (200, True)


def test_another_stores_delivery_is_404_on_every_page(app: Flask, login: Any, story: Story) -> None:
    login("store1").post("/deliveries", data=a_form())
    no = the_one(story).no
    form = {"action_id": str(uuid4())}
    for name in ("store2", "manager2", "manager3"):
        browser = login(name)
        assert browser.get(f"/deliveries/{no}").status_code == 404
        assert browser.post(f"/deliveries/{no}/actions/inspect", data=form).status_code == 404
        assert "PS-77" not in browser.get("/deliveries").text
        assert "PS-77" not in browser.get(f"/registrations/new?delivery={no}").text
    for name in ("supplier1", "admin", "finance"):
        assert login(name).get(f"/deliveries/{no}").status_code == 403
    assert login("region1").get(f"/deliveries/{no}").status_code == 200
    assert login("clerk").post("/deliveries", data=a_form()).status_code == 403


def test_an_inspection_keeps_its_remark(app: Flask, login: Any, story: Story) -> None:
    browser = login("store1")
    browser.post("/deliveries", data=a_form())
    no = the_one(story).no
    form = {"action_id": str(uuid4()), "if_version": "1", "note": "两件有线头"}
    address = f"/deliveries/{no}/actions/inspect"
    assert browser.post(address, data=form).status_code == 303
    page = browser.get(f"/deliveries/{no}").text
    assert "两件有线头" in page
    assert address not in page
    late = browser.post(address, data={**form, "action_id": str(uuid4())})
    assert late.status_code == 409


def test_the_first_page_counts_what_waits_and_what_is_overdue(app: Flask, login: Any) -> None:
    browser = login("store1")
    page = browser.get("/").text
    assert "/deliveries?status=received" in page
    assert "/deliveries?status=received&amp;overdue=1" in page
    rows = browser.get("/deliveries?status=received&overdue=1").text
    assert rows.count("/deliveries/DH") == 1
    assert login("store2").get("/").text.count("overdue=1") == 0


def test_a_fault_is_registered_from_its_delivery(app: Flask, login: Any, story: Story) -> None:
    browser = login("store1")
    browser.post("/deliveries", data=a_form())
    made = the_one(story)
    page = browser.get(f"/registrations/new?code={LEATHER}&delivery={made.no}").text
    assert f'name="delivery" value="{made.no}" checked' in page
    assert "男装皮衣" in page
    scan = {
        "scan_id": str(uuid4()), "code": LEATHER, "source": "stock", "defect": "STAIN",
        "position": "front", "area_mm2": "2", "cause": "storage", "tag_intact": "yes",
        "accessories_intact": "yes", "number_intact": "yes", "delivery": made.no,
    }  # fmt: skip
    assert browser.post("/registrations/new", data=scan).status_code == 303
    garment = story.session.scalars(select(Registration)).one()
    assert garment.delivery_id == made.id
    shown = browser.get(f"/registrations/{garment.no}").text
    for said in ("到货与检验", "超过检验期才发现", f"/deliveries/{made.no}"):
        assert said in shown
    assert garment.piece.piece_no in browser.get(f"/deliveries/{made.no}").text


def test_the_assessor_reads_who_would_bear_the_stores_care(
    app: Flask, login: Any, story: Story
) -> None:
    no = story.received(code=DOWN_COAT, **SUPPLIER_FAULT)
    page = login("assessor").get(f"/registrations/{no}").text
    assert "检验期内发现并登记" in page
    assert "由总公司承担（规则 1.06–1.08）" in page
    story.do("assessor", "registration", no, "assess", outcome=Outcome.SCRAP)
    assert "到货与检验" in login("clerk").get(f"/loss-forms/pending/{no}").text


def test_a_customers_garment_shows_no_week(app: Flask, login: Any, story: Story) -> None:
    no = story.register_customer()
    assert "到货与检验" not in login("store1").get(f"/registrations/{no}").text
