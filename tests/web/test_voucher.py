"""The pages of vouchers and account codes."""

from __future__ import annotations

import csv
import io
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from tests.kept import kept
from tests.story import Story
from tracker.domain.account import COST_ROLES
from tracker.domain.ledger import Account
from tracker.domain.voucher import Bearer
from tracker.queries import voucher as queries
from tracker.services import demo

PAGE = "/months/2026-11/vouchers"


@kept
def _closed(story: Story) -> None:
    story.sign_off(*story.list_on_forms(story.scrapped()))
    story.close_month()


def _post(browser: Any, path: str, **fields: Any) -> Any:
    return browser.post(path, data={"action_id": str(uuid4()), **fields})


@pytest.mark.parametrize(("name", "role"), [(row[0], row[2]) for row in demo.ACCOUNTS])
def test_codes_are_read_by_those_who_see_cost_and_set_by_finance(
    app: Flask, login: Any, name: str, role: Any
) -> None:
    browser, may = login(name), role in COST_ROLES
    assert browser.get("/account-codes").status_code == (200 if may else 403)
    keeps = name.startswith("finance")
    assert ("增加细分科目" in browser.get("/account-codes").text) == keeps
    assert _post(browser, "/account-codes").status_code == (422 if keeps else 403)


def test_an_open_month_has_no_vouchers_and_says_when_it_will(story: Story, login: Any) -> None:
    story.sign_off(*story.list_on_forms(story.scrapped()))
    browser = login("finance")
    page = browser.get(PAGE).text
    assert "财务结账之后才能生成凭证" in page
    assert "生成凭证</button>" not in page
    assert _post(browser, PAGE).status_code == 409
    assert browser.get(f"{PAGE}.csv").status_code == 409
    assert "凭证</a>" not in browser.get("/months/2026-11").text


def test_finance_draws_up_and_anybody_with_cost_takes_the_files(story: Story, login: Any) -> None:
    _closed(story)
    browser, auditor = login("finance"), login("auditor")
    assert "凭证</a>" in auditor.get("/months/2026-11").text
    assert "凭证还没有生成" in auditor.get(PAGE).text
    assert auditor.get(f"{PAGE}.csv").status_code == 409
    done = _post(browser, PAGE)
    assert (done.status_code, done.location) == (303, PAGE)
    page = auditor.get(PAGE).text
    for words in ("应付账款—供应商", "SUP01 广州锦程服饰有限公司", "189.84", "借方合计＝贷方合计"):
        assert words in page
    answer = auditor.get(f"{PAGE}.csv")
    assert answer.headers["Content-Disposition"] == 'inline; filename="vouchers-2026-11.csv"'
    head, debit, credit = csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline=""))
    assert (head[7], debit[7], credit[8]) == ("借方金额", "189.84", "189.84")
    assert auditor.get(f"{PAGE}.xlsx").data[:2] == b"PK"
    assert _post(auditor, PAGE).status_code == 403


def test_a_code_is_changed_on_its_page_and_the_month_says_that_it_could_be_made_anew(
    story: Story, login: Any
) -> None:
    _closed(story)
    browser = login("finance")
    _post(browser, PAGE)
    row = queries.code(story.session, Account.CHARGE, Bearer.SUPPLIER, "")
    assert row is not None
    page = browser.get(f"/account-codes/{row.id}").text
    assert 'value="220201"' in page
    fields = {"account": "charge", "liable_kind": "supplier", "ownership": "", "if_version": "1"}
    bad = _post(browser, "/account-codes", code="22 02", name="应付账款", **fields)
    assert bad.status_code == 422
    assert "科目编码用数字、字母、点和短横线" in bad.text
    done = _post(browser, "/account-codes", code="2202.07", name="应付账款", **fields)
    assert (done.status_code, done.location) == (303, "/account-codes")
    stale = _post(browser, "/account-codes", code="2202.08", name="应付账款", **fields)
    assert stale.status_code == 409
    assert "2202.07" in browser.get("/account-codes").text
    page = browser.get(PAGE).text
    assert "220201" in page
    assert "2202.07" not in page
    assert "重新生成" in page
    _post(browser, PAGE)
    page = browser.get(PAGE).text
    assert "2202.07" in page
    assert "以前生成过的" in page
    assert "重新生成" not in page


def test_a_finer_code_is_deleted_and_the_coarser_one_is_booked_from_then_on(
    story: Story, login: Any
) -> None:
    browser = login("finance")
    finer = queries.code(story.session, Account.CHARGE, Bearer.STORE, "franchise")
    last = queries.code(story.session, Account.CHARGE, Bearer.STORE, "")
    assert finer is not None
    assert last is not None
    paths = [f"/account-codes/{row.id}" for row in (finer, last)]
    assert "122101" in browser.get(paths[0]).text
    assert "没有更概括的科目" in browser.get(paths[1]).text
    stale = _post(browser, f"{paths[0]}/remove", if_version="7")
    assert (stale.status_code, "已被他人更新" in stale.text) == (409, True)
    needed = _post(browser, f"{paths[1]}/remove", if_version="1")
    assert (needed.status_code, "没有更概括的科目可以接替" in needed.text) == (409, True)
    done = _post(browser, f"{paths[0]}/remove", if_version="1")
    assert (done.status_code, done.location) == (303, "/account-codes")
    assert "已删除，今后改记到 122101 其他应收款—店铺" in browser.get("/account-codes").text
    assert browser.get(paths[0]).status_code == 404
    assert login("auditor").post(f"{paths[1]}/remove").status_code == 403


@pytest.mark.parametrize(("field", "width"), [("code", 20), ("name", 40)])
def test_a_full_column_is_kept_and_one_character_more_is_refused(
    app: Flask, login: Any, field: str, width: int
) -> None:
    body = {"account": "salvage", "liable_kind": "store", "code": "1001", "name": "库存现金"}
    assert (
        _post(login("finance"), "/account-codes", **body | {field: "1" * (width + 1)}).status_code
        == 422
    )
    assert (
        _post(login("finance"), "/account-codes", **body | {field: "1" * width}).status_code == 303
    )


def test_a_code_that_is_none_is_not_found(app: Flask, login: Any) -> None:
    assert login("finance").get("/account-codes/999999").status_code == 404
    assert login("auditor").get("/account-codes/1").status_code == 403
