"""A policy changes: proposed, previewed, confirmed by a second person, and read by its people."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, func, select, text
from sqlalchemy.exc import IntegrityError

from tests.story import SUPPLIER_FAULT, Story
from tracker.domain.calendar import shanghai_date
from tracker.domain.errors import Forbidden, HangtagError, InvalidInput, NotFound, RuleViolation
from tracker.domain.policy import Reach, Scope
from tracker.domain.registration import Outcome
from tracker.domain.repair import Route
from tracker.domain.shipment import Kind
from tracker.extensions import db
from tracker.models.due_change import DueChange
from tracker.models.policy import Policy, PolicyReading
from tracker.models.repair import OutsideJob
from tracker.queries import loss_clock, policy, policy_preview, turnaround
from tracker.queries import policy_change as queries
from tracker.services import policy_change as service
from tracker.services.verify import verify

TODAY = date(2026, 11, 2)
STORE1 = Reach("S001", "south")


def propose(story: Story, login: str = "supervisor", name: str = "repair_tat", **more: Any) -> int:
    """Propose a version, the chain's turnaround of 12 days from today unless said otherwise."""
    asked = {"scope": Scope.CHAIN, "target": "", "value": "12", "reason": "提速"}
    asked |= {"effective_from": TODAY} | more
    act = story.act(login)
    return int(story.write(lambda: service.propose(act, name, **asked).id))


def confirm(story: Story, no: int, login: str = "vp") -> Any:
    act = story.act(login)
    return story.write(lambda: service.confirm(act, no))


def value(story: Story, name: str, on: date, reach: Reach = STORE1) -> str:
    return policy.one(story.session, name, on, reach).value


def faults(story: Story) -> list[str]:
    story.session.rollback()
    return [fault for finding in verify(story.session) for fault in finding.faults]


def test_a_change_counts_from_its_day_once_another_confirmed_it(story: Story) -> None:
    no = propose(story, effective_from=date(2026, 11, 9))
    assert value(story, "repair_tat", date(2026, 12, 1)) == "15"
    confirm(story, no)
    days = [date(2026, 11, 8), date(2026, 11, 9)]
    assert [value(story, "repair_tat", day) for day in days] == ["15", "12"]
    row = queries.proposal(story.session, no)
    assert (row.verdict, row.by.login, row.answered_by.login) == ("confirmed", "supervisor", "vp")
    assert faults(story) == []


def test_an_old_case_is_judged_by_the_old_version_and_a_new_one_by_the_new(story: Story) -> None:
    old = story.register()
    story.send(old)
    story.policy("repair_tat", "12", on=date(2026, 11, 9))
    story.wait(days=7)
    new = story.register()
    story.send(new)
    due = {no: story.registration(no).due_on.isoformat() for no in (old, new)}
    assert due == {old: "2026-11-17", new: "2026-11-21"}
    garments = [story.registration(no) for no in (old, new)]
    found = turnaround.of(story.session, garments, story.now)
    assert [found[row.id].due_on.isoformat() for row in garments] == ["2026-11-17", "2026-11-21"]


def test_a_stores_own_version_holds_for_its_garments_alone(story: Story) -> None:
    story.policy("repair_tat", "10", scope=Scope.STORE, target="S001")
    ours = story.register()
    theirs = story.register(login="store2")
    story.send(ours)
    story.send(theirs, login="store2", manager="manager2")
    due = [story.registration(no).due_on.isoformat() for no in (ours, theirs)]
    assert due == ["2026-11-12", "2026-11-17"]


def test_a_version_taken_back_leaves_the_chains_in_force(story: Story) -> None:
    story.policy("repair_tat", "10", scope=Scope.STORE, target="S001")
    story.policy("repair_tat", "", scope=Scope.STORE, target="S001", on=date(2026, 11, 9))
    days = [date(2026, 11, 8), date(2026, 11, 9)]
    assert [value(story, "repair_tat", day) for day in days] == ["10", "15"]


