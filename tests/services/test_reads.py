"""Reads that take what an address says."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from tests.story import Story
from tracker.db import LOCK_WAIT_SECONDS
from tracker.domain.account import Role
from tracker.domain.calendar import shanghai_date
from tracker.domain.errors import InvalidInput
from tracker.queries.paging import position
from tracker.queries.work_list import Filter, page
from tracker.services import account
from tracker.services.verify import verify


@pytest.mark.parametrize(
    ("cursor", "number"),
    [("50", 50), (None, 0), ("", 0), ("-1", 0), ("５０", 0), ("x", 0), ("9" * 16, 0),
     ("9" * 5000, 0)],
    ids=range(8),
)  # fmt: skip
def test_a_cursor_is_a_short_number_or_the_beginning(cursor: str | None, number: int) -> None:
    assert position(cursor) == number


def test_a_cursor_of_five_thousand_digits_shows_the_first_page(story: Story) -> None:
    no = story.register()
    today = shanghai_date(story.now)
    found = page(story.session, story.actor("store1"), Filter(), today, "9" * 5000)
    assert [row.no for row in found.items] == [no]


@pytest.mark.parametrize("field", ["login", "name", "region"])
def test_an_account_is_no_longer_than_its_columns(story: Story, field: str) -> None:
    values = {"login": "new", "name": "新人", "region": "EAST", field: "x" * 81}
    with pytest.raises(InvalidInput) as refusal:
        story.write(
            lambda: account.add_account(
                story.session, role=Role.CLERK, site="ASD", password_hash="-", **values
            )
        )
    assert (refusal.value.code, refusal.value.field) == ("too_long", field)


def test_verify_sees_a_garment_on_a_form_that_does_not_carry_it(story: Story) -> None:
    no = story.scrapped()
    story.list_on_forms(no)
    story.write(lambda: story.session.execute(text("UPDATE loss_line SET is_live = false")))
    story.write(lambda: story.session.execute(text("UPDATE loss_form SET total_fen = 0")))
    faults = [fault for finding in verify(story.session) for fault in finding.faults]
    assert faults == [f"registration {no} is on_loss_form, and its loss lines do not agree"]


def test_a_writer_waits_five_seconds_for_a_row_and_no_longer(story: Story) -> None:
    session = story.session
    if session.get_bind().dialect.name == "sqlite":
        waits = session.scalar(text("PRAGMA busy_timeout")) / 1000
    else:
        waits = float(session.scalar(text("SHOW lock_timeout")).removesuffix("s"))
    assert waits == LOCK_WAIT_SECONDS == 5.0
