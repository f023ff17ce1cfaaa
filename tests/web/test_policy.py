"""The pages of the policies: the register, one policy, a proposal, and who has read it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from tests.story import Story
from tracker.db import utc_now
from tracker.domain.calendar import shanghai_date
from tracker.domain.policy import Scope
from tracker.domain.policy_registry import KEEPERS
from tracker.queries import policy
from tracker.queries import policy_change as queries
from tracker.services import demo
from tracker.web.day import business_day


def _asked(**more: str) -> dict[str, str]:
    day = business_day().isoformat()
    return {"scope": "chain", "target": "", "value": "12", "effective_from": day} | more


def _words(page: str) -> str:
    return re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", page[page.index("<main") :]))


def _post(login: Any, who: str, path: str, **fields: str) -> Any:
    return login(who).post(path, data={"action_id": str(uuid4()), **fields})


def _proposed(login: Any, **more: str) -> str:
    answer = _post(
        login, "supervisor", "/policies/repair_tat/change", reason="提速", **_asked(**more)
    )
    assert answer.status_code == 303
    return str(answer.location)


@pytest.mark.parametrize(("name", "role"), [(row[0], row[2]) for row in demo.ACCOUNTS])
def test_everybody_but_suppliers_reads_and_four_roles_keep(
    app: Flask, login: Any, name: str, role: Any
) -> None:
    reads = role in queries.READERS
    assert login(name).get("/policies/repair_tat").status_code == (200 if reads else 403)
    keeps = role in KEEPERS
    answer = login(name).get("/policies/repair_tat/change")
    assert answer.status_code == (200 if keeps else 403)


@pytest.mark.parametrize(
    ("wanted", "shown", "hidden"),
    [
        ("q=C-04", "超次寄送运费承担方", "返修周期"),
        ("q=1.34", "返修周期（门到门）", "纺织品保修"),
        ("topic=warranty", "纺织品保修", "返修周期（门到门）"),
        ("q=nothing+such", "没有符合条件的参数", "返修周期"),
    ],
)
def test_the_register_is_searched_by_name_rule_number_and_topic(
    app: Flask, login: Any, wanted: str, shown: str, hidden: str
) -> None:
    words = _words(login("auditor").get(f"/policies?{wanted}").text)
    assert shown in words
    assert hidden not in words


def test_the_register_says_what_is_in_force_coming_apart_and_not_used(
    app: Flask, login: Any, story: Story
) -> None:
    story.now = utc_now()
    day = shanghai_date(story.now)
    story.policy("repair_tat", "12", on=day + timedelta(days=9))
    story.policy("repair_tat", "10", scope=Scope.STORE, target="S001")
    words = _words(login("store1").get("/policies?scope=store").text)
    assert f"15天自然日店铺寄出→店铺签收全公司·12天·{day + timedelta(days=9)}店铺S001·10天" in words
    assert "每周寄送次数" not in words
    assert "weekly_shipments尚未使用" in _words(login("store1").get("/policies").text)


def test_a_policy_names_its_contradiction_with_its_variants_and_the_products_reading(
    app: Flask, login: Any
) -> None:
    words = _words(login("store1").get("/policies/supplier_scrap_disposition").text)
    assert "C-28供应商承担的报废品归谁" in words
    assert "1.44总仓销毁3.17退回供应商" in words
    assert "默认：销毁" in words
    assert "产品默认两者均可，逐件决定" in words


def test_a_contradiction_reads_in_english_too(app: Flask, login: Any) -> None:
    browser = login("store1")
    browser.set_cookie("locale", "en")
    assert "End of the 15-day clock" in browser.get("/policies/repair_tat_end").text


def test_a_change_is_looked_at_proposed_confirmed_by_another_and_read(
    app: Flask, login: Any, story: Story
) -> None:
    story.now = utc_now()
    no = story.register()
    story.send(no)
    seen = login("supervisor").get("/policies/repair_tat/change", query_string=_asked())
    assert "在办1项会改动" in _words(seen.text)
    assert no in seen.text
    address = _proposed(login)
    assert "待确认" in _words(login("supervisor").get(address).text)
    own = _post(login, "supervisor", f"{address}/confirm")
    assert (own.status_code, "提出人不能确认自己的变更" in own.text) == (409, True)
    assert _post(login, "vp", f"{address}/confirm").status_code == 303
    due = shanghai_date(story.now) + timedelta(days=12)
    assert story.registration(no).due_on == due
    assert f"确认时改动了在办1项{no}" in _words(login("vp").get(address).text)
    home = login("clerk").get("/").text
    assert "返修周期（门到门）·全公司·12天" in _words(home)
    [row] = queries.unread(story.session, story.actor("clerk"), due)
    answer = login("clerk").post(f"/policies/versions/{row.id}/read", data={"back": "/"})
    assert (answer.status_code, answer.location) == (303, "/")
    assert "已阅" not in _words(login("clerk").get("/").text)
    assert "人未阅" in _words(login("supervisor").get("/policies/repair_tat").text)


def test_a_refusal_and_a_withdrawal_leave_their_words(app: Flask, login: Any) -> None:
    address = _proposed(login)
    assert _post(login, "finance", f"{address}/refuse", reason="").status_code == 422
    assert _post(login, "finance", f"{address}/refuse", reason="成本太高").status_code == 303
    assert "成本太高" in login("auditor").get(address).text
    again = _proposed(login, value="13")
    assert _post(login, "supervisor", f"{again}/withdraw").status_code == 303
    assert "已撤回" in _words(login("supervisor").get(again).text)
    assert login("vp").post(f"{again}/nothing").status_code == 404


def test_a_store_sees_no_proposal_with_other_stores_garments(app: Flask, login: Any) -> None:
    address = _proposed(login)
    for name in ("store1", "manager1", "region1"):
        assert login(name).get(address).status_code == 403
        assert address not in login(name).get("/policies").text


@pytest.mark.parametrize(
    ("more", "status"),
    [({"value": "x"}, 422), ({"effective_from": "2020-01-01"}, 422), ({"scope": "store"}, 422),
     ({"effective_from": "soon"}, 400), ({"reason": ""}, 422), ({"reason": "长" * 501}, 422)],
)  # fmt: skip
def test_a_proposal_that_cannot_hold_is_refused_in_place(
    app: Flask, login: Any, more: dict[str, str], status: int
) -> None:
    fields = {"reason": "提速"} | _asked(**more)
    answer = _post(login, "supervisor", "/policies/repair_tat/change", **fields)
    assert answer.status_code == status
    assert login("supervisor").get("/policies/none_such/change").status_code == 404


def test_options_are_chosen_by_their_names_and_bands_are_typed(app: Flask, login: Any) -> None:
    choice = login("supervisor").get("/policies/extra_shipment_cost_bearer/change").text
    assert 'value="head_office"' in choice
    assert "总公司" in choice
    asked = _asked(value="30:5,60:15")
    bands = login("supervisor").get("/policies/depreciation_bands/change", query_string=asked)
    assert "30天内5%·60天内15%" in _words(bands.text)


def test_programs_read_propose_and_answer(app: Flask, api: Any, story: Story) -> None:
    listed = api("store1").get("/policies").json["items"]
    assert {"repair_tat", "size_tolerance"} <= {one["name"] for one in listed}
    where = {"scope": "store", "target": "S001"}
    asked = _asked(value="11", reason="门店近", action_id=str(uuid4()), **where)
    path = "/policies/repair_tat/proposals"
    made = api("supervisor").post(path, asked)
    assert (made.status_code, made.json["verdict"]) == (201, "waiting")
    assert api("supervisor").post(path, asked).json == made.json
    address = f"/policy-proposals/{made.json['no']}"
    own = api("supervisor").post(
        f"{address}/actions", {"action": "confirm", "action_id": str(uuid4())}
    )
    assert (own.status_code, own.json["code"]) == (409, "same_person")
    done = api("vp").post(f"{address}/actions", {"action": "confirm", "action_id": str(uuid4())})
    assert (done.status_code, done.json["verdict"]) == (200, "confirmed")
    told = api("store1").get("/policies/repair_tat").json
    assert [(row["scope"], row["target"], row["value"]) for row in told["versions"]] == [
        ("store", "S001", "11"),
        ("chain", None, "15"),
    ]
    assert [one["code"] for one in told["settles"]] == ["C-01"]
    assert api("store1").get(address).status_code == 403
    assert api("store1").post(path, asked).status_code == 403
    assert policy.one(story.session, "repair_tat", business_day()).value == "15"
