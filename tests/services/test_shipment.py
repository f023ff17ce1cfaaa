"""Boxes: one open a store, one a week, counted blind, each gap with its last hand."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from tests.story import DOWN_COAT, Story
from tracker.domain.calendar import shanghai_date
from tracker.domain.discrepancy import Finding
from tracker.domain.errors import Forbidden, InvalidInput, NotFound
from tracker.domain.shipment import Kind
from tracker.models.scan import HandlingScan
from tracker.models.shipment import Shipment
from tracker.queries import shipment as queries
from tracker.queries import work_list
from tracker.services import packing


def test_a_store_has_one_open_box(story: Story) -> None:
    first = story.box("store1")
    assert story.box("manager1") == first


def test_the_database_refuses_a_second_open_box(story: Story) -> None:
    story.box("store1")
    box = story.session.scalars(select(Shipment)).one()
    twin = Shipment(
        no="FH-2026-999999",
        kind="weekly",
        status="open",
        from_site_id=box.from_site_id,
        to_site_id=box.to_site_id,
        opened_at=box.opened_at,
        opened_by_id=box.opened_by_id,
    )
    story.session.add(twin)
    with pytest.raises(IntegrityError):
        story.session.flush()


def test_the_first_box_of_an_iso_week_is_weekly_the_second_extra_rule_1_32(story: Story) -> None:
    first, second = story.register(), story.register()
    weekly = story.shipment(story.send(first))
    story.wait(days=2)
    extra = story.shipment(story.send(second))
    assert (weekly.kind, weekly.freight_bearer, weekly.week_ordinal) == (
        "weekly",
        "head_office",
        1,
    )
    assert (extra.kind, extra.freight_bearer, extra.week_ordinal) == ("extra", "store", 2)


def test_a_new_iso_week_begins_a_new_weekly_box_rule_1_31(story: Story) -> None:
    first, second = story.register(), story.register()
    story.send(first)
    story.wait(days=7)
    assert story.shipment(story.send(second)).kind == "weekly"


def test_the_fifteen_days_start_at_dispatch_rule_1_34(story: Story) -> None:
    no = story.register()
    story.send(no)
    garment = story.registration(no)
    assert (garment.clock, garment.due_on.isoformat()) == ("repair_tat", "2026-11-17")


def test_a_piece_goes_into_one_box_only(story: Story) -> None:
    no = story.register()
    story.do("manager1", "registration", no, "accept")
    box = story.box("store1", no)
    code = story.piece_no(no)
    assert story.refused("store1", "shipment", box, "pack", code=code) == "already_in_this_box"


def test_an_unpacked_piece_may_be_packed_again(story: Story) -> None:
    no = story.register()
    story.do("manager1", "registration", no, "accept")
    box = story.box("store1", no)
    story.do("store1", "shipment", box, "unpack", code=story.piece_no(no))
    assert story.registration(no).status == "ready_to_ship"
    story.do("store1", "shipment", box, "pack", code=story.piece_no(no))
    assert story.registration(no).status == "packed"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("6901234567892", "not_a_piece"),
        ("", "empty"),
        ("6901234567890", "bad_check_digit"),
        ("P00000077Q", "bad_check_digit"),
    ],
)
def test_a_wrong_code_at_the_box_is_refused_and_kept(
    story: Story, code: str, expected: str
) -> None:
    box = story.box("store1")
    assert story.refused("store1", "shipment", box, "pack", code=code) == expected
    [kept] = story.session.scalars(select(HandlingScan)).all()
    assert (kept.raw_code, kept.outcome, kept.code) == (code, "refused", expected)


def test_another_stores_piece_does_not_go_into_our_box(story: Story) -> None:
    no = story.register("store2")
    story.do("manager2", "registration", no, "accept")
    box = story.box("store1")
    code = story.piece_no(no)
    assert story.refused("store1", "shipment", box, "pack", code=code) == "other_store"


def test_an_unaccepted_piece_is_not_packed(story: Story) -> None:
    no = story.register()
    box = story.box("store1")
    code = story.piece_no(no)
    assert story.refused("store1", "shipment", box, "pack", code=code) == "wrong_status"


def test_an_empty_box_is_not_sealed_and_may_be_voided(story: Story) -> None:
    box = story.box("store1")
    assert story.refused("store1", "shipment", box, "seal") == "empty_box"
    assert story.do("store1", "shipment", box, "void") == "voided"
    assert story.box("store1") != box


def test_a_sealed_box_opens_again(story: Story) -> None:
    no = story.register()
    story.do("manager1", "registration", no, "accept")
    box = story.box("store1", no)
    story.do("store1", "shipment", box, "seal")
    assert story.do("store1", "shipment", box, "unseal") == "open"


def test_another_stores_box_is_not_found(story: Story) -> None:
    box = story.box("store1")
    with pytest.raises(NotFound):
        story.take("store2", "shipment", box, "seal")


def test_the_receiver_may_not_pack_nor_the_sender_count(story: Story) -> None:
    no = story.register()
    box = story.send(no)
    with pytest.raises(Forbidden) as refusal:
        story.take("store1", "shipment", box, "receive", code=story.piece_no(no))
    assert refusal.value.code == "other_side"


def test_an_assessor_opens_no_box_and_a_store_returns_nothing(story: Story) -> None:
    with pytest.raises(Forbidden):
        story.box("assessor", to="S001", kind=Kind.RETURN)
    with pytest.raises(InvalidInput) as refusal:
        packing.open_box(story.act("store1"), to_site="S002", kind=Kind.RETURN)
    assert refusal.value.code == "wrong_route"


def test_the_receiver_counts_blind_until_he_reconciles(story: Story) -> None:
    no = story.register()
    box = story.shipment(story.send(no))
    assert queries.is_blind(story.actor("clerk"), box) is True
    assert queries.is_blind(story.actor("supervisor"), box) is True
    assert queries.is_blind(story.actor("store1"), box) is False
    story.count_in(box.no, no)
    assert queries.is_blind(story.actor("clerk"), story.shipment(box.no)) is False


def test_a_short_piece_is_missing_and_names_the_last_hand(story: Story) -> None:
    there, gone = story.register(), story.register()
    box = story.send(there, gone)
    story.wait(days=3)
    story.count_in(box, there)
    [case] = story.cases(status="open")
    assert (case.kind, case.registration.no) == ("short", gone)
    assert (case.last_hand.login, case.last_site.code) == ("store1", "S001")
    assert case.counted_by.login == "clerk"
    assert story.registration(gone).status == "missing"
    assert story.registration(there).status == "received"


def test_a_missing_piece_is_found_and_goes_on(story: Story) -> None:
    there, gone = story.register(), story.register()
    box = story.send(there, gone)
    story.count_in(box, there)
    [case] = story.cases()
    story.do(
        "supervisor",
        "discrepancy",
        case.no,
        "resolve",
        finding=Finding.FOUND_HERE,
        note="在分拣台下找到",
    )
    assert story.registration(gone).status == "received"


def test_a_missing_piece_found_at_the_store_is_back_in_store(story: Story) -> None:
    there, gone = story.register(), story.register()
    story.count_in(story.send(there, gone), there)
    [case] = story.cases()
    finding = Finding.FOUND_AT_SENDER
    story.do("supervisor", "discrepancy", case.no, "resolve", finding=finding, note="还在货架上")
    assert story.registration(gone).status == "back_in_store"


def test_a_lost_piece_is_written_off_to_head_office(story: Story) -> None:
    there, gone = story.register(), story.register()
    story.count_in(story.send(there, gone), there)
    [case] = story.cases()
    finding = Finding.WRITTEN_OFF
    story.do(
        "supervisor", "discrepancy", case.no, "resolve", finding=finding, note="承运商确认丢失"
    )
    assert story.registration(gone).status == "scrap_pending"
    [form] = story.list_on_forms(gone)
    assert story.form(form).liable_kind == "head_office"


def test_what_turned_up_since_is_not_written_off(story: Story) -> None:
    late, there, other = story.register(), story.register(), story.register()
    story.count_in(story.send(late, there), there)
    story.wait(days=7)
    next_box = story.send(other)
    story.do("clerk", "shipment", next_box, "receive", code=story.piece_no(late))
    assert story.registration(late).status == "received"
    resolving = {"note": "承运商确认丢失", "finding": Finding.WRITTEN_OFF}
    case = "CY-2026-000001"
    assert story.refused("supervisor", "discrepancy", case, "resolve", **resolving) == (
        "already_found"
    )
    resolving["finding"] = Finding.FOUND_HERE
    assert story.do("supervisor", "discrepancy", case, "resolve", **resolving) == "resolved"


def test_a_resolution_needs_its_note_and_a_finding_that_fits(story: Story) -> None:
    there, gone = story.register(), story.register()
    story.count_in(story.send(there, gone), there)
    [case] = story.cases()
    finding = Finding.FOUND_HERE
    with pytest.raises(InvalidInput):
        story.take("supervisor", "discrepancy", case.no, "resolve", finding=finding)
    code = story.refused(
        "supervisor", "discrepancy", case.no, "resolve", finding=Finding.BELONGS, note="误"
    )
    assert code == "wrong_finding"


def test_a_surplus_piece_is_a_discrepancy_and_stays_what_it_was(story: Story) -> None:
    packed, unpacked = story.register(), story.register()
    story.do("manager1", "registration", unpacked, "accept")
    box = story.send(packed)
    story.count_in(box, packed, unpacked)
    [case] = story.cases()
    assert (case.kind, case.registration.no) == ("surplus", unpacked)
    assert story.registration(unpacked).status == "ready_to_ship"


def test_a_piece_of_another_box_is_a_wrong_piece_and_is_received(story: Story) -> None:
    ours, theirs = story.register("store1"), story.register("store2", code=DOWN_COAT)
    box = story.send(ours)
    other = story.send(theirs, login="store2", manager="manager2")
    story.count_in(box, ours, theirs)
    [case] = story.cases()
    assert (case.kind, case.shipment.no) == ("wrong_piece", box)
    assert story.registration(theirs).status == "received"
    assert (
        story.do("clerk", "shipment", other, "receive", code=story.piece_no(theirs)) == "arriving"
    )
    story.do("clerk", "shipment", other, "reconcile")
    assert len(story.cases()) == 1


def test_a_piece_is_counted_once(story: Story) -> None:
    no = story.register()
    box = story.send(no)
    code = story.piece_no(no)
    story.do("clerk", "shipment", box, "receive", code=code)
    assert story.refused("clerk", "shipment", box, "receive", code=code) == "already_counted"


def test_the_store_counts_the_return_box_and_the_clock_stops(story: Story) -> None:
    no = story.received()
    story.repair(no)
    story.return_to_store(no)
    garment = story.registration(no)
    assert (garment.status, garment.clock, garment.due_on) == ("back_in_store", None, None)
    assert garment.back_at == story.now


def test_a_garment_refused_at_intake_goes_back_as_it_came(story: Story) -> None:
    no = story.received()
    story.do("supervisor", "registration", no, "refuse_intake", reason="mismatch")
    story.return_to_store(no)
    assert story.registration(no).status == "back_in_store"


def test_a_return_box_takes_only_its_stores_garments(story: Story) -> None:
    ours = story.received("store1")
    story.repair(ours)
    box = story.box("clerk", to="S002", kind=Kind.RETURN)
    code = story.piece_no(ours)
    assert story.refused("clerk", "shipment", box, "pack", code=code) == "wrong_store"


def test_a_box_in_which_nothing_lies_still_arrives_and_reconciles(story: Story) -> None:
    gone = story.register()
    box = story.send(gone)
    assert story.do("clerk", "shipment", box, "arrive") == "arriving"
    story.do("clerk", "shipment", box, "reconcile")
    assert story.registration(gone).status == "missing"


def test_a_search_by_tracking_number_tells_the_receiver_nothing_before_the_count(
    story: Story,
) -> None:
    no = story.register()
    box = story.send(no)
    wanted = work_list.Filter(q=f"SF-{box}")
    today = shanghai_date(story.now)

    def found(login: str) -> list[str]:
        page = work_list.page(story.session, story.actor(login), wanted, today)
        return [item.no for item in page.items]

    assert found("store1") == [no]
    assert found("clerk") == []
    story.count_in(box, no)
    assert found("clerk") == [no]