def test_the_preview_lists_what_moves_and_what_stays_and_confirming_moves_it(story: Story) -> None:
    yesterday = story.register()
    story.send(yesterday)
    story.wait(days=1)
    today = story.register()
    story.send(today, login="store1")
    day = shanghai_date(story.now)
    no = propose(story, effective_from=day)
    version = service.version_of(story.act("vp"), queries.proposal(story.session, no))
    seen = policy_preview.preview(story.session, version, day)
    told = [(one.case.no, one.before, one.after, one.is_moved) for one in seen.effects]
    assert told == [
        (yesterday, "2026-11-17", "2026-11-14", False),
        (today, "2026-11-18", "2026-11-15", True),
    ]
    assert seen.looked_at == 2
    confirm(story, no)
    due = [story.registration(no).due_on.isoformat() for no in (yesterday, today)]
    assert due == ["2026-11-17", "2026-11-15"]
    moved = [{"no": today, "on": "2026-11-03", "before": "2026-11-18", "after": "2026-11-15"}]
    assert queries.proposal(story.session, no).moved == moved
    [kept] = story.session.scalars(select(DueChange)).all()
    assert (kept.registration.no, kept.clock, kept.from_on, kept.to_on, kept.by.login) == (
        today, "repair_tat", date(2026, 11, 18), date(2026, 11, 15), "vp",
    )  # fmt: skip
    assert kept.why == "参数「返修周期（门到门）」自 2026-11-03 起的新版本"


def test_confirming_moves_an_outside_repair_too(story: Story) -> None:
    no = story.received(**SUPPLIER_FAULT)
    routed = {"outcome": Outcome.REPAIR, "route": Route.FACTORY}
    story.do("assessor", "registration", no, "assess", **routed)
    story.dispatch("clerk", story.box("clerk", no, to="SUP01", kind=Kind.TO_FACTORY))
    today = shanghai_date(story.now)
    story.policy("outside_repair", "3")
    job = story.session.scalars(select(OutsideJob)).one()
    assert job.due_on == today + timedelta(days=3)
    assert [row.clock for row in story.session.scalars(select(DueChange))] == ["outside_repair"]
    assert faults(story) == []


def test_deliveries_outside_repairs_and_warranties_are_previewed_too(story: Story) -> None:
    story.register_customer()
    for name, wanted in (("warranty_textile", ["2027-01-01", "2027-04-01"]), ("decide", None)):
        version = service.draft(
            story.act("vp"), name, scope=Scope.CHAIN, target="", value="6", effective_from=TODAY
        )
        seen = policy_preview.preview(story.session, version, TODAY)
        assert (seen.is_counted, seen.looked_at) == (True, 1)
        if wanted:
            [effect] = seen.effects
            assert [effect.before, effect.after, effect.is_moved] == [*wanted, False]
    for name in (
        "store_inspection", "outside_repair", "liable_signature", "extra_shipment_cost_bearer",
        "vat_rate",
    ):  # fmt: skip
        value_asked = value(story, name, TODAY)
        version = service.draft(
            story.act("vp"), name, scope=Scope.CHAIN, target="", value=value_asked,
            effective_from=TODAY,
        )  # fmt: skip
        seen = policy_preview.preview(story.session, version, TODAY)
        assert (name, seen.is_counted, seen.effects) == (name, name != "vat_rate", ())


def test_a_boxs_bearer_moves_with_the_policy_and_is_previewed(story: Story) -> None:
    story.send(story.register())
    story.do("manager1", "registration", second := story.register(), "accept")
    box = story.box("store1", second)
    asked = {"value": "head_office", "scope": Scope.STORE, "target": "S001"}
    version = service.draft(
        story.act("vp"), "extra_shipment_cost_bearer", effective_from=TODAY, **asked
    )
    [effect] = policy_preview.preview(story.session, version, TODAY).moved
    assert (effect.case.no, effect.before, effect.after) == (box, "store", "head_office")
    story.policy("extra_shipment_cost_bearer", **asked)
    story.dispatch("store1", box)
    assert story.shipment(box).freight_bearer == "head_office"
    assert faults(story) == []


