"""Boxes in their lists: late, filtered, relayed, planned, waiting, counted, tied out."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from tests.story import DOWN_COAT, SUPPLIER_FAULT, Story
from tests.web.pressing import key, post, scan
from tracker.domain.codes import Cause, Defect, Position
from tracker.domain.registration import Outcome
from tracker.domain.repair import Route
from tracker.domain.shipment import Kind
from tracker.queries import repair as repairs
from tracker.queries import shipment as queries
from tracker.queries import shipment_plan as plans


def test_a_box_that_never_arrives_stands_before_supervisor_and_sender(
    login: Any, story: Story
) -> None:
    box = story.send(story.register())
    for who in ("supervisor", "store1"):
        page = login(who).get("/shipments").text
        assert "早该到货" in page, who
        assert box in page, who
    assert box not in login("store2").get("/shipments?overdue=1").text
    listed = login("logistics").get("/shipments?overdue=1&kind=weekly").text
    assert (box in listed, "超期 " in listed) == (True, True)
    lost = post(login("supervisor"), f"/shipments/{box}/actions/declare_lost", note="顺丰查无此件")
    assert lost.status_code == 303
    assert box not in login("logistics").get("/shipments?overdue=1").text


def test_the_filters_of_a_list_stand_in_its_address(login: Any, story: Story) -> None:
    first = story.send(story.register())
    other = story.send(story.register(login="store2"), login="store2", manager="manager2")
    story.wait(days=3)
    browser = login("auditor")
    for address, shown in {
        "site=S001": [first],
        "kind=return": [],
        "status=dispatched,arriving": [first, other],
        "from=2026-11-02&to=2026-11-02": [first, other],
        "from=2026-11-03": [],
        "unrelayed=1": [first, other],
    }.items():
        page = browser.get(f"/shipments?{address}").text
        found = [box for box in (first, other) if f'href="/shipments/{box}"' in page]
        assert found == shown, address
    assert browser.get("/shipments?from=yesterday").status_code == 422


def test_freight_that_was_amended_shows_who_changed_it_and_from_what(
    login: Any, story: Story
) -> None:
    box = story.send(story.register())
    browser = login("logistics")
    path = f"/shipments/{box}/actions/amend_freight"
    assert post(browser, path, freight_fen="31.50").status_code == 422
    assert post(browser, path, freight_fen="31.50", note="到付，实收").status_code == 303
    page = browser.get(f"/shipments/{box}").text
    assert "¥25.00 → ¥31.50 · 到付，实收" in page


def test_the_region_relays_many_and_reads_which_failed(login: Any, story: Story) -> None:
    boxes = [story.send(story.register()) for _ in range(2)]
    browser = login("region1")
    page = browser.get("/shipments/relay").text
    assert [f'value="{box}"' in page for box in boxes] == [True, True]
    assert "单据未转交" in browser.get("/shipments").text
    story.do("region1", "shipment", boxes[0], "relay")
    answer = browser.post("/shipments/relay", data={**key(), "nos": boxes})
    assert answer.status_code == 200
    assert "单据已经转交过了" in answer.text
    assert [story.shipment(box).relayed_at is not None for box in boxes] == [True, True]
    assert "单据都已转交" in browser.get("/shipments/relay").text
    assert browser.post("/shipments/relay", data=key()).status_code == 422


# --- what waits for a box


def test_return_boxes_are_planned_by_the_day_on_which_they_must_leave(
    login: Any, story: Story
) -> None:
    ours = story.register_customer()
    theirs = story.register(login="store2")
    story.at_after_sales(ours)
    story.wait(days=2)
    story.at_after_sales(theirs, login="store2", manager="manager2")
    for no in (theirs, ours):
        story.repair(no)
    clerk, today = story.actor("clerk"), date(2026, 11, 10)
    rows = plans.returns(story.session, clerk, today)
    found = [(r.site.code, r.count, r.customers, r.due_on, r.leave_on, r.today) for r in rows]
    assert found == [
        ("S001", 1, 1, date(2026, 11, 17), date(2026, 11, 13), False),
        ("S002", 1, 0, date(2026, 11, 22), date(2026, 11, 18), False),
    ]
    later = plans.returns(story.session, clerk, date(2026, 11, 13))
    assert [row.today for row in later] == [True, True]
    box = story.box("clerk", to="S001", kind=Kind.RETURN)
    page = login("clerk").get("/shipments/plan").text
    assert f'href="/shipments/{box}"' in page
    assert page.index("S001") < page.index("S002")


def test_what_goes_outside_to_the_warehouse_or_its_supplier_waits_by_kind(
    login: Any, story: Story
) -> None:
    outside, scrap, approved = (
        story.register(defect=Defect.SEAM_OPEN),
        story.register(**SUPPLIER_FAULT),
        story.register(**SUPPLIER_FAULT),
    )
    story.at_after_sales(outside, scrap, approved)
    repair = {"outcome": Outcome.REPAIR, "route": Route.FACTORY}
    story.do("assessor", "registration", outside, "assess", **repair)
    for no in (scrap, approved):
        story.scrap(no)
    [form] = story.list_on_forms(approved)
    story.sign_off(form)
    browser = login("clerk")
    page = browser.get("/shipments").text
    opened = re.findall(
        r'name="to_site" value="(\w+)">\s*<input[^>]*name="kind" value="(\w+)"', page
    )
    assert opened == [("SUP01", "to_factory"), ("WH", "scrap_transfer"), ("SUP01", "to_supplier")]
    answer = post(browser, "/shipments", to_site="SUP01", kind="to_factory")
    box = answer.location.rsplit("/", 1)[1]
    ready = browser.get(f"/shipments/{box}").text
    assert (story.piece_no(outside) in ready, story.piece_no(scrap) in ready) == (True, False)
    assert scan(browser, box, "pack", story.piece_no(outside), carton="1").status_code == 200
    story.dispatch("clerk", box)
    page = browser.get("/shipments").text
    assert 'name="from_site" value="SUP01"' in page
    back = post(browser, "/shipments", from_site="SUP01", to_site="ASD", kind="from_factory")
    back_box = back.location.rsplit("/", 1)[1]
    assert story.piece_no(outside) in browser.get(f"/shipments/{back_box}").text
    scan(browser, back_box, "pack", story.piece_no(outside))
    story.dispatch("clerk", back_box)
    assert story.piece_no(outside) not in browser.get(f"/shipments/{back_box}").text
    scan(browser, back_box, "receive", story.piece_no(outside))
    assert story.registration(outside).status == "in_check"


def test_what_comes_back_from_the_factory_is_counted_with_its_result_and_bill(
    login: Any, story: Story
) -> None:
    nos = [story.register(**SUPPLIER_FAULT) for _ in range(2)]
    story.at_after_sales(*nos)
    for no in nos:
        sent = {"outcome": Outcome.REPAIR, "route": Route.FACTORY}
        story.do("assessor", "registration", no, "assess", **sent)
        story.do("clerk", "registration", no, "send_out", vendor="SUP01")
    box = story.box_from("clerk", "SUP01", *nos)
    story.dispatch("clerk", box)
    browser = login("clerk")
    assert "这件没有修好" in browser.get(f"/shipments/{box}").text
    one, two = (story.piece_no(no) for no in nos)
    assert scan(browser, box, "receive", one, cost_fen="18.50").status_code == 200
    unmended = {"not_mended": "y", "cost_fen": ""}
    assert scan(browser, box, "receive", two, **unmended).status_code == 200
    assert [story.registration(no).status for no in nos] == ["in_check", "received"]
    assert repairs.spent_fen(story.session, story.registration(nos[0]).id) == 1850


def test_the_main_warehouse_counts_scrap_transfers(login: Any, story: Story) -> None:
    scrap = story.scrapped()
    box = story.box("clerk", scrap, to="WH", kind=Kind.SCRAP_TRANSFER)
    story.dispatch("clerk", box)
    browser = login("warehouse")
    assert f'href="/shipments/{box}"' in browser.get("/shipments").text
    assert scan(browser, box, "receive", story.piece_no(scrap)).status_code == 200
    assert post(browser, f"/shipments/{box}/actions/reconcile").status_code == 303
    assert story.shipment(box).status == "reconciled"


# --- the tie-out


def _numbers(page: str) -> list[str]:
    total = page[page.index("合计") :]
    return re.findall(r'<td class="num"[^>]*>(?:<a[^>]*>)?(\d+)', total[: total.index("</tr>")])


def test_registered_packed_and_received_tie_out_or_open_the_gap(login: Any, story: Story) -> None:
    story.register()
    ready, packed, lost, came = (story.register() for _ in range(4))
    story.send(lost, came)
    for no in (ready, packed):
        story.do("manager1", "registration", no, "accept")
    story.box("store1", packed)
    story.wait(days=2)
    box = queries.boxes_of(story.session, story.registration(came).id)[0].no
    story.do("clerk", "shipment", box, "receive", code=story.piece_no(came))
    fields = {
        "defect": Defect.ZIP_FAIL,
        "position": Position.ZIP,
        "area_mm2": 400,
        "cause": Cause.TRIM_QUALITY,
        "tag_intact": True,
        "accessories_intact": True,
        "number_intact": True,
    }
    story.do("clerk", "shipment", box, "register_surplus", code=DOWN_COAT, **fields)
    story.do("clerk", "shipment", box, "reconcile")
    days = "from=2026-11-02&to=2026-11-08"
    page = login("store1").get(f"/shipments/tie-out?{days}").text
    assert _numbers(page) == ["4", "3", "2", "1", "1", "1", "1", "1"]
    browser = login("auditor")
    for part, no in {"not_packed": ready, "not_dispatched": packed, "not_received": lost}.items():
        rows = browser.get(f"/shipments/tie-out/rows?{days}&part={part}").text
        pieces = re.findall(r'href="/registrations/[^"]+">(P\w+)<', rows)
        assert pieces == [story.piece_no(no)], part
    missing = browser.get(f"/shipments/tie-out/rows?{days}&part=not_received").text
    assert "CY-2026-000001" in missing
    assert _numbers(login("store2").get(f"/shipments/tie-out?{days}").text) == ["0"] * 8


def test_the_tie_out_tells_who_counts_blind_nothing_of_boxes_yet_to_count(
    login: Any, story: Story
) -> None:
    on_its_way = story.register()
    story.send(on_its_way)
    days = "from=2026-11-02&to=2026-11-08"
    for who in ("clerk", "supervisor", "warehouse", "finance"):
        browser = login(who)
        assert _numbers(browser.get(f"/shipments/tie-out?{days}").text) == ["0"] * 8, who
        for part in ("registered", "packed", "not_received"):
            rows = browser.get(f"/shipments/tie-out/rows?{days}&part={part}").text
            assert story.piece_no(on_its_way) not in rows
    seen = _numbers(login("region1").get(f"/shipments/tie-out?{days}").text)
    assert seen == ["1", "1", "1", "0", "0", "0", "1", "0"]


def test_a_wrong_period_says_so(login: Any) -> None:
    browser = login("auditor")
    for address in ("from=2026-11-09&to=2026-11-01", "from=x", "from=2020-01-01"):
        assert browser.get(f"/shipments/tie-out?{address}").status_code == 422
