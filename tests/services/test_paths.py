"""Every way of the journey that is not the plain one: outside, withdrawn, sold down, returned."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from tests.kept import kept
from tests.story import SUPPLIER_FAULT, Story
from tracker.domain.codes import Cause, Defect, Grade
from tracker.domain.errors import NotFound
from tracker.domain.ledger import Account
from tracker.domain.registration import Choice, Outcome
from tracker.domain.repair import Route
from tracker.domain.shipment import Kind
from tracker.models.ledger import LedgerEntry
from tracker.models.repair import OutsideJob
from tracker.queries import repair as repairs
from tracker.queries.bench import running
from tracker.services import bench
from tracker.services.verify import verify

SHELL = "6971234560018"
LEAK: dict[str, Any] = {"defect": Defect.WATER_LEAK, "cause": Cause.MATERIAL}


@kept
def _at_factory(story: Story, vendor: str = "SUP01") -> str:
    no = story.received(**SUPPLIER_FAULT)
    story.do("assessor", "registration", no, "assess", outcome=Outcome.REPAIR, route=Route.FACTORY)
    story.do(
        "clerk",
        "registration",
        no,
        "send_out",
        vendor=vendor,
        carrier="德邦快递",
        tracking_no="DB-1",
    )
    return no


def test_the_factory_repairs_on_its_own_clock_and_a_second_person_checks(story: Story) -> None:
    no = _at_factory(story)
    [job] = story.session.scalars(select(OutsideJob)).all()
    assert (job.due_on - story.now.date()).days == 10
    assert story.registration(no).due_on is not None
    story.wait(days=7)
    back = {"repaired": True, "cost_fen": 2300}
    assert story.do("clerk", "registration", no, "return_from_outside", **back) == "in_check"
    assert story.do("qa", "registration", no, "pass_check", grade=Grade.FIRST) == "repaired"
    assert story.registration(no).repair_count == 1
    assert repairs.spent_fen(story.session, story.registration(no).id) == 2300


def test_a_failed_check_goes_back_to_where_it_was_repaired(story: Story) -> None:
    no = _at_factory(story)
    story.do("clerk", "registration", no, "return_from_outside", repaired=True)
    failed = story.do("qa", "registration", no, "fail_check", note="针距不均")
    assert failed == "in_outside_repair"
    again = {"vendor": "SUP01", "carrier": "德邦快递", "tracking_no": "DB-2"}
    story.do("clerk", "registration", no, "send_out", **again)


def test_what_the_factory_cannot_mend_is_assessed_anew(story: Story) -> None:
    no = _at_factory(story)
    answer = story.do("clerk", "registration", no, "return_from_outside", repaired=False)
    assert answer == "received"
    story.scrap(no)


def test_a_garment_is_outside_once(story: Story) -> None:
    no = _at_factory(story)
    again = {"vendor": "SUP01", "carrier": "德邦快递", "tracking_no": "DB-2"}
    assert story.refused("clerk", "registration", no, "send_out", **again) == "sent_already"


def test_nothing_returns_that_was_not_sent(story: Story) -> None:
    no = story.received()
    sent = {"outcome": Outcome.REPAIR, "route": Route.FACTORY}
    story.do("assessor", "registration", no, "assess", **sent)
    back = {"repaired": True}
    assert story.refused("clerk", "registration", no, "return_from_outside", **back) == "not_sent"


def test_what_shall_not_be_sent_outside_after_all_is_assessed_anew(story: Story) -> None:
    no = story.received()
    sent = {"outcome": Outcome.REPAIR, "route": Route.FACTORY}
    story.do("assessor", "registration", no, "assess", **sent)
    kept = {"repaired": False}
    assert story.do("clerk", "registration", no, "return_from_outside", **kept) == "received"
    assert story.do("assessor", "registration", no, "assess", outcome=Outcome.REPAIR) == "in_repair"


def test_an_unknown_vendor_is_not_found(story: Story) -> None:
    no = story.received()
    sent = {"outcome": Outcome.REPAIR, "route": Route.FACTORY}
    story.do("assessor", "registration", no, "assess", **sent)
    with pytest.raises(NotFound):
        story.take("clerk", "registration", no, "send_out", vendor="SUP99")


def test_the_vendor_must_be_of_the_route_that_was_assessed(story: Story) -> None:
    no = story.received()
    sent = {"outcome": Outcome.REPAIR, "route": Route.FACTORY}
    story.do("assessor", "registration", no, "assess", **sent)
    refused = story.refused("clerk", "registration", no, "send_out", vendor="GORE")
    assert refused == "wrong_vendor"


@pytest.mark.parametrize(
    ("code", "defect", "cause", "refusal"),
    [
        ("6901234567892", Defect.WATER_LEAK, Cause.MATERIAL, "not_gore_tex"),
        (SHELL, Defect.ZIP_FAIL, Cause.TRIM_QUALITY, "not_a_fabric_fault"),
        (SHELL, Defect.BUTTON_OFF, Cause.WORKMANSHIP, "not_a_fabric_fault"),
    ],
)
def test_the_fabric_maker_takes_leaks_and_faults_of_its_fabric_rules_6_02_6_03(
    story: Story, code: str, defect: Defect, cause: Cause, refusal: str
) -> None:
    no = story.received(code=code, defect=defect, cause=cause)
    sent = {"outcome": Outcome.REPAIR, "route": Route.FABRIC_MAKER}
    assert story.refused("assessor", "registration", no, "assess", **sent) == refusal


def test_a_customers_gore_tex_goes_with_its_card_and_invoice_rule_6_01(story: Story) -> None:
    bare = story.register_customer(code=SHELL, **LEAK)
    carded = story.register_customer(code=SHELL, gore_card_no="GTX-0098", **LEAK)
    story.at_after_sales(bare, carded)
    sent = {"outcome": Outcome.REPAIR, "route": Route.FABRIC_MAKER}
    code = story.refused("assessor", "registration", bare, "assess", **sent)
    assert code == "card_or_invoice_missing"
    assert story.do("assessor", "registration", carded, "assess", **sent) == "in_outside_repair"


def test_boxes_to_and_from_the_factory_tie_out(story: Story) -> None:
    one, two = (story.register(**SUPPLIER_FAULT) for _ in range(2))
    story.at_after_sales(one, two)
    for no in (one, two):
        sent = {"outcome": Outcome.REPAIR, "route": Route.FACTORY}
        story.do("assessor", "registration", no, "assess", **sent)
    out = story.box("clerk", one, two, to="SUP01", kind=Kind.TO_FACTORY)
    story.dispatch("clerk", out)
    story.do("clerk", "shipment", out, "arrive")
    story.do("clerk", "shipment", out, "reconcile")
    assert story.shipment(out).status == "reconciled"
    back = story.box_from("clerk", "SUP01", one, two)
    story.dispatch("clerk", back)
    story.count_in(back, one)
    assert [story.registration(no).status for no in (one, two)] == ["in_check", "missing"]


def test_a_box_from_the_factory_says_of_each_piece_what_was_done_and_billed(
    story: Story,
) -> None:
    one, two = _at_factory(story), _at_factory(story)
    box = story.box_from("clerk", "SUP01", one, two)
    story.dispatch("clerk", box)
    code = story.piece_no(one)
    story.do("clerk", "shipment", box, "receive", code=code, cost_fen=1800)
    code = story.piece_no(two)
    story.do("clerk", "shipment", box, "receive", code=code, repaired=False, cost_fen=300)
    assert [story.registration(no).status for no in (one, two)] == ["in_check", "received"]
    spent = [repairs.spent_fen(story.session, story.registration(no).id) for no in (one, two)]
    assert spent == [1800, 300]


def test_a_stores_box_has_no_bill_of_a_repair(story: Story) -> None:
    no = story.register()
    box, code = story.send(no), story.piece_no(no)
    refused = story.refused("clerk", "shipment", box, "receive", code=code, cost_fen=100)
    assert refused == "no_repair_bill"


def test_a_box_from_the_factory_holds_only_what_lies_there(story: Story) -> None:
    no = story.received()
    sent = {"outcome": Outcome.REPAIR, "route": Route.FACTORY}
    story.do("assessor", "registration", no, "assess", **sent)
    box = story.box_from("clerk", "SUP01")
    code = story.piece_no(no)
    assert story.refused("clerk", "shipment", box, "pack", code=code) == "not_there"


def test_a_customer_withdraws_and_gets_his_garment_back_unrepaired(story: Story) -> None:
    no = story.received_customer()
    story.do("assessor", "registration", no, "assess", outcome=Outcome.REPAIR)
    assert story.do("store1", "registration", no, "withdraw", note="顾客急用") == "repaired"
    garment = story.registration(no)
    assert (garment.ending, garment.repair_count) == ("unrepaired", 0)
    story.return_to_store(no)


def test_stock_is_not_withdrawn(story: Story) -> None:
    no = story.received()
    assert story.refused("store1", "registration", no, "withdraw") == "not_the_customers"


def test_what_is_at_the_factory_comes_back_before_it_is_withdrawn(story: Story) -> None:
    no = story.received_customer()
    sent = {"outcome": Outcome.REPAIR, "route": Route.FACTORY}
    story.do("assessor", "registration", no, "assess", **sent)
    story.do("clerk", "registration", no, "send_out", vendor="SUP01")
    assert story.refused("store1", "registration", no, "withdraw") == "still_outside"


def test_a_paid_repair_is_charged_as_it_was_quoted_rule_2_04(story: Story) -> None:
    no = story.received_customer(cause=Cause.WEAR_MISUSE)
    quoted = {"outcome": Outcome.REPAIR, "quote_fen": 3500}
    assert story.do("assessor", "registration", no, "assess", **quoted) == "awaiting_customer"
    story.do("store1", "registration", no, "decide", choice=Choice.PAID_REPAIR)
    assert story.registration(no).charge_fen == 3500
    charged = select(LedgerEntry.amount_fen).where(LedgerEntry.account == Account.REPAIR_CHARGE)
    assert story.session.scalars(charged).all() == [3500]


@kept
def _paid_repair(story: Story) -> str:
    no = story.received_customer(cause=Cause.WEAR_MISUSE)
    quoted = {"outcome": Outcome.REPAIR, "quote_fen": 3500}
    story.do("assessor", "registration", no, "assess", **quoted)
    story.do("store1", "registration", no, "decide", choice=Choice.PAID_REPAIR)
    return no


@pytest.mark.parametrize(("login", "action"), [("store1", "withdraw"), ("repairer", "give_up")])
def test_a_charge_for_a_repair_that_is_not_made_is_taken_back(
    story: Story, login: str, action: str
) -> None:
    no = _paid_repair(story)
    story.wait(days=1)
    story.do(login, "registration", no, action, note="修不了")
    assert story.registration(no).charge_fen is None
    charged = select(LedgerEntry.amount_fen).where(LedgerEntry.account == Account.REPAIR_CHARGE)
    assert story.session.scalars(charged.order_by(LedgerEntry.id)).all() == [3500, -3500]


def test_what_is_beyond_repair_is_not_repaired_whatever_was_quoted_before(story: Story) -> None:
    no = _paid_repair(story)
    story.do("repairer", "registration", no, "give_up", note="面料太脆")
    story.do("assessor", "registration", no, "assess", outcome=Outcome.SCRAP)
    choice = {"choice": Choice.PAID_REPAIR}
    assert story.refused("store1", "registration", no, "decide", **choice) == "beyond_repair"
    unrepaired = {"choice": Choice.RETURN_UNREPAIRED}
    assert story.do("store1", "registration", no, "decide", **unrepaired) == "repaired"


def test_who_is_asked_twice_is_charged_once(story: Story) -> None:
    no = _paid_repair(story)
    story.do("repairer", "registration", no, "give_up", note="面料太脆")
    again = {"outcome": Outcome.REPAIR, "quote_fen": 4800}
    story.do("assessor", "registration", no, "assess", **again)
    story.do("store1", "registration", no, "decide", choice=Choice.PAID_REPAIR)
    assert story.registration(no).charge_fen == 4800
    assert [found.code for found in verify(story.session) if not found.holds] == []


def test_a_withdrawn_garments_timer_stops(story: Story) -> None:
    no = _paid_repair(story)
    code = story.piece_no(no)
    story.write(lambda: bench.toggle(story.act("repairer"), code))
    story.wait(minutes=10)
    story.do("store1", "registration", no, "withdraw")
    assert running(story.session, story.actor("repairer").account_id) is None


def test_a_refused_garment_that_was_registered_anew_is_not_accepted(story: Story) -> None:
    no = story.register()
    story.do("manager1", "registration", no, "refuse", reason="small_stain")
    anew = story.register(code=story.piece_no(no))
    assert story.refused("manager1", "registration", no, "accept") == "registered_anew"
    story.do("manager1", "registration", anew, "void", reason="扫错")
    assert story.do("manager1", "registration", no, "accept") == "ready_to_ship"
    assert [found.code for found in verify(story.session) if not found.holds] == []


def test_a_free_repair_is_not_charged_whatever_was_quoted(story: Story) -> None:
    no = story.received_customer()
    quoted = {"outcome": Outcome.REPAIR, "quote_fen": 3500, "restorable": False}
    assert story.do("assessor", "registration", no, "assess", **quoted) == "awaiting_customer"
    story.do("store1", "registration", no, "decide", choice=Choice.PAID_REPAIR)
    assert story.registration(no).charge_fen == 0


def test_a_garment_sold_down_ends_and_its_markdown_is_posted(story: Story) -> None:
    no = story.received()
    assert story.do("assessor", "registration", no, "assess", outcome=Outcome.SOLD_DOWN) == (
        "sold_down"
    )
    garment = story.registration(no)
    assert (garment.markdown_fen, garment.closed_at, garment.due_on) == (34950, story.now, None)
    entries = story.session.scalars(select(LedgerEntry).order_by(LedgerEntry.id)).all()
    assert [(row.account, row.amount_fen) for row in entries] == [
        ("markdown", 34950),
        ("clearing", -34950),
    ]


def test_a_customers_garment_is_not_sold_down_unasked(story: Story) -> None:
    no = story.received_customer()
    assessed = story.do("assessor", "registration", no, "assess", outcome=Outcome.SOLD_DOWN)
    assert assessed == "awaiting_customer"


def test_a_wrong_item_goes_back_and_says_so(story: Story) -> None:
    no = story.received()
    story.do("assessor", "registration", no, "assess", outcome=Outcome.WRONG_ITEM)
    assert story.registration(no).ending == "wrong_item"
    story.return_to_store(no)


def test_supplier_borne_scrap_goes_back_once_its_forms_are_approved_c_28(story: Story) -> None:
    no = story.scrapped()
    [form] = story.list_on_forms(no)
    refused = story.refused("clerk", "registration", no, "return_to_supplier")
    assert refused == "form_not_approved"
    story.sign_off(form)
    box = story.box("clerk", no, to="SUP01", kind=Kind.TO_SUPPLIER)
    story.dispatch("clerk", box)
    garment = story.registration(no)
    assert (garment.status, garment.closed_at) == ("returned_to_supplier", story.now)


def test_another_supplier_does_not_get_it(story: Story) -> None:
    no = story.scrapped()
    [form] = story.list_on_forms(no)
    story.sign_off(form)
    box = story.box("clerk", to="SUP02", kind=Kind.TO_SUPPLIER)
    code = story.piece_no(no)
    assert story.refused("clerk", "shipment", box, "pack", code=code) == "not_the_suppliers"
