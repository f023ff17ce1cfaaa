"""Months and statements through the API: checklist, drawing up, actions, scope, print."""

from __future__ import annotations

from uuid import uuid4

from tests.api.conftest import Programs
from tracker.db import utc_now
from tracker.domain.calendar import month_of


def _billed(programs: Programs) -> tuple[str, str]:
    """Close a month with one jacket; return the month and the statement's number."""
    garment = programs.register()
    programs.at_after_sales(garment)
    programs.scrap(garment)
    programs.approved(garment)
    month = programs("finance").get("/months").json["items"][0]["month"]
    path = f"/months/{month}"
    programs.do("supervisor", path, "submit")
    programs.do("finance2", path, "close", if_version=programs.version(path))
    body = {"month": month, "action_id": str(uuid4())}
    answer = programs("finance").post("/statements", body)
    assert answer.status_code == 201, answer.text
    assert programs("finance").post("/statements", body).data == answer.data
    [made] = answer.json["statements"]
    return month, made["no"]


def test_a_months_checklist_and_roll_forward_are_told(programs: Programs) -> None:
    garment = programs.register()
    programs.at_after_sales(garment)
    programs.scrap(garment)
    month = _opened(programs)
    told = programs("finance").get(f"/months/{month}/checklist").json
    [item] = told["checks"]["unlisted"]
    assert (item["noun"], item["no"], item["carried_over"]) == (
        "registration",
        garment["no"],
        None,
    )
    refused = programs.take("supervisor", f"/months/{month}", "submit")
    assert (refused.status_code, refused.json["code"], refused.json["open"]) == (
        409,
        "checklist_open",
        [garment["no"]],
    )
    carried = {"documents": [garment["no"]], "reason": "等供应商确认"}
    programs.do("supervisor", f"/months/{month}", "carry_over", **carried)
    told = programs("finance").get(f"/months/{month}/checklist").json
    [item] = told["checks"]["unlisted"]
    assert item["carried_over"]["why"] == "等供应商确认"
    assert told["roll_forward"]["closing"] == {"pieces": 0, "amount_fen": 0}
    assert programs.do("supervisor", f"/months/{month}", "submit")["month"]["status"] == "in_review"


def _opened(programs: Programs) -> str:
    answer = programs("supervisor").post("/months", {"month": month_of(utc_now())})
    assert answer.status_code == 201, answer.text
    return str(answer.json["month"])


def test_a_statement_goes_from_draft_to_settled(programs: Programs) -> None:
    month, no = _billed(programs)
    path = f"/statements/{no}"
    assert programs("supplier1").get(path).status_code == 404
    programs.do("finance", path, "issue")
    programs.do("finance", path, "deliver", how="portal")
    told = programs("supplier1").get(path).json
    assert (told["month"], told["total_fen"], told["status"]) == (month, 18984, "delivered")
    assert [line["amount_fen"] for line in told["lines"]] == [18984]
    programs.do("business", path, "agree")
    day = told["delivered_at"][:10]
    paid = {"settled_on": day, "reference": "银行-1"}
    programs.do("finance", path, "settle", amount_fen=8984, **paid)
    done = programs.do("finance", path, "settle", amount_fen=10000, **paid)["statement"]
    assert (done["status"], done["left_fen"]) == ("settled", 0)
    assert programs("manager1").get(path).status_code == 404
    assert programs("store1").get(path).status_code == 403
    [listed] = programs("supplier1").get("/statements").json["items"]
    assert listed["no"] == no
    assert programs("manager1").get("/statements").json["items"] == []


def test_a_statement_is_printed_for_whoever_sees_it(programs: Programs) -> None:
    _month, no = _billed(programs)
    printed = programs("finance").get(f"/statements/{no}.pdf")
    assert printed.data[:5] == b"%PDF-"
    assert programs("supplier1").get(f"/statements/{no}.pdf").status_code == 404
