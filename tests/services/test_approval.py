"""The approval chain as data: who takes which step, in whose name, and what is kept of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import DBAPIError

from tests.kept import kept
from tests.story import DOWN_COAT, Story
from tracker.domain.account import Role
from tracker.domain.approval import DEFAULTS, OTHER_PARTY, VP_SCOPE, Step, Switch
from tracker.domain.calendar import shanghai_date
from tracker.domain.codes import Cause, LiableKind
from tracker.domain.errors import Forbidden, InvalidInput, NotFound, RuleViolation, WrongStatus
from tracker.domain.loss import Action
from tracker.models.account import Account
from tracker.queries import approval as queries
from tracker.queries import approval_step as steps
from tracker.queries import history
from tracker.services import approval_step, delegation
from tracker.services.verify import verify

REVIEW = Step(
    "finance",
    35,
    Action.REVIEW,
    "财务复核",
    "Reviewed by finance",
    frozenset({Role.FINANCE}),
    from_fen=10_000,
)
SHIPPED = {step.code: step for step in DEFAULTS}


def _today(story: Story) -> date:
    return shanghai_date(story.now)


def _add(story: Story, step: Step, login: str = "supervisor") -> None:
    new = replace(step, effective_from=_today(story))
    story.write(lambda: approval_step.add(story.act(login), new, reason="总经办通知"))


def _change(story: Story, code: str, **fields: Any) -> None:
    new = replace(SHIPPED[code], effective_from=_today(story), **fields)
    story.write(lambda: approval_step.change(story.act("finance"), new, reason="岗位调整"))


def _policy(story: Story, name: str, value: str) -> None:
    story.policy(name, value)


def _delegate(story: Story, absent: str = "vp", to: str = "finance", **fields: Any) -> int:
    term = {"from_on": _today(story), "until_on": _today(story), "reason": "出差", **fields}
    act = story.act(fields.pop("by", absent))
    term.pop("by", None)
    return int(story.write(lambda: delegation.delegate(act, absent=absent, to=to, **term).id))


@kept
def _form(story: Story, code: str | None = None, **fields: Any) -> str:
    no = story.scrapped(code, **fields) if code else story.scrapped(**fields)
    return story.list_on_forms(no)[0]


@kept
def _signed(story: Story, **fields: Any) -> str:
    form = _form(story, **fields)
    story.sign(form)
    return form


@kept
def _confirmed(story: Story, **fields: Any) -> str:
    form = _signed(story, **fields)
    _do(story, "logistics", form, "confirm")
    return form


def _do(story: Story, login: str, form: str, action: str) -> str:
    return story.do(login, "loss_form", form, action, version=story.form(form).version)


def _refused(story: Story, login: str, form: str, action: str) -> str:
    """Return the stable code of a refusal, whichever way it comes."""
    version = story.form(form).version
    try:
        return story.refused(login, "loss_form", form, action, version=version)
    except (Forbidden, WrongStatus, NotFound) as refusal:
        return refusal.code


def _i12(story: Story) -> tuple[str, ...]:
    story.session.rollback()
    return next(found.faults for found in verify(story.session) if found.code == "I12")


def _codes(story: Story, form: str) -> list[tuple[str, str]]:
    return [(step["code"], step["action"]) for step in story.form(form).steps or ()]


def test_the_shipped_chain_is_kept_with_the_form_from_its_submission_on(story: Story) -> None:
    form = _form(story)
    assert story.form(form).steps is None
    story.do("clerk", "loss_form", form, "submit")
    assert story.form(form).steps == [
        {"code": "sign", "action": "sign", "zh": "责任方签字", "en": "Signed by the liable party",
         "roles": ["business", "supplier"], "is_distinct": True},
        {"code": "confirm", "action": "confirm", "zh": "物流经理确认",
         "en": "Confirmed by the logistics manager", "roles": ["logistics"],
         "is_distinct": True},
        {"code": "approve", "action": "approve", "zh": "生产副总审批",
         "en": "Approved by the vice-president", "roles": ["vice_president"],
         "is_distinct": True},
    ]  # fmt: skip
    story.do("supervisor", "loss_form", form, "return", reason="年份有误")
    assert story.form(form).steps is None


def test_a_step_put_between_is_taken_before_the_approval(story: Story) -> None:
    _add(story, REVIEW)
    form = _confirmed(story)
    assert _refused(story, "vp", form, "approve") == "not_the_next_step"
    assert _refused(story, "logistics", form, "review") == "wrong_role"
    assert _do(story, "finance", form, "review") == "confirmed"
    assert _do(story, "vp", form, "approve") == "approved"
    taken = [(row.step, row.by.login) for row in story.form(form).signatures]
    assert taken == [
        ("submit", "clerk"), ("sign", "supplier1"), ("confirm", "logistics"),
        ("finance", "finance"), ("approve", "vp"),
    ]  # fmt: skip
    assert _i12(story) == ()


def test_a_step_before_the_confirmation_leaves_the_form_signed(story: Story) -> None:
    _add(story, replace(REVIEW, place=25))
    form = _signed(story)
    assert _refused(story, "logistics", form, "confirm") == "not_the_next_step"
    assert _do(story, "finance", form, "review") == "signed"
    assert _do(story, "logistics", form, "confirm") == "confirmed"


@pytest.mark.parametrize(("from_fen", "applies"), [(18983, True), (18984, True), (18985, False)])
def test_a_step_applies_from_its_amount_on(story: Story, from_fen: int, applies: bool) -> None:
    _add(story, replace(REVIEW, from_fen=from_fen))
    form = _confirmed(story)
    assert story.form(form).total_fen == 18984
    assert (("finance", "review") in _codes(story, form)) is applies


@pytest.mark.parametrize(
    ("scope", "cause", "codes"),
    [
        ("all", Cause.DYEING_FINISHING, ["sign", "confirm", "approve"]),
        ("all", Cause.UNKNOWN, ["confirm", "approve"]),
        ("hq_only", Cause.DYEING_FINISHING, ["sign", "confirm"]),
        ("hq_only", Cause.UNKNOWN, ["confirm", "approve"]),
        ("amount_over_189", Cause.DYEING_FINISHING, ["sign", "confirm", "approve"]),
        ("amount_over_190", Cause.DYEING_FINISHING, ["sign", "confirm"]),
    ],
)
def test_c_26_says_whose_forms_the_vice_president_approves(
    story: Story, scope: str, cause: Cause, codes: list[str]
) -> None:
    _policy(story, VP_SCOPE, scope)
    form = _signed(story, cause=cause)
    assert [code for code, _ in _codes(story, form)] == codes
    assert _codes(story, form)[-1][1] == "approve", "the last step approves"
    assert story.form(form).status == ("signed" if "approve" in codes else "confirmed")
    if "approve" not in codes:
        assert _refused(story, "vp", form, "approve") == "wrong_role"
        assert _do(story, "logistics", form, "approve") == "approved"
        assert _i12(story) == ()


def test_c_27_asks_the_other_party_to_acknowledge(story: Story) -> None:
    _policy(story, OTHER_PARTY, "both")
    form = _signed(story)
    assert _refused(story, "logistics", form, "confirm") == "not_the_next_step"
    assert _do(story, "business", form, "review") == "signed"
    assert _do(story, "logistics", form, "confirm") == "confirmed"
    story.wait(days=1)
    _policy(story, OTHER_PARTY, "liable_only")
    assert [code for code, _ in _codes(story, form)] == [
        "sign", "acknowledge", "confirm", "approve",
    ], "a form keeps its chain"  # fmt: skip


def test_a_submitted_form_keeps_its_chain_and_a_returned_one_takes_the_new(story: Story) -> None:
    form = _signed(story)
    _add(story, REVIEW)
    assert [code for code, _ in _codes(story, form)] == ["sign", "confirm", "approve"]
    story.do("supervisor", "loss_form", form, "return", reason="补附件")
    story.sign(form)
    assert [code for code, _ in _codes(story, form)] == ["sign", "confirm", "finance", "approve"]
    assert _i12(story) == ()


# --- F15


def _same_twice(story: Story) -> tuple[str, str, str]:
    _change(story, "approve", roles=frozenset({Role.LOGISTICS}))
    return "logistics", _confirmed(story), "approve"


def _self_approval(story: Story) -> tuple[str, str, str]:
    _change(story, "confirm", roles=frozenset({Role.SUPERVISOR}))
    form = _form(story)
    story.do("supervisor", "loss_form", form, "submit")
    story.sign(form)
    return "supervisor", form, "confirm"


def _role_removed(story: Story) -> tuple[str, str, str]:
    form = _confirmed(story)
    story.write(
        lambda: story.session.execute(
            update(Account).where(Account.login == "vp").values(role=Role.FINANCE.value)
        )
    )
    return "vp", form, "approve"


def _delegate_signed(story: Story) -> tuple[str, str, str]:
    _delegate(story, to="logistics", until_on=date(2026, 12, 31))
    return "logistics", _confirmed(story), "approve"


def _principal_signed(story: Story) -> tuple[str, str, str]:
    _delegate(story, "vp", "finance", until_on=date(2026, 12, 31))
    _change(story, "confirm", roles=frozenset({Role.VICE_PRESIDENT}))
    form = _signed(story)
    _do(story, "vp", form, "confirm")
    return "finance", form, "approve"


def _principal_after_his_delegate(story: Story) -> tuple[str, str, str]:
    _delegate(story, "vp", "finance", until_on=date(2026, 12, 31))
    _change(story, "confirm", roles=frozenset({Role.VICE_PRESIDENT}))
    form = _signed(story)
    _do(story, "finance", form, "confirm")
    return "vp", form, "approve"


def _expired(story: Story) -> tuple[str, str, str]:
    form = _confirmed(story)
    _delegate(story)
    story.wait(days=1)
    return "finance", form, "approve"


def _not_yet(story: Story) -> tuple[str, str, str]:
    form, tomorrow = _confirmed(story), _today(story) + timedelta(days=1)
    _delegate(story, from_on=tomorrow, until_on=tomorrow)
    return "finance", form, "approve"


def _revoked(story: Story) -> tuple[str, str, str]:
    form, number = _confirmed(story), _delegate(story)
    story.write(lambda: delegation.revoke(story.act("vp"), number))
    return "finance", form, "approve"


def _another_step(story: Story) -> tuple[str, str, str]:
    _delegate(story, steps=["confirm"])
    return "finance", _confirmed(story), "approve"


def _principal_lost_his_role(story: Story) -> tuple[str, str, str]:
    _delegate(story)
    _login, form, action = _role_removed(story)
    return "finance", form, action


def _principal_left(story: Story) -> tuple[str, str, str]:
    form = _confirmed(story)
    _delegate(story)
    story.write(
        lambda: story.session.execute(
            update(Account).where(Account.login == "vp").values(is_active=False)
        )
    )
    return "finance", form, "approve"


def _absent(story: Story) -> tuple[str, str, str]:
    return "finance", _confirmed(story), "approve"


def _delegates_delegate(story: Story) -> tuple[str, str, str]:
    form = _confirmed(story)
    _delegate(story, "vp", "finance")
    _delegate(story, "finance", "business")
    return "business", form, "approve"


@pytest.mark.parametrize(
    ("case", "code"),
    [
        (_same_twice, "same_person"),
        (_self_approval, "same_person"),
        (_role_removed, "wrong_role"),
        (_delegate_signed, "same_person"),
        (_principal_signed, "same_person"),
        (_principal_after_his_delegate, "same_person"),
        (_expired, "wrong_role"),
        (_not_yet, "wrong_role"),
        (_revoked, "wrong_role"),
        (_another_step, "wrong_role"),
        (_principal_lost_his_role, "wrong_role"),
        (_principal_left, "wrong_role"),
        (_absent, "wrong_role"),
        (_delegates_delegate, "wrong_role"),
    ],
)
def test_four_eyes_hold_whoever_is_away_f15(
    story: Story, case: Callable[[Story], tuple[str, str, str]], code: str
) -> None:
    login, form, action = case(story)
    before = story.form(form).status
    assert _refused(story, login, form, action) == code
    assert story.form(form).status == before
    assert _i12(story) == ()


def test_a_delegate_takes_the_step_in_his_own_name_for_the_absent(story: Story) -> None:
    form = _confirmed(story)
    _delegate(story, steps=["approve"], by="admin")
    assert _do(story, "finance", form, "approve") == "approved"
    last = story.form(form).signatures[-1]
    assert (last.step, last.by.login, last.principal.login) == ("approve", "finance", "vp")
    assert _i12(story) == ()
    record_by = story.actor("vp").account_id
    assert record_by in queries.people(story.form(form).signatures)


def test_a_delegate_may_return_a_form_in_the_absents_place(story: Story) -> None:
    form = _confirmed(story)
    _delegate(story, to="business", steps=["approve"])
    assert story.do("business", "loss_form", form, "return", reason="缺照片") == "draft"
    event = history.last(story.session, "loss_form", story.form(form).id, "return")
    assert event is not None
    assert (event.actor.login, event.details) == ("business", {"for": "vp"})


def test_a_delegate_returns_no_form_whose_next_step_is_not_lent(story: Story) -> None:
    form = _confirmed(story)
    _delegate(story, to="business", steps=["confirm"])
    with pytest.raises(Forbidden):
        story.take("business", "loss_form", form, "return", reason="缺照片")


def test_a_delegate_of_business_records_no_dispute(story: Story) -> None:
    form = _form(story, DOWN_COAT)
    story.do("clerk", "loss_form", form, "submit")
    _delegate(story, "business", "finance")
    with pytest.raises(Forbidden) as refusal:
        story.take("finance", "loss_form", form, "dispute", reason="不认可", on_paper=True)
    assert refusal.value.code == "wrong_role"


def test_a_form_that_nobody_would_approve_is_not_submitted(story: Story) -> None:
    form, today = _form(story), _today(story)
    story.write(
        lambda: story.session.add_all(
            approval_step._row(replace(step, effective_from=today, is_retired=True))
            for step in DEFAULTS
        )
    )
    assert story.refused("clerk", "loss_form", form, "submit") == "no_chain"
    assert story.form(form).status == "draft"


def test_a_broken_chain_is_told_with_its_amount_to_the_fen(story: Story) -> None:
    broken = replace(SHIPPED["sign"], to_fen=100, effective_from=_today(story))
    with pytest.raises(RuleViolation) as refusal:
        approval_step.change(story.act("finance"), broken, reason="试")
    assert "金额 1.01 元" in refusal.value.message("zh")


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE delegation SET until_on = '2030-01-01'",
        "UPDATE delegation SET steps = '[]'",
        "UPDATE delegation SET revoked_at = NULL, revoked_by_id = NULL",
        "DELETE FROM delegation",
    ],
)
def test_a_delegation_ends_once_and_changes_in_nothing_else(story: Story, sql: str) -> None:
    number = _delegate(story, steps=["approve"])
    story.write(lambda: delegation.revoke(story.act("vp"), number))
    with pytest.raises(DBAPIError, match="rows are never changed"):
        story.session.execute(text(sql))
    story.session.rollback()


def test_a_delegate_of_business_records_the_suppliers_signature_on_paper_only(
    story: Story,
) -> None:
    form = _form(story, DOWN_COAT)
    story.do("clerk", "loss_form", form, "submit")
    _delegate(story, "business", "finance")
    assert _refused(story, "finance", form, "sign") == "not_the_party"
    version = story.form(form).version
    assert story.do("finance", "loss_form", form, "sign", version=version, on_paper=True) == (
        "signed"
    )


@pytest.mark.parametrize(
    ("by", "fields", "code"),
    [
        ("logistics", {}, "not_yours"),
        ("vp", {"to": "vp"}, "same_person"),
        ("vp", {"to": "store1"}, "unknown_account"),
        ("vp", {"to": "auditor"}, "unknown_account"),
        ("vp", {"to": "nobody"}, "unknown_account"),
        ("vp", {"steps": ["pay"]}, "unknown_step"),
        ("vp", {"reason": " "}, "missing_field"),
        ("vp", {"until_on": date(2026, 11, 1)}, "bad_term"),
        ("vp", {"from_on": date(2026, 11, 1)}, "bad_term"),
    ],
)
def test_a_delegation_is_refused(story: Story, by: str, fields: dict[str, Any], code: str) -> None:
    with pytest.raises((Forbidden, InvalidInput)) as refusal:
        _delegate(story, by=by, **fields)
    assert refusal.value.code == code


def test_a_delegation_is_seen_and_revoked_by_its_own_people(story: Story) -> None:
    number = _delegate(story)
    with pytest.raises(NotFound):
        delegation.revoke(story.act("logistics"), number)
    with pytest.raises(Forbidden):
        delegation.revoke(story.act("supervisor"), number)
    story.write(lambda: delegation.revoke(story.act("admin"), number))
    with pytest.raises(RuleViolation) as refusal:
        delegation.revoke(story.act("vp"), number)
    assert refusal.value.code == "revoked_already"


# --- the table


@pytest.mark.parametrize(
    ("step", "code"),
    [
        (replace(SHIPPED["sign"], kinds=frozenset({LiableKind.STORE})), "broken_chain"),
        (replace(SHIPPED["sign"], place=35), "broken_chain"),
        (replace(SHIPPED["sign"], to_fen=100), "broken_chain"),
        (replace(SHIPPED["sign"], is_retired=True), "broken_chain"),
        (replace(SHIPPED["approve"], place=25), "broken_chain"),
        (replace(SHIPPED["approve"], is_distinct=False), "broken_chain"),
        (replace(SHIPPED["confirm"], is_retired=True), "broken_chain"),
        (
            replace(SHIPPED["confirm"], kinds=frozenset({LiableKind.SUPPLIER, LiableKind.STORE})),
            "broken_chain",
        ),
        (replace(SHIPPED["approve"], roles=frozenset()), "bad_step"),
        (replace(SHIPPED["approve"], roles=frozenset({Role.CLERK})), "bad_step"),
        (replace(SHIPPED["approve"], roles=frozenset({Role.SUPPLIER})), "bad_step"),
        (replace(SHIPPED["approve"], from_fen=2, to_fen=1), "bad_step"),
        (replace(SHIPPED["approve"], zh=" "), "missing_field"),
        (replace(REVIEW, code="none"), "not_found"),
    ],
)
def test_a_version_that_breaks_the_chain_is_refused(story: Story, step: Step, code: str) -> None:
    today = _today(story)
    with pytest.raises((RuleViolation, InvalidInput, NotFound)) as refusal:
        approval_step.change(story.act("finance"), replace(step, effective_from=today), reason="试")
    assert refusal.value.code == code


def test_a_step_holds_from_today_and_no_earlier_and_after_its_last_version(story: Story) -> None:
    today = _today(story)
    late = replace(SHIPPED["approve"], effective_from=today - timedelta(days=1))
    with pytest.raises(InvalidInput) as refusal:
        approval_step.change(story.act("finance"), late, reason="试")
    assert refusal.value.code == "in_the_past"
    _change(story, "approve", en="Approved")
    future = replace(SHIPPED["approve"], effective_from=today + timedelta(days=9))
    story.write(lambda: approval_step.change(story.act("finance"), future, reason="下周起"))
    with pytest.raises(RuleViolation) as late_refusal:
        _change(story, "approve")
    assert late_refusal.value.code == "later_version"


@pytest.mark.parametrize("login", ["clerk", "logistics", "vp", "auditor", "admin", "business"])
def test_only_supervisor_and_finance_keep_the_chain(story: Story, login: str) -> None:
    with pytest.raises(Forbidden):
        _add(story, REVIEW, login)
    act = story.act(login)
    with pytest.raises(Forbidden):
        approval_step.retire(act, "approve", effective_from=_today(story), reason="试")


def test_a_retired_step_is_no_longer_taken_and_its_code_is_never_used_again(story: Story) -> None:
    _add(story, REVIEW)
    act, today = story.act("finance"), _today(story)
    story.write(
        lambda: approval_step.retire(act, "finance", effective_from=today, reason="并入月结")
    )
    assert [step.code for step in steps.in_force(story.session, today)] == [
        "sign", "acknowledge", "confirm", "approve",
    ]  # fmt: skip
    for taken in ("finance", "submit"):
        with pytest.raises(RuleViolation) as refusal:
            _add(story, replace(REVIEW, code=taken))
        assert refusal.value.code == "code_taken"


@pytest.mark.parametrize("sql", ["UPDATE approval_step SET place = 1", "DELETE FROM approval_step"])
def test_a_version_is_never_overwritten(story: Story, sql: str) -> None:
    with pytest.raises(DBAPIError):
        story.session.execute(text(sql))
    story.session.rollback()


def test_the_preview_names_the_open_forms_that_would_take_another_chain(story: Story) -> None:
    kept = _signed(story)
    draft = _form(story, DOWN_COAT)
    done = _form(story, cause=Cause.UNKNOWN)
    story.sign_off(done)
    step = replace(REVIEW, effective_from=_today(story))
    found = steps.effects(story.session, step)
    assert [(one.form.no, one.is_kept) for one in found] == [(kept, True), (draft, False)]
    assert [step.code for step in found[1].then] == ["sign", "confirm", "finance", "approve"]
    small = replace(step, from_fen=None, to_fen=1)
    assert steps.effects(story.session, small) == []


# --- whose turn it is


def _waits(story: Story, login: str) -> list[tuple[str, str, date]]:
    story.session.rollback()
    rows = queries.waiting(story.session, story.actor(login), story.now)
    return [(row.form.no, row.step.code, row.due_on) for row in rows]


def test_a_form_waits_for_whose_turn_it_is_until_the_day_of_its_clock(story: Story) -> None:
    form = _form(story)
    story.do("clerk", "loss_form", form, "submit")
    asked = _today(story)
    assert asked == date(2026, 11, 5)
    assert _waits(story, "supplier1") == [(form, "sign", date(2026, 11, 12))]
    assert _waits(story, "business") == [(form, "sign", date(2026, 11, 12))]
    assert _waits(story, "manager1") == _waits(story, "logistics") == []
    _do(story, "supplier1", form, "sign")
    assert _waits(story, "logistics") == [(form, "confirm", date(2026, 11, 9))]
    assert _waits(story, "supplier1") == _waits(story, "vp") == []
    _delegate(story, until_on=date(2026, 11, 30))
    _do(story, "logistics", form, "confirm")
    assert _waits(story, "vp") == _waits(story, "finance") == [(form, "approve", date(2026, 11, 9))]
    _do(story, "finance", form, "approve")
    assert _waits(story, "vp") == _waits(story, "finance") == []


def test_a_form_does_not_wait_for_who_had_a_hand_in_it(story: Story) -> None:
    _change(story, "confirm", roles=frozenset({Role.SUPERVISOR, Role.LOGISTICS}))
    form = _form(story)
    story.do("supervisor", "loss_form", form, "submit")
    story.sign(form)
    assert _waits(story, "supervisor") == []
    assert [no for no, _, _ in _waits(story, "logistics")] == [form]


# --- what was signed


def test_every_step_keeps_the_digest_of_what_was_shown(story: Story) -> None:
    form = _form(story)
    story.sign_off(form)
    digests = {row.content_sha256 for row in story.form(form).signatures}
    assert digests == {queries.content_sha256(story.session, story.form(form))}
    story.session.execute(text("UPDATE loss_line SET spent_fen = spent_fen + 1"))
    story.session.commit()
    assert _i12(story) == (f"{form} says something else than what was signed",)


@pytest.mark.parametrize(
    ("sql", "sentence"),
    [
        ("UPDATE signature SET for_id = (SELECT id FROM account WHERE login = 'business') "
         "WHERE step = 'approve'", "approve was taken for somebody who lent nothing"),
        ("UPDATE signature SET step = 'approve2' WHERE step = 'approve'",
         "is approved, and its steps are not complete and in order"),
        ("DELETE FROM signature WHERE step = 'approve'",
         "is approved, and its steps are not complete and in order"),
        ("UPDATE signature SET by_id = (SELECT id FROM account WHERE login = 'clerk') "
         "WHERE step = 'approve'", "one person took two steps"),
    ],
)  # fmt: skip
def test_verify_finds_a_chain_that_was_not_taken_i12(story: Story, sql: str, sentence: str) -> None:
    form = _form(story)
    story.sign_off(form)
    assert _i12(story) == ()
    story.session.execute(text(sql))
    story.session.commit()
    [fault] = _i12(story)
    assert fault in (f"{form}: {sentence}", f"{form} {sentence}")


def test_verify_finds_a_form_that_kept_an_easier_chain_i12(story: Story) -> None:
    _add(story, REVIEW)
    form = _signed(story)
    row = story.form(form)
    row.steps = [step for step in row.steps if step["code"] != "finance"]
    story.session.commit()
    assert _i12(story) == (f"{form}: its chain is not the one of its party and amount on that day",)


def test_the_switches_are_words_of_their_list() -> None:
    from tracker.domain.approval import Switches

    with pytest.raises(ValueError, match="half"):
        Switches("half").let(Switch.VP_SCOPE, LiableKind.STORE, 1)
    assert Switches("amount_over_5").let(Switch.VP_SCOPE, LiableKind.STORE, 500) is False
    assert Switches("amount_over_5").let(Switch.VP_SCOPE, LiableKind.STORE, 501) is True
