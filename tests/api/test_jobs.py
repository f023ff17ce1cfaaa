"""Jobs through the API: asked for once, watched, cancelled, fetched by their asker alone."""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from tests.kept import kept
from tests.long_month import MONTH, fill
from tests.story import Story
from tracker.domain.job import Form
from tracker.jobs import work
from tracker.services import job as service
from tracker.services import month_report

WISH = {"kind": "month_report", "arguments": {"month": MONTH, "form": "csv"}}


@pytest.fixture(autouse=True)
@kept
def _month(story: Story) -> None:
    story.write(lambda: fill(story.session, 30))


def make(app: Flask, story: Story, no: str) -> None:
    begun = story.write(lambda: service.start(story.session, no, story.now))
    assert begun is not None
    work.make(app.config["SETTINGS"], begun)


def act(api: Any, no: str, action: str) -> Any:
    return api.post(f"/jobs/{no}/actions", {"action": action, "action_id": str(uuid4())})


def test_a_job_is_asked_for_watched_and_fetched(app: Flask, story: Story, api: Any) -> None:
    finance = api("finance")
    asked = finance.post("/jobs", WISH)
    no = asked.json["no"]
    assert (asked.status_code, asked.json["status"]) == (201, "queued")
    assert asked.json["progress"] == {"done": 0, "of": None}
    assert finance.get(f"/jobs/{no}/file").json["code"] == "not_ready"
    make(app, story, no)
    told = finance.get(f"/jobs/{no}").json
    with finance.get(f"/jobs/{no}/file") as fetched:
        assert fetched.headers["Content-Disposition"] == f"attachment; filename=month-{MONTH}.csv"
        assert fetched.headers["Cache-Control"] == "no-store"
        assert told["file"] == {
            "name": f"month-{MONTH}.csv",
            "media": "text/csv; charset=utf-8",
            "bytes": len(fetched.data),
            "sha256": hashlib.sha256(fetched.data).hexdigest(),
            "deleted_at": None,
        }
        assert fetched.data == finance.get(f"/months/{MONTH}/report.csv").data
    assert [job["no"] for job in finance.get("/jobs").json["items"]] == [no]


@pytest.mark.parametrize(("form", "start"), [("pdf", b"%PDF-"), ("xlsx", b"PK"), ("csv", b"\xef")])
def test_a_long_months_report_is_a_job_for_programs_too(
    api: Any, monkeypatch: pytest.MonkeyPatch, form: str, start: bytes
) -> None:
    finance, path = api("finance"), f"/months/{MONTH}/report.{form}"
    assert finance.get(path).data.startswith(start)
    monkeypatch.setitem(month_report.MOST_LINES, Form(form), 29)
    answer = finance.get(path)
    assert (answer.status_code, answer.json["code"]) == (409, "too_long")
    assert "month_report" in answer.json["detail"]
    assert len(finance.get(f"/months/{MONTH}/report.json").json["lines"]) == 30
    asked = finance.post("/jobs", {**WISH, "arguments": {"month": MONTH, "form": form}})
    assert (asked.status_code, asked.json["status"]) == (201, "queued")


def test_the_same_wish_stands_and_the_same_key_gives_the_first_answer(api: Any) -> None:
    finance, keyed = api("finance"), {**WISH, "action_id": str(uuid4())}
    first = finance.post("/jobs", keyed)
    assert (first.status_code, finance.post("/jobs", WISH).status_code) == (201, 200)
    again = finance.post("/jobs", keyed)
    assert (again.status_code, again.json) == (200, first.json)
    assert len(finance.get("/jobs").json["items"]) == 1


@pytest.mark.parametrize("other", ["finance2", "auditor", "supervisor"])
def test_anothers_job_is_404_everywhere(app: Flask, story: Story, api: Any, other: str) -> None:
    no = api("finance").post("/jobs", WISH).json["no"]
    make(app, story, no)
    stranger = api(other)
    answers = [
        stranger.get(f"/jobs/{no}"),
        stranger.get(f"/jobs/{no}/file"),
        act(stranger, no, "cancel"),
    ]
    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert stranger.get("/jobs").json["items"] == []


def test_a_store_has_no_jobs(api: Any) -> None:
    assert api("manager1").post("/jobs", WISH).status_code == 403
    assert api("manager1").get("/jobs").status_code == 403


def test_cancel_and_retry(api: Any) -> None:
    finance = api("finance")
    no = finance.post("/jobs", WISH).json["no"]
    assert act(finance, no, "cancel").json["job"]["status"] == "cancelled"
    assert act(finance, no, "cancel").status_code == 409
    assert act(finance, no, "retry").json["job"]["status"] == "queued"


def test_a_retry_beside_the_same_wish_is_refused(api: Any) -> None:
    finance = api("finance")
    no = finance.post("/jobs", WISH).json["no"]
    act(finance, no, "cancel")
    assert finance.post("/jobs", WISH).status_code == 201
    answer = act(finance, no, "retry")
    assert (answer.status_code, answer.json["code"]) == (409, "same_waits")


def test_an_old_version_is_refused_with_the_right_measure_word(story: Story, api: Any) -> None:
    finance = api("finance")
    told = finance.post("/jobs", WISH).json
    assert story.write(lambda: service.start(story.session, told["no"], story.now)) is not None
    body = {"action": "cancel", "action_id": str(uuid4()), "if_version": told["version"]}
    answer = finance.post(f"/jobs/{told['no']}/actions", body)
    assert (answer.status_code, answer.json["code"]) == (409, "stale_version")
    assert answer.json["detail"].startswith("这个后台任务在您打开之后")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"kind": "nothing", "arguments": {}}, "kind"),
        ({"arguments": {}}, "kind"),
        ({"kind": "month_report", "arguments": {"month": MONTH}}, "arguments.form"),
        ({**WISH, "arguments": {"month": MONTH, "form": "exe"}}, "arguments.form"),
        ({**WISH, "arguments": {"month": "x" * 9, "form": "csv"}}, "arguments.month"),
        ({**WISH, "holder": "me"}, "holder"),
    ],
)
def test_a_wish_that_cannot_be_names_its_field(api: Any, body: Any, field: str) -> None:
    answer = api("finance").post("/jobs", body)
    assert (answer.status_code, answer.json["field"]) == (422, field)


def test_a_month_that_is_not_there_is_404(api: Any) -> None:
    body = {"kind": "month_report", "arguments": {"month": "1999-01", "form": "csv"}}
    assert api("finance").post("/jobs", body).status_code == 404
