"""Vouchers and account codes through the API."""

from __future__ import annotations

from uuid import uuid4

from tests.api.conftest import Programs


def _closed(programs: Programs) -> str:
    garment = programs.register()
    programs.at_after_sales(garment)
    programs.scrap(garment)
    programs.approved(garment)
    month = programs("finance").get("/months").json["items"][0]["month"]
    path = f"/months/{month}"
    programs.do("supervisor", path, "submit")
    programs.do("finance2", path, "close", if_version=programs.version(path))
    return f"{path}/vouchers"


def test_vouchers_are_drawn_up_once_and_told_as_the_csv_has_them(programs: Programs) -> None:
    path = _closed(programs)
    assert programs("auditor").get(path).json["code"] == "no_vouchers"
    body = {"action_id": str(uuid4())}
    made = programs("finance").post(path, body)
    assert (made.status_code, made.json["ordinal"], made.json["vouchers"]) == (201, 1, 1)
    assert programs("finance").post(path, body).data == made.data
    told = programs("auditor").get(path).json
    assert {name: told[name] for name in made.json} == made.json
    sides = [(line["code"], line["debit_fen"], line["credit_fen"]) for line in told["items"]]
    assert sides == [("220201", 18984, 0), ("190101", 0, 18984)]
    rows = programs("auditor").get(f"{path}.csv").data.decode("utf-8-sig").splitlines()[1:]
    assert [row.split(",")[5] for row in rows] == ["220201", "190101"]
    assert programs("auditor").get(f"{path}.xlsx").data[:2] == b"PK"


def test_vouchers_are_drawn_up_by_finance_for_those_who_see_cost(programs: Programs) -> None:
    path = _closed(programs)
    refused = programs("supervisor").post(path, {"action_id": str(uuid4())})
    assert (refused.status_code, refused.json["code"]) == (403, "wrong_role")
    assert programs("manager1").get(path).status_code == 403
    codes = programs("auditor").get("/account-codes").json["items"]
    assert {
        "account": "charge",
        "liable_kind": "supplier",
        "ownership": "",
        "code": "220201",
        "name": "应付账款—供应商",
    } in codes
