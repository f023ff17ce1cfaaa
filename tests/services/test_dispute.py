"""A liable party disputes its form; after-sales answers, and nothing of it is lost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.story import DOWN_COAT, SUPPLIER_FAULT, Story
from tracker.domain.codes import Cause, LiableKind
from tracker.domain.errors import Forbidden, InvalidInput, NotFound, WrongStatus
from tracker.domain.loss import MACHINE, Action, Share, Status, Verdict
from tracker.domain.x12 import Answer
from tracker.queries import dispute as disputes
from tracker.queries import history, loss_clock
from tracker.queries import loss as queries
from tracker.services import dispute as service
from tracker.services.verify import verify

SUPPLIER, STORE, HEAD_OFFICE = LiableKind.SUPPLIER, LiableKind.STORE, LiableKind.HEAD_OFFICE
WHY = "面料检测合格，损坏在店铺发生"


def submitted(story: Story, *nos: str) -> str:
    """Return the form of garments that the supplier is asked to sign."""
    [form] = story.list_on_forms(*nos)
    story.do("clerk", "loss_form", form, "submit")
    return form


def dispute(story: Story, form: str, login: str = "supplier1", **more: Any) -> None:
    status = story.do(login, "loss_form", form, "dispute", reason=WHY, **more)
    assert status == "disputed"


def thread(story: Story, form: str) -> list[tuple[Any, ...]]:
    return [
        (row.by.login, row.code, row.reason, row.verdict, row.answer)
        for row in disputes.thread(story.session, story.form(form))
    ]


def lines(story: Story, no: str) -> list[tuple[str, str, int]]:
    found = queries.live_lines_of(story.session, story.registration(no).id)
    return [(line.liable_kind, line.party, line.percent) for line in found]


def holds(story: Story) -> bool:
    story.session.rollback()
    return all(finding.holds for finding in verify(story.session))


def test_a_disputed_form_is_neither_signed_confirmed_nor_approved(story: Story) -> None:
    form = submitted(story, story.scrapped())
    dispute(story, form, x12=Answer.FREIGHT_OR_RETAILER)
    version = story.form(form).version
    for login, step in (("supplier1", "sign"), ("logistics", "confirm"), ("vp", "approve")):
        code = story.refused(login, "loss_form", form, step, version=version)
        assert (step, code) == (step, "wrong_status")
    assert thread(story, form) == [("supplier1", "FR", WHY, None, None)]
    assert holds(story)


def test_it_is_about_the_lines_that_were_named_or_all(story: Story) -> None:
    first, second = story.scrapped(), story.scrapped()
    form = submitted(story, first, second)
    stranger = story.scrapped(DOWN_COAT)
    with pytest.raises(InvalidInput) as refusal:
        story.take("supplier1", "loss_form", form, "dispute", reason=WHY, lines=[stranger])
    assert (refusal.value.code, refusal.value.field) == ("not_on_this_form", "lines")
    dispute(story, form, lines=[second])
    [row] = disputes.thread(story.session, story.form(form))
    assert [line.line.registration.no for line in row.lines] == [second]
    story.do("supervisor", "loss_form", form, "answer", answer=Verdict.UPHELD, reason="证据不足")
    dispute(story, form)
    last = disputes.thread(story.session, story.form(form))[-1]
    assert [line.line.registration.no for line in last.lines] == [first, second]


def test_upheld_asks_anew_with_the_clock_from_the_start(story: Story) -> None:
    form = submitted(story, story.scrapped())
    first = story.form(form).asked_at
    story.wait(days=3)
    dispute(story, form)
    story.wait(days=2)
    answered = {"answer": Verdict.UPHELD, "reason": "检测报告显示色牢度不合格"}
    assert story.do("supervisor", "loss_form", form, "answer", **answered) == "submitted"
    assert (first, story.form(form).asked_at) == (story.now - timedelta(days=5), story.now)
    assert thread(story, form) == [("supplier1", "IN", WHY, "upheld", "检测报告显示色牢度不合格")]
    version = story.form(form).version
    assert story.do("supplier1", "loss_form", form, "sign", version=version) == "signed"
    assert holds(story)


def test_changed_brings_the_disputed_garment_to_the_new_partys_draft(story: Story) -> None:
    disputed, other = story.scrapped(), story.scrapped()
    form = submitted(story, disputed, other)
    dispute(story, form, lines=[disputed])
    changed = {
        "answer": Verdict.CHANGED,
        "reason": "店铺熨烫所致",
        "liabilities": [Share(STORE, 100)],
    }
    assert story.do("supervisor", "loss_form", form, "answer", **changed) == "draft"
    assert lines(story, disputed) == [("store", "S001", 100)]
    assert lines(story, other) == [("supplier", "SUP01", 100)]
    assert story.form(form).total_fen == 18984
    [share] = queries.liabilities(story.session, story.registration(disputed).id)
    assert (share.is_override, share.why) == (True, "店铺熨烫所致")
    assert queries.signers(story.session, [story.form(form).id]) == {}
    assert holds(story)
    story.sign_off(form)
    assert thread(story, form)[0][3] == "changed"


def test_shared_leaves_the_party_a_share_on_its_own_form(story: Story) -> None:
    no = story.scrapped()
    form = submitted(story, no)
    dispute(story, form)
    half = [Share(SUPPLIER, 70), Share(STORE, 30)]
    shared = {"answer": Verdict.SHARED, "reason": "双方协商", "liabilities": half}
    assert story.do("supervisor", "loss_form", form, "answer", **shared) == "draft"
    assert lines(story, no) == [("supplier", "SUP01", 70), ("store", "S001", 30)]
    [own] = queries.lines(story.session, story.form(form))
    assert (own.percent, story.form(form).total_fen) == (70, own.amount_fen)
    assert holds(story)


@pytest.mark.parametrize(
    ("answer", "shares", "code"),
    [
        (Verdict.UPHELD, [Share(HEAD_OFFICE, 100)], "shares_not_needed"),
        (Verdict.CHANGED, [], "shares_needed"),
        (Verdict.CHANGED, [Share(SUPPLIER, 50), Share(HEAD_OFFICE, 50)], "not_changed"),
        (Verdict.CHANGED, [Share(HEAD_OFFICE, 90)], "shares_not_100"),
        (Verdict.SHARED, [Share(SUPPLIER, 100)], "not_shared"),
        (Verdict.SHARED, [Share(STORE, 50), Share(HEAD_OFFICE, 50)], "not_shared"),
    ],
)
def test_new_shares_are_what_the_answer_says(
    story: Story, answer: Verdict, shares: list[Share], code: str
) -> None:
    form = submitted(story, story.scrapped())
    dispute(story, form)
    more = {"answer": answer, "reason": "复核", "liabilities": shares}
    with pytest.raises(InvalidInput) as refusal:
        story.take("supervisor", "loss_form", form, "answer", **more)
    assert (refusal.value.code, refusal.value.field) == (code, "liabilities")
    assert story.form(form).status == "disputed"


def test_who_may_dispute_and_who_answers(story: Story) -> None:
    form = submitted(story, story.scrapped(cause=Cause.STORAGE))
    for login, error in (("manager2", NotFound), ("clerk", Forbidden), ("business", Forbidden)):
        with pytest.raises(error):
            story.take(login, "loss_form", form, "dispute", reason=WHY, on_paper=True)
    dispute(story, form, "manager1")
    for login in ("manager1", "clerk", "vp"):
        with pytest.raises(Forbidden):
            story.take(login, "loss_form", form, "answer", answer=Verdict.UPHELD, reason="x")


def test_business_records_a_suppliers_dispute_with_its_paper_alone(story: Story) -> None:
    form = submitted(story, story.scrapped(DOWN_COAT))
    with pytest.raises(Forbidden):
        story.take("business", "loss_form", form, "dispute", reason=WHY)
    dispute(story, form, "business", on_paper=True)
    [row] = disputes.thread(story.session, story.form(form))
    assert row.is_on_paper is True


def test_whoever_entered_a_dispute_does_not_answer_it(story: Story) -> None:
    form = submitted(story, story.scrapped())
    dispute(story, form)
    [row] = disputes.thread(story.session, story.form(form))
    story.write(lambda: setattr(row, "by_id", story.actor("supervisor").account_id))
    more = {"answer": Verdict.UPHELD, "reason": "x"}
    assert story.refused("supervisor", "loss_form", form, "answer", **more) == "same_person"


def test_a_split_garment_moves_only_while_its_other_form_is_a_draft(story: Story) -> None:
    no = story.received(**SUPPLIER_FAULT)
    story.scrap(no, Share(SUPPLIER, 60, "SUP01"), Share(HEAD_OFFICE, 40), note="协商")
    first, second = story.list_on_forms(no)
    for form in (first, second):
        story.do("clerk", "loss_form", form, "submit")
    mine = next(form for form in (first, second) if story.form(form).party == "SUP01")
    other = next(form for form in (first, second) if form != mine)
    dispute(story, mine)
    more = {"answer": Verdict.CHANGED, "reason": "复核", "liabilities": [Share(HEAD_OFFICE, 100)]}
    assert story.refused("supervisor", "loss_form", mine, "answer", **more) == "form_submitted"
    story.do("supervisor", "loss_form", other, "return", reason="重新分责")
    assert story.do("supervisor", "loss_form", mine, "answer", **more) == "voided"
    assert lines(story, no) == [("head_office", "", 100)]
    assert holds(story)


def test_a_form_whose_last_garment_became_anothers_is_void_and_says_what_it_had(
    story: Story,
) -> None:
    no = story.scrapped()
    form = submitted(story, no)
    dispute(story, form)
    more = {"answer": Verdict.CHANGED, "reason": "店铺熨烫", "liabilities": [Share(STORE, 100)]}
    assert story.do("supervisor", "loss_form", form, "answer", **more) == "voided"
    [had] = queries.lines(story.session, story.form(form))
    assert (had.registration.no, had.is_live) == (no, False)
    [theirs] = queries.live_lines_of(story.session, had.registration_id)
    assert (theirs.form.party, theirs.form.status) == ("S001", "draft")
    void = history.last(story.session, "loss_form", story.form(form).id, "void")
    assert void is not None
    assert (void.from_status, void.reason) == ("draft", "店铺熨烫")
    assert (thread(story, form)[0][3], holds(story)) == ("changed", True)


def test_another_draft_of_the_party_comes_first(story: Story) -> None:
    form = submitted(story, story.scrapped())
    story.list_on_forms(story.scrapped())
    dispute(story, form)
    more = {"answer": Verdict.CHANGED, "reason": "复核", "liabilities": [Share(HEAD_OFFICE, 100)]}
    assert story.refused("supervisor", "loss_form", form, "answer", **more) == "draft_open"


def test_an_empty_reason_is_none(story: Story) -> None:
    form = submitted(story, story.scrapped())
    with pytest.raises(InvalidInput) as refusal:
        story.take("supplier1", "loss_form", form, "dispute", reason="  ")
    assert (refusal.value.code, refusal.value.field) == ("missing_field", "reason")


def test_a_form_that_nobody_disputed_has_nothing_to_answer(story: Story) -> None:
    form = submitted(story, story.scrapped())
    with pytest.raises(WrongStatus):
        story.write(lambda: _answer(story, form))


def _answer(story: Story, form: str) -> None:
    service.answer(story.act("supervisor"), story.form(form), answer=Verdict.UPHELD, reason="x")


def test_the_signature_is_due_after_five_working_days_then_it_is_late(story: Story) -> None:
    form = submitted(story, story.scrapped())
    today = story.now.date()
    assert today.isoformat() == "2026-11-05"
    due = loss_clock.sign_by(story.session, [story.form(form)])
    assert [day.isoformat() for day in due.values()] == ["2026-11-12"]
    actor = story.actor("supervisor")
    for day, late in ((12, 0), (13, 1)):
        on = today.replace(day=day)
        assert loss_clock.late_count(story.session, actor, on) == late
        found = queries.forms(story.session, actor, overdue_on=on)
        assert [row.no for row in found] == [form] * late
    assert loss_clock.late_count(story.session, story.actor("manager1"), today.replace(day=13)) == 0
    dispute(story, form)
    assert loss_clock.late_count(story.session, actor, today.replace(day=30)) == 0


def test_the_table_of_the_form_knows_the_dispute() -> None:
    told = {
        (source, action): move.to
        for (source, action), move in MACHINE.transitions.items()
        if action in (Action.DISPUTE, Action.ANSWER)
    }
    assert told == {
        (Status.SUBMITTED, Action.DISPUTE): (Status.DISPUTED,),
        (Status.DISPUTED, Action.ANSWER): (Status.SUBMITTED, Status.DRAFT),
    }
