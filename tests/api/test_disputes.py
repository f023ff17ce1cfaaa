"""Programs dispute and answer loss forms, and read how a proposal follows."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from tests.api.conftest import Programs
from tracker.domain.liability_rules import DERIVATION_READERS
from tracker.services import demo

WHY = "检测报告显示色牢度合格"


@pytest.fixture
def submitted(programs: Programs) -> tuple[str, list[dict[str, Any]]]:
    """A supplier's form of two garments that it is asked to sign: its path, its garments."""
    garments = [programs.register(), programs.register(production_year=2020)]
    programs.at_after_sales(*garments)
    for garment in garments:
        programs.scrap(garment)
    codes = [garment["piece_no"] for garment in garments]
    made = programs("clerk").post("/loss-forms", {"codes": codes})
    path = f"/loss-forms/{made.json['loss_forms'][0]['no']}"
    programs.do("clerk", path, "submit")
    return path, garments


def test_a_reason_alone_disputes_the_whole_form(
    programs: Programs, submitted: tuple[str, list[dict[str, Any]]]
) -> None:
    path, garments = submitted
    told = programs.do("supplier1", path, "dispute", reason=WHY)["loss_form"]
    assert (told["status"], told["sign_by"]) == ("disputed", None)
    [dispute] = programs("supplier1").get(path).json["disputes"]
    assert {name: dispute[name] for name in ("by", "x12", "reason", "lines", "answer")} == {
        "by": demo.ACCOUNTS[[row[0] for row in demo.ACCOUNTS].index("supplier1")][1],
        "x12": "IN",
        "reason": WHY,
        "lines": [garment["no"] for garment in garments],
        "answer": None,
    }
    late = programs.take("supplier1", path, "sign", if_version=told["version"])
    assert (late.status_code, late.json["code"]) == (409, "wrong_status")


def test_the_answer_carries_new_shares_and_the_same_key_answers_alike(
    programs: Programs, submitted: tuple[str, list[dict[str, Any]]]
) -> None:
    path, garments = submitted
    programs.do("supplier1", path, "dispute", reason=WHY, x12="FR", lines=[garments[0]["no"]])
    shares = [{"kind": "store", "party": "S001", "percent": 100}]
    body = {
        "action": "answer", "action_id": str(uuid4()), "answer": "changed", "reason": "店铺熨烫",
        "liabilities": shares,
    }  # fmt: skip
    first = programs("supervisor").post(f"{path}/actions", body)
    again = programs("supervisor").post(f"{path}/actions", body)
    assert (first.status_code, first.text) == (200, again.text)
    assert first.json["loss_form"]["status"] == "draft"
    lines = programs("supervisor").get(path).json["lines"]
    assert [line["no"] for line in lines] == [garments[1]["no"]]


@pytest.mark.parametrize(
    ("login", "action", "fields", "status", "code"),
    [
        ("supplier1", "dispute", {}, 422, "missing_field"),
        ("supplier1", "dispute", {"reason": WHY, "x12": "ZZ"}, 422, None),
        ("clerk", "dispute", {"reason": WHY}, 403, "wrong_role"),
        ("manager1", "dispute", {"reason": WHY}, 404, "not_found"),
        ("supervisor", "answer", {"reason": WHY, "answer": "upheld"}, 409, "wrong_status"),
    ],
)
def test_what_cannot_be_disputed_or_answered(
    programs: Programs,
    submitted: tuple[str, list[dict[str, Any]]],
    login: str,
    action: str,
    fields: dict[str, Any],
    status: int,
    code: str | None,
) -> None:
    answer = programs.take(login, submitted[0], action, **fields)
    assert answer.status_code == status
    assert code in (None, answer.json["code"])


def test_lines_carry_x12_and_the_two_years_of_621(
    programs: Programs, submitted: tuple[str, list[dict[str, Any]]]
) -> None:
    lines = programs("supplier1").get(submitted[0]).json["lines"]
    told = [
        (line["production_year"], line["x12_1293"], line["notice_period_over"]) for line in lines
    ]
    assert told == [(2026, "CV", False), (2020, "CV", True)]


@pytest.mark.parametrize("login", ["supervisor", "manager1", "business", "store1", "repairer"])
def test_a_registration_says_who_is_liable_and_why_to_those_who_may_read_it(
    programs: Programs, submitted: tuple[str, list[dict[str, Any]]], login: str
) -> None:
    no = submitted[1][0]["no"]
    told = programs(login).get(f"/registrations/{no}").json["liability"]
    role = next(row[2] for row in demo.ACCOUNTS if row[0] == login)
    if role not in DERIVATION_READERS:
        assert told is None
        return
    assert [(share["kind"], share["percent"]) for share in told["shares"]] == [("supplier", 100)]
    assert told["rule"] == "SUPPLIER"
    codes = [(step["code"], step["is_match"]) for step in told["derivation"]]
    assert codes == [
        ("LOST", False), ("WRONG-ITEM", False), ("OUR-CAUSE", False), ("SUPPLIER", True),
    ]  # fmt: skip


def test_the_codes_serve_x12_with_both_names_and_how_ours_read(programs: Programs) -> None:
    codes = programs("store1").get("/codes").json
    assert {"code": "IN", "zh": "货品无残次", "en": "Item not defective"} in codes["x12_1294"]
    assert [row["code"] for row in codes["x12_1292"]][:4] == ["DI", "KR", "RF", "KA"]
    mapping = codes["x12_mapping"]
    assert set(mapping["defect_1293"]) == {row["code"] for row in codes["defects"]}
    known = {row["code"] for row in codes["x12_1293"]}
    assert set(mapping["defect_1293"].values()) <= known
    assert mapping["status_1292"]["destroyed"] == "DI"
