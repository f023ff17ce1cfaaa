"""The N-th statement fails, for N = 1, 2, 3 … until the action passes: never anything half done."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, text

from tests.story import Story
from tracker.db import Base
from tracker.extensions import db
from tracker.services import destruction, verify

Action = Callable[[], Any]
MOST = 400
"""No action has so many statements: the loop must end by passing."""


class PulledPlug(Exception):
    """What the statement that fails raises."""


@contextmanager
def failing_at(number: int) -> Iterator[None]:
    """Let the ``number``-th statement from here on fail, the commit counted as one."""
    seen = 0

    def count(*_: Any) -> None:
        nonlocal seen
        seen += 1
        if seen == number:
            raise PulledPlug(number)

    event.listen(db.engine, "before_cursor_execute", count)
    event.listen(db.engine, "commit", count)
    try:
        yield
    finally:
        event.remove(db.engine, "before_cursor_execute", count)
        event.remove(db.engine, "commit", count)


def digest() -> str:
    """Return a digest of every row of every table."""
    found = hashlib.sha256()
    with db.engine.connect() as connection:
        for name in sorted(Base.metadata.tables):
            rows = connection.execute(text(f'SELECT * FROM "{name}"')).all()  # noqa: S608
            found.update(repr((name, sorted(map(repr, rows)))).encode())
    return found.hexdigest()


def statements_until_it_passes(story: Story, action: Action) -> int:
    """Fail ``action`` at each of its statements; return how many it had."""
    before = digest()
    for number in range(1, MOST):
        try:
            with failing_at(number):
                action()
        except PulledPlug:
            story.session.rollback()
            assert digest() == before, f"half done when statement {number} failed"
        else:
            assert digest() != before
            assert [finding for finding in verify.verify(story.session) if not finding.holds] == []
            return number - 1
    raise AssertionError("the action never passed")


def a_scan(story: Story) -> Action:
    return story.register


def a_dispatch(story: Story) -> Action:
    nos = [story.register(), story.register()]
    for no in nos:
        story.do("manager1", "registration", no, "accept")
    box = story.box("store1", *nos)
    story.do("store1", "shipment", box, "seal")
    facts = {"carrier": "顺丰速运", "tracking_no": "SF1", "freight_fen": 2500}
    return lambda: story.do("store1", "shipment", box, "dispatch", **facts)


def a_reconciliation(story: Story) -> Action:
    here, lost = story.register(), story.register()
    box = story.send(here, lost)
    story.wait(days=3)
    story.do("clerk", "shipment", box, "receive", code=story.piece_no(here))
    return lambda: story.do("clerk", "shipment", box, "reconcile")


def a_listing(story: Story) -> Action:
    no = story.scrapped()
    return lambda: story.list_on_forms(no)


def an_approval(story: Story) -> Action:
    [form] = story.list_on_forms(story.scrapped())
    story.do("clerk", "loss_form", form, "submit")
    for login, step in (("supplier1", "sign"), ("logistics", "confirm")):
        story.do(login, "loss_form", form, step, version=story.form(form).version)
    version = story.form(form).version
    return lambda: story.do("vp", "loss_form", form, "approve", version=version)


def a_close(story: Story) -> Action:
    [form] = story.list_on_forms(story.scrapped())
    story.sign_off(form)
    story.do("supervisor", "month", "2026-11", "submit")
    version = story.month("2026-11").version
    return lambda: story.do("finance", "month", "2026-11", "close", version=version)


def a_destruction(story: Story) -> Action:
    no = story.scrapped()
    story.sign_off(*story.list_on_forms(no))
    act = story.act("warehouse")
    record = str(story.write(lambda: destruction.plan(act).no))
    story.do("warehouse", "destruction", record, "scan", code=story.piece_no(no))
    facts = {"method": "剪毁", "place": "总仓", "salvage_fen": 1200}
    return lambda: story.do("administration", "destruction", record, "witness", **facts)


@pytest.mark.parametrize(
    "prepare",
    [a_scan, a_dispatch, a_reconciliation, a_listing, an_approval, a_close, a_destruction],
    ids=lambda prepare: prepare.__name__,
)
def test_an_action_is_done_whole_or_not_at_all_whichever_statement_fails(
    story: Story, prepare: Callable[[Story], Action]
):
    assert statements_until_it_passes(story, prepare(story)) > 5


def test_the_loop_catches_an_action_that_commits_halfway(story: Story):
    def twice() -> None:
        story.register()
        story.register()

    with pytest.raises(AssertionError, match="half done when statement"):
        statements_until_it_passes(story, twice)
