"""The report of scrap on pages: from a figure to its rows, files, jobs for the long ones."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from tests.kept import kept
from tests.long_month import fill
from tests.story import Story
from tracker.jobs import work
from tracker.services import job as jobs
from tracker.services import scrap_report as service

MONTHS = "first=2026-09&last=2026-10"
FIGURE = re.compile(r'<a class="drill" href="([^"]+)">([^<]+)</a><span class="under">(\d+) 笔')


@pytest.fixture(autouse=True)
@kept
def _months(story: Story) -> None:
    story.write(lambda: fill(story.session, 30, "2026-09"))
    story.write(lambda: fill(story.session, 12, "2026-10"))


def figures(page: str) -> list[tuple[str, str, int]]:
    """Return address, amount and lines of each figure of a table."""
    return [(unescape(href), fen, int(lines)) for href, fen, lines in FIGURE.findall(page)]


@pytest.mark.parametrize("by", ["by=supplier&by=&by=", "by=liable,defect", "by=store&by=year"])
def test_every_figure_opens_the_rows_that_add_up_to_it(login: Any, by: str) -> None:
    browser = login("finance")
    found = figures(browser.get(f"/reports/scrap?{MONTHS}&{by}").text)
    assert len(found) >= 6
    for href, amount, lines in found:
        rows = browser.get(href).text
        assert f'<span class="num">{amount}</span> · {lines} 笔' in rows
        amounts = [
            int(re.sub(r"\D", "", one)) for one in re.findall(r"<strong>(¥[\d,.]+)</strong>", rows)
        ]
        assert (len(amounts), sum(amounts)) == (lines, int(re.sub(r"\D", "", amount)))


def test_the_choice_stays_in_the_address_and_a_filter_can_be_taken_away(login: Any) -> None:
    browser = login("finance")
    page = browser.get(f"/reports/scrap?{MONTHS}&by=store&supplier=SUP01&year=2026").text
    assert 'href="/reports/scrap?first=2026-09&amp;last=2026-10&amp;by=store&amp;year=2026"' in page
    assert "supplier=SUP01" in page
    assert "广州锦程服饰有限公司" in page
    assert [lines for _href, _fen, lines in figures(page)][-1] == 9
    assert '<option value="store" selected>店铺</option>' in page


def test_a_row_leads_to_its_garment_form_paper_and_pictures(login: Any) -> None:
    rows = (
        login("finance").get("/reports/scrap/rows?first=2026-10&last=2026-10&supplier=SUP02").text
    )
    assert rows.count("data-row") == 3
    for href in (
        "/registrations/DJ000000000", "/loss-forms/BS-000000", "/loss-forms/BS-000000.pdf",
        "/loss-forms/BS-000000#photos", "/ledger/entries/LONG-2026-10-1",
    ):  # fmt: skip
        assert f'href="{href}"' in rows


def test_a_region_and_a_supplier_find_no_door_that_is_shut_to_them(
    story: Story, login: Any
) -> None:
    story.write(lambda: fill(story.session, 6, "2026-09", stores_bear=True))
    rows = f"/reports/scrap/rows?{MONTHS}"
    region = login("region1").get(rows).text
    assert "/registrations/DJ000000000" in region
    assert "/loss-forms/" not in region
    supplier = login("supplier1").get(rows).text
    assert "/loss-forms/BS-000000" in supplier
    assert not re.search("/registrations/|/ledger/entries/|SUP02|嘉兴", supplier)


@pytest.mark.parametrize(
    ("login_name", "status"),
    [("finance", 200), ("supervisor", 200), ("auditor", 200), ("region1", 200), ("business", 200),
     ("supplier1", 200), ("manager1", 403), ("clerk", 403), ("warehouse", 403), ("admin", 403)],
)  # fmt: skip
def test_the_report_is_for_its_readers(login: Any, login_name: str, status: int) -> None:
    browser = login(login_name)
    for path in ("/reports/scrap", "/reports/scrap/rows", "/reports/scrap.csv"):
        assert browser.get(f"{path}?{MONTHS}").status_code == status, path


@pytest.mark.parametrize(
    "asked",
    ["first=2026-12&last=2026-01", "by=price", "first=abc", "by=store,year,style,defect"],
)
def test_a_wrong_address_says_what_is_wrong(login: Any, asked: str) -> None:
    browser = login("finance")
    for path in ("/reports/scrap", "/reports/scrap/rows", "/reports/scrap.xlsx"):
        answer = browser.get(f"{path}?{asked}")
        assert answer.status_code == 422, path
        assert 'role="alert"' in answer.text or path.endswith("xlsx")


def test_odd_filters_find_nothing_and_break_nothing(login: Any) -> None:
    browser = login("finance")
    for asked in ("year=９９９９", "year=-1", "liable=x", "supplier=%27%20OR%201=1--", "cursor=-1"):
        assert browser.get(f"/reports/scrap?{MONTHS}&{asked}").status_code == 200
        assert browser.get(f"/reports/scrap/rows?{MONTHS}&{asked}").status_code == 200
    assert "这些月份没有报损" in browser.get(f"/reports/scrap?{MONTHS}&liable=x").text
    assert browser.get("/reports/scrap.exe").status_code == 404


@pytest.mark.parametrize(
    ("ext", "media", "start"),
    [("pdf", "application/pdf", b"%PDF-"), ("csv", "text/csv", b"\xef\xbb\xbfsupplier,"),
     ("json", "application/json", b'{"first": "2026-09"'),
     ("xlsx", "application/vnd.openxml", b"PK")],
)  # fmt: skip
def test_the_files(login: Any, ext: str, media: str, start: bytes) -> None:
    answer = login("finance").get(f"/reports/scrap.{ext}?{MONTHS}&by=supplier")
    assert answer.status_code == 200
    assert answer.content_type.startswith(media)
    assert answer.data.startswith(start)


@pytest.mark.parametrize(("ext", "limit"), [("xlsx", "MOST_LINES"), ("pdf", "MOST_PRINTED")])
def test_a_long_one_is_made_as_a_job_within_what_its_asker_may_see(
    app: Flask, story: Story, login: Any, monkeypatch: Any, ext: str, limit: str
) -> None:
    monkeypatch.setattr(service, limit, 2)
    story.write(lambda: fill(story.session, 15, "2026-09", stores_bear=True))
    browser = login("region1")
    answer = browser.get(f"/reports/scrap.{ext}?{MONTHS}&by=supplier&store=S001")
    assert answer.status_code == 303
    page = browser.get(answer.location).text
    fields = dict(re.findall(r'name="(\w+)" type="hidden" value="([^"]*)"', page))
    assert "报损分析 2026-09–2026-10" in re.sub(r"\s+", " ", page)
    answer = browser.post("/jobs/new?kind=scrap_report", data={**fields, "action_id": str(uuid4())})
    assert answer.status_code == 303
    no = str(answer.location).rpartition("/")[2]
    begun = story.write(lambda: jobs.start(story.session, no, story.now))
    work.make(app.config["SETTINGS"], begun)
    with browser.get(f"/jobs/{no}/file") as file:
        assert (file.status_code, file.data[:2]) == (200, b"%P" if ext == "pdf" else b"PK")
    assert f"scrap-2026-09-2026-10.{ext}" in browser.get("/jobs").text
    assert login("supplier1").get(f"/jobs/{no}").status_code == 404
