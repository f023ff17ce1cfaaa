"""The pages of the approval chain: what waits for me, the table of steps, who stands in."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import text

from tests.paper import assert_says, page_texts, print_pdf
from tests.photos import picture
from tests.story import DOWN_COAT, Story
from tracker.db import utc_now
from tracker.domain.account import FORM_READERS, Role, effective_roles
from tracker.domain.approval import DEFAULTS, READERS, Switch
from tracker.domain.calendar import shanghai_date
from tracker.domain.codes import Cause
from tracker.domain.photo import Subject
from tracker.queries import approval, approval_step, delegation
from tracker.queries import photo as photos
from tracker.services import approval_step as service
from tracker.services import delegation as delegations
from tracker.services import demo

STEP = {
    "code": "finance", "place": "35", "zh": "财务复核", "en": "Reviewed by finance",
    "action": "review", "roles": ["finance"], "from_fen": "100", "switch": "always",
    "is_distinct": "y", "reason": "总经办通知",
}  # fmt: skip
KEEPERS = ("supervisor", "finance", "finance2")


def _words(page: str) -> str:
    return re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", page[page.index("<main") :]))


def _post(login: Any, name: str, path: str, **fields: Any) -> Any:
    """Send a form with the sender's password, as whoever keeps the chain types it."""
    body = {"action_id": str(uuid4()), "password": demo.PASSWORD, **fields}
    return login(name).post(path, data=body)


def _day() -> str:
    return shanghai_date(utc_now()).isoformat()


def _confirmed(story: Story) -> str:
    story.now = utc_now()
    [form] = story.list_on_forms(story.scrapped())
    story.sign(form)
    story.do("logistics", "loss_form", form, "confirm", version=story.form(form).version)
    return form


@pytest.mark.parametrize(("name", "role"), [(row[0], row[2]) for row in demo.ACCOUNTS])
def test_every_role_opens_its_own_pages(app: Flask, login: Any, name: str, role: Any) -> None:
    held, browser = effective_roles(role), login(name)
    wanted = {
        "/approvals": bool(held & FORM_READERS),
        "/approval-steps": bool(held & READERS),
        "/approval-steps/approve": bool(held & READERS),
        "/approval-steps/new": name in KEEPERS,
        "/delegations": bool(held & delegation.READERS),
    }
    got = {path: browser.get(path).status_code for path in wanted}
    assert got == {path: 200 if may else 403 for path, may in wanted.items()}


def test_a_step_is_previewed_added_changed_and_retired(
    app: Flask, login: Any, story: Story
) -> None:
    story.now = utc_now()
    [kept] = story.list_on_forms(story.scrapped())
    story.sign(kept)
    [draft] = story.list_on_forms(story.scrapped(DOWN_COAT))
    step = STEP | {"effective_from": _day()}
    seen = _post(login, "finance", "/approval-steps/new/preview", **step)
    assert seen.status_code == 200
    words = _words(seen.text)
    assert "会有哪些变化2" in words
    assert f"{kept}供应商广州锦程服饰有限公司¥189.84" in words
    assert "退回重新提交后才变责任方签字→物流经理确认→财务复核→生产副总审批" in words
    assert draft in words
    assert len(approval_step.rows(story.session)) == len(DEFAULTS), "nothing was written"
    assert _post(login, "finance", "/approval-steps/new", **step).status_code == 303
    assert "财务复核" in _words(login("auditor").get("/approval-steps").text)
    changed = step | {"roles": ["finance", "supervisor"], "reason": "增加主管"}
    assert _post(login, "supervisor", "/approval-steps/finance", **changed).status_code == 303
    same = _post(login, "supervisor", "/approval-steps/approve/preview", **_approve())
    assert "没有未结的报损单会受影响" not in _words(same.text), "the draft's last step is renamed"
    gone = {"effective_from": _day(), "reason": "并入月结"}
    path = "/approval-steps/finance/retire"
    assert _post(login, "finance", path, **gone).status_code == 303
    story.session.rollback()
    rows = approval_step.rows(story.session, "finance")
    assert [(row.is_retired, row.reason, row.by.login) for row in rows] == [
        (False, "总经办通知", "finance"),
        (False, "增加主管", "supervisor"),
        (True, "并入月结", "finance"),
    ]


