"""The bench through the API: its catalogues, stock, scans, and work with codes."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from tests.api.conftest import Programs

ZIP = "ZIP-60"


def _at_bench(programs: Programs) -> dict[str, Any]:
    garment = programs.register(defect="ZIP_FAIL", cause="workmanship")
    programs.at_after_sales(garment)
    programs.do("assessor", f"/registrations/{garment['no']}", "assess", repairable=True)
    return garment


def _stock(programs: Programs, code: str = ZIP) -> int:
    rows = programs("clerk").get("/parts").json["items"]
    return next(int(row["stock"]) for row in rows if row["code"] == code)


def _move(programs: Programs, login: str = "clerk", **fields: Any) -> Any:
    body = {"kind": "received", "quantity": 5, "action_id": str(uuid4()), **fields}
    return programs(login).post(f"/parts/{ZIP}/movements", body)


def _scan(programs: Programs, code: str, login: str = "repairer", key: str = "") -> Any:
    return programs(login).post("/bench/scans", {"code": code, "action_id": key or str(uuid4())})


def test_the_catalogues_are_served_to_those_who_work_with_them(programs: Programs) -> None:
    told = programs("repairer").get("/operations").json
    assert told["next"] is None
    [seam] = [row for row in told["items"] if row["code"] == "SEAM"]
    assert seam == {
        "code": "SEAM", "zh": "开线缝合", "en": "Sew an open seam", "defect": "SEAM_OPEN",
        "minutes": 10, "labour_fen": 500, "is_active": True, "version": 1,
    }  # fmt: skip
    [zip_] = [row for row in programs("assessor").get("/parts").json["items"] if row["code"] == ZIP]
    assert (zip_["price_fen"], zip_["low_level"], zip_["is_low"]) == (600, 20, False)
    for path in ("/operations", "/parts"):
        assert programs("store1").get(path).status_code == 403
        assert programs("supplier1").get(path).status_code == 403


def test_a_movement_is_written_once(programs: Programs) -> None:
    before, key = _stock(programs), str(uuid4())
    first, again = _move(programs, action_id=key), _move(programs, action_id=key)
    assert (first.status_code, again.status_code, first.text == again.text) == (201, 200, True)
    assert first.json["stock"] == before + 5 == _stock(programs)
    assert _move(programs, action_id=key, quantity=6).status_code == 422
    assert _move(programs, "repairer").status_code == 403
    assert programs("clerk").post("/parts/NONE/movements", {
        "kind": "received", "quantity": 1, "action_id": str(uuid4()),
    }).status_code == 404  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"kind": "used"}, "used_by_work", "kind"),
        ({"quantity": 0}, "bad_quantity", "quantity"),
        ({"kind": "corrected"}, "missing_field", "reason"),
    ],
)
def test_a_movement_that_says_nothing_is_a_422(
    programs: Programs, fields: dict[str, Any], code: str, field: str
) -> None:
    told = _move(programs, **fields)
    assert (told.status_code, told.json["code"], told.json["field"]) == (422, code, field)


def test_work_with_codes_takes_from_stock_and_work_without_stays_as_it_was(
    programs: Programs,
) -> None:
    garment, before = _at_bench(programs), _stock(programs)
    path = f"/registrations/{garment['no']}"
    plain = {"operations": [{"name": "缝合", "minutes": 20}]}
    programs.do("repairer", path, "work", **plain, parts=[
        {"name": "拉链", "quantity": 1, "cost_fen": 600},
    ])  # fmt: skip
    assert _stock(programs) == before
    programs.do("repairer", path, "work", operations=[
        {"name": "更换整条拉链", "minutes": 30, "code": "ZIP"},
        {"name": "开线缝合", "minutes": 12, "code": "SEAM"},
    ], parts=[{"name": "尼龙拉链", "quantity": 2, "cost_fen": 1200, "code": ZIP}],
        labour_fen=2300)  # fmt: skip
    assert _stock(programs) == before - 2
    unknown = programs.take("repairer", path, "work", operations=[
        {"name": "缝合", "minutes": 20, "code": "NONE"},
    ])  # fmt: skip
    assert (unknown.status_code, unknown.json["code"]) == (422, "unknown_operation")


def test_a_scan_starts_changes_over_and_stops(programs: Programs) -> None:
    garment = _at_bench(programs)
    key = str(uuid4())
    started = _scan(programs, garment["piece_no"], key=key)
    assert started.status_code == 200
    assert started.json["outcome"] == "started"
    assert started.json["registration"]["no"] == garment["no"]
    assert (started.json["stopped"], started.json["measured_minutes"]) == (None, None)
    assert _scan(programs, garment["piece_no"], key=key).text == started.text
    stopped = _scan(programs, garment["piece_no"])
    assert (stopped.json["outcome"], stopped.json["measured_minutes"]) == ("stopped", 0)


def test_a_scan_that_cannot_be_says_why(programs: Programs) -> None:
    garment = programs.register()
    early = _scan(programs, garment["piece_no"])
    assert (early.status_code, early.json["code"]) == (409, "not_in_repair")
    assert early.json["registration"] == garment["no"]
    tag = _scan(programs, "6901234567892")
    assert (tag.status_code, tag.json["code"]) == (409, "not_a_piece")
    for login in ("store1", "clerk", "supervisor"):
        assert _scan(programs, garment["piece_no"], login).status_code == 403


def test_the_description_names_the_calls_of_the_bench(programs: Programs) -> None:
    paths = programs("admin").get("/openapi.json").json["paths"]
    for path, method in (
        ("/operations", "get"), ("/parts", "get"), ("/parts/{code}/movements", "post"),
        ("/bench/scans", "post"),
    ):  # fmt: skip
        assert method in paths[f"/api/v1{path}"]