def test_a_signature_is_late_by_the_version_of_the_day_on_which_it_was_asked(story: Story) -> None:
    first = story.list_on_forms(story.scrapped(**SUPPLIER_FAULT))[0]
    story.do("clerk", "loss_form", first, "submit")
    asked_on = shanghai_date(story.now)
    story.policy("liable_signature", "1", on=date(2026, 11, 9))
    story.policy(
        "liable_signature", "2", on=date(2026, 11, 9), scope=Scope.SUPPLIER, target="SUP02"
    )
    assert asked_on == date(2026, 11, 5)
    due = loss_clock.sign_by(story.session, [story.form(first)])
    assert [day.isoformat() for day in due.values()] == ["2026-11-12"]
    actor = story.actor("supervisor")
    late = [
        loss_clock.late_count(story.session, actor, date(2026, 11, day)) for day in (11, 12, 13)
    ]
    assert late == [0, 0, 1]


def test_a_partys_own_signature_clock_makes_its_form_late_alone(story: Story) -> None:
    story.policy("liable_signature", "1", scope=Scope.SUPPLIER, target="SUP01")
    form = story.list_on_forms(story.scrapped(**SUPPLIER_FAULT))[0]
    story.do("clerk", "loss_form", form, "submit")
    actor = story.actor("supervisor")
    late = [loss_clock.late_count(story.session, actor, date(2026, 11, day)) for day in (6, 7)]
    assert (story.form(form).party, late) == ("SUP01", [0, 1])


@pytest.mark.parametrize("login", ["store1", "manager1", "clerk", "assessor", "auditor", "admin"])
def test_who_does_not_keep_the_policies_changes_none(story: Story, login: str) -> None:
    with pytest.raises(Forbidden):
        propose(story, login)
    no = propose(story)
    with pytest.raises(Forbidden):
        confirm(story, no, login)
    assert value(story, "repair_tat", TODAY) == "15"


def test_nobody_answers_his_own_proposal_and_only_its_author_withdraws_it(story: Story) -> None:
    no = propose(story)
    with pytest.raises(RuleViolation) as own:
        confirm(story, no, "supervisor")
    with pytest.raises(RuleViolation) as refused:
        story.write(lambda: service.refuse(story.act("supervisor"), no, reason="x"))
    with pytest.raises(Forbidden) as other:
        story.write(lambda: service.withdraw(story.act("vp"), no))
    codes = [error.value.code for error in (own, refused, other)]
    assert codes == ["same_person", "same_person", "not_the_author"]
    story.write(lambda: service.withdraw(story.act("supervisor"), no))
    with pytest.raises(RuleViolation) as late:
        confirm(story, no)
    assert late.value.code == "answered"
    assert faults(story) == []


def test_a_refusal_has_a_reason_and_leaves_the_policy_as_it_was(story: Story) -> None:
    no = propose(story)
    with pytest.raises(InvalidInput):
        story.write(lambda: service.refuse(story.act("finance"), no, reason="  "))
    story.write(lambda: service.refuse(story.act("finance"), no, reason="承运商做不到"))
    row = queries.proposal(story.session, no)
    assert (row.verdict, row.answer) == ("refused", "承运商做不到")
    assert value(story, "repair_tat", TODAY) == "15"


WRONG: tuple[tuple[dict[str, Any], str], ...] = (
    ({"value": "0x"}, "bad_value"),
    ({"value": ""}, "bad_value"),
    ({"effective_from": date(2026, 11, 1)}, "in_the_past"),
    ({"scope": Scope.SUPPLIER, "target": "SUP01"}, "wrong_scope"),
    ({"scope": Scope.STORE, "target": "S999"}, "unknown_target"),
    ({"scope": Scope.STORE, "target": "ASD"}, "unknown_target"),
    ({"scope": Scope.REGION, "target": "nowhere"}, "unknown_target"),
    ({"reason": " "}, "missing_field"),
)


