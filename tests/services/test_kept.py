"""States kept for many tests: what comes back is what was built, upon the same beginning only."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.kept import kept
from tests.story import JACKET, Story
from tracker.db import Base

BUILT: list[tuple[str, str]] = []
"""The garments that the builders below led, in the order in which they really worked."""


@pytest.fixture(autouse=True)
def _forgotten(app: Flask) -> None:
    app.config["CHAIN"].built.clear()
    BUILT.clear()


@kept
def _sent(story: Story, code: str = JACKET) -> dict[str, str]:
    no = story.register(code=code)
    BUILT.append(("sent", code))
    return {"no": no, "box": story.send(no)}


@kept
def _counted(story: Story) -> str:
    sent = _sent(story)
    BUILT.append(("counted", JACKET))
    story.wait(days=3)
    story.count_in(sent["box"], sent["no"])
    return sent["no"]


def _rows(story: Story) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table."""
    story.session.rollback()
    found = {}
    for table in Base.metadata.sorted_tables:
        rows = story.session.execute(select(table).order_by(*table.primary_key)).all()
        found[table.name] = [tuple(row) for row in rows]
    return found


def _again(app: Flask, story: Story) -> Story:
    """Return a story that begins with the chain as it was loaded."""
    story.session.rollback()
    app.config["CHAIN"].reset()
    story.session.expire_all()
    return Story(story.session, chain=app.config["CHAIN"])


def test_what_comes_back_is_what_was_built(app: Flask, story: Story) -> None:
    loaded = _rows(story)
    first, built, ended = _sent(story), _rows(story), story.now
    anew = _again(app, story)
    assert _rows(anew) == loaded != built
    assert (_sent(anew), _rows(anew), anew.now) == (first, built, ended)
    assert BUILT == [("sent", JACKET)]
    anew.wait(days=3)
    anew.count_in(first["box"], first["no"])
    assert anew.registration(first["no"]).status == "received"
    assert anew.register() != first["no"]


def test_a_builder_goes_on_from_what_another_left(app: Flask, story: Story) -> None:
    _sent(story)
    anew = _again(app, story)
    no = _counted(anew)
    assert BUILT == [("sent", JACKET), ("counted", JACKET)]
    built = _rows(anew)
    last = _again(app, anew)
    assert (_counted(last), _rows(last), last.now) == (no, built, anew.now)
    assert last.now == story.now + timedelta(days=3)
    assert len(BUILT) == 2


def test_what_a_test_wrote_of_its_own_is_not_taken_away(app: Flask, story: Story) -> None:
    _sent(story)
    anew = _again(app, story)
    own = anew.register()
    sent = _sent(anew)
    assert len(BUILT) == 2
    assert {anew.registration(own).status, anew.registration(sent["no"]).status} == {
        "registered",
        "in_transit",
    }


@pytest.mark.parametrize("change", ["asked", "moment", "now"])
def test_another_question_or_moment_is_built_anew(app: Flask, story: Story, change: str) -> None:
    _sent(story)
    anew = _again(app, story)
    if change == "moment":
        anew.wait(hours=1)
    if change == "now":
        anew.wait(microseconds=1)
    _sent(anew, "6921012340004") if change == "asked" else _sent(anew)
    assert len(BUILT) == 2


def test_what_was_returned_is_each_testers_own(app: Flask, story: Story) -> None:
    first = _sent(story)
    no = first.pop("no")
    assert _sent(_again(app, story))["no"] == no


def test_nothing_is_brought_under_a_running_server(app: Flask, story: Story) -> None:
    _sent(story)
    anew = _again(app, story)
    app.config["CHAIN"].is_served = True
    _sent(anew)
    assert len(BUILT) == 2
