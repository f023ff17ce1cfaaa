"""Late scans: kept with what they said, settled by a person of the store, none dropped."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import event

from tests.api.conftest import JACKET, Programs, a_scan
from tests.story import Story
from tests.web.pressing import post
from tracker.db import utc_now
from tracker.extensions import db
from tracker.models.registration import Registration
from tracker.models.scan import Scan
from tracker.services.verify import verify

UNKNOWN = "6900000000007"
CUSTOMER = {"name": "张三丰", "phone": "13812345678"}


@pytest.fixture
def programs(api: Any) -> Programs:
    """The programs of every account."""
    return Programs(api)


def late(programs: Programs, login: str = "store1", **fields: Any) -> dict[str, Any]:
    """Send a scan that waited on its device for an hour; return its answer."""
    sent_at = utc_now()
    body = a_scan(login, scanned_at=(sent_at - timedelta(hours=1)).isoformat(), **fields)
    batch = {"scans": [body], "sent_at": sent_at.isoformat()}
    [answer] = programs(login).post("/scans/batch", batch).json["results"]
    return dict(answer)


def test_a_late_scan_that_could_not_be_registered_waits_with_what_it_said(
    programs: Programs, login: Any, story: Story
) -> None:
    answer = late(programs, code=UNKNOWN, source="customer", customer=CUSTOMER, receipt_no="T-1")
    row = story.session.get(Scan, answer["scan_id"])
    facts = json.loads(row.facts)
    assert (facts["code"], facts["receipt_no"], facts["area_mm2"]) == (UNKNOWN, "T-1", 250)
    assert "customer" not in facts
    page = login("store1").get("/scans/review").text
    assert UNKNOWN in page
    assert "13812345678" not in page
    assert UNKNOWN not in login("store2").get("/scans/review").text
    assert login("clerk").get("/scans/review").status_code == 403


def test_a_scan_that_was_answered_at_once_waits_for_nobody(
    programs: Programs, login: Any, story: Story
) -> None:
    now = utc_now().isoformat()
    answer = programs.scan(code=UNKNOWN, scanned_at=now)
    assert story.session.get(Scan, answer.json["scan_id"]).facts is None
    assert "没有待核对的扫描" in login("store1").get("/scans/review").text


def test_a_late_scan_that_was_registered_needs_nobody(programs: Programs, story: Story) -> None:
    answer = late(programs)
    assert answer["outcome"] == "done"
    assert story.session.get(Scan, answer["scan_id"]).facts is None


def test_the_device_may_still_complete_it_under_its_own_key(
    programs: Programs, story: Story
) -> None:
    body = a_scan(scanned_at=(utc_now() - timedelta(hours=1)).isoformat(), code=UNKNOWN)
    assert programs("store1").post("/scans", body).status_code == 422
    assert story.session.get(Scan, body["scan_id"]).facts is not None
    done = programs("store1").post("/scans", {**body, "code": JACKET})
    story.session.rollback()
    row = story.session.get(Scan, body["scan_id"])
    assert (done.status_code, row.outcome, row.facts) == (201, "done", None)


def test_a_manager_completes_a_late_scan_and_it_is_settled_with_its_registration(
    programs: Programs, login: Any, story: Story
) -> None:
    waiting = late(programs, code=UNKNOWN)["scan_id"]
    manager = login("manager1")
    page = manager.get(f"/registrations/new?review={waiting}").text
    assert f'name="review" value="{waiting}"' in page
    assert f'value="{UNKNOWN}"' in page
    assert 'value="FADE_BLEED" data-key="7" checked' in page
    form = {
        "scan_id": str(uuid4()), "review": waiting, "code": JACKET, "source": "stock",
        "defect": "FADE_BLEED", "position": "left_sleeve", "area_mm2": "2.5",
        "cause": "dyeing_finishing", "tag_intact": "yes", "accessories_intact": "yes",
        "number_intact": "yes",
    }  # fmt: skip
    first, again = (manager.post("/registrations/new", data=form) for _ in range(2))
    assert (first.status_code, again.status_code) == (303, 303)
    row = story.session.get(Scan, waiting)
    [made] = story.session.query(Registration).all()
    assert (row.settlement, row.registration_id) == ("registered", made.id)
    assert login("manager2").get(f"/registrations/new?review={waiting}").status_code == 404


def test_what_a_person_settled_is_not_registered_once_more_by_its_device(
    programs: Programs, login: Any, story: Story
) -> None:
    body = a_scan(scanned_at=(utc_now() - timedelta(hours=1)).isoformat(), code=UNKNOWN)
    programs("store1").post("/scans", body)
    known = programs.register()
    review = f"/scans/review/{body['scan_id']}"
    post(login("store1"), review, settlement="same", registration=known["no"])
    completed = {**body, "code": JACKET, "piece": "another"}
    late_one = programs("store1").post("/scans", completed)
    assert (late_one.status_code, late_one.json["code"]) == (409, "settled_by_hand")
    assert late_one.json["registration"] == known["no"]
    assert programs("store1").post("/scans", completed).data == late_one.data
    assert story.session.query(Registration).count() == 1
    assert [finding.faults for finding in verify(story.session) if not finding.holds] == []


def test_a_dismissed_scan_tells_its_device_that_nothing_is_left_to_do(
    programs: Programs, login: Any, story: Story
) -> None:
    body = a_scan(scanned_at=(utc_now() - timedelta(hours=1)).isoformat(), code=UNKNOWN)
    programs("store1").post("/scans", body)
    post(login("store1"), f"/scans/review/{body['scan_id']}", settlement="dismissed", note="样品")
    told = programs("store1").post("/scans", {**body, "code": JACKET}).json
    assert (told["outcome"], told["code"]) == ("refused", "settled_by_hand")
    assert "无需登记" in told["detail"]
    assert story.session.query(Registration).count() == 0


@pytest.mark.parametrize("app", ["postgres"], indirect=True)
def test_a_page_that_shows_a_late_scan_holds_no_row(
    programs: Programs, login: Any, story: Story
) -> None:
    waiting = late(programs, code=UNKNOWN)["scan_id"]
    manager, said = login("manager1"), []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        said.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        page = manager.get(f"/registrations/new?review={waiting}").text
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert f'name="review" value="{waiting}"' in page
    assert any("FROM scan" in statement for statement in said)
    assert [statement for statement in said if "FOR UPDATE" in statement] == []


def test_undoing_a_scan_settled_by_hand_voids_nobodys_registration(
    programs: Programs, login: Any, story: Story
) -> None:
    known = programs.register("manager1")
    same = late(programs, "manager1", code=UNKNOWN)["scan_id"]
    post(login("manager1"), f"/scans/review/{same}", settlement="same", registration=known["no"])
    undone = programs("manager1").post(f"/scans/{same}/undo", {"action_id": str(uuid4())})
    assert (undone.status_code, undone.json["code"]) == (409, "not_registered")
    assert story.registration(known["no"]).status == "registered"


def test_a_scan_settled_by_hand_is_not_asked_of_its_device_again(
    programs: Programs, login: Any
) -> None:
    settled, open_still = (late(programs, code=UNKNOWN)["scan_id"] for _ in range(2))
    post(login("store1"), f"/scans/review/{settled}", settlement="dismissed", note="样品")
    told = programs("store1").post("/scans/known", {"scan_ids": [settled, open_still]})
    assert told.json == {"missing": [open_still]}


def test_a_late_scan_of_what_no_database_keeps_waits_like_any_other(
    programs: Programs, login: Any, story: Story
) -> None:
    answer = late(programs, code="6901\ud800234")
    assert answer["outcome"] == "needs_input"
    assert json.loads(story.session.get(Scan, answer["scan_id"]).facts)["code"] == "6901\\ud800234"
    assert "6901\\ud800234" in login("store1").get("/scans/review").text


def test_it_was_the_same_garment_or_there_was_nothing_to_register(
    programs: Programs, login: Any, story: Story
) -> None:
    known = programs.register()
    same = late(programs, code=known["piece_no"])
    nothing = late(programs, code=UNKNOWN)["scan_id"]
    assert (same["outcome"], same["code"]) == ("refused", "already_registered")
    store, path = login("store1"), "/scans/review"
    assert known["no"] in store.get(path).text
    as_same = {"settlement": "same", "registration": known["piece_no"]}
    assert post(store, f"{path}/{same['scan_id']}", **as_same).status_code == 303
    assert post(store, f"{path}/{same['scan_id']}", **as_same).status_code == 303
    unsaid = post(store, f"{path}/{nothing}", settlement="dismissed")
    assert unsaid.status_code == 422
    assert "请写明为什么无需登记" in unsaid.text
    said = post(store, f"{path}/{nothing}", settlement="dismissed", note="扫到了吊牌样品")
    assert said.status_code == 303
    rows = {row.scan_id: (row.settlement, row.settled_note) for row in story.session.query(Scan)}
    assert rows[same["scan_id"]] == ("same", None)
    assert rows[nothing] == ("dismissed", "扫到了吊牌样品")
    clash = post(store, f"{path}/{nothing}", **as_same)
    assert (clash.status_code, "已由他人处理" in clash.text) == (409, True)


def test_no_other_store_settles_it_and_no_other_stores_garment_is_named(
    programs: Programs, login: Any
) -> None:
    theirs = programs.register("store2")
    waiting = late(programs, code=UNKNOWN)["scan_id"]
    said = {"settlement": "dismissed", "note": "x"}
    assert post(login("store2"), f"/scans/review/{waiting}", **said).status_code == 404
    named = {"settlement": "same", "registration": theirs["no"]}
    refused = post(login("store1"), f"/scans/review/{waiting}", **named)
    assert refused.status_code == 422
    assert "没有找到" in refused.text
    gone = post(login("store1"), f"/scans/review/{uuid4()}", **said)
    assert gone.status_code == 404


def test_the_store_sees_on_its_first_page_that_scans_wait(programs: Programs, login: Any) -> None:
    late(programs, code=UNKNOWN)
    page = login("store1").get("/").text
    assert 'href="/scans/review"' in page
