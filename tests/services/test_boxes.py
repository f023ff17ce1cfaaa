"""Boxes in depth: cartons, urgent extras, papers relayed, freight amended, lost and astray."""

from __future__ import annotations

import pytest

from tests.kept import kept
from tests.story import DOWN_COAT, JACKET, Story
from tracker.domain.codes import Cause, Defect, Position
from tracker.domain.discrepancy import Finding
from tracker.domain.errors import Forbidden, NotFound
from tracker.domain.shipment import Kind
from tracker.models.site import Site
from tracker.queries import discrepancy as discrepancies
from tracker.queries import shipment as queries
from tracker.services import packing, receipt
from tracker.services.packing import CartonSeal

SURPLUS = {
    "defect": Defect.ZIP_FAIL,
    "position": Position.ZIP,
    "area_mm2": 400,
    "cause": Cause.TRIM_QUALITY,
    "tag_intact": True,
    "accessories_intact": True,
    "number_intact": True,
}


def _case(story: Story, box: str, index: int = 0) -> str:
    story.session.rollback()
    shipment = story.shipment(box)
    cases = discrepancies.of_box(story.session, story.actor("supervisor"), shipment)
    return str(cases[index].no)


@kept
def _accepted(story: Story, count: int) -> list[str]:
    nos = [story.register() for _ in range(count)]
    for no in nos:
        story.do("manager1", "registration", no, "accept")
    return nos


def test_cartons_are_filled_in_their_order_and_sealed_with_weight_and_seal(story: Story) -> None:
    one, two, three = _accepted(story, 3)
    box = story.box("store1", one)
    code = story.piece_no(three)
    assert story.refused("store1", "shipment", box, "pack", code=code, carton=3) == "wrong_carton"
    story.do("store1", "shipment", box, "pack", code=story.piece_no(two), carton=2)
    story.do("store1", "shipment", box, "pack", code=code, carton=2)
    sealed = [CartonSeal(1, 3200, "F-01"), CartonSeal(2, 4100)]
    story.do("store1", "shipment", box, "seal", cartons=sealed)
    cartons = [(c.ordinal, c.weight_g, c.seal_no) for c in story.shipment(box).cartons]
    assert cartons == [(1, 3200, "F-01"), (2, 4100, None)]
    lines = queries.lines(story.session, story.shipment(box))
    assert [line.carton for line in lines] == [1, 2, 2]


def test_a_carton_that_is_emptied_goes_and_one_in_the_middle_bars_sealing(story: Story) -> None:
    one, two, three = _accepted(story, 3)
    box = story.box("store1", one)
    for carton, no in ((2, two), (3, three)):
        story.do("store1", "shipment", box, "pack", code=story.piece_no(no), carton=carton)
    story.do("store1", "shipment", box, "unpack", code=story.piece_no(two))
    assert story.refused("store1", "shipment", box, "seal") == "empty_carton"
    story.do("store1", "shipment", box, "unpack", code=story.piece_no(three))
    assert [carton.ordinal for carton in story.shipment(box).cartons] == [1]
    story.do("store1", "shipment", box, "seal")


def test_cartons_arrive_one_by_one_and_a_missing_one_asks_for_a_word(story: Story) -> None:
    one, two = _accepted(story, 2)
    box = story.box("store1", one)
    story.do("store1", "shipment", box, "pack", code=story.piece_no(two), carton=2)
    story.dispatch("store1", box)
    story.do("clerk", "shipment", box, "arrive", code=f"{box}-1")
    assert story.refused("clerk", "shipment", box, "arrive", code=f"{box}-3") == "other_box"
    story.do("clerk", "shipment", box, "receive", code=story.piece_no(one))
    assert story.refused("clerk", "shipment", box, "reconcile") == "cartons_missing"
    story.do("clerk", "shipment", box, "reconcile", note="第 2 箱承运商确认丢失")
    assert story.registration(two).status == "missing"
    arrived = [carton.arrived_at is not None for carton in story.shipment(box).cartons]
    assert arrived == [True, False]


