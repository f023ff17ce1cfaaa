"""The liable parties changed by hand: through the one door, with both sides kept in the story."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from tests.story import Story
from tracker.domain.codes import LiableKind
from tracker.domain.errors import Forbidden, InvalidInput
from tracker.domain.loss import Share
from tracker.models.history import Event
from tracker.queries import loss

HEAD_OFFICE = [Share(LiableKind.HEAD_OFFICE, 100)]
SPLIT = [Share(LiableKind.SUPPLIER, 70, "SUP01"), Share(LiableKind.STORE, 30, "S001")]


def _shares(story: Story, no: str) -> list[tuple[str, str, int]]:
    rows = loss.liabilities(story.session, story.registration(no).id)
    return [(row.liable_kind, row.party, row.percent) for row in rows]


def _told(story: Story, no: str) -> Any:
    query = select(Event).where(Event.noun == "registration", Event.action == "reassign")
    return story.session.scalars(query.where(Event.subject_id == story.registration(no).id)).one()


@pytest.mark.parametrize("login", ["clerk", "assessor", "supervisor"])
def test_the_story_keeps_who_was_liable_before_and_after(story: Story, login: str) -> None:
    no = story.scrapped()
    version = story.registration(no).version
    why = "供应商与店铺协商分摊"
    status = story.do(login, "registration", no, "reassign", note=why, liabilities=SPLIT)
    assert status == "scrap_pending"
    assert _shares(story, no) == [("supplier", "SUP01", 70), ("store", "S001", 30)]
    event = _told(story, no)
    assert (event.reason, event.actor.login) == (why, login)
    assert event.details == {
        "before": [{"kind": "supplier", "party": "SUP01", "percent": 100}],
        "after": [
            {"kind": "supplier", "party": "SUP01", "percent": 70},
            {"kind": "store", "party": "S001", "percent": 30},
        ],
    }
    assert story.registration(no).version == version + 1


def test_a_page_shown_before_another_change_changes_nothing(story: Story) -> None:
    no = story.scrapped()
    shown = story.registration(no).version
    story.do("clerk", "registration", no, "reassign", note="协商", liabilities=SPLIT)
    again = {"note": "另议", "version": shown, "liabilities": HEAD_OFFICE}
    assert story.refused("assessor", "registration", no, "reassign", **again) == "stale_version"
    assert _shares(story, no) == [("supplier", "SUP01", 70), ("store", "S001", 30)]


def test_without_a_reason_or_by_another_role_nothing_changes(story: Story) -> None:
    no = story.scrapped()
    with pytest.raises(InvalidInput) as refusal:
        story.take("clerk", "registration", no, "reassign", liabilities=SPLIT)
    assert (refusal.value.code, refusal.value.field) == ("missing_field", "note")
    with pytest.raises(Forbidden):
        story.take("store1", "registration", no, "reassign", note="x", liabilities=SPLIT)
    assert _shares(story, no) == [("supplier", "SUP01", 100)]
    query = select(Event).where(Event.noun == "registration", Event.action == "reassign")
    assert story.session.scalars(query).all() == []


def test_on_a_form_the_parties_stand(story: Story) -> None:
    no = story.scrapped()
    story.list_on_forms(no)
    refused = story.refused("clerk", "registration", no, "reassign", note="x", liabilities=SPLIT)
    assert refused == "wrong_status"
