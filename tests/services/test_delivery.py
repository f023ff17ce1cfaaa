"""Deliveries: entered once, inspected within the week, kept with what was faulty."""

from __future__ import annotations

import threading
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.story import DOWN_COAT, JACKET, LEATHER, MONDAY, SUPPLIER_FAULT, Story
from tracker.domain.calendar import shanghai_date
from tracker.domain.codes import Cause
from tracker.domain.delivery import MACHINE, Action, Origin, Status
from tracker.domain.errors import Forbidden, HangtagError, InvalidInput, NotFound
from tracker.domain.registration import Outcome
from tracker.extensions import db
from tracker.models.delivery import Delivery
from tracker.models.history import Event
from tracker.queries import delivery as queries
from tracker.queries import loss as losses
from tracker.services import delivery
from tracker.services.actions import NOUNS
from tracker.services.delivery import Goods
from tracker.services.verify import verify

TODAY = date(2026, 11, 2)
SHIRT = "6934567890122"


def enter(
    story: Story,
    *goods: Goods,
    login: str = "store1",
    number: str = "PS-1",
    site: str | None = None,
    on: date | None = None,
) -> tuple[str, bool]:
    """Enter a delivery; return our number of it, and whether it was made now."""
    act = story.act(login)

    def work() -> tuple[str, bool]:
        made, is_new = delivery.enter(
            act,
            site=site or act.actor.site_code,
            delivery_no=number,
            received_on=on or shanghai_date(story.now),
            lines=goods or (Goods(JACKET, 3),),
            source=Origin.PAGE,
        )
        return made.no, is_new

    answer: tuple[str, bool] = story.write(work)
    return answer


def standing(story: Story, no: str) -> Delivery:
    story.session.rollback()
    return queries.get(story.session, story.actor("auditor"), no)


def liable(story: Story, no: str) -> tuple[str, str, str]:
    """Return kind, party and reason of a garment's only share."""
    [share] = losses.liabilities(story.session, story.registration(no).id)
    return share.liable_kind, share.party, share.why


def test_a_delivery_is_due_a_week_after_its_receipt_whenever_it_is_entered(story: Story) -> None:
    no, is_new = enter(story, Goods(JACKET, 3), Goods("2653D11007-NV2-175/92A", 2), on=TODAY)
    found = standing(story, no)
    assert is_new
    assert (found.status, found.received_on, found.due_on, found.source) == (
        "received",
        TODAY,
        date(2026, 11, 9),
        "page",
    )
    lines = queries.lines(story.session, found)
    assert [(line.sku.barcode, line.quantity) for line in lines] == [(JACKET, 3), (DOWN_COAT, 2)]


def test_the_same_delivery_again_is_the_one_that_stands(story: Story) -> None:
    first = enter(story, Goods(JACKET, 3), Goods(DOWN_COAT, 1))
    again = enter(story, Goods(DOWN_COAT, 1), Goods(JACKET, 3))
    assert (first[1], again) == (True, (first[0], False))


@pytest.mark.parametrize(
    ("goods", "on"),
    [((Goods(JACKET, 4),), TODAY), ((Goods(DOWN_COAT, 3),), TODAY), ((), date(2026, 11, 1))],
)
def test_the_same_number_with_other_contents_is_refused(
    story: Story, goods: tuple[Goods, ...], on: date
) -> None:
    enter(story)
    with pytest.raises(HangtagError) as refused:
        enter(story, *goods, on=on)
    assert (refused.value.code, refused.value.status) == ("delivery_differs", 409)


def test_two_stores_may_have_the_same_number(story: Story) -> None:
    assert enter(story)[0] != enter(story, login="store2")[0]


@pytest.mark.parametrize(
    ("goods", "code"),
    [
        ((), "missing_field"),
        ((Goods("6901234567890", 1),), "bad_check_digit"),
        ((Goods("4006381333931", 1),), "unknown_code"),
        ((Goods(JACKET, 1), Goods("2613M04012-BK1-170/88A", 1)), "sku_twice"),
        ((Goods("=1+1|' /C calc'!A0", 1),), "unknown_code"),
    ],
)
def test_goods_that_cannot_be_are_named(story: Story, goods: tuple[Goods, ...], code: str) -> None:
    act = story.act("store1")
    with pytest.raises(InvalidInput) as refused:
        delivery.enter(
            act,
            site="S001",
            delivery_no="PS-1",
            received_on=TODAY,
            lines=goods,
            source=Origin.PAGE,
        )
    assert (refused.value.code, refused.value.field) == (code, "lines")


@pytest.mark.parametrize("on", [date(2026, 11, 3), date(1999, 12, 31)])
def test_goods_come_neither_tomorrow_nor_in_another_century(story: Story, on: date) -> None:
    with pytest.raises(InvalidInput) as refused:
        enter(story, on=on)
    assert (refused.value.code, refused.value.field) == ("date_out_of_range", "received_on")