def _approve() -> dict[str, Any]:
    return {
        "place": "40", "zh": "副总裁审批", "en": "Approved", "action": "approve",
        "roles": ["vice_president"], "switch": "vp_scope", "is_distinct": "y",
        "effective_from": _day(), "reason": "更名",
    }  # fmt: skip


def test_a_chain_that_breaks_is_refused_in_place(app: Flask, login: Any) -> None:
    broken = _approve() | {"place": "5"}
    for path in ("/approval-steps/approve", "/approval-steps/approve/preview"):
        answer = _post(login, "finance", path, **broken)
        assert answer.status_code == 409
        assert "审批链不完整" in answer.text
    for path in ("/approval-steps/approve", "/approval-steps/approve/preview"):
        assert _post(login, "finance", path, **(broken | {"zh": ""})).status_code == 422
    for path in ("/approval-steps/nothing", "/approval-steps/nothing/preview"):
        assert _post(login, "finance", path, **_approve()).status_code == 404
        assert _post(login, "vp", path, **_approve()).status_code == 403


def test_a_delegation_is_made_used_and_revoked(app: Flask, login: Any, story: Story) -> None:
    form = _confirmed(story)
    assert form not in login("finance").get("/approvals").text
    stranger = login("finance").get(f"/loss-forms/{form}").text
    assert "批准" not in _actions(stranger)
    day = {"from_on": _day(), "until_on": _day(), "reason": "出差"}
    away = {"absent": "vp", "to": "finance", "steps": ["approve"], **day}
    assert _post(login, "vp", "/delegations", **away).status_code == 303
    assert "韩雪刘振国·生产副总生产副总审批" in _words(login("finance").get("/delegations").text)
    assert "代刘振国" in _words(login("finance").get("/approvals").text)
    page = login("finance").get(f"/loss-forms/{form}").text
    assert "您是代刘振国办理" in _words(page)
    assert "批准" in _actions(page)
    path = f"/loss-forms/{form}/actions/approve"
    version = {"if_version": str(story.form(form).version), "password": demo.PASSWORD}
    assert _post(login, "finance", path, **version).status_code == 303
    words = _words(login("vp").get(f"/loss-forms/{form}").text)
    assert "生产副总审批韩雪代刘振国" in words
    [row] = delegation.every(story.session, story.actor("vp"))
    gone = f"/delegations/{row.id}/revoke"
    assert _post(login, "finance", gone).status_code == 403
    assert _post(login, "logistics", gone).status_code == 404
    assert _post(login, "vp", gone).status_code == 303
    assert _post(login, "vp", gone).status_code == 409
    assert "刘振国于" in _words(login("admin").get("/delegations").text)


@pytest.mark.parametrize(
    ("path", "name", "fields"),
    [
        ("/delegations", "vp", {"absent": "vp", "to": "finance"}),
        ("/delegations/1/revoke", "vp", {}),
        ("/approval-steps/new", "finance", STEP),
        ("/approval-steps/approve", "finance", STEP),
        ("/approval-steps/acknowledge/retire", "finance", {}),
    ],
)
def test_who_stands_in_and_the_chain_want_the_password_and_no_badge(
    app: Flask, login: Any, story: Story, path: str, name: str, fields: dict[str, Any]
) -> None:
    story.now = utc_now()
    term = {"from_on": shanghai_date(story.now), "until_on": shanghai_date(story.now)}
    act = story.act("vp")
    story.write(
        lambda: delegations.delegate(act, absent="vp", to="logistics", **term, reason="病假")
    )
    day = {"from_on": _day(), "until_on": _day(), "effective_from": _day(), "reason": "出差"}
    before = _written(story)
    if not path.endswith("/revoke"):
        for typed, sentence in (("", "请填写"), ("错的密码", "密码不对")):
            answer = _post(login, name, path, **(fields | day | {"password": typed}))
            assert (answer.status_code, sentence in answer.text) == (422, True), typed
    browser = login(name)
    change = "UPDATE login_session SET kind = 'badge' WHERE ended_at IS NULL"
    story.write(lambda: story.session.execute(text(change)))
    body = {"action_id": str(uuid4()), "password": demo.PASSWORD, **fields, **day}
    answer = browser.post(path, data=body)
    assert (answer.status_code, "须用密码登录" in answer.text) == (403, True)
    assert _written(story) == before


