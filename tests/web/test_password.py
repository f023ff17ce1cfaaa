"""A step of money at a browser asks for the password again; a token is its own proof (part 4)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from sqlalchemy import select, text

from tests.kept import kept
from tests.story import Story
from tests.web.pressing import key, post
from tracker.db import utc_now
from tracker.domain.password import STEPS, check_typed
from tracker.models.account import Account
from tracker.models.scan import ActionKey
from tracker.services import actions, demo, once
from tracker.services.account import hash_password
from tracker.web.forms import ledger, loss, statement
from tracker.web.forms.action import PasswordForm

WRONG = "密码不对，本次操作没有执行"


@pytest.fixture
@kept
def confirmed(story: Story) -> str:
    """A form that waits for its approval; returns its number."""
    [form] = story.list_on_forms(story.scrapped())
    story.sign(form)
    story.do("logistics", "loss_form", form, "confirm", version=story.form(form).version)
    return form


def _approve(story: Story, browser: Any, form: str, **fields: Any) -> Any:
    version = {"if_version": story.form(form).version}
    return post(browser, f"/loss-forms/{form}/actions/approve", **version, **fields)


def _failures(story: Story, login: str) -> int:
    story.session.rollback()
    return int(
        story.session.scalar(select(Account.failed_logins).where(Account.login == login)) or 0
    )


def test_every_step_of_money_has_a_form_that_asks_for_the_password() -> None:
    forms: dict[str, Any] = {
        "loss_form": loss.FORMS,
        "month": ledger.FORMS,
        "statement": statement.FORMS,
    }
    asking = {
        (noun, str(action))
        for noun, by_action in forms.items()
        for action, form in by_action.items()
        if issubclass(form, PasswordForm)
    }
    assert asking == STEPS
    assert all(action in actions.NOUNS[noun].verbs for noun, action in STEPS)


@pytest.mark.parametrize(("noun", "action"), sorted(STEPS))
def test_a_browser_types_it_and_nobody_else_must(story: Story, noun: str, action: str) -> None:
    token = story.actor("vp")
    browser = replace(token, is_by_cookie=True)
    check_typed(token, noun, action, is_typed=False)
    check_typed(browser, noun, action, is_typed=True)
    check_typed(browser, noun, "return", is_typed=False)
    with pytest.raises(actions.InvalidInput, match="password_required"):
        check_typed(browser, noun, action, is_typed=False)


def test_an_approval_without_the_password_is_not_taken(
    story: Story, confirmed: str, login: Any
) -> None:
    answer = _approve(story, login("vp"), confirmed)
    assert (answer.status_code, "请填写密码" in answer.text) == (422, True)
    assert story.form(confirmed).status == "confirmed"
    assert _failures(story, "vp") == 0


def test_a_wrong_password_is_said_at_its_field_and_counted_as_at_the_log_in(
    story: Story, confirmed: str, login: Any
) -> None:
    browser = login("vp")
    for tries in (1, 2, 3):
        answer = _approve(story, browser, confirmed, password="wrong-password")
        assert (answer.status_code, answer.text.count(WRONG)) == (422, 1)
        assert _failures(story, "vp") == tries
    assert story.form(confirmed).status == "confirmed"
    answer = _approve(story, browser, confirmed, password=demo.PASSWORD)
    assert (answer.status_code, answer.location) == (303, f"/loss-forms/{confirmed}")
    assert story.form(confirmed).status == "approved"
    assert _failures(story, "vp") == 0


def test_after_many_wrong_passwords_the_right_one_waits_too(
    story: Story, confirmed: str, login: Any
) -> None:
    browser = login("vp")
    with time_machine.travel(utc_now(), tick=False):
        for _ in range(8):
            _approve(story, browser, confirmed, password="wrong-password")
        answer = _approve(story, browser, confirmed, password=demo.PASSWORD)
    assert (answer.status_code, "连续输错次数过多" in answer.text) == (409, True)
    assert story.form(confirmed).status == "confirmed"


def test_the_password_of_another_person_opens_nothing(
    story: Story, confirmed: str, login: Any
) -> None:
    def change() -> None:
        row = story.session.scalar(select(Account).where(Account.login == "finance"))
        row.password_hash = hash_password("another-password")

    story.write(change)
    answer = _approve(story, login("vp"), confirmed, password="another-password")
    assert (answer.status_code, WRONG in answer.text) == (422, True)


def test_the_same_press_twice_gets_the_first_answer_whatever_was_typed_the_second_time(
    story: Story, confirmed: str, login: Any
) -> None:
    browser, path = login("vp"), f"/loss-forms/{confirmed}/actions/approve"
    pressed = {**key(), "if_version": story.form(confirmed).version}
    answers = [
        browser.post(path, data={**pressed, "password": typed}).status_code
        for typed in ("wrong-password", demo.PASSWORD, demo.PASSWORD, "wrong-password")
    ]
    assert answers == [422, 303, 303, 422]
    assert story.form(confirmed).status == "approved"


def test_what_is_compared_of_a_press_holds_no_trace_of_the_password(
    story: Story, confirmed: str, login: Any
) -> None:
    pressed = {**key(), "if_version": str(story.form(confirmed).version)}
    login("vp").post(
        f"/loss-forms/{confirmed}/actions/approve", data={**pressed, "password": demo.PASSWORD}
    )
    story.session.rollback()
    row = story.session.get(ActionKey, pressed["action_id"])
    raw = {name: [value] for name, value in pressed.items()} | {"note": []}
    address = {"noun": "loss_form", "no": confirmed, "action": "approve"}
    assert row.body_sha256 == once.digest({"form": raw, **address})


def test_enter_presses_no_step_of_money(story: Story, confirmed: str, login: Any) -> None:
    page = login("vp").get(f"/loss-forms/{confirmed}").text
    form = page.split("/actions/approve", 1)[1].split("</form>", 1)[0]
    first = form.split("<button", 1)[1].split(">", 1)[0]
    assert first == ' type="submit" disabled hidden'
    assert form.count('autocomplete="current-password"') == 1


def test_a_month_is_closed_and_a_statement_issued_with_the_password_alone(
    story: Story, confirmed: str, login: Any
) -> None:
    story.do("vp", "loss_form", confirmed, "approve", version=story.form(confirmed).version)
    story.submit_month()
    browser, close = login("finance2"), "/months/2026-11/actions/close"
    version = {"if_version": story.month("2026-11").version}
    answers = [
        post(browser, close, **version, **typed).status_code
        for typed in ({}, {"password": "wrong-password"}, {"password": demo.PASSWORD})
    ]
    assert answers == [422, 422, 303]
    [no] = story.statements()
    issue, browser = f"/statements/{no}/actions/issue", login("finance")
    answers = [
        post(browser, issue, **typed).status_code for typed in ({}, {"password": demo.PASSWORD})
    ]
    assert answers == [422, 303]
    assert (story.month("2026-11").status, story.statement(no).status) == ("closed", "issued")


def test_a_token_needs_no_password_and_one_that_is_sent_must_be_right(
    story: Story, confirmed: str, api: Any
) -> None:
    path = f"/loss-forms/{confirmed}/actions"
    body = {"action": "approve", "if_version": story.form(confirmed).version}
    wrong = api("vp").post(path, {**body, "action_id": str(uuid4()), "password": "wrong-password"})
    assert (wrong.status_code, wrong.json["code"]) == (422, "wrong_password")
    assert _failures(story, "vp") == 1
    elsewhere = api("supervisor").post(
        path, {"action": "return", "action_id": str(uuid4()), "reason": "改", "password": "x"}
    )
    assert (elsewhere.status_code, elsewhere.json["code"]) == (422, "unknown_field")
    again = str(uuid4())
    answers = [
        api("vp").post(path, {**body, "action_id": again, **typed})
        for typed in ({"password": demo.PASSWORD}, {}, {"password": "wrong-password"})
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 422]
    assert answers[0].data == answers[1].data
    assert story.form(confirmed).status == "approved"


def test_a_log_in_by_badge_never_gets_as_far_as_the_password(
    story: Story, confirmed: str, login: Any
) -> None:
    browser = login("vp")
    change = "UPDATE login_session SET kind = 'badge' WHERE ended_at IS NULL"
    story.write(lambda: story.session.execute(text(change)))
    answer = _approve(story, browser, confirmed, password=demo.PASSWORD)
    assert (answer.status_code, "这一步须用密码登录" in answer.text) == (403, True)
    assert story.form(confirmed).status == "confirmed"
