"""The page of the liability rules: the table, its history, a case to try, and its keeper."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from tests.story import Story
from tracker.db import utc_now
from tracker.domain.calendar import shanghai_date
from tracker.domain.liability_rules import READERS
from tracker.queries import liability_rule as queries
from tracker.services import demo

RULE = {
    "code": "OLD-STOCK", "place": "35", "supplier": "0", "store": "0", "head_office": "100",
    "made_from": "24", "causes": ["material"], "rules": "1.39", "zh": "老货由总公司承担",
    "en": "old stock: head office", "reason": "年度协议",
}  # fmt: skip


def _words(page: str) -> str:
    return re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", page[page.index("<main") :]))


def _post(login: Any, path: str, **fields: Any) -> Any:
    day = shanghai_date(utc_now()).isoformat()
    body = {"action_id": str(uuid4()), "effective_from": day, **fields}
    return login("supervisor").post(path, data=body)


@pytest.mark.parametrize(("name", "role"), [(row[0], row[2]) for row in demo.ACCOUNTS])
def test_the_table_is_read_by_those_who_judge_and_pay(
    app: Flask, login: Any, name: str, role: Any
) -> None:
    may = role in READERS
    assert login(name).get("/liability-rules").status_code == (200 if may else 403)
    keeps = name == "supervisor"
    assert login(name).get("/liability-rules/new").status_code == (200 if keeps else 403)


def test_a_case_is_tried_and_shows_every_rule_that_was_looked_at(app: Flask, login: Any) -> None:
    case = "?defect=STAIN&cause=storage&found=stock&report=found_late&care=if_unreported&worn="
    words = _words(login("auditor").get(f"/liability-rules{case}").text)
    assert "专卖店100%" in words
    assert (
        "WRONG-ITEM3.16不适用·缺陷是「污渍/脏污/油污/笔迹/粉底」，本条只适用于：拿错/发错货"
        in words
    )
    assert "CARE-LATE1.08,1.06,1.07适用，由此定责·" in words
    refused = _words(login("auditor").get("/liability-rules?defect=STAIN&cause=wash_misuse").text)
    assert "顾客原因造成的损坏不开报损单" in refused


def test_a_derivation_reads_in_english_too(app: Flask, login: Any) -> None:
    browser = login("auditor")
    browser.set_cookie("locale", "en")
    page = browser.get("/liability-rules?defect=STAIN&cause=material&found=stock").text
    assert "the rule is only for: wrong item" in page
    assert "borne by supplier under rule 1.38" in page


def test_a_rule_is_added_changed_and_retired_and_all_of_it_stays_to_be_read(
    app: Flask, login: Any, story: Story
) -> None:
    assert _post(login, "/liability-rules/new", **RULE).status_code == 303
    words = _words(login("auditor").get("/liability-rules").text)
    assert "35OLD-STOCK1.39原因：材料生产至今满24个月总公司100%老货由总公司承担" in words
    changed = {**RULE, "place": "85", "reason": "放到最后"}
    del changed["code"]
    assert _post(login, "/liability-rules/OLD-STOCK", **changed).status_code == 303
    assert "轮不到：前面的SUPPLIER已全部包含" in _words(
        login("auditor").get("/liability-rules").text
    )
    retired = _post(login, "/liability-rules/OLD-STOCK/retire", reason="协议到期")
    assert retired.status_code == 303
    words = _words(login("auditor").get("/liability-rules/OLD-STOCK").text)
    assert [reason in words for reason in ("年度协议", "放到最后", "协议到期")] == [True] * 3
    rows = queries.of_code(story.session, "OLD-STOCK")
    assert [(row.place, row.is_retired) for row in rows] == [(35, False), (85, False), (85, True)]


def test_full_columns_are_kept_and_one_character_more_is_refused(app: Flask, login: Any) -> None:
    full = {"zh": "长" * 300, "en": "x" * 300, "rules": "1" * 80, "code": "X" * 16}
    assert _post(login, "/liability-rules/new", **(RULE | full)).status_code == 303
    for name, text in full.items():
        more = {**RULE, "code": "OTHER", name: text + "X"}
        answer = _post(login, "/liability-rules/new", **more)
        assert (name, answer.status_code) == (name, 422)


def test_a_refused_rule_keeps_what_was_typed(app: Flask, login: Any) -> None:
    answer = _post(login, "/liability-rules/new", **{**RULE, "head_office": "90"})
    assert answer.status_code == 422
    assert "责任比例合计为90%" in _words(answer.text)
    assert 'value="material" checked' in answer.text
    gone = _post(login, "/liability-rules/OTHERWISE/retire", reason="x")
    assert gone.status_code == 409
    assert "没有一条不设条件的兜底规则" in _words(gone.text)
    assert login("auditor").get("/liability-rules/NONE").status_code == 404
