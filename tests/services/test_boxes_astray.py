"""Boxes astray: lost and late, counted elsewhere, and garments moved by hand while in one."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.kept import kept
from tests.services.test_outside import paid_outside
from tests.story import SUPPLIER_FAULT, Story
from tracker.domain.codes import Cause, Grade
from tracker.domain.discrepancy import Finding
from tracker.domain.registration import Choice, Outcome
from tracker.domain.repair import Route
from tracker.domain.shipment import Kind
from tracker.models.ledger import LedgerEntry
from tracker.queries import repair as repairs
from tracker.services import destruction, receipt
from tracker.services.repair import Operation
from tracker.services.verify import verify


def _to_repair_outside(story: Story) -> str:
    no = story.received(**SUPPLIER_FAULT)
    sent = {"outcome": Outcome.REPAIR, "route": Route.FACTORY}
    story.do("assessor", "registration", no, "assess", **sent)
    return no


@kept
def _on_its_way_back(story: Story) -> tuple[str, str]:
    no = _to_repair_outside(story)
    story.do("clerk", "registration", no, "send_out", vendor="SUP01")
    box = story.box_from("clerk", "SUP01", no)
    story.dispatch("clerk", box)
    return no, box


def _case(story: Story) -> str:
    [case] = story.cases(status="open")
    return str(case.no)


def test_a_box_from_the_factory_that_was_lost_is_counted_in_and_looked_at_anew(
    story: Story,
) -> None:
    no, box = _on_its_way_back(story)
    story.do("supervisor", "shipment", box, "declare_lost", note="承运商确认丢失")
    assert story.registration(no).status == "missing"
    story.count_in(box, no)
    assert story.registration(no).status == "received"
    assert repairs.open_job(story.session, story.registration(no).id) is None


@pytest.mark.parametrize(
    ("finding", "status", "is_outside"),
    [
        (Finding.FOUND_AT_SENDER, "in_outside_repair", True),
        (Finding.FOUND_HERE, "received", False),
        (Finding.WRITTEN_OFF, "scrap_pending", False),
    ],
)
def test_what_was_missing_from_a_factorys_box_is_where_it_was_found(
    story: Story, finding: Finding, status: str, is_outside: bool
) -> None:
    no, box = _on_its_way_back(story)
    story.do("clerk", "shipment", box, "arrive")
    story.do("clerk", "shipment", box, "reconcile")
    story.do("supervisor", "discrepancy", _case(story), "resolve", note="已核实", finding=finding)
    garment = story.registration(no)
    assert garment.status == status
    assert (repairs.open_job(story.session, garment.id) is not None) == is_outside


@pytest.mark.parametrize(
    ("finding", "charge_fen"),
    [
        (Finding.FOUND_AT_SENDER, 3500),
        (Finding.FOUND_HERE, None),
        (Finding.WRITTEN_OFF, None),
    ],
)
def test_a_customer_pays_no_repair_of_what_was_missing_on_its_way_from_the_factory(
    story: Story, finding: Finding, charge_fen: int | None
) -> None:
    no = paid_outside(story)
    story.do("clerk", "registration", no, "send_out", vendor="SUP01")
    box = story.box_from("clerk", "SUP01", no)
    story.dispatch("clerk", box)
    story.do("supervisor", "shipment", box, "declare_lost", note="承运商确认丢失")
    story.do("supervisor", "discrepancy", _case(story), "resolve", note="已核实", finding=finding)
    assert story.registration(no).charge_fen == charge_fen
    assert [found.code for found in verify(story.session) if not found.holds] == []


def test_what_was_lost_on_its_way_from_the_factory_and_comes_is_not_paid(story: Story) -> None:
    no = paid_outside(story)
    story.do("clerk", "registration", no, "send_out", vendor="SUP01")
    box = story.box_from("clerk", "SUP01", no)
    story.dispatch("clerk", box)
    story.do("supervisor", "shipment", box, "declare_lost", note="承运商确认丢失")
    story.count_in(box, no)
    garment = story.registration(no)
    assert (garment.status, garment.charge_fen) == ("received", None)
    assert [found.code for found in verify(story.session) if not found.holds] == []


def test_a_repair_that_was_made_is_paid_though_its_way_back_to_the_store_was_lost(
    story: Story,
) -> None:
    no = paid_outside(story)
    story.do("clerk", "registration", no, "send_out", vendor="SUP01")
    story.do("clerk", "registration", no, "return_from_outside", repaired=True)
    story.do("qa", "registration", no, "pass_check", grade=Grade.FIRST)
    box = story.box("clerk", no, to="S001", kind=Kind.RETURN)
    story.dispatch("clerk", box)
    story.do("supervisor", "shipment", box, "declare_lost", note="承运商确认丢失")
    found = {"finding": Finding.FOUND_AT_SENDER, "note": "漏装，还在售后"}
    story.do("supervisor", "discrepancy", _case(story), "resolve", **found)
    garment = story.registration(no)
    assert (garment.status, garment.charge_fen) == ("received", 3500)
    assert [found.code for found in verify(story.session) if not found.holds] == []


def test_a_box_to_the_factory_that_was_lost_and_is_there_leaves_its_garment_there(
    story: Story,
) -> None:
    no = _to_repair_outside(story)
    box = story.box("clerk", no, to="SUP01", kind=Kind.TO_FACTORY)
    story.dispatch("clerk", box)
    story.do("supervisor", "shipment", box, "declare_lost", note="承运商确认丢失")
    found = {"finding": Finding.FOUND_HERE, "note": "工厂已收到"}
    story.do("supervisor", "discrepancy", _case(story), "resolve", **found)
    assert story.registration(no).status == "in_outside_repair"
    story.do("clerk", "registration", no, "return_from_outside", repaired=True)


def test_what_came_back_by_itself_is_not_lost_with_its_box(story: Story) -> None:
    no, other = _to_repair_outside(story), _to_repair_outside(story)
    box = story.box("clerk", no, other, to="SUP01", kind=Kind.TO_FACTORY)
    story.dispatch("clerk", box)
    story.do("clerk", "registration", no, "return_from_outside", repaired=True)
    story.do("supervisor", "shipment", box, "declare_lost", note="承运商确认丢失")
    assert [story.registration(one).status for one in (no, other)] == ["in_check", "missing"]
    assert _case(story)


def test_what_was_counted_in_another_box_is_not_lost_with_its_own(story: Story) -> None:
    no, other = story.register(), story.register()
    late = story.send(no)
    came = story.send(other)
    story.do("clerk", "shipment", came, "receive", code=story.piece_no(no))
    story.do("supervisor", "shipment", late, "declare_lost", note="承运商确认丢失")
    assert story.registration(no).status == "received"
    cases = story.cases()
    assert [case for case in cases if case.shipment.no == late] == []


def test_nothing_that_lies_in_a_box_is_moved_by_hand(story: Story) -> None:
    no, box = _on_its_way_back(story)
    back = {"repaired": True}
    assert story.refused("clerk", "registration", no, "return_from_outside", **back) == "in_a_box"
    story.count_in(box, no)
    assert story.registration(no).status == "in_check"


def test_what_waits_in_a_factorys_box_is_neither_sent_nor_withdrawn_by_hand(story: Story) -> None:
    no = story.received_customer(**SUPPLIER_FAULT)
    sent = {"outcome": Outcome.REPAIR, "route": Route.FACTORY}
    story.do("assessor", "registration", no, "assess", **sent)
    story.box("clerk", no, to="SUP01", kind=Kind.TO_FACTORY)
    assert story.refused("clerk", "registration", no, "send_out", vendor="SUP01") == "in_a_box"
    assert story.refused("store1", "registration", no, "withdraw") == "in_a_box"


def test_scrap_in_a_box_is_not_destroyed_before_the_box_is_counted(story: Story) -> None:
    no = story.scrapped()
    [form] = story.list_on_forms(no)
    story.sign_off(form)
    box = story.box("clerk", no, to="WH", kind=Kind.SCRAP_TRANSFER)
    story.dispatch("clerk", box)
    act = story.act("warehouse")
    record = str(story.write(lambda: destruction.plan(act).no))
    code = story.piece_no(no)
    assert story.refused("warehouse", "destruction", record, "scan", code=code) == "in_a_box"
    story.count_in(box, no, login="warehouse")
    assert story.do("warehouse", "destruction", record, "scan", code=code) == "scanned"


def test_scrap_that_never_reached_the_warehouse_is_written_off_and_never_destroyed(
    story: Story,
) -> None:
    no, other = story.scrapped(), story.scrapped()
    [form] = story.list_on_forms(no, other)
    story.sign_off(form)
    box = story.box("clerk", no, other, to="WH", kind=Kind.SCRAP_TRANSFER)
    story.dispatch("clerk", box)
    story.count_in(box, other, login="warehouse")
    lost = {"finding": Finding.WRITTEN_OFF, "note": "途中遗失"}
    story.do("supervisor", "discrepancy", _case(story), "resolve", **lost)
    act = story.act("warehouse")
    record = str(story.write(lambda: destruction.plan(act).no))
    code = story.piece_no(other)
    assert story.do("warehouse", "destruction", record, "scan", code=code) == "scanned"
    assert story.registration(no).status == "on_loss_form"


def test_scrap_that_came_after_all_is_not_written_off(story: Story) -> None:
    no = story.scrapped()
    box = story.box("clerk", no, to="WH", kind=Kind.SCRAP_TRANSFER)
    story.dispatch("clerk", box)
    story.do("supervisor", "shipment", box, "declare_lost", note="承运商确认丢失")
    story.count_in(box, no, login="warehouse")
    lost = {"finding": Finding.WRITTEN_OFF, "note": "途中遗失"}
    assert story.refused("supervisor", "discrepancy", _case(story), "resolve", **lost) == (
        "already_found"
    )


def test_scrap_on_a_destruction_record_is_not_returned_to_its_supplier(story: Story) -> None:
    no = story.scrapped()
    [form] = story.list_on_forms(no)
    story.sign_off(form)
    act = story.act("warehouse")
    story.write(lambda: destruction.plan(act))
    refused = story.refused("clerk", "registration", no, "return_to_supplier")
    assert refused == "on_destruction"


def test_what_the_factory_sent_unannounced_is_counted_and_waits(story: Story) -> None:
    no, box = _on_its_way_back(story)
    stray = _to_repair_outside(story)
    story.do("clerk", "registration", stray, "send_out", vendor="SUP01")
    story.count_in(box, no, stray)
    assert story.registration(stray).status == "in_outside_repair"
    back = {"repaired": True}
    assert story.do("clerk", "registration", stray, "return_from_outside", **back) == "in_check"


def test_a_supplier_counts_its_box_itself(story: Story) -> None:
    no = _to_repair_outside(story)
    box = story.box("clerk", no, to="SUP01", kind=Kind.TO_FACTORY)
    story.dispatch("clerk", box)
    code = story.piece_no(no)
    assert story.refused("clerk", "shipment", box, "receive", code=code) == "counts_itself"


@pytest.mark.parametrize(
    ("finding", "status"), [(Finding.BELONGS, "received"), (Finding.SENT_ON, "missing")]
)
def test_a_return_that_was_missing_and_comes_with_another_stores_box_is_where_it_is(
    story: Story, finding: Finding, status: str
) -> None:
    no = story.received()
    story.repair(no)
    box = story.box("clerk", no, to="S001", kind=Kind.RETURN)
    story.dispatch("clerk", box)
    story.do("supervisor", "shipment", box, "declare_lost", note="承运商确认丢失")
    theirs = story.register("store2")
    other = story.send(theirs, login="store2", manager="manager2")
    story.count_in(other, no, theirs)
    cases = story.cases(status="open")
    [strayed] = [case.no for case in cases if case.shipment.no == other]
    story.do("supervisor", "discrepancy", strayed, "resolve", note="已核实", finding=finding)
    assert story.registration(no).status == status


@kept
def _on_its_way_home(story: Story) -> tuple[str, str]:
    """A customer's garment, its repair charged and made, in a box to its store."""
    no = story.received_customer(cause=Cause.WEAR_MISUSE)
    quoted = {"outcome": Outcome.REPAIR, "quote_fen": 3500}
    story.do("assessor", "registration", no, "assess", **quoted)
    story.do("store1", "registration", no, "decide", choice=Choice.PAID_REPAIR)
    done = {"operations": [Operation("缝合", 20)], "parts": [], "labour_fen": 450}
    story.do("repairer", "registration", no, "work", **done)
    story.do("repairer", "registration", no, "finish_repair")
    story.do("qa", "registration", no, "pass_check", grade=Grade.FIRST)
    box = story.box("clerk", no, to="S001", kind=Kind.RETURN)
    story.dispatch("clerk", box)
    return no, box


