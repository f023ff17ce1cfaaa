"""What lies outside: by vendor and due day, what still waits here, and in which box it went.

And what a customer pays for a repair outside: nothing, where it comes back unmended.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from tests.kept import kept
from tests.services.test_paths import LEAK, SHELL
from tests.story import SUPPLIER_FAULT, Story
from tracker.domain.codes import Cause, Grade
from tracker.domain.errors import RuleViolation
from tracker.domain.ledger import Account
from tracker.domain.registration import Choice, Outcome
from tracker.domain.repair import Route
from tracker.domain.shipment import Kind
from tracker.models.ledger import LedgerEntry
from tracker.queries import outside
from tracker.queries.outside import Filter
from tracker.services import assessment, warranty
from tracker.services.verify import verify

TODAY = date(2026, 11, 5)
"""Three days after the story's Monday: the day on which everything is sent out."""


def _assessed(story: Story, route: Route, **fields: Any) -> str:
    no = story.received(**(SUPPLIER_FAULT | fields))
    story.now = story.now.replace(day=5)
    story.do("assessor", "registration", no, "assess", outcome=Outcome.REPAIR, route=route)
    return no


@pytest.fixture
@kept
def outside_now(story: Story) -> dict[str, str]:
    """One at the fabric maker, one in a box at the factory, one that waits here."""
    gore = _assessed(story, Route.FABRIC_MAKER, code=SHELL, **LEAK)
    factory, waiting = (_assessed(story, Route.FACTORY) for _ in range(2))
    story.do("clerk", "registration", gore, "send_out", vendor="GORE", carrier="顺丰速运")
    story.wait(days=1)
    box = story.box("clerk", factory, to="SUP01", kind=Kind.TO_FACTORY)
    story.dispatch("clerk", box)
    return {"gore": gore, "factory": factory, "waiting": waiting, "box": box}


def _page(story: Story, wanted: Filter, today: date = TODAY, login: str = "clerk") -> list[str]:
    rows, _next = outside.page(story.session, story.actor(login), wanted, today)
    return [row.registration.no for row in rows]


def test_the_first_due_stands_first_and_the_filters_choose(
    story: Story, outside_now: dict[str, str]
) -> None:
    gore, factory = outside_now["gore"], outside_now["factory"]
    assert _page(story, Filter()) == [gore, factory]
    assert _page(story, Filter(vendor="SUP01")) == [factory]
    assert _page(story, Filter(overdue=True)) == []
    assert _page(story, Filter(overdue=True), date(2026, 11, 16)) == [gore]
    assert _page(story, Filter(is_back=True)) == []
    story.do("clerk", "registration", gore, "return_from_outside", repaired=True)
    assert _page(story, Filter()) == [factory]
    assert _page(story, Filter(is_back=True)) == [gore]


def test_each_vendor_shows_how_much_it_holds_and_how_late(
    story: Story, outside_now: dict[str, str]
) -> None:
    found = outside.by_vendor(story.session, story.actor("clerk"), date(2026, 11, 16))
    assert [(one.code, one.out, one.overdue, one.first_due_on) for one in found] == [
        ("GORE", 1, 1, date(2026, 11, 15)),
        ("SUP01", 1, 0, date(2026, 11, 16)),
    ]


def test_what_was_assessed_for_outside_and_lies_here_waits(
    story: Story, outside_now: dict[str, str]
) -> None:
    rows = outside.to_send(story.session, story.actor("clerk"))
    assert [row.no for row in rows] == [outside_now["waiting"]]


def test_a_stay_names_the_box_it_went_in(story: Story, outside_now: dict[str, str]) -> None:
    rows, _next = outside.page(story.session, story.actor("clerk"), Filter(), TODAY)
    boxes = outside.boxes(story.session, rows)
    named = {row.registration.no: boxes.get(row.id) for row in rows}
    assert named == {outside_now["gore"]: None, outside_now["factory"]: outside_now["box"]}


