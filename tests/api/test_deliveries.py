"""Deliveries through the API: entered once, read within one's sites, inspected exactly once."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from tests.api.conftest import Programs
from tests.story import DOWN_COAT, JACKET, LEATHER

DAY = "2026-11-02"


def a_delivery(**fields: Any) -> dict[str, Any]:
    """Return a body that is complete but for what ``fields`` say."""
    body = {
        "site": "S001",
        "delivery_no": "PS-1",
        "received_on": DAY,
        "lines": [{"code": JACKET, "quantity": 12}, {"code": DOWN_COAT, "quantity": 1}],
    }
    return {name: value for name, value in (body | fields).items() if value is not ...}


def test_a_delivery_is_made_and_the_same_again_stands(programs: Programs):
    made = programs("logistics").post("/deliveries", a_delivery())
    assert made.status_code == 201
    told = {name: value for name, value in made.json.items() if name != "no"}
    assert told == {
        "delivery_no": "PS-1",
        "site": "S001",
        "status": "received",
        "version": 1,
        "received_on": DAY,
        "due_on": "2026-11-09",
        "overdue": True,
        "source": "api",
        "inspected_at": None,
        "inspected_by": None,
        "lines": [
            {"sku": "2613M04012-BK1-170/88A", "barcode": JACKET, "quantity": 12, "faults": 0},
            {"sku": "2653D11007-NV2-175/92A", "barcode": DOWN_COAT, "quantity": 1, "faults": 0},
        ],
    }
    again = programs("store1").post("/deliveries", a_delivery())
    assert (again.status_code, again.json) == (200, made.json)
    other = programs("store1").post("/deliveries", a_delivery(received_on="2026-11-01"))
    assert (other.status_code, other.json["code"]) == (409, "delivery_differs")


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"delivery_no": ...}, "missing_field", "delivery_no"),
        ({"delivery_no": " "}, "missing_field", "delivery_no"),
        ({"received_on": "2026-13-01"}, "bad_value", "received_on"),
        ({"received_on": "2099-01-01"}, "date_out_of_range", "received_on"),
        ({"lines": [{"code": "4006381333931", "quantity": 1}]}, "unknown_code", "lines"),
        ({"lines": [{"code": "\x00", "quantity": 1}]}, "empty", "lines"),
        ({"lines": [{"code": JACKET, "quantity": 1}] * 2}, "sku_twice", "lines"),
    ],
)
def test_what_cannot_be_is_named(programs: Programs, fields: dict[str, Any], code: str, field: str):
    answer = programs("store1").post("/deliveries", a_delivery(**fields))
    assert (answer.status_code, answer.json["code"], answer.json["field"]) == (422, code, field)


@pytest.mark.parametrize("quantity", [0, -1, 10_001, 1.5, "3", True, None])
def test_a_quantity_is_a_whole_number(programs: Programs, quantity: Any):
    lines = [{"code": JACKET, "quantity": quantity}]
    assert programs("store1").post("/deliveries", a_delivery(lines=lines)).status_code == 422


def test_an_unknown_field_and_too_many_lines_are_refused(programs: Programs):
    assert programs("store1").post("/deliveries", a_delivery(cost=1)).status_code == 422
    lines = [{"code": JACKET, "quantity": 1}] * 2001
    assert programs("store1").post("/deliveries", a_delivery(lines=lines)).status_code == 422
    assert programs("store1").post("/deliveries", a_delivery(lines=[])).status_code == 422


def test_another_stores_delivery_is_404_on_every_path(programs: Programs):
    made = programs("store1").post("/deliveries", a_delivery()).json
    path = f"/deliveries/{made['no']}"
    for login in ("store2", "manager2", "manager3"):
        assert programs(login).get(path).status_code == 404
        assert programs.take(login, path, "inspect").status_code == 404
        assert programs(login).post("/deliveries", a_delivery()).status_code == 404
        assert programs(login).get("/deliveries?site=S001").json["items"] == []
        assert programs(login).get("/deliveries?q=PS-1").json["items"] == []
    for login in ("supplier1", "admin", "finance", "repairer"):
        assert programs(login).get(path).status_code == 403
    for login in ("region1", "clerk", "auditor"):
        assert programs(login).get(path).json["no"] == made["no"]
        assert programs(login).post("/deliveries", a_delivery()).status_code == 403
        assert programs.take(login, path, "inspect").status_code == 403


def test_an_inspection_is_done_once(programs: Programs):
    made = programs("store1").post("/deliveries", a_delivery()).json
    path = f"/deliveries/{made['no']}"
    body = {"action": "inspect", "action_id": str(uuid4()), "note": "无问题", "if_version": 1}
    first = programs("store1").post(f"{path}/actions", body)
    assert (first.status_code, first.json["delivery"]["status"]) == (200, "inspected")
    again = programs("store1").post(f"{path}/actions", body)
    assert (again.status_code, again.data) == (200, first.data)
    late = programs.take("manager1", path, "inspect")
    assert (late.status_code, late.json["code"]) == (409, "wrong_status")
    stale = programs.take("manager1", path, "inspect", if_version=1)
    assert (stale.status_code, stale.json["code"]) == (409, "stale_version")
    told = programs("auditor").get(path).json
    assert (told["inspected_by"], told["overdue"]) == ("王丽", False)


def test_the_list_keeps_to_what_was_asked(programs: Programs):
    programs("logistics").post("/deliveries", a_delivery())
    asked = {
        "?q=PS-1": 1, "?site=S001": 3, "?site=S001&status=inspected": 1, "?overdue=true": 2,
        "?site=S003": 0, "": 4,
    }  # fmt: skip
    for query, count in asked.items():
        told = programs("auditor").get(f"/deliveries{query}").json
        assert (query, len(told["items"]), told["next"]) == (query, count, None)


def test_a_garment_tells_its_delivery_and_whether_it_was_found_in_time(programs: Programs):
    goods = [{"code": LEATHER, "quantity": 2}]
    made = programs("logistics").post("/deliveries", a_delivery(lines=goods)).json
    garment = programs.register(code=LEATHER, delivery=made["no"])
    told = programs("clerk").get(f"/registrations/{garment['no']}").json
    assert (told["delivery_no"], told["found_in_time"]) == ("PS-1", False)
    assert programs("store1").get(f"/deliveries/{made['no']}").json["lines"][0]["faults"] == 1
    other = programs.register(code="6971234560018")
    told = programs("clerk").get(f"/registrations/{other['no']}").json
    assert (told["delivery_no"], told["found_in_time"]) == (None, None)
