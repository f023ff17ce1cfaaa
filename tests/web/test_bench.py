"""The bench's pages: scan, work in rows, finish in place; catalogues, stock and figures."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.services.test_bench import at_bench, running, scan, second_repairer, work_of
from tests.services.test_bench_figures import finish
from tests.services.test_part import stock, work
from tests.story import Story
from tracker.db import utc_now
from tracker.domain.calendar import iso_week
from tracker.models.repair import Work
from tracker.queries import operation as operations
from tracker.queries import part as parts

ZIP = "ZIP-60"
ROWS = {
    "operation": ["更换整条拉链", "seam"],
    "minutes": ["", "12"],
    "part": [ZIP.lower(), "客供胸标"],
    "quantity": ["2", ""],
    "cost_fen": ["", "3.50"],
    "labour_fen": "",
}


def post(browser: Any, path: str, **fields: Any) -> Any:
    """Post a form with its key; a list of values stands for fields of one name."""
    return browser.post(path, data={"action_id": str(uuid4()), **fields})


def test_a_scan_starts_stops_and_is_refused_in_a_row(login: Any, story: Story) -> None:
    [no] = at_bench(story)
    repairer, piece = login("repairer"), story.piece_no(no)
    htmx = {"HX-Request": "true"}
    started = repairer.post(
        "/bench/scans", data={"action_id": str(uuid4()), "code": piece}, headers=htmx
    )
    assert (started.status_code, "开始计时" in started.text) == (200, True)
    assert running(story) == no
    page = repairer.get("/bench").text
    assert piece in page
    assert "停止计时" in page
    refused = repairer.post(
        "/bench/scans", data={"action_id": str(uuid4()), "code": "6901234567892"}, headers=htmx
    )
    assert (refused.status_code, 'data-outcome="attention"' in refused.text) == (409, True)
    plain = post(repairer, "/bench/scans", code=piece)
    assert (plain.status_code, plain.location) == (303, "/bench")
    assert running(story) is None


def test_work_takes_several_operations_and_parts_and_fills_in_the_catalogue(
    login: Any, story: Story
) -> None:
    [no] = at_bench(story)
    before = stock(story)
    answer = post(login("repairer"), f"/bench/{no}/actions/work", **ROWS)
    assert (answer.status_code, answer.location) == (303, f"/bench?no={no}")
    entry = work_of(story, no)
    assert entry.operations == [
        {"name": "更换整条拉链", "minutes": 30, "code": "ZIP"},
        {"name": "开线缝合", "minutes": 12, "code": "SEAM"},
    ]
    assert entry.parts == [
        {"name": "尼龙拉链 60cm", "quantity": 2, "cost_fen": 1200, "code": ZIP},
        {"name": "客供胸标", "quantity": 1, "cost_fen": 350, "code": None},
    ]
    assert (entry.labour_fen, entry.parts_fen, entry.standard_minutes) == (2300, 1550, 40)
    assert stock(story) == before - 2


def test_the_garments_own_page_takes_the_same_rows(login: Any, story: Story) -> None:
    [no] = at_bench(story)
    repairer = login("repairer")
    assert 'list="' in repairer.get(f"/registrations/{no}").text
    fields = ROWS | {"labour_fen": "5"}
    assert post(repairer, f"/registrations/{no}/actions/work", **fields).status_code == 303
    assert work_of(story, no).labour_fen == 500


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"operation": [""], "minutes": [""]}, "请填写此项。"),
        ({"operation": ["手工补花"], "minutes": [""]}, "「手工补花」的用时"),
        ({"operation": ["SEAM"], "minutes": ["1441"]}, "整数分钟"),
        ({"operation": ["SEAM"], "minutes": ["²"]}, "整数分钟"),
        ({"operation": [""], "minutes": ["5"]}, "每一行都要写名称"),
        ({"operation": ["长" * 81], "minutes": ["5"]}, "每一行都要写名称"),
        ({"operation": ["SEAM"] * 21, "minutes": ["5"] * 21}, "一次最多 20 行"),
        ({"part": ["线"], "quantity": ["0"]}, "「线」的数量"),
        ({"part": ["线"], "cost_fen": ["x"]}, "不是金额"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stands(
    login: Any, story: Story, fields: dict[str, Any], sentence: str
) -> None:
    [no] = at_bench(story)
    told = {"operation": ["缝合"], "minutes": ["5"], "note": "线头多"} | fields
    answer = post(login("repairer"), f"/bench/{no}/actions/work", **told)
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert "线头多" in answer.text
    assert story.session.query(Work).count() == 0
    assert story.registration(no).status == "in_repair"


def test_the_measured_minutes_are_offered_beside_the_work(login: Any, story: Story) -> None:
    [no] = at_bench(story)
    scan(story, no)
    story.wait(minutes=23)
    scan(story, no)
    for path in (f"/bench?no={no}", f"/registrations/{no}"):
        page = login("repairer").get(path).text
        assert 'data-measured="23"' in page
        assert "扫码计时 23 分钟" in page


def test_a_repair_is_finished_in_place_and_the_page_says_what_is_wrong(
    login: Any, story: Story
) -> None:
    [no] = at_bench(story)
    repairer = login("repairer")
    early = post(repairer, f"/bench/{no}/actions/finish_repair")
    assert (early.status_code, "还没有维修记录" in early.text) == (409, True)
    work(story, no)
    done = post(repairer, f"/bench/{no}/actions/finish_repair")
    assert (done.status_code, done.location) == (303, "/bench")
    assert story.registration(no).status == "in_check"
    assert post(repairer, f"/bench/{no}/actions/void").status_code == 404


def test_the_stop_button_stops_and_says_when_nothing_runs(login: Any, story: Story) -> None:
    [no] = at_bench(story)
    scan(story, no)
    repairer = login("repairer")
    assert post(repairer, "/bench/stop").location == f"/bench?no={no}"
    again = post(repairer, "/bench/stop")
    assert (again.status_code, "没有正在计时的衣服" in again.text) == (409, True)


def test_an_empty_bench_says_what_comes_there(login: Any) -> None:
    page = login("repairer").get("/bench").text
    assert "没有待修的衣服" in page
    assert "手头没有衣服" in page


@pytest.mark.parametrize("login_name", ["store1", "clerk", "supervisor", "supplier1", "admin"])
def test_the_bench_is_the_repairers(login: Any, login_name: str) -> None:
    browser = login(login_name)
    assert browser.get("/bench").status_code == 403
    assert post(browser, "/bench/scans", code="x").status_code == 403


@pytest.mark.parametrize(
    ("login_name", "reads", "keeps", "moves"),
    [
        ("supervisor", 200, 303, 303),
        ("clerk", 200, 403, 303),
        ("repairer", 200, 403, 403),
        ("assessor", 200, 403, 403),
        ("store1", 403, 403, 403),
        ("supplier1", 403, 403, 403),
    ],
)
def test_who_reads_keeps_and_moves(
    login: Any, login_name: str, reads: int, keeps: int, moves: int
) -> None:
    browser = login(login_name)
    assert browser.get("/operations").status_code == reads
    assert browser.get(f"/parts/{ZIP}").status_code == reads
    assert post(browser, "/operations/SEAM/retire").status_code == keeps
    received = post(browser, f"/parts/{ZIP}/movements", kind="received", quantity="5")
    assert received.status_code == moves


NEW_OPERATION = {"code": "PATCH", "zh": "烫补丁", "en": "Patch", "minutes": "8", "labour_fen": "4"}
NEW_PART = {"code": "CORD", "name": "抽绳", "unit": "根", "price_fen": "1.5", "low_level": "5"}


def test_the_supervisor_adds_changes_and_retires_and_nothing_is_deleted(
    login: Any, story: Story
) -> None:
    supervisor = login("supervisor")
    assert post(supervisor, "/operations", **NEW_OPERATION, defect="HOLE_SNAG").status_code == 303
    made = operations.get(story.session, "PATCH")
    assert (made.minutes, made.labour_fen, made.defect) == (8, 400, "HOLE_SNAG")
    changed = {**NEW_OPERATION, "labour_fen": "4.50", "if_version": str(made.version)}
    assert post(supervisor, "/operations/PATCH", **changed).status_code == 303
    stale = post(supervisor, "/operations/PATCH", **changed)
    assert (stale.status_code, "已被他人更新" in stale.text) == (409, True)
    assert post(supervisor, "/operations/PATCH/retire").status_code == 303
    assert "停用" in supervisor.get("/operations").text
    assert post(supervisor, "/operations/PATCH/restore").status_code == 303
    assert post(supervisor, "/operations/PATCH/delete").status_code in (404, 405)
    taken = post(supervisor, "/operations", **NEW_OPERATION)
    assert (taken.status_code, "已存在" in taken.text) == (409, True)


@pytest.mark.parametrize(
    ("path", "fields", "name", "width"),
    [
        ("/operations", NEW_OPERATION, "code", 16),
        ("/operations", NEW_OPERATION, "zh", 40),
        ("/operations", NEW_OPERATION, "en", 40),
        ("/parts", NEW_PART, "code", 16),
        ("/parts", NEW_PART, "name", 40),
        ("/parts", NEW_PART, "unit", 8),
    ],
)
def test_a_full_column_is_kept_and_one_character_more_is_refused(
    login: Any, path: str, fields: dict[str, str], name: str, width: int
) -> None:
    supervisor = login("supervisor")
    assert post(supervisor, path, **(fields | {name: "X" * (width + 1)})).status_code == 422
    assert post(supervisor, path, **(fields | {name: "X" * width})).status_code == 303


def test_low_and_short_stock_is_shown(login: Any, story: Story) -> None:
    clerk = login("clerk")
    gone = -stock(story) - 3
    low = post(
        clerk, f"/parts/{ZIP}/movements", kind="corrected", quantity=str(gone), reason="盘点"
    )
    assert (low.status_code, low.location) == (303, f"/parts/{ZIP}")
    page = clerk.get(f"/parts/{ZIP}").text
    assert "-3 条" in page
    assert "待盘点更正" in page
    only = clerk.get("/parts?low=1").text
    assert ZIP in only
    assert "THREAD" not in only
    refused = post(clerk, f"/parts/{ZIP}/movements", kind="corrected", quantity="3")
    assert (refused.status_code, "请写明更正原因" in refused.text) == (422, True)
    assert parts.stock_of(story.session, parts.get(story.session, ZIP)).quantity == -3


def test_a_movement_sent_twice_counts_once(login: Any, story: Story) -> None:
    clerk, before = login("clerk"), stock(story)
    fields = {"action_id": str(uuid4()), "kind": "received", "quantity": "7"}
    for _ in range(2):
        assert clerk.post(f"/parts/{ZIP}/movements", data=fields).status_code == 303
    assert stock(story) == before + 7


def test_the_parts_that_a_garment_used_lead_to_it(login: Any, story: Story) -> None:
    [no] = at_bench(story)
    work(story, no)
    page = login("assessor").get(f"/parts/{ZIP}").text
    assert f'href="/registrations/{no}"' in page


def _finished(story: Story) -> tuple[str, str]:
    """Finish a repair of these days; return the garment and its ISO week."""
    story.now = utc_now() - timedelta(days=10)
    [no] = at_bench(story)
    work(story, no)
    finish(story, no)
    return no, "{}-W{:02d}".format(*iso_week(story.now))


def test_each_figure_opens_its_rows(login: Any, story: Story) -> None:
    no, week = _finished(story)
    supervisor = login("supervisor")
    page = supervisor.get("/bench/figures?weeks=4").text
    assert "100%" in page
    link = f"/bench/figures/rows?show=repairs&amp;week={week}&amp;repairer=repairer"
    assert link in page
    rows = supervisor.get(link.replace("&amp;", "&")).text
    assert story.piece_no(no) in rows
    empty = supervisor.get(f"/bench/figures/rows?show=failed&week={week}").text
    assert "没有符合的维修" in empty
    assert supervisor.get("/bench/figures/rows?week=2026-W99").status_code == 404


def test_a_repairer_sees_his_own_figures_alone(login: Any, story: Story) -> None:
    _no, week = _finished(story)
    other = second_repairer(story)
    mine = login("repairer")
    assert week in mine.get("/bench/figures?weeks=4").text
    assert mine.get(f"/bench/figures?weeks=4&repairer={other}").status_code == 404
    assert mine.get(f"/bench/figures/rows?repairer={other}").status_code == 404
    assert "吴师傅" not in mine.get("/bench/figures?weeks=4").text
    for reader in ("supervisor", "qa", "auditor"):
        assert "吴师傅" in login(reader).get("/bench/figures?weeks=4").text
    for stranger in ("clerk", "store1", "finance"):
        assert login(stranger).get("/bench/figures").status_code == 403
