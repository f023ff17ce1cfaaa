"""What callers rely upon: codes, statuses, exactly once, hostile bodies."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from tests.api.conftest import Programs, a_scan
from tracker.db import write
from tracker.extensions import db
from tracker.queries import account as accounts
from tracker.services import account, actions

# --- who calls


def test_without_a_token_the_answer_is_401_and_says_how(client: Any):
    answer = client.get("/api/v1/registrations")
    assert (answer.status_code, answer.json["code"]) == (401, "not_signed_in")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="hangtag"'
    assert answer.content_type == "application/problem+json"


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer ", "Bearer wrong", "Basic c3RvcmUxOng=", "Bearer " + "x" * 5000]
)
def test_a_token_that_is_none_opens_nothing(client: Any, header: str):
    answer = client.get("/api/v1/codes", headers={"Authorization": header})
    assert answer.status_code == 401


def test_the_session_cookie_opens_nothing_here(app: Flask, login: Any):
    browser = login("store1")
    assert browser.get("/registrations").status_code == 200
    closed = [
        rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("api.") and app.view_functions[rule.endpoint].access  # type: ignore[attr-defined]
    ]
    assert len(closed) > 30
    for rule in closed:
        path = rule.rule.replace("<no>", "X").replace("<month>", "2026-11")
        method = "POST" if "POST" in (rule.methods or ()) else "GET"
        answer = browser.open(path.replace("<piece_no>", "X"), method=method, json={})
        assert answer.status_code == 401, path


def test_a_revoked_account_is_cut_off_at_once(programs: Programs, session: Any):
    assert programs("store1").get("/codes").status_code == 200
    found = accounts.by_login(session, "store1")
    assert found is not None

    def cut() -> None:
        found.is_active = False

    write(session, cut)
    assert programs("store1").get("/codes").status_code == 401


def test_a_token_ends_on_its_day(app: Flask, client: Any):
    from datetime import UTC, datetime

    old = write(
        db.session(),
        lambda: account.issue_token(db.session(), "store1", 1, datetime(2026, 11, 1, tzinfo=UTC)),
    )
    answer = client.get("/api/v1/codes", headers={"Authorization": f"Bearer {old}"})
    assert answer.status_code == 401


# --- tags, warranty, codes


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (
            "６９０１２３４５６７８９２\r",
            {
                "kind": "ean13", "gtin14": "06901234567892", "style_no": "2613M04012",
                "colour": "BK1", "size": "170/88A", "sku": "2613M04012-BK1-170/88A",
            },
        ),
        (
            "2613m04012-bk1-170/88a",
            {
                "kind": "style_colour_size", "style_no": "2613M04012", "colour": "BK1",
                "size": "170/88A", "sku": "2613M04012-BK1-170/88A",
            },
        ),
        ("P00000001Z", {"kind": "piece", "piece_no": "P00000001Z"}),
        ("HELLO", {"kind": "unknown"}),
        (
            "]d201069012345678922110000001",
            {
                "kind": "gs1", "gtin14": "06901234567892", "serial": "10000001",
                "style_no": "2613M04012", "colour": "BK1", "size": "170/88A",
                "sku": "2613M04012-BK1-170/88A",
            },
        ),
        (
            "https://brand.example/01/06901234567892/21/aB7",
            {
                "kind": "digital_link", "gtin14": "06901234567892", "serial": "aB7",
                "style_no": "2613M04012", "colour": "BK1", "size": "170/88A",
                "sku": "2613M04012-BK1-170/88A",
            },
        ),
        (
            "3035A831C40003000000002A",
            {"kind": "sgtin96", "gtin14": "06950001000124", "serial": "42"},
        ),
        ("012345678905", {"kind": "upca", "gtin14": "00012345678905"}),
        ("16901234567899", {"kind": "gtin14", "gtin14": "16901234567899"}),
        (
            "2613M04012BK1170/88A",
            {
                "kind": "style_colour_size", "style_no": "2613M04012", "colour": "BK1",
                "size": "170/88A", "sku": "2613M04012-BK1-170/88A",
            },
        ),
    ],
)  # fmt: skip
def test_a_tag_is_read(programs: Programs, code: str, told: dict[str, str]):
    answer = programs("store1").post("/tags/parse", {"code": code})
    assert (answer.status_code, answer.json) == (200, told)


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("6901234567890", "bad_check_digit"), ("012345678906", "bad_check_digit"),
        ("(01)06901234567893(21)1", "bad_check_digit"), ("", "empty"), ("\r", "empty"),
        ("x" * 513, "too_long"), ("A\rB", "not_a_tag"), ("衣服", "not_a_tag"),
        ("\x00", "empty"), ("\ud800", "not_a_tag"), ("x" * 5000, "too_long"),
    ],
)  # fmt: skip
def test_a_tag_that_is_none_says_why(programs: Programs, code: str, why: str):
    answer = programs("store1").post("/tags/parse", {"code": code})
    assert (answer.status_code, answer.json["code"], answer.json["field"]) == (422, why, "code")


def test_the_warranty_says_what_is_owed_and_why(programs: Programs):
    case = {
        "category": "textile", "purchased_on": "2026-09-01", "on": "2026-10-10",
        "cause": "material", "purchase_price_fen": 69900, "repairable": False,
    }  # fmt: skip
    told = programs("store1").post("/warranty/evaluate", case).json
    assert told["within_warranty"] is True
    assert (told["entitlement"], told["depreciation_percent"]) == ("paid_exchange", 10)
    assert told["charge_fen"] == 6990
    assert {"step": "depreciation_percent", "rule": "2.06", "result": "10"} in told["derivation"]


def test_a_sale_older_than_the_policies_is_answered_too(programs: Programs):
    case = {
        "category": "leather", "purchased_on": "2001-09-01", "on": "2026-10-10",
        "cause": "material", "purchase_price_fen": 1, "repairable": True,
    }  # fmt: skip
    assert programs("store1").post("/warranty/evaluate", case).json["entitlement"] == "paid_repair"


def test_codes_are_served_with_both_names(programs: Programs):
    told = programs("store1").get("/codes").json
    assert {"code": "left_sleeve", "zh": "左袖", "en": "left sleeve"} in told["positions"]
    assert (len(told["positions"]), len(told["causes"])) == (17, 13)


# --- scans


def test_a_scan_is_answered_201_then_200_byte_for_byte(programs: Programs, api: Any):
    body = a_scan()
    first = programs("store1").post("/scans", body)
    again = api("store1").post("/scans", dict(reversed(body.items())))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.data == again.data
    assert (
        programs("store1").get("/registrations").json["items"][0]["no"]
        == (first.json["registration"]["no"])
    )
    assert len(programs("store1").get("/registrations").json["items"]) == 1


def test_a_scan_id_with_another_body_is_422(programs: Programs):
    body = a_scan()
    programs("store1").post("/scans", body)
    answer = programs("store1").post("/scans", {**body, "area_cm2": 9})
    assert (answer.status_code, answer.json["code"]) == (422, "scan_id_reused")


def test_a_refused_scan_is_refused_again_in_the_same_words(programs: Programs):
    garment = programs.register()
    body = a_scan(code=garment["piece_no"])
    first, again = (programs("store1").post("/scans", body) for _ in range(2))
    assert (first.status_code, first.json["outcome"]) == (409, "refused")
    assert (first.json["code"], first.json["registration"]) == ("already_registered", garment["no"])
    assert (again.status_code, again.data) == (409, first.data)


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"code": "6901234567890"}, "bad_check_digit", "code"),
        ({"code": "6901234567908"}, "unknown_code", "code"),
        ({"defect": ...}, "missing_field", "defect"),
        ({"area_cm2": None}, "missing_field", "area_cm2"),
        ({"tag_intact": ...}, "missing_field", "tag_intact"),
        ({"source": "customer"}, "missing_field", "purchased_on"),
    ],
)
def test_an_unclear_scan_needs_input_and_may_come_again(
    programs: Programs, fields: dict[str, Any], code: str, field: str
):
    body = a_scan(**fields)
    answer = programs("store1").post("/scans", body)
    assert (answer.status_code, answer.json["outcome"]) == (422, "needs_input")
    assert (answer.json["code"], answer.json["field"]) == (code, field)
    completed = a_scan(scan_id=body["scan_id"])
    assert programs("store1").post("/scans", completed).status_code == 201


def test_the_same_sku_again_asks_which_garment_it_is(programs: Programs):
    garment = programs.register()
    body = a_scan(piece=...)
    asked = programs("store1").post("/scans", body)
    assert (asked.status_code, asked.json["code"]) == (422, "same_sku_again")
    assert asked.json["piece_no"] == garment["piece_no"]
    same = programs("store1").post("/scans", {**body, "piece": "same"})
    assert (same.status_code, same.json["code"]) == (409, "already_registered")


def test_a_scan_for_another_store_is_404_and_tells_nothing(programs: Programs):
    other = programs.register("store2")
    assert programs.scan("store1", site="S002").status_code == 404
    seen = programs.scan("store1", code=other["piece_no"])
    assert (seen.status_code, seen.json["code"]) == (409, "already_registered")
    assert other["no"] not in seen.text


def test_a_scan_answers_no_customer_and_no_cost(programs: Programs):
    answer = programs.scan(
        source="customer",
        purchased_on="2026-10-20",
        receipt_no="T-1",
        customer={"name": "张三丰", "phone": "13812345678"},
        demand="repair",
        gore_card_no="G-7",
    )
    assert answer.status_code == 201
    for word in ("张", "1381", "5678", "fen", "cost", "T-1"):
        assert word not in answer.text


def test_a_batch_answers_each_scan_on_its_own(programs: Programs):
    good, replay = a_scan(), a_scan()
    programs("store1").post("/scans", replay)
    scans = [
        good,
        replay,
        a_scan(site="S002"),
        a_scan(defect=...),
        a_scan(colour="red"),
        {**replay, "area_cm2": 9},
        *(a_scan() for _ in range(30)),
    ]
    answer = programs("store1").post("/scans/batch", {"scans": scans})
    assert answer.status_code == 200
    results = answer.json["results"]
    assert [row["scan_id"] for row in results] == [scan["scan_id"] for scan in scans]
    assert [row["outcome"] for row in results[:6]] == [
        "done", "done", "error", "needs_input", "error", "error",
    ]  # fmt: skip
    assert [row["code"] for row in results[2:6]] == [
        "not_found", "missing_field", "unknown_field", "scan_id_reused",
    ]  # fmt: skip
    assert {row["outcome"] for row in results[6:]} == {"done"}
    alone = programs("store1").post("/scans", good)
    assert (alone.status_code, alone.json) == (200, results[0])


def test_a_batch_has_500_scans_at_most(programs: Programs):
    for size, status in ((0, 422), (501, 422)):
        answer = programs("store1").post("/scans/batch", {"scans": [a_scan()] * size})
        assert (answer.status_code, answer.json["field"]) == (status, "scans")


# --- versions


def test_a_stale_version_is_409(programs: Programs):
    garment = programs.register()
    path = f"/registrations/{garment['no']}"
    answer = programs.take("manager1", path, "accept", if_version=garment["version"] + 1)
    assert (answer.status_code, answer.json["code"]) == (409, "stale_version")
    programs.do("manager1", path, "accept", if_version=garment["version"])


def test_an_unknown_action_names_those_that_exist(programs: Programs):
    garment = programs.register()
    answer = programs.take("manager1", f"/registrations/{garment['no']}", "fly")
    assert (answer.status_code, answer.json["code"]) == (422, "unknown_action")
    assert "accept" in answer.json["detail"]


@pytest.mark.parametrize(("language", "words"), [("en", "There is no action"), ("zh-CN", "没有")])
def test_the_caller_reads_the_sentence_in_his_language(
    programs: Programs, language: str, words: str
):
    answer = programs("store1").client.post(
        "/api/v1/registrations/X/actions",
        json={"action": "fly", "action_id": str(uuid4())},
        headers={**programs("store1").headers, "Accept-Language": language},
    )
    assert answer.json["detail"].startswith(words)


def test_the_description_names_every_call_and_every_action(app: Flask, client: Any):
    told = client.get("/api/v1/openapi.json").json
    assert told["openapi"] == "3.1.0"
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("api.")]
    assert sum(len(path) for path in told["paths"].values()) == len(rules)
    bodies = told["paths"]["/api/v1/shipments/{no}/actions"]["post"]["requestBody"]
    names = bodies["content"]["application/json"]["schema"]["discriminator"]["mapping"]
    assert sorted(names) == sorted(actions.NOUNS["shipment"].verbs)
    assert "pack" in names
    references = set(json_references(told))
    assert references <= {f"#/components/schemas/{name}" for name in told["components"]["schemas"]}
    assert client.get("/api/v1/docs").status_code == 200


def json_references(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
        return own + [ref for part in value.values() for ref in json_references(part)]
    if isinstance(value, list):
        return [ref for part in value for ref in json_references(part)]
    return []
