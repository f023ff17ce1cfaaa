"""Months closed twice at one moment, and approvals racing a submission and its close."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from tests.faults.serving import LONG
from tests.story import SUPPLIER_FAULT, Story
from tracker.domain.errors import Busy, HangtagError
from tracker.domain.month import next_month
from tracker.extensions import db
from tracker.models.ledger import LedgerEntry, Month
from tracker.services import ledger
from tracker.services.verify import verify

CLOSES = 500 if LONG else 3
ROUNDS, FORMS = (40, 50) if LONG else (2, 4)
"""2,000 approvals in the long run: the forms of a round race the end of one month."""
AT_ONCE = 6


def _alone(app: Flask, story: Story, work: Callable[[Story], Any], start: Barrier | None) -> Any:
    """Run ``work`` in a session of its own; what is busy is asked again."""
    with app.app_context():
        mine = Story(db.session(), now=story.now)
        if start is not None:
            start.wait()
        try:
            while True:
                try:
                    return work(mine)
                except Busy:
                    mine.session.rollback()
        except HangtagError as refusal:
            return refusal.code
        finally:
            db.session.remove()


def _faults(story: Story) -> list[str]:
    story.session.rollback()
    return [fault for finding in verify(story.session) for fault in finding.faults]


def test_a_month_that_two_close_at_once_is_closed_once(app: Flask, story: Story) -> None:
    story.sign_off(*story.list_on_forms(story.scrapped()))
    name, told = "2026-11", Counter[Any]()
    for _ in range(CLOSES):
        story.do("supervisor", "month", name, "submit")
        version, start = story.month(name).version, Barrier(2)
        story.session.rollback()

        def close(login: str, mine: Story, name: str = name, version: int = version) -> int:
            return mine.take(login, "month", name, "close", version=version).status

        with ThreadPoolExecutor(2) as pool:
            asked = [
                pool.submit(_alone, app, story, partial(close, login), start)
                for login in ("finance", "finance2")
            ]
            told[tuple(sorted(future.result() for future in asked))] += 1
        name = next_month(name)
        story.write(partial(ledger.held, story.act("finance"), name))
    assert told == {(200, 409): CLOSES}
    closed = select(func.count()).where(Month.status == "closed", Month.totals_sha256.is_not(None))
    assert story.session.scalar(closed) == CLOSES
    assert _faults(story) == []


def _confirmed(story: Story) -> list[str]:
    """Bring garments on forms of their own, each ready to be approved."""
    garments = [story.register(**SUPPLIER_FAULT) for _ in range(FORMS)]
    story.at_after_sales(*garments)
    forms = []
    for no in garments:
        story.scrap(no)
        [form] = story.list_on_forms(no)
        story.do("clerk", "loss_form", form, "submit")
        for login, step in (("supplier1", "sign"), ("logistics", "confirm")):
            story.do(login, "loss_form", form, step, version=story.form(form).version)
        forms.append(form)
    return forms


def test_approvals_racing_a_close_lie_wholly_in_one_month(app: Flask, story: Story) -> None:
    story.sign_off(*story.list_on_forms(story.scrapped()))
    approved: list[str] = []
    began = story.now
    for number in range(ROUNDS):
        name = next_month("2026-11", number)
        forms = _confirmed(story)
        versions = {form: story.form(form).version for form in forms}
        carried = {"documents": forms, "reason": "与结账同时批准"}
        story.do("supervisor", "month", name, "carry_over", **carried)
        story.session.rollback()

        def end(mine: Story, name: str = name) -> str:
            mine.do("supervisor", "month", name, "submit")
            return mine.do("finance", "month", name, "close", version=mine.month(name).version)

        def approve(form: str, version: int, mine: Story) -> str:
            return mine.do("vp", "loss_form", form, "approve", version=version)

        with ThreadPoolExecutor(AT_ONCE) as pool:
            work: list[Callable[[Story], str]] = [
                partial(approve, form, versions[form]) for form in forms
            ]
            work.insert(len(work) // 2, end)
            asked = [pool.submit(_alone, app, story, one, None) for one in work]
            results = Counter(future.result() for future in asked)
        assert results == {"approved": FORMS, "closed": 1}
        approved += forms
        story.write(partial(ledger.held, story.act("finance"), next_month(name)))
        story.now = began
    story.session.rollback()
    months = story.session.execute(
        select(LedgerEntry.document, func.count(LedgerEntry.month.distinct()))
        .where(LedgerEntry.document.in_(approved))
        .group_by(LedgerEntry.document)
    )
    assert dict(Counter(count for _form, count in months)) == {1: ROUNDS * FORMS}
    assert _faults(story) == []
