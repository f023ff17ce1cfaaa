"""Exactly once: the same key gives the first answer, also for twenty at once."""

from __future__ import annotations

import json
import threading
from collections import Counter
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.story import Story
from tracker.domain.errors import InvalidInput, NotFound
from tracker.extensions import db
from tracker.models.ledger import LedgerEntry
from tracker.models.registration import Registration
from tracker.models.scan import ActionKey


def test_an_action_again_gets_the_first_answer_and_acts_once(story: Story) -> None:
    no = story.register()
    key = str(uuid4())
    first = story.take("manager1", "registration", no, "accept", action_id=key)
    version = story.registration(no).version
    story.wait(days=60)
    again = story.take("manager1", "registration", no, "accept", action_id=key)
    assert (again.status, again.body, again.is_replay) == (first.status, first.body, True)
    assert story.registration(no).version == version


def test_a_refused_action_is_refused_again_although_it_could_be_done_now(story: Story) -> None:
    no = story.register()
    box = story.box("store1")
    key, code = str(uuid4()), story.piece_no(no)
    first = story.take("store1", "shipment", box, "pack", code=code, action_id=key)
    story.do("manager1", "registration", no, "accept")
    again = story.take("store1", "shipment", box, "pack", code=code, action_id=key)
    assert (first.status, again.status, again.body) == (409, 409, first.body)
    assert story.do("store1", "shipment", box, "pack", code=code) == "open"


def test_a_key_with_another_body_or_on_another_record_is_refused(story: Story) -> None:
    no, other = story.register(), story.register()
    key = str(uuid4())
    story.do("manager1", "registration", no, "accept", action_id=key)
    for record, action in ((other, "accept"), (no, "void")):
        fields = {"reason": "误"} if action == "void" else {}
        with pytest.raises(InvalidInput) as refusal:
            story.take("manager1", "registration", record, action, action_id=key, **fields)
        assert refusal.value.code == "action_id_reused"


def test_somebody_elses_key_shows_nothing(story: Story) -> None:
    no, theirs = story.register(), story.register("store2")
    key = str(uuid4())
    story.do("manager1", "registration", no, "accept", action_id=key)
    with pytest.raises(NotFound):
        story.take("manager2", "registration", theirs, "accept", action_id=key)


def test_the_first_answer_is_repeated_when_the_record_has_gone_out_of_sight(story: Story) -> None:
    [form] = story.list_on_forms(story.scrapped())
    story.do("clerk", "loss_form", form, "submit")
    key, version = str(uuid4()), story.form(form).version
    signing = {"version": version, "action_id": key}
    first = story.take("supplier1", "loss_form", form, "sign", **signing)
    story.do("supervisor", "loss_form", form, "return", reason="年份有误")
    with pytest.raises(NotFound):
        story.take("supplier1", "loss_form", form, "sign", version=version)
    again = story.take("supplier1", "loss_form", form, "sign", **signing)
    assert (again.status, again.body, again.is_replay) == (200, first.body, True)


def test_a_key_sent_for_a_record_out_of_sight_is_not_taken(story: Story) -> None:
    theirs, key = story.register("store2"), str(uuid4())
    with pytest.raises(NotFound):
        story.take("manager1", "registration", theirs, "accept", action_id=key)
    assert story.session.get(ActionKey, key) is None


def test_a_key_must_be_a_uuid(story: Story) -> None:
    no = story.register()
    with pytest.raises(InvalidInput) as refusal:
        story.take("manager1", "registration", no, "accept", action_id="1")
    assert refusal.value.code == "bad_key"


def test_what_was_not_understood_is_not_remembered(story: Story) -> None:
    no = story.register()
    key = str(uuid4())
    with pytest.raises(InvalidInput):
        story.take("manager1", "registration", no, "refuse", action_id=key, reason="no_such_reason")
    assert story.session.get(ActionKey, key) is None


def _at_once(app: Flask, number: int, work) -> list[object]:  # type: ignore[no-untyped-def]
    results: list[object] = []
    start = threading.Barrier(number)

    def run() -> None:
        with app.app_context():
            start.wait()
            try:
                results.append(work(Story(db.session())))
            except Exception as error:  # noqa: BLE001
                results.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_twenty_at_once_with_one_key_act_once_and_hear_the_same(app: Flask, story: Story) -> None:
    scan_id = str(uuid4())
    results = _at_once(app, 20, lambda mine: mine.scan(scan_id=scan_id))
    assert {type(result).__name__ for result in results} == {"Answer"}
    assert len({result.body for result in results}) == 1  # type: ignore[attr-defined]
    statuses = Counter(result.status for result in results)  # type: ignore[attr-defined]
    assert statuses == {201: 1, 200: 19}
    story.session.rollback()
    assert story.session.scalar(select(func.count()).select_from(Registration)) == 1


def test_eight_clerks_with_the_same_garment_one_wins(app: Flask, story: Story) -> None:
    no = story.register()
    code = story.piece_no(no)
    story.do("store1", "registration", no, "void", reason="重来")
    results = _at_once(app, 8, lambda mine: mine.scan(code=code, scan_id=str(uuid4())))
    assert {type(result).__name__ for result in results} == {"Answer"}
    statuses = Counter(result.status for result in results)  # type: ignore[attr-defined]
    assert statuses == {201: 1, 409: 7}
    losers = {
        json.loads(result.body)["code"]  # type: ignore[attr-defined]
        for result in results
        if result.status == 409  # type: ignore[attr-defined]
    }
    assert losers == {"already_registered"}


def test_two_finance_users_close_a_month_once(app: Flask, story: Story) -> None:
    no = story.scrapped()
    [form] = story.list_on_forms(no)
    story.sign_off(form)
    story.do("supervisor", "month", "2026-11", "submit")
    version = story.month("2026-11").version
    logins = iter(["finance", "finance2"] * 4)
    lock = threading.Lock()

    def close(mine: Story) -> object:
        with lock:
            login = next(logins)
        return mine.take(login, "month", "2026-11", "close", version=version)

    results = _at_once(app, 8, close)
    statuses = Counter(getattr(result, "status", repr(result)) for result in results)
    assert statuses == {200: 1, 409: 7}
    assert story.month("2026-11").status == "closed"


def test_an_approval_racing_the_submission_falls_wholly_into_one_month(
    app: Flask, story: Story
) -> None:
    first, second = story.scrapped(), story.scrapped("6921012340004")
    ours, theirs = story.list_on_forms(first, second)
    story.sign_off(ours)
    story.do("clerk", "loss_form", theirs, "submit")
    version = story.form(theirs).version
    story.do("business", "loss_form", theirs, "sign", version=version, on_paper=True)
    story.do("logistics", "loss_form", theirs, "confirm", version=story.form(theirs).version)
    version = story.form(theirs).version
    carried = {"documents": [theirs], "reason": "等待批准"}
    story.do("supervisor", "month", "2026-11", "carry_over", **carried)
    jobs = iter(
        [
            lambda mine: mine.do("supervisor", "month", "2026-11", "submit"),
            lambda mine: mine.do("vp", "loss_form", theirs, "approve", version=version),
        ]
    )
    lock = threading.Lock()

    def job(mine: Story) -> object:
        with lock:
            mine_to_do = next(jobs)
        return mine_to_do(mine)

    assert sorted(map(str, _at_once(app, 2, job))) == ["approved", "in_review"]
    story.session.rollback()
    months = set(
        story.session.scalars(select(LedgerEntry.month).where(LedgerEntry.document == theirs))
    )
    assert months in ({"2026-11"}, {"2026-12"})
