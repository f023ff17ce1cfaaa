"""The turnaround pages: every figure opens as many rows as it says, within the reader's sites."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from tests.kept import kept
from tests.services.test_turnaround import away
from tests.story import DOWN_COAT, Story, days_ago
from tracker.extensions import db
from tracker.web.turnaround_charts import Bar, bars, percent

LINK = re.compile(r'<a class="drill" href="([^"]+)">(\d+)</a>')
TOTAL = re.compile(r'data-total="(\d+)"')
ROW = re.compile(r'<td class="lead-cell"><span><a class="code" href="/registrations/')
NEXT = re.compile(r'href="([^"]+)" rel="next"')
PAGES = (
    "/turnaround",
    "/turnaround?weeks=52&store=S001",
    "/turnaround/by/store",
    "/turnaround/by/carrier_out",
    "/turnaround/by/carrier_back",
    "/turnaround/by/supplier",
    "/turnaround/by/style",
    "/turnaround/by/repairer",
    "/turnaround/in-flight",
)


@kept
def _live(story: Story) -> None:
    """Six garments back in the last weeks, two of them late, and three in flight."""
    away(story, story.register(), story.register(code=DOWN_COAT), packing_days=1)
    away(story, story.register(), story.register(), packing_days=12)
    two = {"login": "store2", "manager": "manager2", "store": "S002"}
    away(story, story.register("store2"), story.register("store2"), **two)
    story.at_after_sales(story.register())
    story.wait(days=7)
    story.send(story.register(), story.register())


@pytest.fixture
def lived(story: Story) -> Story:
    """A story of the last weeks."""
    story.now = days_ago(60)
    _live(story)
    return story


def rows_behind(browser: FlaskClient, href: str) -> tuple[int, int]:
    """Return how many rows a figure's page says it has, and how many its pages show."""
    said, shown, following = 0, 0, href
    while following:
        answer = browser.get(unescape(following))
        assert answer.status_code == 200, following
        told = TOTAL.search(answer.text)
        assert told is not None
        said, shown = int(told[1]), shown + len(ROW.findall(answer.text))
        more = NEXT.search(answer.text)
        following = more[1] if more else ""
    return said, shown


def test_every_figure_opens_as_many_rows_as_it_says(
    lived: Story, login: Callable[[str], FlaskClient]
) -> None:
    browser = login("supervisor")
    told = {path: set(LINK.findall(browser.get(path).text)) for path in PAGES}
    assert [path for path, links in told.items() if len(links) < 3] == []
    links = set().union(*told.values())
    wrong = {href: (count, behind) for href, count in links
             if (behind := rows_behind(browser, href)) != (int(count), int(count))}  # fmt: skip
    assert wrong == {}


def test_the_overview_says_numerator_denominator_and_what_is_left_out(
    lived: Story, login: Callable[[str], FlaskClient]
) -> None:
    text = login("supervisor").get("/turnaround").text
    plain = " ".join(re.sub(r"<[^>]+>", " ", text).split())
    assert "66.7 % 4 / 6 件" in plain
    assert "超期 2" in plain
    assert "目前还没回店： 3" in plain
    assert "不计入：已报废或核销的" in plain


def test_without_garments_there_is_no_share(
    story: Story, login: Callable[[str], FlaskClient]
) -> None:
    text = login("supervisor").get("/turnaround").text
    assert "暂无数据" in text
    assert "100 %" not in text
    assert "这段时间没有衣服回店" in text


@pytest.mark.parametrize(
    ("name", "finished", "flying"), [("store1", 4, 3), ("store2", 2, 0), ("finance", 6, 3)]
)
def test_a_store_sees_its_own_garments_only(
    lived: Story, login: Callable[[str], FlaskClient], name: str, finished: int, flying: int
) -> None:
    browser = login(name)
    assert rows_behind(browser, "/turnaround/rows") == (finished, finished)
    assert rows_behind(browser, "/turnaround/in-flight/rows") == (flying, flying)
    assert "/turnaround/by/repairer" not in browser.get("/turnaround").text
    assert browser.get("/turnaround/by/repairer").status_code == 404
    assert browser.get("/turnaround?repairer=1").status_code == 404


def test_a_supplier_and_the_administrator_see_none_of_it(
    app: Flask, login: Callable[[str], FlaskClient]
) -> None:
    for name in ("supplier1", "admin"):
        assert login(name).get("/turnaround").status_code == 403


def test_the_window_stays_in_every_address(
    lived: Story, login: Callable[[str], FlaskClient]
) -> None:
    text = login("supervisor").get("/turnaround?weeks=26&style=X").text
    doors = re.findall(r'href="(/turnaround/by/[^"]+)"', text)
    assert len(doors) == 6
    assert all("weeks=26" in door and "style=X" in door for door in doors)


def test_a_wrong_address_shows_the_usual_weeks_and_says_what_is_wrong(
    lived: Story, login: Callable[[str], FlaskClient]
) -> None:
    answer = login("supervisor").get("/turnaround?from=2026-11-02&to=2026-11-01")
    assert answer.status_code == 422
    assert "起始日期不能晚于结束日期" in answer.text
    assert "66.7 %" in answer.text


@pytest.mark.parametrize(
    ("sort", "first"), [("name", "S001"), ("-name", "S002"), ("trips", "S002"), ("-share", "S002")]
)
def test_a_breakdown_is_ordered_as_its_address_says(
    lived: Story, login: Callable[[str], FlaskClient], sort: str, first: str
) -> None:
    text = login("supervisor").get(f"/turnaround/by/store?sort={sort}").text
    assert re.findall(r'<span class="under code">(S\d+)</span>', text)[0] == first
    assert text.count("aria-sort=") == 1


@pytest.fixture
def statements(app: Flask) -> Iterator[list[str]]:
    """What is asked of the database."""
    asked: list[str] = []

    def note(_conn, _cursor, statement, *_more):  # type: ignore[no-untyped-def]
        asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield asked
    event.remove(db.engine, "before_cursor_execute", note)


def test_a_page_asks_at_most_twelve_questions(
    lived: Story, login: Callable[[str], FlaskClient], statements: list[str]
) -> None:
    browser = login("supervisor")
    browser.get("/")
    asked = {}
    for path in (*PAGES, "/turnaround/rows", "/turnaround/in-flight/rows"):
        statements.clear()
        assert browser.get(path).status_code == 200
        asked[path] = sum(statement.startswith("SELECT") for statement in statements)
    assert {path: count for path, count in asked.items() if not 0 < count <= 12} == {}


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [(14, 15, "93.3 %"), (15, 15, "100 %"), (0, 15, "0 %"), (9999, 10000, "99.9 %"),
     (1, 10000, "0.1 %"), (2, 3, "66.7 %")],
)  # fmt: skip
def test_a_share_is_never_whole_by_rounding_alone(part: int, whole: int, text: str) -> None:
    assert percent(part, whole) == text


def test_bars_end_at_twice_the_limit_and_the_rest_is_one_open_bar() -> None:
    found = bars({0: 1, 2: 3, 9: 1, 40: 2}, 3)
    assert [(bar.label, bar.count) for bar in found] == [
        ("0", 1), ("1", 0), ("2", 3), ("3", 0), ("4", 0), ("5", 0), ("6", 0), ("7+", 3),
    ]  # fmt: skip
    assert bars({1: 2}, 15) == [Bar(0, 0, 0), Bar(1, 1, 2)]
    assert bars({}, 15) == []
