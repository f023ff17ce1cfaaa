"""The destruction's pages: two log-ins at the shredder, a missing piece, and the alarm's list."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from tests.story import Story
from tracker.services import destruction

HTMX = {"HX-Request": "true"}


@pytest.fixture
def record(app: Flask, story: Story) -> tuple[str, list[str]]:
    """A planned destruction and its two registrations."""
    nos = [story.scrapped(), story.scrapped()]
    for form in story.list_on_forms(*nos):
        story.sign_off(form)
    return str(story.write(lambda: destruction.plan(story.act("warehouse")).no)), nos


def _post(login: Any, who: str, path: str, **fields: Any) -> Any:
    return login(who).post(path, data={"action_id": str(uuid4()), **fields})


def _scan(login: Any, who: str, no: str, code: str, verb: str = "scans") -> Any:
    data = {"action_id": str(uuid4()), "code": code}
    return login(who).post(f"/destructions/{no}/{verb}", data=data, headers=HTMX)


def _page(login: Any, who: str, no: str) -> str:
    return str(login(who).get(f"/destructions/{no}").text)


def _figures(page: str) -> tuple[str, str]:
    [scanned] = re.findall(r"data-scanned>([^<]*)<", page)
    [checked] = re.findall(r"data-checked>([^<]*)<", page)
    return scanned.strip(), checked.strip()


def test_each_log_in_scans_and_undoes_its_own(record: Any, login: Any, story: Story) -> None:
    no, (one, other) = record
    code = story.piece_no(one)
    row = _scan(login, "warehouse", no, code)
    assert (row.status_code, 'data-outcome="done"' in row.text) == (200, True)
    assert f'data-undo="/destructions/{no}/unscans"' in row.text
    assert _scan(login, "administration", no, code).status_code == 200
    assert _figures(_page(login, "auditor", no)) == ("1 / 2", "1 / 2")
    foreign = _scan(login, "administration", no, story.piece_no(other), "unscans")
    assert (foreign.status_code, 'data-code="not_your_scan"' in foreign.text) == (409, True)
    assert _scan(login, "administration", no, code, "unscans").status_code == 200
    assert _figures(_page(login, "auditor", no)) == ("1 / 2", "0 / 2")


def test_a_missing_piece_says_whom_to_ask_and_offers_no_signature(
    record: Any, login: Any, story: Story
) -> None:
    no, (one, _missing) = record
    _scan(login, "warehouse", no, story.piece_no(one))
    page = _page(login, "warehouse", no)
    assert story.actor("supervisor").name in page
    assert "还缺 1 件" in page
    assert 'name="method"' not in _page(login, "administration", no)
    assert _post(
        login, "administration", f"/destructions/{no}/actions/witness",
        method="剪毁", place="总仓", counted="1",
    ).status_code == 409  # fmt: skip


def test_the_supervisor_takes_it_off_and_the_page_leads_to_the_case(
    record: Any, login: Any, story: Story
) -> None:
    no, (one, missing) = record
    _scan(login, "warehouse", no, story.piece_no(one))
    path = f"/destructions/{no}/actions/take_off"
    page = _page(login, "supervisor", no)
    assert page.index(f'value="{missing}"') < page.index(f'value="{one}"')
    empty = _post(login, "supervisor", path, registration=missing, reason=" ")
    assert empty.status_code == 422
    assert f'value="{missing}"' in empty.text
    done = _post(login, "supervisor", path, registration=missing, reason="库区没有")
    assert done.status_code == 303
    [case] = story.cases(status="open")
    page = _page(login, "supervisor", no)
    assert f'href="/discrepancies/{case.no}"' in page
    assert _figures(page) == ("1 / 1", "0 / 1")
    assert "销毁缺件" in login("supervisor").get(f"/discrepancies/{case.no}").text


def test_a_witness_counts_what_he_did_not_scan(record: Any, login: Any, story: Story) -> None:
    no, nos = record
    for one in nos:
        _scan(login, "warehouse", no, story.piece_no(one))
    path = f"/destructions/{no}/actions/witness"
    how = {"method": "剪毁", "place": "总仓一号库"}
    assert 'name="counted"' in _page(login, "administration", no)
    assert _post(login, "administration", path, **how).status_code == 422
    wrong = _post(login, "administration", path, **how, counted="3")
    assert (wrong.status_code, "您清点的是 3 件" in wrong.text) == (409, True)
    assert _post(login, "administration", path, **how, counted="2").status_code == 303
    assert "清点 2 件" in _page(login, "auditor", no)


def test_who_scanned_every_piece_counts_nothing(record: Any, login: Any, story: Story) -> None:
    no, nos = record
    for who in ("warehouse", "administration"):
        for one in nos:
            _scan(login, who, no, story.piece_no(one))
    assert 'name="counted"' not in _page(login, "administration", no)
    path = f"/destructions/{no}/actions/witness"
    done = _post(login, "administration", path, method="剪毁", place="总仓一号库")
    assert done.status_code == 303
    page = _page(login, "auditor", no)
    assert _figures(page) == ("2 / 2", "2 / 2")
    assert "已销毁" in page


@pytest.mark.parametrize("who", ["clerk", "finance", "auditor", "logistics"])
def test_others_look_on(record: Any, login: Any, story: Story, who: str) -> None:
    no, (one, _) = record
    assert _scan(login, who, no, story.piece_no(one)).status_code == 403
    page = _page(login, who, no)
    assert ("data-scan-box" in page, "action-form" in page) == (False, False)


def _alarmed(story: Story, login: Any, record: Any) -> str:
    no, nos = record
    for one in nos:
        story.do("warehouse", "destruction", no, "scan", code=story.piece_no(one))
    sign = ("administration", "destruction", no, "witness")
    story.do(*sign, method="剪毁", place="总仓")
    return story.piece_no(nos[0])


def test_a_look_up_of_a_destroyed_piece_warns_and_both_desks_answer(
    record: Any, login: Any, story: Story
) -> None:
    piece = _alarmed(story, login, record)
    page = login("store1").get(f"/registrations?q={piece}", follow_redirects=True).text
    assert "不应再出现" in page
    for who in ("supervisor", "finance"):
        page = login(who).get("/alarms").text
        assert (piece in page, "查找" in page) == (True, True)
        [path] = re.findall(r'action="(/alarms/handling_scan/\d+/note)"', page)
        assert login(who).post(path, data={"note": " "}).status_code == 422
        assert login(who).post(path, data={"note": "门店误扫"}).status_code == 303
        assert piece not in login(who).get("/alarms").text
        assert login(who).post(path, data={"note": "又一次"}).status_code == 409
    every = login("auditor").get("/alarms?since=2026-01-01").text
    assert every.count("门店误扫") == 2
    assert login("auditor").post(path, data={"note": "x"}).status_code == 403
    assert login("finance").post("/alarms/other/1/note", data={"note": "x"}).status_code == 404
    assert login("finance").post("/alarms/scan/1/note", data={"note": "x"}).status_code == 404


def test_a_full_note_is_kept_and_one_character_more_is_refused(
    record: Any, login: Any, story: Story
) -> None:
    piece = _alarmed(story, login, record)
    login("store1").get(f"/registrations?q={piece}")
    page = login("finance").get("/alarms").text
    [path] = re.findall(r'action="(/alarms/handling_scan/\d+/note)"', page)
    assert login("finance").post(path, data={"note": "长" * 501}).status_code == 422
    assert login("finance").post(path, data={"note": "长" * 500}).status_code == 303


def test_the_first_page_counts_alarms_for_both_desks(record: Any, login: Any, story: Story) -> None:
    piece = _alarmed(story, login, record)
    login("store1").get(f"/registrations?q={piece}")
    for who in ("supervisor", "finance"):
        home = re.sub(r"\s+", "", login(who).get("/").text)
        assert "待处理的警报</a><b>1</b>" in home