def test_an_urgent_extra_box_of_customers_garments_is_head_offices_c_03(story: Story) -> None:
    story.send(story.register())
    urgent = story.register_customer(code=DOWN_COAT)
    story.do("manager1", "registration", urgent, "accept")
    box = story.box("store1", urgent)
    story.do("store1", "shipment", box, "seal")
    sent = {"carrier": "顺丰速运", "tracking_no": "SF-1", "freight_fen": 1800}
    story.do("store1", "shipment", box, "dispatch", urgent=True, **sent)
    shipment = story.shipment(box)
    assert (shipment.kind, shipment.freight_bearer) == ("extra", "head_office")


def test_stock_makes_no_urgent_box(story: Story) -> None:
    story.send(story.register())
    [no] = _accepted(story, 1)
    box = story.box("store1", no)
    story.do("store1", "shipment", box, "seal")
    sent = {"carrier": "顺丰速运", "tracking_no": "SF-1"}
    code = story.refused("store1", "shipment", box, "dispatch", urgent=True, **sent)
    assert code == "not_urgent"
    assert story.registration(no).status == "packed"


def test_the_region_relays_a_stores_papers_once_and_goods_never_wait_rules_1_12_1_13(
    story: Story,
) -> None:
    no = story.register()
    box = story.at_after_sales(no)
    assert story.shipment(box).relayed_at is None
    story.do("region1", "shipment", box, "relay")
    assert story.shipment(box).relayed_by.login == "region1"
    assert story.refused("region1", "shipment", box, "relay") == "already_relayed"
    story.repair(no)
    back = story.return_to_store(no)
    assert story.refused("region1", "shipment", back, "relay") == "no_papers"


def test_freight_is_amended_with_a_word_until_its_month_closes(story: Story) -> None:
    no = story.scrapped()
    box = story.shipment(_box_of(story, no)).no
    amended = {"freight_fen": 3100, "note": "到付，实收"}
    story.do("logistics", "shipment", box, "amend_freight", **amended)
    assert story.shipment(box).freight_fen == 3100
    [form] = story.list_on_forms(no)
    story.sign_off(form)
    story.do("supervisor", "month", "2026-11", "submit", version=1)
    version = story.month("2026-11").version
    story.do("finance", "month", "2026-11", "close", version=version)
    assert story.refused("clerk", "shipment", box, "amend_freight", **amended) == "month_closed"


def _box_of(story: Story, no: str) -> str:
    boxes = queries.boxes_of(story.session, story.registration(no).id)
    return str(boxes[0].no)


def test_a_box_that_never_arrives_is_declared_lost_and_its_pieces_go_missing(story: Story) -> None:
    one, two = story.register(), story.register()
    box = story.send(one, two)
    lost = {"note": "顺丰：分拨中心失窃"}
    with pytest.raises(Forbidden):
        story.take("clerk", "shipment", box, "declare_lost", **lost)
    assert story.do("supervisor", "shipment", box, "declare_lost", **lost) == "lost"
    assert [story.registration(no).status for no in (one, two)] == ["missing", "missing"]
    cases = story.cases()
    assert [(case.kind, case.last_hand.login) for case in cases] == [("short", "store1")] * 2


def test_a_lost_box_that_comes_after_all_is_counted_in(story: Story) -> None:
    one, two = story.register(), story.register()
    box = story.send(one, two)
    story.do("supervisor", "shipment", box, "declare_lost", note="承运商查无此件")
    story.wait(days=6)
    story.count_in(box, one)
    assert story.shipment(box).status == "reconciled"
    assert [story.registration(no).status for no in (one, two)] == ["received", "missing"]
    resolved = {"finding": Finding.FOUND_HERE, "note": "箱子后来到了"}
    story.do("supervisor", "discrepancy", _case(story, box), "resolve", **resolved)
    assert story.registration(one).status == "received"


def test_a_box_at_the_wrong_site_names_who_holds_it_and_tells_nothing(story: Story) -> None:
    box = story.send(story.register())
    act = story.act("store2", note="快递送错，现存店里")
    no = story.write(lambda: receipt.report_wrong_site(act, f"SF-{box}").no)
    story.session.rollback()
    case = discrepancies.get(story.session, story.actor("supervisor"), no)
    assert (case.kind, case.registration_id) == ("wrong_site", None)
    assert (case.counted_site.code, case.last_site.code) == ("S002", "S001")
    with pytest.raises(NotFound):
        discrepancies.get(story.session, story.actor("store2"), no)
    sent_on = {"finding": Finding.SENT_ON, "note": "已改寄售后"}
    assert story.do("supervisor", "discrepancy", no, "resolve", **sent_on) == "resolved"


