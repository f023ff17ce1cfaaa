"""Hostile bodies: each gets a sentence and a 4xx, and nothing is stored."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest

from tests.api.conftest import Programs, a_scan

BASE = a_scan()
BAD_JSON = [
    ("", 400), ("null", 400), ("[]", 400), ("1", 400), ('"x"', 400), ("{", 400), ("{}x", 400),
    ('{"code": NaN}', 400), ('{"code": Infinity}', 400), ('{"code": -Infinity}', 400),
    ('{"area_cm2": 1e999}', 400), ('{"code": "a", "code": "b"}', 400),
    ("[" * 100_000, 400), ('{"a":' * 100_000, 400), ('{"code": ' + "[" * 30 + "]" * 30 + "}", 400),
    ('{"area_cm2": ' + "9" * 5000 + "}", 422), ('{"area_cm2": 9007199254740993}', 422),
    ('{"note": "\\ud800"}', 422), ('{"note": "\\u0000"}', 422), ('{"\\u0000": 1}', 422),
]  # fmt: skip
FIELDS: list[tuple[str, Any]] = [
    ("area_cm2", 0), ("area_cm2", -1), ("area_cm2", 1.005), ("area_cm2", "2"), ("area_cm2", True),
    ("area_cm2", [1]), ("area_cm2", 1e12), ("tag_intact", 1), ("tag_intact", "yes"),
    ("defect", "fade_bleed"), ("defect", 3), ("position", "‮"), ("cause", ["material"]),
    ("production_year", 1999), ("production_year", "2026"), ("production_year", 2026.0),
    ("production_year", 26), ("purchased_on", "0000-00-00"), ("purchased_on", "2026-02-31"),
    ("purchased_on", "22.11.2026"), ("purchased_on", 20261122), ("found_on", "'; DROP TABLE"),
    ("scanned_at", "2026-05-31T23:59:60Z"), ("scanned_at", "2026-05-31T10:00:00"),
    ("scanned_at", 1), ("receipt_no", "x" * 41), ("receipt_no", ""),
    ("customer", {"name": "a"}), ("customer", {"name": "a", "phone": "1", "vip": True}),
    ("customer", "张三"), ("note", "x" * 2001), ("code", None), ("code", 6901234567892),
    ("code", "x" * 4097), ("scan_id", "1"), ("scan_id", None), ("piece", "foo"),
    ("site_id", 2), ("status", "destroyed"), ("registered_by", "admin"), ("month", "2020-01"),
    ("price", 1), ("is_admin", True), ("created_at", "2020-01-01T00:00:00Z"),
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(BAD_JSON)))
def test_a_body_that_no_two_readers_read_alike_is_refused(programs: Programs, number: int):
    raw, status = BAD_JSON[number]
    answer = programs("store1").post("/scans", data=raw, content_type="application/json")
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    assert programs("store1").get("/registrations").json["items"] == []


def test_every_field_refuses_what_it_cannot_be_and_is_named(programs: Programs):
    for field, value in FIELDS:
        answer = programs.scan(**{field: value})
        told = (field, value, answer.text)
        assert answer.status_code == 422, told
        assert answer.json["field"].split(".")[0] == field, told
    assert programs("store1").get("/registrations").json["items"] == []


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "", "text/json"]
)
def test_another_content_type_is_415(programs: Programs, kind: str):
    answer = programs("store1").post("/scans", data=json.dumps(BASE), content_type=kind)
    assert (answer.status_code, answer.json["code"]) == (415, "not_json")


@pytest.mark.parametrize(
    "code",
    ["\x00", "6901234567892\x00", "\ud800", "\x1d", "<script>", "' OR 1=1--", "{{7*7}}", "../../x",
     "javascript:alert(1)", "A" * 4096, "\u202e6901234567890", "%", "P00000001Z\x00"],
    ids=range(13),
)  # fmt: skip
def test_whatever_a_scanner_types_is_kept_and_answered(programs: Programs, code: str):
    answer = programs.scan(code=code)
    assert answer.status_code in (201, 422)
    garment = programs.register()
    box = programs("store1").post(
        "/shipments", {"from_site": "S001", "to_site": "ASD", "kind": "weekly"}
    )
    path = f"/shipments/{box.json['no']}"
    assert programs.take("store1", path, "pack", code=code).status_code == 409
    assert programs("store1").post("/tags/parse", {"code": code}).status_code in (200, 422)
    assert programs("store1").get(f"/registrations/{garment['no']}").json["status"] == "registered"


@pytest.mark.parametrize(
    "fields",
    [
        {"labour_fen": "5"}, {"labour_fen": True}, {"labour_fen": 5.0}, {"labour_fen": -1},
        {"labour_fen": 10**12 + 1}, {"labour_fen": 1e3}, {"labour_fen": "１２"},
        {"operations": []}, {"operations": [{"name": "缝", "minutes": 10**6}]},
        {"operations": [{"name": "", "minutes": 1}]}, {"operations": {"name": "缝"}},
        {"parts": [{"name": "线", "quantity": 0, "cost_fen": 1}]},
        {"parts": [{"name": "线", "quantity": 1, "cost_fen": 1, "free": True}]},
    ],
    ids=range(13),
)  # fmt: skip
def test_money_and_minutes_are_whole_and_bounded(programs: Programs, fields: dict[str, Any]):
    garment = programs.register()
    programs.at_after_sales(garment)
    path = f"/registrations/{garment['no']}"
    programs.do("assessor", path, "assess", repairable=True)
    body = {"operations": [{"name": "缝合", "minutes": 5}], **fields}
    answer = programs.take("repairer", path, "work", **body)
    assert answer.status_code == 422, answer.text
    assert answer.json["field"].split(".")[0] == next(iter(fields))


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({}, "missing_field"),
        ({"route": "fabric_maker"}, "not_gore_tex"),
        ({"outcome": "sold_down", "route": "factory"}, "contradiction"),
        ({"repairable": False, "route": "in_house"}, "contradiction"),
        ({"outcome": "scrap", "route": "in_house"}, "contradiction"),
        ({"repairable": False, "liabilities": [{"kind": "store", "party": "S001", "percent": 99}],
          "note": "x"}, "shares_not_100"),
        ({"repairable": False, "liabilities": [{"kind": "store", "party": "S999", "percent": 100}],
          "note": "x"}, "unknown_party"),
        ({"repairable": False, "liabilities": [{"kind": "supplier", "party": "SUP01",
          "percent": 100}]}, "missing_field"),
    ],
    ids=range(8),
)  # fmt: skip
def test_a_verdict_that_cannot_be_is_refused(programs: Programs, fields: dict[str, Any], code: str):
    garment = programs.register()
    programs.at_after_sales(garment)
    path = f"/registrations/{garment['no']}"
    answer = programs.take("assessor", path, "assess", **fields)
    assert answer.json["code"] == code
    assert programs("store1").get(path).json["status"] == "received"


@pytest.mark.parametrize(
    "path",
    [
        "/registrations/%00", "/registrations?q=%00", "/registrations?q=" + "x" * 201,
        "/registrations?q=a&q=b", "/shipments/%F0%9F", "/registrations/-1",
        "/registrations/" + "9" * 300, "/months/2026-99", "/months/'; DROP TABLE month",
        "/labels/%2e%2e%2fx.pdf", "/registrations/..%2f..%2fetc.pdf", "/statements/1",
    ],
)  # fmt: skip
def test_an_address_that_is_none_is_4xx(programs: Programs, path: str):
    answer = programs("supervisor").get(path)
    assert answer.status_code in (404, 422)
    assert answer.content_type == "application/problem+json"


@pytest.mark.parametrize(
    "query",
    ["cursor=-1", "cursor=x", "cursor=" + "9" * 100, "cursor=１", "q=%25"],
)
def test_a_query_that_names_nothing_is_an_honest_list(programs: Programs, query: str):
    for path in ("/registrations", "/shipments", "/loss-forms", "/discrepancies"):
        assert programs("supervisor").get(f"{path}?{query}").status_code == 200


def test_a_status_that_is_none_is_an_empty_list_or_says_what_is_wrong(programs: Programs):
    reader = programs("supervisor")
    for path in ("/registrations", "/loss-forms", "/discrepancies"):
        assert reader.get(f"{path}?status=nothing").status_code == 200
    answer = reader.get("/shipments?status=nothing")
    assert (answer.status_code, answer.json["field"]) == (422, "status")


def test_a_change_is_never_made_by_get(programs: Programs):
    garment = programs.register()
    answer = programs("manager1").get(f"/registrations/{garment['no']}/actions?action=accept")
    assert (answer.status_code, answer.json["code"]) == (405, "wrong_method")


def test_a_key_that_is_no_uuid_is_422(programs: Programs):
    garment = programs.register()
    for key in ("", "1", "x" * 64, str(uuid4()) + "0"):
        answer = programs("manager1").post(
            f"/registrations/{garment['no']}/actions", {"action": "accept", "action_id": key}
        )
        assert (answer.status_code, answer.json["field"]) == (422, "action_id")
