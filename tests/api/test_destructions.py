"""Destruction through the API: two tokens are the two log-ins."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from tests.api.conftest import Programs
from tests.photos import add_photo, picture


@pytest.fixture
def record(programs: Programs) -> tuple[str, list[str]]:
    """A planned destruction's path and its pieces' numbers."""
    garments = [programs.register() for _ in range(2)]
    programs.at_after_sales(*garments)
    for garment in garments:
        programs.scrap(garment)
    programs.approved(*garments)
    no = programs("warehouse").post("/destructions", {}).json["destruction"]["no"]
    return f"/destructions/{no}", [garment["piece_no"] for garment in garments]


def test_the_calls_of_the_contract_are_enough(programs: Programs, record: Any) -> None:
    path, codes = record
    first = programs.do("warehouse", path, "scan", code=codes[0])
    assert first["destruction"]["status"] == "planned"
    early = programs.take("administration", path, "witness", method="剪毁", place="总仓")
    assert (early.status_code, early.json["code"]) == (409, "wrong_status")
    assert programs.do("warehouse", path, "scan", code=codes[1])["destruction"]["status"] == (
        "scanned"
    )
    fields = {"method": "剪毁", "place": "总仓", "salvage_fen": 1200}
    wrong = programs.take("warehouse", path, "witness", **fields)
    assert wrong.status_code == 403
    done = programs.do("administration", path, "witness", **fields)["destruction"]
    assert (done["status"], done["salvage_fen"], done["counted"]) == ("witnessed", 1200, None)


def test_the_same_key_gives_the_first_answer(programs: Programs, record: Any) -> None:
    path, codes = record
    body = {"action": "scan", "action_id": str(uuid4()), "code": codes[0]}
    first, again = (programs("warehouse").post(f"{path}/actions", body) for _ in range(2))
    assert (first.status_code, again.status_code, again.data) == (200, 200, first.data)


def test_both_tokens_scan_and_take_back_and_a_missing_piece_is_taken_off(
    programs: Programs, record: Any
) -> None:
    path, (one, missing) = record
    programs.do("warehouse", path, "scan", code=one)
    programs.do("administration", path, "scan", code=one)
    programs.do("administration", path, "unscan", code=one)
    programs.do("administration", path, "scan", code=one)
    told = programs("administration").get(path).json
    seen = {row["piece_no"]: (row["scanned_at"], row["checked_at"]) for row in told["pieces"]}
    assert (None not in seen[one], seen[missing]) == (True, (None, None))
    gone = {"registration": missing, "reason": "库区找过两遍，没有"}
    assert programs.take("warehouse", path, "take_off", **gone).status_code == 403
    assert programs.do("supervisor", path, "take_off", **gone)["destruction"]["status"] == (
        "scanned"
    )
    told = programs("finance").get(path).json
    assert [row["piece_no"] for row in told["pieces"]] == [one]
    [off] = told["taken_off"]
    assert (off["piece_no"], off["reason"]) == (missing, gone["reason"])
    case = programs("supervisor").get(f"/discrepancies/{off['discrepancy']}").json
    assert (case["kind"], case["status"]) == ("scrap_gone", "open")
    found = {"method": "剪毁", "place": "总仓", "counted": 2}
    wrong = programs.take("administration", path, "witness", **found)
    assert (wrong.status_code, wrong.json["code"]) == (409, "count_differs")
    programs.do("administration", path, "witness", **(found | {"counted": 1}))


def test_photos_stand_on_it_and_on_its_certificate(programs: Programs, record: Any) -> None:
    path, codes = record
    made = add_photo(programs("warehouse"), f"{path}/photos", picture(), kind="before")
    assert (made.status_code, made.json["photo"]["kind"]) == (201, "before")
    wrong = add_photo(programs("warehouse"), f"{path}/photos", picture(), kind="fault")
    assert wrong.status_code in (200, 422)
    for login in ("store1", "manager1", "supplier1"):
        assert programs(login).get(f"{path}/photos").status_code == 404
    for code in codes:
        programs.do("warehouse", path, "scan", code=code)
    programs.do("administration", path, "witness", method="剪毁", place="总仓")
    late = add_photo(programs("warehouse"), f"{path}/photos", picture(left="blue"), kind="after")
    assert (late.status_code, late.json["code"]) == (409, "photos_closed")
    assert len(programs("auditor").get(f"{path}/photos").json["items"]) == 1


def test_a_destroyed_piece_that_a_store_looks_up_raises_the_alarm(
    programs: Programs, record: Any, login: Any
) -> None:
    path, codes = record
    for code in codes:
        programs.do("warehouse", path, "scan", code=code)
    programs.do("administration", path, "witness", method="剪毁", place="总仓")
    before = login("finance").get("/alarms").text
    assert codes[0] not in before
    assert programs("store1").get(f"/registrations?q={codes[0]}").status_code == 200
    after = login("finance").get("/alarms").text
    assert (codes[0] in after, codes[1] in after) == (True, False)