def test_a_box_that_is_not_on_the_road_is_not_found_by_anybody(story: Story) -> None:
    [no] = _accepted(story, 1)
    box = story.box("store1", no)
    with pytest.raises(NotFound):
        story.write(lambda: receipt.report_wrong_site(story.act("store2"), box))


def test_a_damaged_box_is_claimed_from_the_carrier(story: Story) -> None:
    no = story.register()
    box = story.at_after_sales(no)
    story.do("clerk", "shipment", box, "report_damage", note="箱角压破，衣服受潮")
    case = _case(story, box)
    story.do("clerk", "discrepancy", case, "claim", claimed_fen=18900, claim_no="LP-77")
    pays = {"finding": Finding.CARRIER_PAYS, "compensation_fen": 15000, "note": "已到账"}
    story.do("supervisor", "discrepancy", case, "resolve", **pays)
    story.session.rollback()
    found = discrepancies.get(story.session, story.actor("supervisor"), case)
    assert (found.claimed_fen, found.claim_no, found.compensation_fen) == (18900, "LP-77", 15000)


def test_an_unregistered_piece_is_registered_by_the_clerk_and_refused_rule_1_15(
    story: Story,
) -> None:
    known = story.register()
    box = story.send(known)
    story.wait(days=2)
    story.do("clerk", "shipment", box, "receive", code=story.piece_no(known))
    made = story.take("clerk", "shipment", box, "register_surplus", code=JACKET, **SURPLUS)
    assert made.status == 200
    story.do("clerk", "shipment", box, "reconcile")
    story.session.rollback()
    [case] = story.cases()
    extra = case.registration
    assert (case.kind, extra.status, extra.site.code) == ("surplus", "received", "S001")
    assert extra.registered_by.login == "clerk"
    reason = "not_registered"
    story.do("supervisor", "registration", extra.no, "refuse_intake", reason=reason)
    belongs = {"finding": Finding.BELONGS, "note": "店铺漏登记"}
    story.do("supervisor", "discrepancy", case.no, "resolve", **belongs)
    story.return_to_store(extra.no)
    assert story.registration(extra.no).status == "back_in_store"


def test_scrap_goes_to_the_main_warehouse_which_counts_it(story: Story) -> None:
    one, two = story.scrapped(), story.scrapped()
    story.list_on_forms(two)
    box = story.box("clerk", one, two, to="WH", kind=Kind.SCRAP_TRANSFER)
    story.dispatch("clerk", box)
    story.count_in(box, one, login="warehouse")
    assert [story.registration(no).status for no in (one, two)] == [
        "scrap_pending",
        "on_loss_form",
    ]
    [case] = story.cases()
    assert (case.kind, case.registration.no) == ("short", two)


def test_only_scrap_goes_into_a_scrap_box(story: Story) -> None:
    no = story.received()
    box = story.box("clerk", to="WH", kind=Kind.SCRAP_TRANSFER)
    code = story.piece_no(no)
    assert story.refused("clerk", "shipment", box, "pack", code=code) == "wrong_status"


@pytest.mark.parametrize(
    ("login", "to", "kind"),
    [
        ("store1", "WH", Kind.SCRAP_TRANSFER),
        ("store1", "SUP01", Kind.TO_SUPPLIER),
        ("store1", "S002", Kind.WEEKLY),
        ("clerk", "ASD", Kind.RETURN),
        ("clerk", "GORE", Kind.TO_SUPPLIER),
    ],
)
def test_a_box_goes_only_where_its_kind_goes(story: Story, login: str, to: str, kind: Kind) -> None:
    from tracker.domain.errors import InvalidInput

    with pytest.raises(InvalidInput) as refusal:
        story.box(login, to=to, kind=kind)
    assert refusal.value.code == "wrong_route"


def test_a_suppliers_site_is_made_when_it_is_first_needed(story: Story) -> None:
    act = story.act("clerk")
    for _twice in range(2):
        story.write(lambda: packing.open_box(act, to_site="SUP02", kind=Kind.TO_FACTORY)[0].no)
    sites = story.session.query(Site).filter_by(code="SUP02").all()
    assert [(site.kind, site.name) for site in sites] == [("supplier", "嘉兴雪羽羽绒制品厂")]
