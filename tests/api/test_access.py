"""Who may see and do what: another store's record is 404 on every path, a wrong role is 403."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from tests.api.conftest import Programs
from tracker.domain.account import Role, effective_roles
from tracker.domain.registration import MACHINE, Status
from tracker.services import actions

STAFF = {
    "store1": Role.STORE_STAFF, "clerk": Role.CLERK, "assessor": Role.ASSESSOR,
    "repairer": Role.REPAIRER, "supervisor": Role.SUPERVISOR, "qa": Role.QA,
    "business": Role.BUSINESS, "logistics": Role.LOGISTICS, "vp": Role.VICE_PRESIDENT,
    "warehouse": Role.WAREHOUSE, "administration": Role.ADMINISTRATION, "finance": Role.FINANCE,
    "auditor": Role.AUDITOR, "region1": Role.REGION,
}  # fmt: skip


def test_another_stores_numbers_are_404_on_every_path(programs: Programs):
    garment = programs.register()
    box = programs.send(garment)
    no, piece = garment["no"], garment["piece_no"]
    for path in (
        f"/registrations/{no}", f"/registrations/{no}.pdf", f"/labels/{piece}.pdf", box,
        f"{box}.pdf", "/registrations/DJ99999999X", "/shipments/FH-2026-999999",
    ):  # fmt: skip
        for login in ("store2", "manager2", "manager3"):
            answer = programs(login).get(path)
            assert (answer.status_code, answer.json["code"]) == (404, "not_found"), (login, path)
    for path, action in ((f"/registrations/{no}", "void"), (box, "receive"), (box, "reconcile")):
        fields = {"void": {"reason": "x"}, "receive": {"code": piece}}.get(action, {})
        assert programs.take("manager2", path, action, **fields).status_code == 404
    for query in ("", f"?q={no}", f"?q={piece}", "?site=S001", "?style=2613M04012"):
        assert programs("store2").get(f"/registrations{query}").json["items"] == []
    assert programs("store2").get("/shipments").json["items"] == []


def test_a_packed_piece_of_another_store_is_refused_without_its_number(programs: Programs):
    other = programs.register("store2")
    box = programs("store1").post(
        "/shipments", {"from_site": "S001", "to_site": "ASD", "kind": "weekly"}
    )
    path = f"/shipments/{box.json['no']}"
    answer = programs.take("store1", path, "pack", code=other["piece_no"])
    assert (answer.status_code, answer.json["code"]) == (409, "other_store")
    assert other["no"] not in answer.text


def test_a_box_is_opened_at_ones_own_site_only(programs: Programs):
    for login, body in (
        ("store1", {"from_site": "S002", "to_site": "ASD", "kind": "weekly"}),
        ("clerk", {"from_site": "S001", "to_site": "ASD", "kind": "weekly"}),
    ):
        assert programs(login).post("/shipments", body).status_code == 404
    body = {"from_site": "HQ", "to_site": "S001", "kind": "return"}
    assert programs("finance").post("/shipments", body).status_code == 403


def test_the_receiver_counts_blind(programs: Programs):
    garment = programs.register()
    box = programs.send(garment)
    told = programs("clerk").get(box).json
    assert (told["is_blind"], told["pieces"], told["received"]) == (True, None, [])
    paper = programs("clerk").get(f"{box}.pdf")
    assert (paper.status_code, paper.json["code"]) == (403, "blind_count")
    assert programs("store1").get(f"{box}.pdf").status_code == 200
    programs.count_in("clerk", box, garment)
    assert [piece["no"] for piece in programs("clerk").get(box).json["pieces"]] == [garment["no"]]
    assert programs("clerk").get(f"{box}.pdf").status_code == 200


def test_money_is_for_cost_roles_only(programs: Programs):
    garment = programs.register()
    programs.at_after_sales(garment)
    programs.scrap(garment)
    form = programs.approved(garment)[0]
    month = programs("finance").get("/months").json["items"][0]["month"]
    for login in ("store1", "manager1", "assessor", "repairer", "warehouse", "supplier1", "admin"):
        for path in ("/months", f"/months/{month}", f"/months/{month}/report.csv"):
            assert programs(login).get(path).status_code == 403, (login, path)
    assert programs("supplier1").get(f"/loss-forms/{form}").json["total_fen"] == 18984
    seen = programs("warehouse").get(f"/loss-forms/{form}").json
    assert seen["total_fen"] is None
    assert "amount_fen" not in seen["lines"][0]
    assert programs("warehouse").get(f"/loss-forms/{form}.pdf").status_code == 403
    for login in ("manager1", "manager2"):
        assert programs(login).get(f"/loss-forms/{form}").status_code == 404
    for login in ("store1", "qa", "admin"):
        assert programs(login).get(f"/loss-forms/{form}").status_code == 403


def test_the_administrator_and_the_supplier_see_no_garment(programs: Programs):
    garment = programs.register()
    for login in ("admin", "supplier1"):
        for path in ("/registrations", f"/registrations/{garment['no']}", "/shipments"):
            assert programs(login).get(path).status_code == 403


FIELDS: dict[str, dict[str, Any]] = {
    "settle": {"resolution": "refund"},
    "finish_local_repair": {"cost_fen": 1},
    "refuse": {"reason": "small_stain"},
    "refuse_intake": {"reason": "small_stain"},
    "void": {"reason": "x"},
    "hand_over": {"to": "stock"},
    "decide": {"choice": "paid_repair"},
    "assess": {"repairable": True},
    "send_out": {"vendor": "SUP01"},
    "return_from_outside": {"repaired": True},
    "reassign": {"liabilities": [{"kind": "head_office", "percent": 100}], "note": "x"},
    "work": {"operations": [{"name": "缝", "minutes": 1}]},
    "pass_check": {"grade": "first"},
    "pause": {"reason": "parts"},
}


@pytest.mark.parametrize("login", sorted(STAFF))
def test_an_action_of_another_role_is_403_and_an_own_one_is_not(programs: Programs, login: str):
    garment = programs.register()
    path = f"/registrations/{garment['no']}"
    roles = effective_roles(STAFF[login])
    for action in actions.NOUNS["registration"].verbs:
        if action in ("void", "give_up", "fail_check", "promise"):
            continue
        answer = programs.take(login, path, str(action), **FIELDS.get(str(action), {}))
        is_allowed = not roles.isdisjoint(MACHINE.who[action])
        is_legal = (Status.REGISTERED, action) in MACHINE.transitions
        expected = (200 if is_legal else 409) if is_allowed else 403
        assert answer.status_code == expected, (login, action, answer.text)
        assert not (is_allowed and is_legal), "staff alone decide nothing here"


@pytest.mark.parametrize(
    ("login", "path", "status"),
    [
        ("store1", "/loss-forms", 403), ("supervisor", "/loss-forms", 422),
        ("clerk", "/loss-forms", 422), ("assessor", "/loss-forms", 403),
        ("clerk", "/destructions", 403), ("warehouse", "/destructions", 409),
        ("clerk", "/scans", 403), ("region1", "/scans", 403), ("auditor", "/scans", 403),
        ("clerk", "/scans/batch", 403), ("auditor", "/shipments", 403),
    ],
)  # fmt: skip
def test_only_its_role_makes_a_document(programs: Programs, login: str, path: str, status: int):
    assert programs(login).post(path, {}).status_code == status


def test_a_key_of_another_account_is_404(programs: Programs):
    garment = programs.register()
    path = f"/registrations/{garment['no']}/actions"
    body = {"action": "accept", "action_id": str(uuid4())}
    assert programs("manager1").post(path, body).status_code == 200
    assert programs("clerk").post(path, body).status_code == 404


def test_a_garments_story_does_not_name_the_box_that_is_yet_to_be_counted_blind(
    story: Any, api: Any
):
    no = story.register()
    box = story.send(no)
    path = f"/registrations/{no}"

    def named(login: str) -> bool:
        return box in {entry["document"] for entry in api(login).get(path).json["timeline"]}

    assert (named("store1"), named("clerk")) == (True, False)
    story.count_in(box, no)
    assert named("clerk")