@pytest.mark.parametrize(
    ("login", "site", "kind"),
    [
        ("store1", "S002", NotFound), ("manager2", "S001", NotFound), ("store1", "ASD", NotFound),
        ("clerk", "S001", Forbidden), ("region1", "S001", Forbidden),
    ],
)  # fmt: skip
def test_a_store_enters_its_own_and_others_nothing(
    story: Story, login: str, site: str, kind: type[Exception]
) -> None:
    with pytest.raises(kind):
        enter(story, login=login, site=site)


@pytest.mark.parametrize("login", ["logistics", "warehouse"])
def test_those_who_send_goods_enter_them_for_any_store(story: Story, login: str) -> None:
    no, _is_new = enter(story, login=login, site="S003")
    assert standing(story, no).site.code == "S003"


@pytest.mark.parametrize("login", ["store2", "manager2", "manager3", "supplier1", "admin"])
def test_another_stores_delivery_is_not_found(story: Story, login: str) -> None:
    no, _is_new = enter(story)
    with pytest.raises(NotFound):
        queries.get(story.session, story.actor(login), no)
    with pytest.raises(NotFound):
        story.take(login, "delivery", no, "inspect")
    assert standing(story, no).status == "received"


def test_the_one_verb_of_the_delivery_is_tried_from_every_status(story: Story) -> None:
    assert set(NOUNS["delivery"].verbs) == set(Action) - MACHINE.inner
    no, _is_new = enter(story)
    story.wait(days=3)
    assert story.do("store1", "delivery", no, "inspect", note="两件有线头，已剪") == "inspected"
    found = standing(story, no)
    assert (found.inspected_at, found.inspected_by.login) == (story.now, "store1")
    told = queries.inspection(story.session, found)
    assert told is not None
    assert told.reason == "两件有线头，已剪"
    assert {Status.RECEIVED, Status.INSPECTED} == set(Status)
    assert story.refused("manager1", "delivery", no, "inspect") == "wrong_status"


def test_a_repeated_inspection_gets_the_first_answer(story: Story) -> None:
    no, _is_new = enter(story)
    key = str(uuid4())
    first = story.take("store1", "delivery", no, "inspect", action_id=key)
    again = story.take("store1", "delivery", no, "inspect", action_id=key)
    assert (first.status, again.status, again.body) == (200, 200, first.body)
    assert again.is_replay
    query = select(func.count()).where(Event.noun == "delivery", Event.action == "inspect")
    inspected_before = 2
    assert story.session.scalar(query) == inspected_before + 1


@pytest.mark.parametrize("login", ["clerk", "supervisor", "region1", "logistics", "assessor"])
def test_only_the_store_inspects(story: Story, login: str) -> None:
    no, _is_new = enter(story)
    with pytest.raises(Forbidden):
        story.take(login, "delivery", no, "inspect")


def _together(app: Flask, count: int, job: Any) -> list[Any]:
    start, told = threading.Barrier(count), []

    def run() -> None:
        with app.app_context():
            mine = Story(db.session())
            start.wait()
            try:
                told.append(job(mine))
            except HangtagError as refusal:
                told.append(refusal.code)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


def test_two_who_enter_the_same_delivery_at_once_share_one(app: Flask, story: Story) -> None:
    told = _together(app, 3, enter)
    assert len({no for no, _is_new in told}) == 1
    assert sorted(is_new for _no, is_new in told) == [False, False, True]


def test_two_who_inspect_at_once_do_it_once(app: Flask, story: Story) -> None:
    no, _is_new = enter(story)
    told = _together(app, 2, lambda mine: mine.take("store1", "delivery", no, "inspect").status)
    assert sorted(told) == [200, 409]


# --- what a registration knows of its delivery


def test_a_stock_garment_is_kept_with_the_newest_delivery_of_its_sku_at_its_store(
    story: Story,
) -> None:
    enter(story, Goods(LEATHER, 1), number="OLD", on=date(2026, 10, 20))
    newest, _is_new = enter(story, Goods(LEATHER, 2), number="NEW", on=date(2026, 11, 1))
    enter(story, Goods(LEATHER, 2), login="store3", number="OTHER-STORE")
    enter(story, Goods(SHIRT, 2), number="OTHER-SKU")
    no = story.register(code=LEATHER)
    assert story.registration(no).delivery_id == standing(story, newest).id


def test_a_delivery_after_the_fault_did_not_bring_the_garment(story: Story) -> None:
    older, _is_new = enter(story, Goods(LEATHER, 1), number="OLD", on=date(2026, 10, 20))
    enter(story, Goods(LEATHER, 2), number="NEW", on=TODAY)
    no = story.register(code=LEATHER, found_on=date(2026, 11, 1))
    assert story.registration(no).delivery_id == standing(story, older).id


def test_a_customers_garment_has_no_week(story: Story) -> None:
    enter(story, Goods(LEATHER, 1))
    no = story.register_customer(code=LEATHER)
    assert story.registration(no).delivery_id is None
    assert delivery.arrival(story.act("store1"), story.registration(no)) is None


