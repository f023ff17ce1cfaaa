"""A customer's number: shown to whoever must call, each time written down; calls; promises."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from tests.kept import kept
from tests.story import Story
from tracker.domain.calendar import shanghai_date
from tracker.domain.codes import Demand
from tracker.domain.customer import CallReason, CallResult
from tracker.domain.errors import Forbidden, InvalidInput, NotFound, RuleViolation
from tracker.domain.registration import Choice, HandedTo, Outcome
from tracker.models.customer import CustomerAccess, CustomerCall
from tracker.models.history import Event
from tracker.queries import customer as queries
from tracker.services import customer


def _show(story: Story, login: str, no: str) -> Any:
    act = story.act(login)
    return story.write(lambda: customer.show(act, no))


def _accesses(story: Story) -> list[tuple[str, str]]:
    story.session.rollback()
    rows = story.session.scalars(select(CustomerAccess).order_by(CustomerAccess.id))
    return [(row.by.login, row.why) for row in rows]


def _refusal(story: Story, login: str, no: str) -> str:
    with pytest.raises((RuleViolation, Forbidden, NotFound)) as refusal:
        _show(story, login, no)
    story.session.rollback()
    return str(refusal.value.code)


@kept
def _back(story: Story) -> str:
    no = story.received_customer()
    story.repair(no)
    story.return_to_store(no)
    return no


def _waiting(story: Story, login: str = "store1", **wanted: Any) -> list[str]:
    story.session.rollback()
    act = story.act(login)
    today = shanghai_date(story.now)
    page = queries.waiting(
        story.session, act.actor, queries.Wanted(**wanted), story.now, today, None
    )
    return [item.registration.no for item in page.items]


# --- the number


def test_every_showing_is_a_row_and_only_the_store_that_must_call_is_shown(story: Story) -> None:
    no = _back(story)
    shown = _show(story, "store1", no)
    assert (shown.name, shown.phone, shown.why) == (
        "张三丰", "13812345678", CallReason.TO_COLLECT,
    )  # fmt: skip
    _show(story, "manager1", no)
    for login in ("clerk", "supervisor", "auditor", "region1", "assessor"):
        assert _refusal(story, login, no) == "wrong_role"
    assert _refusal(story, "store2", no) == "not_found"
    assert _accesses(story) == [("store1", "to_collect"), ("manager1", "to_collect")]


def test_before_there_is_a_reason_nobody_is_shown_anything(story: Story) -> None:
    no = story.register_customer()
    stock = story.register()
    assert _refusal(story, "store1", no) == "no_reason_to_call"
    assert _refusal(story, "store1", stock) == "no_reason_to_call"
    assert _accesses(story) == []


def test_the_customer_who_must_decide_is_called_until_he_did(story: Story) -> None:
    no = story.received_customer()
    story.do("assessor", "registration", no, "assess", outcome=Outcome.SCRAP)
    assert _show(story, "store1", no).why is CallReason.TO_DECIDE
    story.do("store1", "registration", no, "decide", choice=Choice.RETURN_UNREPAIRED)
    assert _refusal(story, "store1", no) == "no_reason_to_call"


def test_a_broken_promise_is_a_reason_and_ends_with_the_hand_over(story: Story) -> None:
    no = story.received_customer(promised_on=date(2026, 11, 6))
    story.repair(no)
    story.wait(days=1, hours=14)
    assert _show(story, "store1", no).why is CallReason.PROMISE_OVERDUE
    assert _waiting(story, why=CallReason.PROMISE_OVERDUE) == [no]
    story.return_to_store(no)
    story.hand_over(no, HandedTo.CUSTOMER)
    assert _refusal(story, "store1", no) == "no_reason_to_call"
    assert _waiting(story, why=CallReason.PROMISE_OVERDUE) == []


@pytest.mark.parametrize(
    "statement", ["UPDATE customer_access SET why = ''", "DELETE FROM customer_access"]
)
def test_the_access_log_is_never_changed(story: Story, statement: str) -> None:
    _show(story, "store1", _back(story))
    with pytest.raises(DBAPIError, match="never changed"):
        story.session.execute(text(statement))
    story.session.rollback()
    assert _accesses(story) == [("store1", "to_collect")]


def test_the_supervisor_sees_all_accesses_and_a_manager_his_own_stores(story: Story) -> None:
    no = _back(story)
    _show(story, "store1", no)
    found = {}
    for login in ("supervisor", "auditor", "manager1", "manager2"):
        actor = story.actor(login)
        page = queries.accesses(story.session, actor, queries.AccessFilter(), None)
        found[login] = [row.registration.no for row in page.items]
    assert found == {"supervisor": [no], "auditor": [no], "manager1": [no], "manager2": []}


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        ({"site": "S001"}, 1), ({"site": "S002"}, 0), ({"login": "store1"}, 1),
        ({"login": "manager1"}, 0), ({"q": "P"}, 0), ({"q": "<script>"}, 0),
    ],
)  # fmt: skip
def test_the_log_is_filtered(story: Story, wanted: dict[str, str], count: int) -> None:
    no = _back(story)
    _show(story, "store1", no)
    actor, piece = story.actor("supervisor"), story.piece_no(no)
    page = queries.accesses(story.session, actor, queries.AccessFilter(**wanted), None)
    assert len(page.items) == count
    for q in (no.lower(), piece):
        assert (
            len(queries.accesses(story.session, actor, queries.AccessFilter(q=q), None).items) == 1
        )


# --- calls and the list


def test_a_call_is_kept_and_the_list_knows_who_was_called_and_when_again(story: Story) -> None:
    no = _back(story)
    assert _waiting(story, called="no") == [no]
    act = story.act("store1")
    story.write(
        lambda: customer.call(
            act, no, result=CallResult.NO_ANSWER, note=" 晚上再打 ", next_on=date(2026, 11, 9)
        )
    )
    [call] = story.session.scalars(select(CustomerCall)).all()
    assert (call.result, call.note, call.by.login) == ("no_answer", "晚上再打", "store1")
    assert (_waiting(story, called="no"), _waiting(story, called="yes")) == ([], [no])
    assert _waiting(story, called="again") == []
    story.wait(days=2)
    assert _waiting(story, called="again") == [no]


def test_a_call_cannot_be_planned_for_yesterday_nor_without_a_reason(story: Story) -> None:
    no, fresh = _back(story), story.register_customer()
    act = story.act("store1")
    with pytest.raises(InvalidInput) as refusal:
        customer.call(act, no, result=CallResult.REACHED, next_on=date(2026, 11, 1))
    assert (refusal.value.code, refusal.value.field) == ("date_out_of_range", "next_on")
    with pytest.raises(RuleViolation) as other:
        customer.call(act, fresh, result=CallResult.REACHED)
    assert other.value.code == "no_reason_to_call"


def test_the_list_shows_customers_garments_back_in_store_and_no_others(story: Story) -> None:
    no, stock = _back(story), story.register()
    story.at_after_sales(stock)
    story.repair(stock)
    story.return_to_store(stock)
    assert _waiting(story) == [no]
    assert _waiting(story, "store2") == []
    assert _waiting(story, "supervisor", site="S001") == [no]
    assert _waiting(story, days=30) == []
    story.wait(days=30)
    assert _waiting(story, days=30) == [no]
    story.hand_over(no, HandedTo.CUSTOMER)
    assert _waiting(story) == []


# --- the promise


def test_a_day_is_proposed_where_none_was_promised_and_stock_has_none(story: Story) -> None:
    assert story.registration(story.register_customer()).promised_on == date(2026, 11, 24)
    asked = story.register_customer(promised_on=date(2026, 12, 1))
    assert story.registration(asked).promised_on == date(2026, 12, 1)
    assert story.registration(story.register()).promised_on is None


def test_another_day_needs_its_reason_and_both_stand_in_the_history(story: Story) -> None:
    no = story.register_customer()
    story.do(
        "store1", "registration", no, "promise", promised_on=date(2026, 12, 5), reason="配件未到"
    )
    assert story.registration(no).promised_on == date(2026, 12, 5)
    [event] = story.session.scalars(select(Event).where(Event.action == "promise"))
    assert (event.from_status, event.to_status, event.reason) == (
        "registered", "registered", "配件未到",
    )  # fmt: skip
    assert event.details == {"before": "2026-11-24", "promised_on": "2026-12-05"}


def test_no_day_is_promised_for_stock_in_the_past_or_by_after_sales(story: Story) -> None:
    stock, no = story.register(), story.register_customer()
    later = {"promised_on": date(2026, 12, 5), "reason": "配件未到"}
    assert story.refused("store1", "registration", stock, "promise", **later) == "no_customer"
    with pytest.raises(Forbidden):
        story.take("clerk", "registration", no, "promise", **later)
    with pytest.raises(NotFound):
        story.take("store2", "registration", no, "promise", **later)
    with pytest.raises(InvalidInput) as refusal:
        story.take(
            "store1", "registration", no, "promise", **(later | {"promised_on": date(2026, 11, 1)})
        )
    assert refusal.value.field == "promised_on"
    assert story.registration(no).promised_on == date(2026, 11, 24)


def test_demand_and_card_number_are_the_customers_own_facts_6_01(story: Story) -> None:
    no = story.register_customer(demand=Demand.REPAIR, gore_card_no=" G-77 ")
    garment = story.registration(no)
    assert (garment.demand, garment.gore_card_no, garment.note) == ("repair", "G-77", None)
    stock = story.registration(story.register(demand=Demand.REPAIR, gore_card_no="G-78"))
    assert (stock.demand, stock.gore_card_no) == (None, None)
