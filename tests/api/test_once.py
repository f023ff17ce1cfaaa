"""The same key gives the first answer: in turn, and when twenty come at once."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from flask import Flask

from tests.api.conftest import Programs, a_scan
from tracker.db import utc_now
from tracker.extensions import db
from tracker.services import scan


def test_an_action_id_gives_the_first_answer_again(programs: Programs):
    garment = programs.register()
    path = f"/registrations/{garment['no']}/actions"
    body = {"action": "accept", "action_id": str(uuid4())}
    first = programs("manager1").post(path, body)
    again = programs("manager1").post(path, body)
    assert (first.status_code, again.status_code, again.data) == (200, 200, first.data)
    other = programs("manager1").post(path, {**body, "note": "x"})
    assert (other.status_code, other.json["code"]) == (422, "action_id_reused")
    assert programs("supervisor").post(path, body).status_code == 404


def test_a_refused_action_is_refused_again_though_the_rule_would_allow_it_now(programs: Programs):
    garment = programs.register()
    path = f"/registrations/{garment['no']}"
    body = {"action": "hand_over", "action_id": str(uuid4()), "to": "stock"}
    first = programs("store1").post(f"{path}/actions", body)
    assert (first.status_code, first.json["code"]) == (409, "wrong_status")
    programs.do("manager1", path, "settle", resolution="local_repair")
    programs.do("store1", path, "finish_local_repair", cost_fen=1000)
    again = programs("store1").post(f"{path}/actions", body)
    assert (again.status_code, again.data) == (409, first.data)


def at_once(app: Flask, token: str, path: str, body: dict[str, Any]) -> list[tuple[int, bytes]]:
    """Send the same request 20 times at once; return statuses and bodies."""

    def send(_number: int) -> tuple[int, bytes]:
        answer = app.test_client().post(
            f"/api/v1{path}", json=body, headers={"Authorization": f"Bearer {token}"}
        )
        return answer.status_code, answer.data

    db.session.remove()
    with ThreadPoolExecutor(20) as pool:
        return list(pool.map(send, range(20)))


def test_twenty_equal_scans_at_once_make_one_registration(app: Flask, token: Any, api: Any):
    answers = at_once(app, token("store1"), "/scans", a_scan())
    assert sorted(status for status, _ in answers) == [200] * 19 + [201]
    assert len({body for _, body in answers}) == 1
    assert len(api("store1").get("/registrations").json["items"]) == 1


def test_twenty_equal_actions_at_once_take_one_step(app: Flask, token: Any, programs: Programs):
    garment = programs.register()
    path = f"/registrations/{garment['no']}"
    body = {"action": "accept", "action_id": str(uuid4())}
    answers = at_once(app, token("manager1"), f"{path}/actions", body)
    assert {status for status, _ in answers} == {200}
    assert len({told for _, told in answers}) == 1
    story = programs("store1").get(path).json["timeline"]
    assert [entry["action"] for entry in story] == ["register", "accept"]


def test_twenty_openings_at_once_make_one_box(app: Flask, token: Any, programs: Programs):
    body = {"from_site": "S001", "to_site": "ASD", "kind": "weekly"}
    answers = at_once(app, token("store1"), "/shipments", body)
    assert {status for status, _ in answers} == {200, 201}
    assert len({json.loads(told)["no"] for _, told in answers}) == 1
    assert len(programs("store1").get("/shipments").json["items"]) == 1


@pytest.mark.parametrize("code", ["6901234567892", "P0000000000"])
def test_a_scan_is_answered_alike_after_a_year_under_a_new_log_in_and_by_ticket(
    app: Flask, api: Any, login: Any, code: str
):
    body = a_scan(code=code)
    first = api("store1").post("/scans", body)
    with time_machine.travel(utc_now() + timedelta(days=400)):
        again = api("store1").post("/scans", body)
        ticket = login("store1").post("/scan/ticket", json={"device": str(uuid4())}).json["ticket"]
        path, headers = "/api/v1/scans", {"Authorization": f"Bearer {ticket}"}
        by_ticket = app.test_client().post(path, json=body, headers=headers)
        in_batch = app.test_client().post(f"{path}/batch", json={"scans": [body]}, headers=headers)
    assert first.data == again.data == by_ticket.data
    assert in_batch.data == b'{"results":[' + first.data + b"]}"
    told = {201: (200, 200), 422: (422, 422)}
    assert (again.status_code, by_ticket.status_code) == told[first.status_code]


def test_a_fault_of_ours_spoils_its_own_scan_and_not_the_queue_behind_it(
    programs: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, broken = a_scan(), a_scan(code="6921012340004")
    submit = scan.submit

    def breaks(act: Any, request: Any, *more: Any) -> Any:
        if request.scan_id == broken["scan_id"]:
            raise ZeroDivisionError
        return submit(act, request, *more)

    monkeypatch.setattr(scan, "submit", breaks)
    first, second = (
        programs("store1").post("/scans/batch", {"scans": [broken, whole]}).json["results"]
    )
    assert (first["outcome"], first["code"]) == ("error", "unexpected")
    assert (second["outcome"], second["scan_id"]) == ("done", whole["scan_id"])