def _written(story: Story) -> list[Any]:
    story.session.rollback()
    rows = delegation.every(story.session, story.actor("admin"))
    return [[row.revoked_at for row in rows], len(approval_step.rows(story.session))]


@pytest.fixture
def on_paper(story: Story) -> str:
    """A form of a supplier without an account; finance stands in for the business department."""
    story.now = utc_now() - timedelta(days=4)
    [form] = story.list_on_forms(story.scrapped(DOWN_COAT))
    story.now = utc_now()
    story.do("clerk", "loss_form", form, "submit")
    today = shanghai_date(story.now)
    term = {"from_on": today, "until_on": today, "reason": "出差"}
    act = story.act("business")
    story.write(lambda: delegations.delegate(act, absent="business", to="finance", **term))
    return form


def _sign(story: Story, browser: Any, form: str) -> Any:
    given = {"action_id": str(uuid4()), "if_version": story.form(form).version, "on_paper": "y"}
    return browser.post(
        f"/loss-forms/{form}/actions/sign",
        data=given | {"papers": [(BytesIO(picture()), "签字.jpg")]},
        content_type="multipart/form-data",
    )


def test_whoever_stands_in_for_business_signs_on_paper_at_its_page(
    login: Any, story: Story, on_paper: str
) -> None:
    browser = login("finance")
    actions = _actions(browser.get(f"/loss-forms/{on_paper}").text)
    assert 'name="papers"' in actions
    assert "/actions/dispute" not in actions
    assert _sign(story, browser, on_paper).status_code == 303
    assert story.form(on_paper).signatures[-1].principal.login == "business"


def test_who_may_not_sign_leaves_no_photo(login: Any, story: Story, on_paper: str) -> None:
    for name in ("clerk", "supervisor", "logistics"):
        assert _sign(story, login(name), on_paper).status_code == 403
    kept = photos.of_record(
        story.session, story.actor("business"), Subject.LOSS_FORM, story.form(on_paper)
    )
    assert list(kept) == []


def test_whoever_stands_in_for_the_supervisor_is_offered_what_he_may_do(
    login: Any, story: Story
) -> None:
    story.now = utc_now() - timedelta(days=4)
    [form] = story.list_on_forms(story.scrapped())
    story.now = utc_now()
    today = shanghai_date(story.now)
    term = {"from_on": today, "until_on": today, "reason": "出差"}
    act = story.act("supervisor")
    story.write(lambda: delegations.delegate(act, absent="supervisor", to="logistics", **term))
    assert "作废" not in _actions(login("logistics").get(f"/loss-forms/{form}").text)
    story.do("clerk", "loss_form", form, "submit")
    story.do("supplier1", "loss_form", form, "dispute", reason="不认可")
    assert "答复异议" not in _actions(login("logistics").get(f"/loss-forms/{form}").text)
    assert "答复异议" in _actions(login("supervisor").get(f"/loss-forms/{form}").text)


def _actions(page: str) -> str:
    found = re.search(r'<section class="actions".*?</section>', page, re.S)
    return found.group(0) if found else ""


@pytest.mark.parametrize(
    ("name", "absent", "status"),
    [("logistics", "vp", 422), ("admin", "vp", 303), ("vp", "vp", 303)],
)
def test_nobody_but_the_administrator_sends_a_colleague_away(
    app: Flask, login: Any, name: str, absent: str, status: int
) -> None:
    day = {"from_on": _day(), "until_on": _day(), "reason": "出差"}
    body = {"absent": absent, "to": "finance", **day}
    assert _post(login, name, "/delegations", **body).status_code == status


