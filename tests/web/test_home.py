"""The first page shows each role its own work; the health page tells what is missing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.story import Story
from tracker.services import demo
from tracker.web import home


def test_the_server_says_that_it_can_serve(app: Flask) -> None:
    answer = app.test_client().get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"status": "ok"})


def test_a_missing_font_is_told_and_not_printed_over(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(home, "NEEDED_FILES", (Path("/nowhere/font.ttf"),))
    answer = app.test_client().get("/healthz")
    assert answer.status_code == 503
    assert answer.json == {"status": "incomplete", "missing": ["font.ttf"], "mend": "make install"}


@pytest.mark.parametrize("login_name", [login for login, *_rest in demo.ACCOUNTS])
def test_every_account_opens_its_first_page(app: Flask, login: Any, login_name: str) -> None:
    answer = login(login_name).get("/")
    assert answer.status_code == 200
    assert "演示系统" in answer.text


def test_nothing_waits_is_said_only_where_nothing_does(login: Any, story: Story) -> None:
    browser = login("clerk")
    assert "暂时没有待办。" in browser.get("/").text
    story.send(story.register())
    assert "暂时没有待办。" not in browser.get("/").text


def test_a_count_opens_its_rows(app: Flask, login: Any, story: Story) -> None:
    no = story.register()
    browser = login("manager1")
    assert "/registrations?status=registered" in browser.get("/").text
    assert no in browser.get("/registrations?status=registered").text