def test_another_store_sees_nothing_of_it(story: Story, outside_now: dict[str, str]) -> None:
    assert _page(story, Filter(), login="store2") == []
    assert outside.to_send(story.session, story.actor("store2")) == []
    assert outside.by_vendor(story.session, story.actor("store2"), TODAY) == []


def test_a_route_leads_to_vendors_of_its_kind(story: Story) -> None:
    fabric = outside.vendors(story.session, Route.FABRIC_MAKER)
    assert fabric == [("GORE", "戈尔面料服务中心")]
    factories = [code for code, _name in outside.vendors(story.session, Route.FACTORY)]
    assert factories == ["SUP01", "SUP02", "SUP03", "SUP04", "SUP05"]


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({}, "not_gore_tex"),
        ({"code": SHELL, **SUPPLIER_FAULT}, None),
        ({"code": SHELL}, "not_a_fabric_fault"),
        ({"code": SHELL, **LEAK}, None),
    ],
)
def test_the_fabric_makers_route_is_open_only_where_it_applies(
    story: Story, facts: dict[str, Any], code: str | None
) -> None:
    routes = assessment.routes(story.registration(story.register(**facts)))
    assert routes[Route.IN_HOUSE] is None
    assert routes[Route.FACTORY] is None
    refusal = routes[Route.FABRIC_MAKER]
    assert (refusal.code if refusal else None) == code


def test_each_choice_has_its_price_rules_2_03_to_2_07(story: Story) -> None:
    owed = story.register_customer()
    misused = story.register_customer(cause=Cause.WEAR_MISUSE)
    story.at_after_sales(owed, misused)
    story.do("assessor", "registration", owed, "assess", outcome=Outcome.SCRAP)
    quoted = {"outcome": Outcome.REPAIR, "quote_fen": 3500}
    story.do("assessor", "registration", misused, "assess", **quoted)
    assert _prices(story, owed) == ["beyond_repair", 6990, 6990, 0]
    assert _prices(story, misused) == [3500, "not_entitled", "not_entitled", 0]


def _prices(story: Story, no: str) -> list[int | str]:
    found: list[int | str] = []
    for choice in Choice:
        try:
            found.append(warranty.cost_of(story.act("store1"), story.registration(no), choice))
        except RuleViolation as refusal:
            found.append(refusal.code)
    return found


@kept
def paid_outside(story: Story) -> str:
    """Lead a customer's garment to where he pays the factory's repair, and it waits to be sent."""
    no = story.received_customer(cause=Cause.WEAR_MISUSE)
    _decided(story, no, Route.FACTORY, quote_fen=3500)
    return no


def _decided(story: Story, no: str, route: Route, **facts: Any) -> str:
    repair = {"outcome": Outcome.REPAIR, "route": route}
    asked = story.do("assessor", "registration", no, "assess", **repair, **facts)
    assert asked == "awaiting_customer"
    return story.do("store1", "registration", no, "decide", choice=Choice.PAID_REPAIR)


def _charges(story: Story) -> list[int]:
    """Return what was charged for repairs and taken back, in fen; every invariant must hold."""
    assert [found.code for found in verify(story.session) if not found.holds] == []
    rows = select(LedgerEntry.amount_fen).where(LedgerEntry.account == Account.REPAIR_CHARGE)
    return list(story.session.scalars(rows.order_by(LedgerEntry.id)))


def _unmended(story: Story, no: str) -> None:
    back = {"repaired": False, "cost_fen": 300}
    answer = story.do("clerk", "registration", no, "return_from_outside", **back)
    assert answer == "received"
    assert story.registration(no).charge_fen is None


@pytest.mark.parametrize("route", list(Route))
def test_a_repair_that_the_customer_decides_for_begins_where_it_was_assessed_to_go(
    story: Story, route: Route
) -> None:
    no = story.received_customer(code=SHELL, gore_card_no="GTX-0098", **LEAK)
    begun = _decided(story, no, route, restorable=False)
    assert begun == ("in_repair" if route is Route.IN_HOUSE else "in_outside_repair")
    waiting = [row.no for row in outside.to_send(story.session, story.actor("clerk"))]
    assert waiting == ([] if route is Route.IN_HOUSE else [no])
    assert story.registration(no).charge_fen == 0