def test_the_store_may_name_the_delivery(story: Story) -> None:
    older, _is_new = enter(story, Goods(LEATHER, 1), number="OLD", on=date(2026, 10, 30))
    enter(story, Goods(LEATHER, 2), number="NEW")
    no = story.register(code=LEATHER, delivery=older)
    assert story.registration(no).delivery_id == standing(story, older).id


def test_a_named_delivery_must_have_brought_the_sku(story: Story) -> None:
    shirts, _is_new = enter(story, Goods(SHIRT, 1))
    answer = story.scan(code=LEATHER, delivery=shirts)
    assert (answer.status, answer.body) == (422, '{"code": "wrong_delivery"}')


def test_another_stores_delivery_cannot_be_named(story: Story) -> None:
    other, _is_new = enter(story, login="store2")
    with pytest.raises(NotFound):
        story.scan(delivery=other)


def scrapped(story: Story, cause: Cause = Cause.STORAGE) -> str:
    no = story.received(code=LEATHER, cause=cause)
    story.do("assessor", "registration", no, "assess", outcome=Outcome.SCRAP)
    return no


def test_store_damage_reported_within_the_week_is_not_the_stores(story: Story) -> None:
    enter(story, Goods(LEATHER, 1))
    story.wait(days=7)
    kind, party, why = liable(story, scrapped(story))
    assert (kind, party) == ("head_office", "")
    assert "1.06" in why
    assert "1.39" in why


def test_store_damage_reported_after_the_week_is_the_stores(story: Story) -> None:
    enter(story, Goods(LEATHER, 1))
    story.wait(days=8)
    kind, party, why = liable(story, scrapped(story))
    assert (kind, party) == ("store", "S001")
    assert "1.06" in why
    assert "1.08" in why


def test_where_policy_says_always_the_week_excuses_nothing(story: Story) -> None:
    story.policy("store_care_liability", "always")
    enter(story, Goods(LEATHER, 1))
    assert liable(story, scrapped(story))[:2] == ("store", "S001")


def test_without_a_delivery_store_damage_stays_the_stores(story: Story) -> None:
    no = scrapped(story)
    assert story.registration(no).delivery_id is None
    assert liable(story, no)[:2] == ("store", "S001")


def test_a_delivery_imported_late_still_counts_when_liability_is_proposed(story: Story) -> None:
    no = story.register(code=LEATHER, cause=Cause.STORAGE)
    made, _is_new = enter(story, Goods(LEATHER, 1), login="logistics", site="S001")
    assert story.registration(no).delivery_id is None
    story.at_after_sales(no)
    story.do("assessor", "registration", no, "assess", outcome=Outcome.SCRAP)
    assert story.registration(no).delivery_id == standing(story, made).id
    assert liable(story, no)[0] == "head_office"


def test_a_suppliers_fault_is_the_suppliers_within_the_week_too(story: Story) -> None:
    enter(story, Goods(LEATHER, 1))
    no = story.received(code=LEATHER, **SUPPLIER_FAULT)
    story.scrap(no)
    assert liable(story, no)[:2] == ("supplier", "SUP03")


def test_the_list_shows_what_waits_first_and_the_overdue_at_the_top(story: Story) -> None:
    late, _is_new = enter(story, number="LATE", on=date(2026, 10, 20))
    soon, _is_new = enter(story, number="SOON", on=TODAY)
    done, _is_new = enter(story, number="DONE", on=TODAY)
    story.do("store1", "delivery", done, "inspect")
    rows, following = queries.page(story.session, story.actor("store1"))
    numbers = [row.delivery_no for row in rows]
    assert (numbers[0], numbers[2], numbers[3], following) == ("LATE", "SOON", "DONE", None)
    assert rows[1].site.code == "S001"
    counts = queries.counts(story.session, story.actor("store1"), TODAY)
    assert counts == {"received": (3, 1), "inspected": (2, 0)}
    overdue, _next = queries.page(story.session, story.actor("store1"), overdue_on=TODAY)
    assert [row.no for row in overdue] == [late]
    asked, _next = queries.page(story.session, story.actor("store1"), q="SOON")
    assert [row.no for row in asked] == [soon]


def test_the_demonstration_has_one_delivery_due_in_two_days(story: Story) -> None:
    rows, _next = queries.page(story.session, story.actor("auditor"))
    assert [(row.site.code, row.status, (row.due_on - TODAY).days) for row in rows] == [
        ("S001", "received", 2),
        ("S002", "inspected", -11),
        ("S001", "inspected", -17),
    ]
    assert story.now == MONDAY


def test_every_invariant_holds_on_deliveries(story: Story) -> None:
    no, _is_new = enter(story)
    story.do("store1", "delivery", no, "inspect")
    story.register(delivery=no)
    story.session.rollback()
    assert [fault for finding in verify(story.session) for fault in finding.faults] == []