def _charges(story: Story) -> list[tuple[int, str]]:
    legs = select(LedgerEntry).where(LedgerEntry.account == "repair_charge")
    found = story.session.scalars(legs.order_by(LedgerEntry.id))
    return [(leg.amount_fen, leg.month) for leg in found]


@pytest.mark.parametrize("is_box_lost", [True, False])
def test_whose_garment_is_lost_does_not_pay_for_its_repair(story: Story, is_box_lost: bool) -> None:
    no, box = _on_its_way_home(story)
    if is_box_lost:
        story.do("supervisor", "shipment", box, "declare_lost", note="承运商确认丢失")
    else:
        story.do("store1", "shipment", box, "arrive")
        story.count_in(box, login="store1")
    story.close_month()
    lost = {"finding": Finding.WRITTEN_OFF, "note": "承运商查无下落"}
    story.do("supervisor", "discrepancy", _case(story), "resolve", **lost)
    garment = story.registration(no)
    assert (garment.status, garment.charge_fen) == ("scrap_pending", None)
    assert _charges(story) == [(3500, "2026-11"), (-3500, "2026-12")]
    assert [found.code for found in verify(story.session) if not found.holds] == []


def test_whose_garment_is_found_again_still_pays_for_its_repair(story: Story) -> None:
    no, box = _on_its_way_home(story)
    story.do("supervisor", "shipment", box, "declare_lost", note="承运商确认丢失")
    found = {"finding": Finding.FOUND_HERE, "note": "店铺仓库找到"}
    story.do("supervisor", "discrepancy", _case(story), "resolve", **found)
    assert story.registration(no).charge_fen == 3500
    assert _charges(story) == [(3500, "2026-11")]


def test_a_box_at_the_wrong_site_is_reported_once(story: Story) -> None:
    box = story.send(story.register())
    act = story.act("store2")
    first = story.write(lambda: receipt.report_wrong_site(act, box).no)
    again = story.write(lambda: receipt.report_wrong_site(act, box).no)
    assert again == first
