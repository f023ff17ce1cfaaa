"""A form approved, withdrawn and edited at one moment (F14): one of them, on what was shown."""

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
from tests.faults.test_month_races import _alone, _faults
from tests.story import Story
from tracker.domain.account import Role
from tracker.domain.approval import DEFAULTS, Step
from tracker.domain.calendar import shanghai_date
from tracker.domain.loss import Action
from tracker.domain.loss_nature import LossNature
from tracker.domain.promise import Channel
from tracker.models.ledger import LedgerEntry
from tracker.queries import approval_step
from tracker.services import approval_step as service
from tracker.services import promise

ROUNDS = 2_000 if LONG else 6
NATURES = (LossNature.POOR_MANAGEMENT, LossNature.QUALITY_DEFECT)


def _ready(story: Story, form: str) -> None:
    """Bring a draft, or a form that came back, to where the vice-president approves."""
    story.sign(form)
    if story.form(form).status == "signed":
        version = story.form(form).version
        story.do("logistics", "loss_form", form, "confirm", version=version)


def test_one_of_approval_withdrawal_and_edit_wins_and_approves_what_was_shown(
    app: Flask, story: Story
) -> None:
    no = story.scrapped()
    [form] = story.list_on_forms(no)
    said: Counter[Any] = Counter()
    shown: dict[str, int] = {}
    for number in range(ROUNDS):
        if story.form(form).status == "approved":
            no = story.scrapped()
            [form] = story.list_on_forms(no)
        _ready(story, form)
        row = story.form(form)
        version, shown[form] = row.version, row.total_fen
        edit = {"registration": no, "nature": NATURES[number % 2], "note": "复核后认定"}
        story.session.rollback()
        works: list[Callable[[Story], Any]] = [
            partial(_take, "vp", form, "approve", version, {}),
            partial(_take, "supervisor", form, "return", version, {"reason": "撤回"}),
            partial(_take, "finance", form, "classify", version, edit),
        ]
        start = Barrier(len(works))
        with ThreadPoolExecutor(len(works)) as pool:
            asked = [pool.submit(_alone, app, story, work, start) for work in works]
            said[tuple(sorted(future.result() for future in asked))] += 1
    assert said == {(200, 409, 409): ROUNDS}
    story.session.rollback()
    charged = story.session.execute(
        select(LedgerEntry.document, func.sum(LedgerEntry.amount_fen))
        .where(LedgerEntry.account == "charge")
        .group_by(LedgerEntry.document)
    )
    assert {no: fen for no, fen in charged if fen != shown[no]} == {}
    assert _faults(story) == []


def _take(
    login: str, form: str, action: str, version: int, fields: dict[str, Any], mine: Story
) -> int:
    return mine.take(login, "loss_form", form, action, version=version, **fields).status


def test_two_keepers_who_add_a_step_at_once_add_it_once(app: Flask, story: Story) -> None:
    for number in range(ROUNDS):
        code = f"audit{number}"
        start = Barrier(2)
        story.session.rollback()
        works = [partial(_add, login, code) for login in ("finance", "supervisor")]
        with ThreadPoolExecutor(len(works)) as pool:
            asked = [pool.submit(_alone, app, story, work, start) for work in works]
            assert sorted(future.result() for future in asked) == [code, "code_taken"]
    story.session.rollback()
    versions = [step.code for step in approval_step.versions(story.session)]
    assert len(versions) == len(set(versions)) == len(DEFAULTS) + ROUNDS


def test_of_two_first_choices_of_a_promise_at_once_one_stands(app: Flask, story: Story) -> None:
    """No row stands yet that could be locked in place of the table."""
    start = Barrier(2)
    story.session.rollback()
    works = [partial(_choose, profile) for profile in ("concise", "full")]
    with ThreadPoolExecutor(len(works)) as pool:
        asked = [pool.submit(_alone, app, story, work, start) for work in works]
        assert sorted(future.result() for future in asked) == ["chosen", "later_version"]
    assert _faults(story) == []


def _choose(profile: str, mine: Story) -> str:
    act, today = mine.act("supervisor"), shanghai_date(mine.now)
    mine.write(
        lambda: promise.choose(
            act, Channel.STORE, profile, effective_from=today, reason="总经办通知"
        )
    )
    return "chosen"


def _add(login: str, code: str, mine: Story) -> str:
    step = Step(
        code,
        35,
        Action.REVIEW,
        "财务复核",
        "Reviewed by finance",
        frozenset({Role.FINANCE}),
        effective_from=shanghai_date(mine.now),
    )
    act = mine.act(login)
    return str(mine.write(lambda: service.add(act, step, reason="总经办通知").code))
