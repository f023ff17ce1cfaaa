"""Scans by hand and customers' garments through the API: no name, no phone, ever."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.api.conftest import Programs

UNKNOWN = "6901234567915"
BY_HAND = {"style_no": "2633X05001", "colour": "GN3", "size": "175/92A", "supplier": "SUP02"}
CUSTOMER = {
    "source": "customer",
    "purchased_on": "2026-10-20",
    "receipt_no": "T-1",
    "customer": {"name": "张三丰", "phone": "13812345678"},
}


def _by_hand(programs: Programs, **fields: Any) -> Any:
    return programs.scan(**({"code": UNKNOWN, "manual": BY_HAND, "production_year": 2026} | fields))


def test_an_unknown_tag_says_that_it_can_be_entered_by_hand(programs: Programs) -> None:
    asked = programs.scan(code=UNKNOWN)
    assert (asked.status_code, asked.json["code"], asked.json["by_hand"]) == (
        422, "unknown_code", True,
    )  # fmt: skip
    made = _by_hand(programs)
    assert made.status_code == 201
    assert made.json["registration"]["sku"] == "2633X05001-GN3-175/92A"
    assert made.json["registration"]["supplier"] == "SUP02"


@pytest.mark.parametrize(
    ("fields", "field", "code"),
    [
        ({"manual": {**BY_HAND, "supplier": "SUP99"}}, "manual.supplier", "unknown_supplier"),
        ({"manual": {**BY_HAND, "style_no": "a b"}}, "manual.style_no", "bad_value"),
        ({"manual": {**BY_HAND, "style_no": "S" * 41}}, "manual.style_no", "too_long"),
        ({"manual": {**BY_HAND, "colour": "C" * 17}}, "manual.colour", "too_long"),
        ({"manual": {**BY_HAND, "size": "S" * 17}}, "manual.size", "too_long"),
        ({"manual": {**BY_HAND, "supplier": "S" * 17}}, "manual.supplier", "too_long"),
        ({"manual": {**BY_HAND, "size": "　"}}, "manual.size", "missing_field"),
        ({"code": "", "demand": "refund"} | CUSTOMER, "code", "tag_required"),
    ],
)
def test_what_was_entered_wrongly_names_its_field(
    programs: Programs, fields: dict[str, Any], field: str, code: str
) -> None:
    answer = _by_hand(programs, **fields)
    assert (answer.status_code, answer.json["code"], answer.json["field"]) == (422, code, field)


@pytest.mark.parametrize("manual", [1, "x", [], {}, {**BY_HAND, "price": 1}, {"style_no": "2633"}])
def test_a_hand_that_is_no_product_is_refused(programs: Programs, manual: Any) -> None:
    assert _by_hand(programs, manual=manual).status_code == 422


def test_the_slip_is_printed_for_its_store_and_masked(programs: Programs) -> None:
    no = programs.register(**CUSTOMER)["no"]
    answer = programs("store1").get(f"/registrations/{no}/slip.pdf")
    assert (answer.status_code, answer.content_type) == (200, "application/pdf")
    assert programs("store2").get(f"/registrations/{no}/slip.pdf").status_code == 404
    stock = programs.register()["no"]
    assert programs("store1").get(f"/registrations/{stock}/slip.pdf").status_code == 404


def test_the_promised_day_is_changed_through_the_one_door(programs: Programs) -> None:
    no = programs.register(**CUSTOMER)["no"]
    path = f"/registrations/{no}"
    change = {"promised_on": "2099-01-01", "reason": "配件未到"}
    programs.do("store1", path, "promise", **change)
    assert programs.take("clerk", path, "promise", **change).status_code == 403
    impossible = {**change, "promised_on": "2099-02-30"}
    assert programs.take("store1", path, "promise", **impossible).status_code == 422
    told = programs("store1").get(path).json["timeline"][-1]
    assert (told["action"], told["reason"]) == ("promise", "配件未到")


def test_no_answer_names_the_customer(programs: Programs) -> None:
    no = programs.register(**CUSTOMER, gore_card_no="G-7")["no"]
    programs.do("store1", f"/registrations/{no}", "promise", promised_on="2099-01-01", reason="x")
    told = [
        programs("store1").get(path).text
        for path in (f"/registrations/{no}", "/registrations", "/registrations?q=5678")
    ]
    for text in told:
        assert no in text
        for word in ("张", "13812345678", "5678", 'customer":'):
            assert word not in json.dumps(json.loads(text), ensure_ascii=False)
