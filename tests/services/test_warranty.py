"""A customer is asked first, and charged what the warranty says: once, and by what was observed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.story import LEATHER, Story
from tracker.domain.codes import Cause
from tracker.domain.registration import Choice, Outcome
from tracker.models.ledger import LedgerEntry
from tracker.queries import loss as losses

OUT_OF_WARRANTY = date(2026, 7, 1)


def _assessed(story: Story, *, store: dict[str, Any] | None = None, **facts: Any) -> str:
    no = story.received_customer(**(store or {}))
    story.do("assessor", "registration", no, "assess", **facts)
    return no


def _charges(story: Story) -> list[int]:
    story.session.rollback()
    legs = story.session.query(LedgerEntry).filter_by(account="depreciation")
    return [leg.amount_fen for leg in legs]


@pytest.mark.parametrize(
    ("store", "facts", "status"),
    [
        ({}, {"restorable": True}, "in_repair"),
        ({}, {"restorable": False}, "awaiting_customer"),
        ({}, {"cause": Cause.WEAR_MISUSE}, "awaiting_customer"),
        ({"purchased_on": OUT_OF_WARRANTY}, {}, "awaiting_customer"),
    ],
)
def test_a_customer_is_asked_before_a_repair_that_is_not_free_or_does_not_restore(
    story: Story, store: dict[str, Any], facts: dict[str, Any], status: str
) -> None:
    no = _assessed(story, store=store, outcome=Outcome.REPAIR, **facts)
    assert story.registration(no).status == status


def test_store_stock_goes_to_the_bench_unasked(story: Story) -> None:
    no = story.received()
    more = {"restorable": False, "cause": Cause.WEAR_MISUSE}
    done = story.do("assessor", "registration", no, "assess", outcome=Outcome.REPAIR, **more)
    assert done == "in_repair"


def test_a_paid_repair_begins_when_the_customer_says_so(story: Story) -> None:
    no = _assessed(story, outcome=Outcome.REPAIR, store={"purchased_on": OUT_OF_WARRANTY})
    done = story.do("store1", "registration", no, "decide", choice=Choice.PAID_REPAIR)
    assert (done, _charges(story)) == ("in_repair", [])


@pytest.mark.parametrize("choice", [Choice.PAID_EXCHANGE, Choice.PAID_RETURN])
@pytest.mark.parametrize(
    "store",
    [{"purchased_on": OUT_OF_WARRANTY}, {"sold_as_imperfect": True}],
    ids=["out of warranty", "sold as imperfect"],
)
def test_what_the_warranty_does_not_give_is_not_given_for_nothing(
    story: Story, choice: Choice, store: dict[str, Any]
) -> None:
    no = _assessed(story, outcome=Outcome.SCRAP, store=store)
    assert story.refused("store1", "registration", no, "decide", choice=choice) == "not_entitled"
    standing = story.registration(no)
    assert (standing.status, standing.owner, _charges(story)) == (
        "awaiting_customer",
        "customer",
        [],
    )


def test_the_cause_as_observed_decides_not_the_one_that_the_store_registered(story: Story) -> None:
    no = _assessed(story, outcome=Outcome.SCRAP, cause=Cause.WASH_MISUSE)
    code = story.refused("store1", "registration", no, "decide", choice=Choice.PAID_EXCHANGE)
    assert code == "not_entitled"


def test_a_customers_charge_is_posted_once_and_balances(story: Story) -> None:
    no = _assessed(story, outcome=Outcome.SCRAP, store={"purchased_on": date(2026, 10, 3)})
    story.do("store1", "registration", no, "decide", choice=Choice.PAID_RETURN)
    again = story.refused("store1", "registration", no, "decide", choice=Choice.PAID_RETURN)
    assert (again, _charges(story)) == ("wrong_status", [6990])
    assert sum(leg.amount_fen for leg in story.session.query(LedgerEntry)) == 0
    assert losses.liabilities(story.session, story.registration(no).id)[0].party == "SUP01"


def test_leather_is_in_warranty_for_six_months_rule_2_02(story: Story) -> None:
    store = {"code": LEATHER, "purchased_on": OUT_OF_WARRANTY}
    no = _assessed(story, outcome=Outcome.REPAIR, store=store)
    assert story.registration(no).status == "in_repair"