def test_a_repair_outside_that_the_customer_pays_is_sent_mended_and_checked(story: Story) -> None:
    no = paid_outside(story)
    due_on = story.registration(no).due_on
    story.do("clerk", "registration", no, "send_out", vendor="SUP01")
    assert _page(story, Filter()) == [no]
    story.wait(days=4)
    back = {"repaired": True, "cost_fen": 1800}
    assert story.do("clerk", "registration", no, "return_from_outside", **back) == "in_check"
    assert story.do("qa", "registration", no, "pass_check", grade=Grade.FIRST) == "repaired"
    garment = story.registration(no)
    assert (garment.charge_fen, garment.due_on) == (3500, due_on)
    assert _charges(story) == [3500]
    story.return_to_store(no)


def test_what_comes_back_unmended_is_not_paid_and_after_another_repair_paid_once(
    story: Story,
) -> None:
    no = paid_outside(story)
    story.do("clerk", "registration", no, "send_out", vendor="SUP01")
    story.wait(days=4)
    _unmended(story, no)
    assert _charges(story) == [3500, -3500]
    assert _decided(story, no, Route.IN_HOUSE, quote_fen=4800) == "in_repair"
    assert story.registration(no).charge_fen == 4800
    assert _charges(story) == [3500, -3500, 4800]


def test_a_box_brings_it_back_unmended_and_unpaid(story: Story) -> None:
    no = paid_outside(story)
    story.dispatch("clerk", story.box("clerk", no, to="SUP01", kind=Kind.TO_FACTORY))
    box = story.box_from("clerk", "SUP01", no)
    story.dispatch("clerk", box)
    code = story.piece_no(no)
    story.do("clerk", "shipment", box, "receive", code=code, repaired=False)
    garment = story.registration(no)
    assert (garment.status, garment.charge_fen) == ("received", None)
    assert _charges(story) == [3500, -3500]


def test_what_shall_not_be_sent_after_all_is_not_paid(story: Story) -> None:
    no = paid_outside(story)
    kept_here = {"repaired": False}
    answer = story.do("clerk", "registration", no, "return_from_outside", **kept_here)
    assert (answer, story.registration(no).charge_fen) == ("received", None)
    assert _charges(story) == [3500, -3500]


def test_what_fails_its_check_is_still_paid_until_the_factory_gives_up(story: Story) -> None:
    no = paid_outside(story)
    story.do("clerk", "registration", no, "send_out", vendor="SUP01")
    story.do("clerk", "registration", no, "return_from_outside", repaired=True)
    again = story.do("qa", "registration", no, "fail_check", note="针距不均")
    assert (again, _charges(story)) == ("in_outside_repair", [3500])
    story.do("clerk", "registration", no, "send_out", vendor="SUP01")
    _unmended(story, no)
    assert _charges(story) == [3500, -3500]


def test_withdrawn_before_it_is_sent_out_nothing_is_paid(story: Story) -> None:
    no = paid_outside(story)
    assert story.do("store1", "registration", no, "withdraw", note="顾客急用") == "repaired"
    garment = story.registration(no)
    assert (garment.ending, garment.charge_fen) == ("unrepaired", None)
    assert outside.to_send(story.session, story.actor("clerk")) == []
    assert _charges(story) == [3500, -3500]


def test_withdrawn_after_it_came_back_unmended_it_is_taken_back_once(story: Story) -> None:
    no = paid_outside(story)
    story.do("clerk", "registration", no, "send_out", vendor="SUP01")
    _unmended(story, no)
    story.do("store1", "registration", no, "withdraw")
    assert _charges(story) == [3500, -3500]