def test_what_waits_is_listed_with_its_day_and_counted_on_the_first_page(
    app: Flask, login: Any, story: Story
) -> None:
    story.now = utc_now()
    story.wait(days=-30)
    [late] = story.list_on_forms(story.scrapped(cause=Cause.UNKNOWN))
    story.sign(late)
    story.wait(days=27)
    rows = approval.waiting(story.session, story.actor("logistics"), story.now)
    assert [(row.form.no, row.due_on < shanghai_date(story.now)) for row in rows] == [(late, True)]
    home = _words(login("logistics").get("/").text)
    assert "等我办理的报损单11件超期最久27天" in home
    page = _words(login("logistics").get("/approvals?overdue=1").text)
    assert f"{late}总公司1¥168.00物流经理确认" in page
    assert "没有等您办理的报损单" in _words(login("vp").get("/approvals").text)


def test_a_page_shows_and_the_paper_prints_the_digest_of_what_is_signed(
    app: Flask, login: Any, story: Story
) -> None:
    form = _confirmed(story)
    digest = approval.content_sha256(story.session, story.form(form))
    assert f"签字内容摘要{digest[:16]}" in _words(login("vp").get(f"/loss-forms/{form}").text)
    [page, *_copies] = page_texts(print_pdf(login("vp"), f"/loss-forms/{form}.pdf"))
    assert_says(page, f"签字内容摘要SHA-256{digest}")


def test_the_paper_names_who_took_a_step_between_and_for_whom(
    app: Flask, login: Any, story: Story
) -> None:
    story.now = utc_now()
    _acknowledged(story)
    [form] = story.list_on_forms(story.scrapped())
    story.sign(form)
    for name, action in (("business", "review"), ("logistics", "confirm")):
        story.do(name, "loss_form", form, action, version=story.form(form).version)
    today = shanghai_date(story.now)
    term = {"from_on": today, "until_on": today, "reason": "出差"}
    act = story.act("vp")
    story.write(lambda: delegations.delegate(act, absent="vp", to="finance", **term))
    story.do("finance", "loss_form", form, "approve", version=story.form(form).version)
    [page, *_copies] = page_texts(print_pdf(login("vp"), f"/loss-forms/{form}.pdf"))
    assert_says(page, f"对方知悉：黄伟{today.isoformat()}", "代刘振国")


def test_the_papers_boxes_are_for_the_people_whose_boxes_they_are(
    app: Flask, login: Any, story: Story
) -> None:
    story.now = utc_now()
    last = approval_step.step_of(approval_step.rows(story.session, "confirm")[0])
    step = replace(
        last,
        zh="财务确认",
        roles=frozenset({Role.FINANCE}),
        effective_from=shanghai_date(story.now),
    )
    story.write(lambda: service.change(story.act("finance"), step, reason="改由财务确认"))
    [form] = story.list_on_forms(story.scrapped())
    story.sign(form)
    for name, action in (("finance", "confirm"), ("vp", "approve")):
        story.do(name, "loss_form", form, action, version=story.form(form).version)
    [page, *_copies] = page_texts(print_pdf(login("vp"), f"/loss-forms/{form}.pdf"))
    assert_says(page, f"财务确认：韩雪{shanghai_date(story.now).isoformat()}", "刘振国")
    assert page.count("韩雪") == 1, "nowhere but in the remark"


def _acknowledged(story: Story) -> None:
    """From today on the other party acknowledges every form, whatever the policy says."""
    last = approval_step.step_of(approval_step.rows(story.session, "acknowledge")[0])
    step = replace(last, switch=Switch.ALWAYS, effective_from=shanghai_date(story.now))
    story.write(lambda: service.change(story.act("finance"), step, reason="对方也要知悉"))


def test_a_step_put_between_has_its_button_and_its_name(
    app: Flask, login: Any, story: Story
) -> None:
    story.now = utc_now()
    _acknowledged(story)
    [form] = story.list_on_forms(story.scrapped())
    story.sign(form)
    page = login("business").get(f"/loss-forms/{form}").text
    assert "复核" in _actions(page)
    assert "对方知悉售后主管/业务部下一步" in _words(page)