@pytest.mark.parametrize(("given", "code"), WRONG, ids=[code for _given, code in WRONG])
def test_a_proposal_that_cannot_hold_is_refused(
    story: Story, given: dict[str, Any], code: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        propose(story, **given)
    assert refusal.value.code == code
    with pytest.raises(NotFound):
        propose(story, name="no_such_policy")


def test_one_change_waits_at_a_time_and_no_version_covers_another(story: Story) -> None:
    no = propose(story)
    with pytest.raises(RuleViolation) as second:
        propose(story, "finance", value="11")
    confirm(story, no)
    with pytest.raises(RuleViolation) as same_day:
        propose(story, value="11")
    assert [error.value.code for error in (second, same_day)] == [
        "proposal_open",
        "version_of_that_day",
    ]


def test_a_proposal_whose_day_went_by_is_not_confirmed_any_more(story: Story) -> None:
    no = propose(story)
    story.wait(days=1)
    with pytest.raises(InvalidInput) as refusal:
        confirm(story, no)
    assert refusal.value.code == "in_the_past"


def test_two_who_confirm_at_once_make_one_version(app: Flask, story: Story) -> None:
    no = propose(story)
    told: list[str] = []
    start = threading.Barrier(2)

    def run(login: str) -> None:
        with app.app_context():
            mine = Story(db.session())
            start.wait()
            try:
                confirm(mine, no, login)
                told.append("done")
            except HangtagError as refusal:
                told.append(refusal.code)
            finally:
                db.session.remove()

    people = [threading.Thread(target=run, args=(login,)) for login in ("vp", "finance")]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert sorted(told) == ["answered", "done"]
    story.session.rollback()
    made = select(func.count()).select_from(Policy).where(Policy.proposal_id == no)
    assert story.session.scalar(made) == 1
    assert faults(story) == []


@pytest.mark.parametrize(
    "statement",
    ["UPDATE policy SET value = '99' WHERE name = 'repair_tat'",
     "DELETE FROM policy WHERE name = 'repair_tat'"],
)  # fmt: skip
def test_a_version_is_never_changed_or_deleted(story: Story, statement: str) -> None:
    with pytest.raises(IntegrityError):
        story.session.execute(text(statement))
    story.session.rollback()
    assert value(story, "repair_tat", TODAY) == "15"


def test_verify_finds_a_version_that_nobody_confirmed(story: Story) -> None:
    story.session.execute(
        text(
            "INSERT INTO policy (name, unit, calendar, start_event, end_event, rule, zh, en, "
            "value, effective_from) SELECT name, unit, calendar, start_event, end_event, rule, zh, "
            "en, '99', '2026-11-02' FROM policy WHERE name = 'repair_tat'"
        )
    )
    story.session.commit()
    [fault] = faults(story)
    assert fault.endswith("of policy repair_tat was confirmed by nobody")


def test_verify_finds_a_proposal_that_was_changed_after_its_confirmation(story: Story) -> None:
    confirm(story, propose(story))
    story.session.execute(text("UPDATE policy_proposal SET value = '13'"))
    story.session.commit()
    [fault] = faults(story)
    assert fault.endswith("is not as a second person confirmed it")


def test_whom_a_version_concerns_reads_it_once(story: Story) -> None:
    made = story.policy("repair_tat", "10", scope=Scope.STORE, target="S001")
    version = int(made.id)

    def waits(login: str) -> list[int]:
        return [row.id for row in queries.unread(story.session, story.actor(login), TODAY)]

    people = ("store1", "manager1", "store2", "clerk", "finance", "admin")
    assert {login for login in people if waits(login)} == {"store1", "manager1", "clerk"}
    for _again in range(2):
        story.write(lambda: service.acknowledge(story.act("store1"), version))
    assert waits("store1") == []
    assert story.session.scalar(select(func.count()).select_from(PolicyReading)) == 1
    row = queries.version(story.session, version)
    missing = queries.not_read(story.session, row, story.actor("manager1"))
    assert [account.login for account in missing] == ["manager1"]
    everywhere = queries.not_read(story.session, row, story.actor("supervisor"))
    assert "store1" not in {account.login for account in everywhere}
    assert {"manager1", "clerk", "assessor"} <= {account.login for account in everywhere}


def test_a_version_that_another_replaced_needs_no_reading(story: Story) -> None:
    story.policy("repair_tat", "12", on=date(2026, 11, 9))
    last = story.policy("repair_tat", "13", on=date(2026, 11, 10)).id
    found = queries.unread(story.session, story.actor("clerk"), date(2026, 11, 11))
    assert [row.id for row in found] == [last]


def test_a_stores_own_version_costs_a_scan_no_further_question(story: Story) -> None:
    asked: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if "FROM policy" in statement:
            asked.append(statement)

    engine = story.session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    try:
        story.register()
        before = len(asked)
        story.policy("decide", "2", scope=Scope.STORE, target="S001")
        asked.clear()
        no = story.register()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert story.registration(no).due_on == date(2026, 11, 4)
    assert (before, len(asked)) == (1, 1)
