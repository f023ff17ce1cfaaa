"""Jobs on pages: a long report leads to one, its row tells how far it is, its asker fetches it."""

from __future__ import annotations

import re
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

NEW = f"/jobs/new?kind=month_report&month={MONTH}&form="


@pytest.fixture(autouse=True)
@kept
def _month(story: Story) -> None:
    story.write(lambda: fill(story.session, 30))


@pytest.fixture
def finance(login: Any) -> Any:
    return login("finance")


def ask(browser: Any, form: str = "csv") -> str:
    """Press the button of the page that asks; return the job's number."""
    page = browser.get(NEW + form).text
    assert f'name="form" type="hidden" value="{form}"' in page
    body = {"action_id": str(uuid4()), "month": MONTH, "form": form}
    answer = browser.post("/jobs/new?kind=month_report", data=body)
    assert answer.status_code == 303
    return str(answer.location).rpartition("/")[2]


def make(app: Flask, story: Story, no: str) -> None:
    begun = story.write(lambda: service.start(story.session, no, story.now))
    assert begun is not None
    work.make(app.config["SETTINGS"], begun)


@pytest.mark.parametrize("form", Form)
def test_a_long_report_leads_to_the_page_that_asks_and_a_short_one_is_made(
    finance: Any, monkeypatch: Any, form: Form
) -> None:
    path = f"/months/{MONTH}/report.{form}"
    assert finance.get(path).status_code == 200
    monkeypatch.setattr(month_report, "MOST_LINES", dict.fromkeys(Form, 29))
    answer = finance.get(path)
    assert (answer.status_code, answer.location) == (303, NEW + form)
    assert finance.get("/jobs").text.count('class="sheet job"') == 0


def test_the_row_asks_for_itself_until_the_job_is_finished(
    app: Flask, story: Story, finance: Any
) -> None:
    no = ask(finance)
    waiting = finance.get(f"/jobs/{no}/state")
    assert f'hx-get="/jobs/{no}/state"' in waiting.text
    assert "HX-Retarget" not in waiting.headers
    make(app, story, no)
    finished = finance.get(f"/jobs/{no}/state")
    assert finished.headers["HX-Retarget"] == f"#job-{no}"
    assert "hx-get" not in finished.text
    assert f'href="/jobs/{no}/file"' in finished.text
    with finance.get(f"/jobs/{no}/file") as file:
        assert (file.status_code, file.data[:3]) == (200, b"\xef\xbb\xbf")


def test_it_is_cancelled_and_tried_again(story: Story, finance: Any) -> None:
    no = ask(finance)

    def press(action: str) -> Any:
        key = {"action_id": str(uuid4())}
        return finance.post(f"/jobs/{no}/actions/{action}", data=key, follow_redirects=True).text

    assert "已取消" in press("cancel")
    assert "排队中" in press("retry")


@pytest.mark.parametrize("path", ["/jobs", "/jobs/{no}"])
def test_a_page_opened_while_it_waited_cancels_it_after_it_began(
    story: Story, finance: Any, path: str
) -> None:
    no = ask(finance)
    shown = finance.get(path.format(no=no)).text
    form = shown[shown.index(f"/jobs/{no}/actions/cancel") :]
    fields = dict(re.findall(r'name="(\w+)" type="hidden" value="([^"]*)"', form))
    assert story.write(lambda: service.start(story.session, no, story.now)) is not None
    page = finance.get(f"/jobs/{no}").text
    assert "正在生成" in page
    answer = finance.post(f"/jobs/{no}/actions/cancel", data=fields, follow_redirects=True)
    assert answer.status_code == 200
    assert "已取消" in answer.text


def test_a_failed_one_says_why(story: Story, finance: Any, app: Flask, monkeypatch: Any) -> None:
    no = ask(finance)
    monkeypatch.setattr(work, "_make", _without_memory)
    make(app, story, no)
    page = finance.get(f"/jobs/{no}").text
    assert "超过了任务可用的 8192 MB 内存" in page
    assert re.findall(rf"/jobs/{no}/actions/(\w+)", page) == ["retry"]


def _without_memory(_attempt: object) -> None:
    raise MemoryError


@pytest.mark.parametrize("other", ["finance2", "auditor"])
def test_anothers_job_is_404_everywhere(
    app: Flask, story: Story, finance: Any, login: Any, other: str
) -> None:
    no, stranger = ask(finance), login(other)
    make(app, story, no)
    paths = (f"/jobs/{no}", f"/jobs/{no}/state", f"/jobs/{no}/file")
    assert [stranger.get(path).status_code for path in paths] == [404, 404, 404]
    key = {"action_id": str(uuid4())}
    assert stranger.post(f"/jobs/{no}/actions/cancel", data=key).status_code == 404
    assert no not in stranger.get("/jobs").text


@pytest.mark.parametrize(
    "query",
    ["", "kind=x", "kind=month_report", f"kind=month_report&month={MONTH}&form=exe"],
)
def test_an_address_that_names_nothing_of_ours_is_404(finance: Any, query: str) -> None:
    assert finance.get(f"/jobs/new?{query}").status_code == 404


def test_a_store_has_no_jobs(login: Any) -> None:
    assert login("manager1").get("/jobs").status_code == 403
    assert login("manager1").get(NEW + "pdf").status_code == 403
