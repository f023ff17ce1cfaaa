"""Programs off the plain road: what lies outside, cases of whole boxes, changed liability."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import Programs
from tracker.domain.account import COST_ROLES
from tracker.services import demo


def _outside(programs: Programs) -> dict[str, Any]:
    garment = programs.register()
    programs.at_after_sales(garment)
    path = f"/registrations/{garment['no']}"
    facts = {"quality": True, "restorable": True, "route": "factory"}
    programs.do("assessor", path, "assess", **facts)
    sent = {"vendor": "SUP01", "carrier": "德邦快递", "tracking_no": "DB-1"}
    programs.do("clerk", path, "send_out", **sent)
    return garment


def test_what_lies_outside_is_listed_without_what_it_costs(programs: Programs) -> None:
    garment = _outside(programs)
    answer = programs("clerk").get("/outside-jobs")
    assert answer.status_code == 200
    assert answer.json["next"] is None
    [job] = answer.json["items"]
    assert job["registration"]["no"] == garment["no"]
    assert {name: job[name] for name in ("vendor", "carrier", "tracking_no", "shipment")} == {
        "vendor": "SUP01",
        "carrier": "德邦快递",
        "tracking_no": "DB-1",
        "shipment": None,
    }
    assert (job["days_left"], job["returned_at"], job["is_repaired"]) == (10, None, None)
    assert not any("fen" in name for name in job)


def test_the_list_of_what_lies_outside_has_filters(programs: Programs) -> None:
    garment = _outside(programs)

    def listed(query: str) -> list[str]:
        answer = programs("supervisor").get(f"/outside-jobs?{query}")
        return [job["registration"]["no"] for job in answer.json["items"]]

    assert listed("vendor=SUP01") == [garment["no"]]
    assert listed("vendor=GORE") == []
    assert listed("overdue=true") == []
    assert listed("returned=true") == []
    path = f"/registrations/{garment['no']}"
    programs.do("clerk", path, "return_from_outside", repaired=True, cost_fen=1800)
    assert listed("") == []
    assert listed("returned=true") == [garment["no"]]


@pytest.mark.parametrize("login", ["store1", "manager1", "repairer", "finance", "supplier1"])
def test_what_lies_outside_is_for_those_who_follow_it(programs: Programs, login: str) -> None:
    assert programs(login).get("/outside-jobs").status_code == 403


def test_a_case_of_a_whole_box_has_no_garment_and_takes_a_claim(programs: Programs) -> None:
    garment = programs.register()
    box = programs.send(garment)
    programs.do("clerk", box, "arrive")
    programs.do("clerk", box, "report_damage", note="一角压扁")
    [case] = programs("clerk").get("/discrepancies?kind=damaged_box").json["items"]
    assert (case["registration"], case["shipment"]) == (None, box.rsplit("/", 1)[1])
    path = f"/discrepancies/{case['no']}"
    claimed = programs.do("logistics", path, "claim", claimed_fen=48000, claim_no="LP-9")
    assert (claimed["discrepancy"]["claimed_fen"], claimed["discrepancy"]["claim_no"]) == (
        48000,
        "LP-9",
    )
    paid = {"finding": "carrier_pays", "compensation_fen": 30000, "note": "已到账"}
    resolved = programs.do("supervisor", path, "resolve", **paid)["discrepancy"]
    assert (resolved["status"], resolved["compensation_fen"]) == ("resolved", 30000)
    assert programs("clerk").get("/discrepancies?status=open").json["items"] == []
    assert programs("clerk").get("/discrepancies?site=S002").json["items"] == []


def test_liable_parties_are_changed_through_the_one_door(programs: Programs) -> None:
    garment = programs.register()
    programs.at_after_sales(garment)
    programs.scrap(garment)
    path = f"/registrations/{garment['no']}"
    shares = [{"kind": "head_office", "percent": 100}]
    changed = programs.do("clerk", path, "reassign", liabilities=shares, note="总公司承担")
    assert changed["registration"]["version"] == programs.version(path)
    [entry] = [
        row for row in programs("auditor").get(path).json["timeline"] if row["action"] == "reassign"
    ]
    assert (entry["from_status"], entry["to_status"], entry["reason"]) == (
        "scrap_pending",
        "scrap_pending",
        "总公司承担",
    )
    answer = programs.take("store1", path, "reassign", liabilities=shares, note="x")
    assert (answer.status_code, answer.json["code"]) == (403, "wrong_role")
    wrong = programs.take("clerk", path, "reassign", liabilities=[], note="x")
    assert (wrong.status_code, wrong.json["code"]) == (422, "shares_not_100")


def test_a_registration_says_why_it_goes_back_unrepaired(programs: Programs) -> None:
    garment = programs.register()
    programs.at_after_sales(garment)
    path = f"/registrations/{garment['no']}"
    programs.do("assessor", path, "assess", quality=True, outcome="no_fault")
    assert programs("store1").get(path).json["ending"] == "no_fault"


def test_whoever_follows_what_lies_outside_may_see_its_bill() -> None:
    followers = {"clerk", "supervisor", "business", "auditor"}
    seen = {login for login, _name, role, *_rest in demo.ACCOUNTS if role in COST_ROLES}
    assert followers <= seen
