"""Boxes at their screens: cartons, carriers, extra boxes, surplus, astray, damaged."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from flask import Flask

from tests.kept import kept
from tests.story import DOWN_COAT, Story
from tests.web.pressing import key, post, scan
from tracker.queries import shipment as queries


@kept
def _accepted(story: Story, count: int, **fields: Any) -> list[str]:
    nos = [story.register(**fields) for _ in range(count)]
    for no in nos:
        story.do("manager1", "registration", no, "accept")
    return nos


def _cartons(story: Story, box: str) -> list[tuple[Any, ...]]:
    return [(c.ordinal, c.weight_g, c.seal_no) for c in story.shipment(box).cartons]


# --- cartons


def test_a_store_packs_two_cartons_and_seals_them_with_weight_and_seal(
    login: Any, story: Story
) -> None:
    one, two = _accepted(story, 2)
    box = story.box("store1")
    browser = login("store1")
    assert scan(browser, box, "pack", story.piece_no(one), carton="1").status_code == 200
    assert scan(browser, box, "pack", story.piece_no(two), carton="2").status_code == 200
    page = browser.get(f"/shipments/{box}").text
    assert re.findall(r'name="carton" id="carton-(\d)"', page) == ["1", "2", "3"]
    assert "下一箱" in page
    sealed = post(
        browser,
        f"/shipments/{box}/actions/seal",
        carton=["1", "2"],
        weight=["3.25", ""],
        seal_no=["F-01", ""],
    )
    assert sealed.status_code == 303
    assert _cartons(story, box) == [(1, 3250, "F-01"), (2, None, None)]


@pytest.mark.parametrize("weight", ["three", "0", "1000", "-2", "3,5"])
def test_a_weight_that_is_none_is_refused_in_place(login: Any, story: Story, weight: str) -> None:
    [no] = _accepted(story, 1)
    box = story.box("store1", no)
    answer = post(
        login("store1"),
        f"/shipments/{box}/actions/seal",
        carton=["1"],
        weight=[weight],
        seal_no=["F-07"],
    )
    assert answer.status_code == 422
    assert "请按公斤填写重量" in answer.text
    assert 'value="F-07"' in answer.text
    assert story.shipment(box).status == "open"


def test_a_cartons_label_arrives_it_in_the_counting_field(login: Any, story: Story) -> None:
    one, two = _accepted(story, 2)
    box = story.box("store1", one)
    story.do("store1", "shipment", box, "pack", code=story.piece_no(two), carton=2)
    story.dispatch("store1", box)
    browser = login("clerk")
    row = scan(browser, box, "receive", f"{box}-2".lower())
    assert (row.status_code, 'data-carton="2"' in row.text) == (200, True)
    assert [c.arrived_at is not None for c in story.shipment(box).cartons] == [False, True]
    assert "共 2 箱中已到 1 箱" in browser.get(f"/shipments/{box}/contents").text
    refused = scan(browser, box, "receive", "FH-2026-000999-1")
    assert (refused.status_code, "不是本单的箱标" in refused.text) == (409, True)
    counted = scan(browser, box, "receive", story.piece_no(two), carton="2")
    assert counted.status_code == 200
    receipts = queries.receipts(story.session, story.shipment(box))
    assert [receipt.carton for receipt in receipts] == [2]
    asked = browser.get(f"/shipments/{box}/reconcile").text
    assert "第 1 箱还没有到" in asked


def test_counting_without_a_carton_asks_for_the_note_where_it_is_written(
    login: Any, story: Story
) -> None:
    one, two = _accepted(story, 2)
    box = story.box("store1", one)
    story.do("store1", "shipment", box, "pack", code=story.piece_no(two), carton=2)
    story.dispatch("store1", box)
    browser = login("clerk")
    scan(browser, box, "receive", f"{box}-2")
    asked = post(browser, f"/shipments/{box}/actions/reconcile")
    assert (asked.status_code, "确定清点完毕？" in asked.text) == (409, True)
    assert asked.text.count('name="note"') == 1
    told = post(browser, f"/shipments/{box}/actions/reconcile", note="并在第 2 箱")
    assert (told.status_code, story.shipment(box).status) == (303, "reconciled")


def test_an_action_whose_note_must_be_written_opens_before_it_is_sent(
    login: Any, story: Story
) -> None:
    [no] = _accepted(story, 1)
    box = story.box("store1", no)
    story.dispatch("store1", box)
    story.do("clerk", "shipment", box, "receive", code=story.piece_no(no))
    page = login("clerk").get(f"/shipments/{box}").text
    assert re.findall(r"<summary[^>]*>报箱损</summary>", page) != []
    assert "箱子怎样破损" in page


def test_a_sealed_box_is_to_be_sent_before_another_one_is_offered(login: Any, story: Story) -> None:
    [no] = _accepted(story, 1)
    box = story.box("store1", no)
    story.do("store1", "shipment", box, "seal")
    page = login("store1").get("/shipments").text
    assert f"{box} 已封箱，还没有寄出。" in page
    assert ("去寄出" in page, "开本周的箱" in page) == (True, False)


def test_the_labels_tell_no_contents_and_are_for_sealed_boxes(
    login: Any, story: Story, app: Flask
) -> None:
    [no] = _accepted(story, 1)
    box = story.box("store1", no)
    assert login("store1").get(f"/shipments/{box}/cartons.pdf").status_code == 409
    story.dispatch("store1", box)
    for who in ("store1", "clerk"):
        assert login(who).get(f"/shipments/{box}/cartons.pdf").status_code == 200
    assert login("store2").get(f"/shipments/{box}/cartons.pdf").status_code == 404


# --- sending


def test_a_second_box_asks_whether_it_waits_or_goes_as_extra(login: Any, story: Story) -> None:
    story.now = _this_moment()
    story.send(story.register())
    [no] = _accepted(story, 1)
    box = story.box("store1", no)
    story.do("store1", "shipment", box, "seal")
    browser = login("store1")
    page = browser.get(f"/shipments/{box}").text
    assert "下周" in page
    assert ('name="as_extra"' in page, 'name="urgent"' in page) == (True, False)
    sent = {"carrier": "顺丰速运", "tracking_no": "SF-9"}
    path = f"/shipments/{box}/actions/dispatch"
    refused = post(browser, path, **sent)
    assert (refused.status_code, story.shipment(box).status) == (422, "sealed")
    assert post(browser, path, as_extra="y", **sent).status_code == 303
    shipment = story.shipment(box)
    assert (shipment.kind, shipment.freight_bearer) == ("extra", "store")


def test_only_customers_garments_may_be_urgent(login: Any, story: Story) -> None:
    story.now = _this_moment()
    story.send(story.register())
    no = story.register_customer(code=DOWN_COAT, purchased_on=date(2026, 10, 1))
    story.do("manager1", "registration", no, "accept")
    box = story.box("store1", no)
    story.do("store1", "shipment", box, "seal")
    browser = login("store1")
    assert 'name="urgent"' in browser.get(f"/shipments/{box}").text
    path = f"/shipments/{box}/actions/dispatch"
    sent = {"carrier": "顺丰速运", "tracking_no": "SF-9", "urgent": "y"}
    assert post(browser, path, **sent).status_code == 303
    shipment = story.shipment(box)
    assert (shipment.is_urgent, shipment.freight_bearer) == (True, "head_office")


def test_what_missed_this_weeks_box_is_counted_for_the_next(login: Any, story: Story) -> None:
    story.now = _this_moment()
    story.send(story.register())
    assert "下周" not in login("store1").get("/shipments").text
    _accepted(story, 2)
    page = login("store1").get("/shipments").text
    assert "2 件待下周寄出" in page
    assert "装一个加寄箱" in page


def _this_moment() -> Any:
    from tracker.db import utc_now

    return utc_now()


def test_logistics_keeps_the_carriers_that_are_offered(login: Any, story: Story) -> None:
    browser = login("logistics")
    assert post(browser, "/carriers", name="安能物流").status_code == 303
    assert post(browser, "/carriers", name="安能物流").status_code == 409
    assert post(browser, "/carriers/retire", name="EMS").status_code == 303
    [no] = _accepted(story, 1)
    box = story.box("store1", no)
    story.do("store1", "shipment", box, "seal")
    page = login("store1").get(f"/shipments/{box}").text
    assert '<option value="安能物流">' in page
    assert '<option value="EMS">' not in page
    assert login("store1").get("/carriers").status_code == 403


# --- receiving


SURPLUS = {
    "code": "6901234567892",
    "defect": "ZIP_FAIL",
    "position": "zip",
    "area_mm2": "4",
    "cause": "trim_quality",
    "tag_intact": "no",
    "accessories_intact": "yes",
    "number_intact": "yes",
}


def test_the_clerk_registers_a_surplus_piece_and_it_is_counted(login: Any, story: Story) -> None:
    no = story.register()
    box = story.send(no)
    story.do("clerk", "shipment", box, "receive", code=story.piece_no(no))
    browser = login("clerk")
    assert browser.get(f"/shipments/{box}/surplus").status_code == 200
    bad = post(browser, f"/shipments/{box}/surplus", **{**SURPLUS, "area_mm2": ""})
    assert (bad.status_code, "6901234567892" in bad.text) == (422, True)
    assert post(browser, f"/shipments/{box}/surplus", **SURPLUS).status_code == 303
    story.session.rollback()
    made = queries.receipts(story.session, story.shipment(box))[0].registration
    assert (made.site.code, made.status, made.tag_intact) == ("S001", "received", False)
    assert login("store1").get(f"/shipments/{box}/surplus").status_code == 403


def test_a_box_that_is_not_ours_is_reported_once_and_told_nothing(login: Any, story: Story) -> None:
    no = story.register()
    box = story.send(no)
    browser = login("store2")
    unknown = post(browser, "/shipments/misdelivered", code="SF-0")
    assert (unknown.status_code, "在途的箱子" in unknown.text) == (409, True)
    form = {**key(), "code": f"{box}-1", "note": "现存仓库门口"}
    for _twice in range(2):
        answer = browser.post("/shipments/misdelivered", data=form)
        assert (answer.status_code, answer.location) == (303, "/shipments")
    cases = story.cases()
    assert [(case.kind, case.counted_site.code) for case in cases] == [("wrong_site", "S002")]
    page = browser.get("/shipments").text
    assert cases[0].no in page
    assert box not in page
    assert story.piece_no(no) not in page


def test_a_damaged_box_wants_words_and_becomes_a_case(login: Any, story: Story) -> None:
    box = story.at_after_sales(story.register())
    browser = login("clerk")
    path = f"/shipments/{box}/actions/report_damage"
    assert post(browser, path).status_code == 422
    assert post(browser, path, note="箱角压破").status_code == 303
    page = browser.get(f"/shipments/{box}").text
    assert ("箱损" in page, "整箱" in page) == (True, True)


# --- following the road
