"""What lies outside: by vendor and due day, what still waits here, and in which box it went."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.kept import kept
from tests.services.test_paths import LEAK, SHELL
from tests.story import SUPPLIER_FAULT, Story
from tracker.domain.codes import Cause
from tracker.domain.errors import RuleViolation
from tracker.domain.registration import Choice, Outcome
from tracker.domain.repair import Route
from tracker.domain.shipment import Kind
from tracker.queries import outside
from tracker.queries.outside import Filter
from tracker.services import assessment, warranty

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
    assert _prices(story, owed) == [0, 6990, 6990, 0]
    assert _prices(story, misused) == [3500, "not_entitled", "not_entitled", 0]


def _prices(story: Story, no: str) -> list[int | str]:
    found: list[int | str] = []
    for choice in Choice:
        try:
            found.append(warranty.cost_of(story.act("store1"), story.registration(no), choice))
        except RuleViolation as refusal:
            found.append(refusal.code)
    return found
