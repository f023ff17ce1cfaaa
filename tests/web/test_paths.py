"""The garment’s page off the plain road; the pages of what is outside, missing, or an alarm."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from tests.kept import kept
from tests.paper import assert_says, on_sqlite, page_texts, print_pdf
from tests.services.test_paths import LEAK, SHELL
from tests.story import SUPPLIER_FAULT, Story
from tracker.domain.codes import Cause
from tracker.domain.registration import Choice, Outcome
from tracker.domain.repair import Route
from tracker.domain.shipment import Kind

MISUSE = {"cause": Cause.WEAR_MISUSE}


def _words(page: str) -> str:
    """Return what a page says, without markup and white space."""
    body = page[page.index("<main") :]
    return re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", body))


def _open(login: Any, who: str, path: str) -> Any:
    answer = login(who).get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.text


def _panels(page: str) -> list[str]:
    return re.findall(r"/actions/([a-z_]+)\"", page)


def _post(login: Any, who: str, path: str, **fields: str) -> Any:
    return login(who).post(path, data={"action_id": str(uuid4()), **fields})


def _received(story: Story, **facts: Any) -> str:
    is_customers = facts.pop("customers", False)
    no = story.register_customer(**facts) if is_customers else story.register(**facts)
    story.at_after_sales(no)
    return no


@kept
def _at_factory(story: Story, **facts: Any) -> str:
    no = _received(story, **(SUPPLIER_FAULT | facts))
    sent = {"outcome": Outcome.REPAIR, "route": Route.FACTORY}
    story.do("assessor", "registration", no, "assess", **sent)
    return no


# --- the verdict


def test_the_verdict_offers_the_fabric_maker_only_where_it_applies(
    app: Flask, login: Any, story: Story
) -> None:
    jacket, shell = _received(story), _received(story, code=SHELL, **LEAK)
    closed = _open(login, "assessor", f"/registrations/{jacket}")
    assert 'name="route" id=' in closed
    assert 'value="fabric_maker"' not in closed
    assert "这款不是GORE-TEX面料，不能走面料商外修（规则6.03）" in _words(closed)
    routed = _open(login, "assessor", f"/registrations/{shell}")
    assert 'value="fabric_maker"' in routed
    assert "面料商只受理漏水和面料质量问题（6.02）" in _words(routed)
    for page in (closed, routed):
        for outcome in Outcome:
            assert f'value="{outcome.value}"' in page


def test_the_verdict_says_what_the_markdown_is_by_policy(
    app: Flask, login: Any, story: Story
) -> None:
    no = _received(story)
    path = f"/registrations/{no}"
    assert "不填则按政策计¥349.50" in _words(_open(login, "assessor", path))
    fields = {"outcome": "sold_down", "markdown_fen": "200.00", "quality": "yes"}
    assert _post(login, "assessor", f"{path}/actions/assess", **fields).status_code == 303
    assert story.registration(no).markdown_fen == 20000
    assert "降为处理品，降价¥200.00" in _words(_open(login, "store1", path))


def test_the_customer_is_quoted_what_he_pays_and_nothing_where_the_repair_is_free(
    app: Flask, login: Any, story: Story
) -> None:
    free = _received(story, customers=True)
    paid = _received(story, customers=True, **MISUSE)
    stock = _received(story)
    assert "对顾客免费，不用报价" in _words(_open(login, "assessor", f"/registrations/{free}"))
    page = _open(login, "assessor", f"/registrations/{paid}")
    assert "先凭您的报价征求顾客意见" in _words(page)
    assert 'name="quote_fen"' not in _open(login, "assessor", f"/registrations/{stock}")
    fields = {"outcome": "repair", "route": "in_house", "quote_fen": "35"}
    path = f"/registrations/{paid}/actions/assess"
    assert _post(login, "assessor", path, **fields).status_code == 303
    assert (story.registration(paid).status, story.registration(paid).quote_fen) == (
        "awaiting_customer",
        3500,
    )


def test_the_route_that_was_chosen_is_kept_and_a_closed_one_is_refused(
    app: Flask, login: Any, story: Story
) -> None:
    no = _received(story, code=SHELL, **LEAK)
    path = f"/registrations/{no}/actions/assess"
    fields = {"outcome": "repair", "route": "fabric_maker"}
    assert _post(login, "assessor", path, **fields).status_code == 303
    assert story.registration(no).status == "in_outside_repair"
    jacket = _received(story)
    refused = _post(login, "assessor", f"/registrations/{jacket}/actions/assess", **fields)
    assert refused.status_code == 422
    assert story.registration(jacket).status == "received"


def test_what_differs_is_said_in_words_beside_what_was_registered(
    app: Flask, login: Any, story: Story
) -> None:
    no = _received(story)
    path = f"/registrations/{no}/actions/refuse_intake"
    seen = {"cause": "ironing", "area_mm2": "12", "tag_intact": "no", "position": "left_sleeve"}
    answer = _post(login, "supervisor", path, reason="mismatch", **seen)
    assert answer.status_code == 303
    words = _words(_open(login, "store1", f"/registrations/{no}"))
    assert words.count("与登记不符：面积,原因,吊牌") == 1
    assert "工艺熨烫与登记不符" in words
    assert "不受理原因：部位、面积或原因与登记不符（1.16）" in words


# --- outside


def test_the_clerk_sends_it_out_and_takes_it_back_with_its_bill(
    app: Flask, login: Any, story: Story
) -> None:
    no = _at_factory(story)
    path = f"/registrations/{no}"
    page = _open(login, "clerk", path)
    assert set(_panels(page)) >= {"send_out", "return_from_outside"}
    assert re.search(r'name="vendor"[^>]*value="SUP01" checked', page)
    assert '<option value="顺丰速运">' in page
    sent = {"vendor": "SUP01", "carrier": "德邦快递", "tracking_no": "DB-77"}
    assert _post(login, "clerk", f"{path}/actions/send_out", **sent).status_code == 303
    page = _open(login, "clerk", path)
    assert "send_out" not in _panels(page)
    assert "现在在外修单位" in _words(page)
    assert "德邦快递DB-77" in _words(page)
    back = {"repaired": "no", "cost_fen": "23.50"}
    assert _post(login, "clerk", f"{path}/actions/return_from_outside", **back).status_code == 303
    assert story.registration(no).status == "received"
    assert "没修好·¥23.50" in _words(_open(login, "clerk", path))
    assert "23.50" not in _words(_open(login, "store1", path))


def test_the_page_of_the_outside_repair_shows_vendors_boxes_and_what_waits(
    app: Flask, login: Any, story: Story
) -> None:
    away, waiting = _at_factory(story), _at_factory(story)
    box = story.box("clerk", away, to="SUP01", kind=Kind.TO_FACTORY)
    story.dispatch("clerk", box)
    page = _open(login, "supervisor", "/outside")
    assert f'href="/registrations/{away}"' in page
    assert f'href="/shipments/{box}"' in page
    assert f'href="/registrations/{waiting}"' in page
    assert 'href="/outside?vendor=SUP01"' in page
    other = _open(login, "clerk", "/outside?vendor=GORE")
    assert f'href="/registrations/{away}"' not in other
    assert "没有符合条件" in _words(other)
    for who in ("store1", "manager1", "repairer", "finance"):
        assert login(who).get("/outside").status_code == 403


# --- the customer


def test_each_choice_says_what_it_costs(app: Flask, login: Any, story: Story) -> None:
    no = _received(story, customers=True, **MISUSE)
    story.do("assessor", "registration", no, "assess", outcome=Outcome.REPAIR, quote_fen=3500)
    page = _open(login, "store1", f"/registrations/{no}")
    words = _words(page)
    assert "维修顾客付¥35.00" in words
    assert "不修，退回不收费" in words
    assert "按三包政策，这件不能收费退换" in words
    assert len(re.findall(r'name="choice"[^>]* disabled', page)) == 2
    path = f"/registrations/{no}/actions/decide"
    assert _post(login, "store1", path, choice="paid_repair").status_code == 303
    assert story.registration(no).charge_fen == 3500


def test_a_repair_outside_that_the_customer_pays_waits_to_be_sent_out(
    app: Flask, login: Any, story: Story
) -> None:
    no = _received(story, customers=True, **MISUSE)
    quoted = {"outcome": Outcome.REPAIR, "route": Route.FACTORY, "quote_fen": 3500}
    story.do("assessor", "registration", no, "assess", **quoted)
    path = f"/registrations/{no}"
    assert _post(login, "store1", f"{path}/actions/decide", choice="paid_repair").status_code == 303
    page = _open(login, "store1", path)
    assert "售后文员寄往工厂或面料商" in _words(page)
    assert "withdraw" in _panels(page)
    page = _open(login, "clerk", path)
    assert {"send_out", "return_from_outside"} <= set(_panels(page))
    assert re.search(r'name="vendor"[^>]*value="SUP01" checked', page)
    assert "work" not in _panels(_open(login, "repairer", path))


def test_only_a_customers_garment_is_withdrawn_and_only_after_a_second_press(
    app: Flask, login: Any, story: Story
) -> None:
    own, stock = _received(story, customers=True), _received(story)
    assert "withdraw" not in _panels(_open(login, "store1", f"/registrations/{stock}"))
    page = _open(login, "store1", f"/registrations/{own}")
    assert "确认顾客撤回" in _words(page)
    assert "请先与顾客确认" in _words(page)
    path = f"/registrations/{own}/actions/withdraw"
    assert _post(login, "store1", path, note="顾客急用").status_code == 303
    assert story.registration(own).ending == "unrepaired"


def test_what_lies_at_the_factory_is_not_offered_to_be_withdrawn(
    app: Flask, login: Any, story: Story
) -> None:
    no = _received(story, customers=True)
    sent = {"outcome": Outcome.REPAIR, "route": Route.FACTORY}
    story.do("assessor", "registration", no, "assess", **sent)
    assert "withdraw" in _panels(_open(login, "store1", f"/registrations/{no}"))
    story.do("clerk", "registration", no, "send_out", vendor="SUP01")
    assert "withdraw" not in _panels(_open(login, "store1", f"/registrations/{no}"))


@on_sqlite
def test_why_it_goes_back_unrepaired_stands_on_page_list_and_papers(
    app: Flask, login: Any, story: Story
) -> None:
    no = _received(story, customers=True)
    story.do("store1", "registration", no, "withdraw")
    box = story.box("clerk", no, to="S001", kind=Kind.RETURN)
    ending = "顾客不修，原样退回"
    assert ending in _words(_open(login, "store1", f"/registrations/{no}"))
    assert ending in _words(_open(login, "clerk", "/registrations?status=packed_back"))
    [form, *_rest] = page_texts(print_pdf(login("store1"), f"/registrations/{no}.pdf"))
    [packing, *_rest] = page_texts(print_pdf(login("clerk"), f"/shipments/{box}.pdf"))
    assert_says(form, ending)
    assert_says(packing, ending)


# --- refused, and taken in all the same


@on_sqlite
def test_goodwill_is_seen_with_the_refusal_that_it_set_aside(
    app: Flask, login: Any, story: Story
) -> None:
    no = story.register()
    story.do("manager1", "registration", no, "refuse", reason="small_stain")
    reason = "小污点（可自行清理）（1.23）"
    path = f"/registrations/{no}"
    assert f"不受理原因：{reason}" in _words(_open(login, "store1", path))
    [refused, *_rest] = page_texts(print_pdf(login("store1"), f"{path}.pdf"))
    assert_says(refused, f"不予受理原因：{reason}")
    story.do("manager1", "registration", no, "accept", note="老顾客")
    words = _words(_open(login, "assessor", path))
    assert "通融受理（C-19）" in words
    assert f"原不受理原因：{reason}" in words
    [accepted, *_rest] = page_texts(print_pdf(login("store1"), f"{path}.pdf"))
    assert_says(accepted, f"通融受理，原不予受理原因：{reason}")


# --- missing, and what did not tie out


def _short(story: Story) -> tuple[str, str]:
    no, other = story.register(), story.register()
    box = story.send(no, other)
    story.wait(days=3)
    story.count_in(box, other)
    return no, box


def test_a_missing_garment_names_its_last_two_scans_and_leads_to_its_case(
    app: Flask, login: Any, story: Story
) -> None:
    no, _box = _short(story)
    page = _open(login, "supervisor", f"/registrations/{no}")
    [case] = set(re.findall(r"/discrepancies/(CY-[0-9-]+)", page))
    words = _words(page)
    assert "最后一次扫描2026-11-0210:00" in words
    assert "最后经手王丽·广州天河店" in words
    assert "清点时不在2026-11-0510:00" in words
    assert f"找到或核销：差异单{case}" in words
    assert not {"found", "write_off"} & set(_panels(page))


def test_a_damaged_box_is_a_case_without_a_garment_claimed_and_paid(
    app: Flask, login: Any, story: Story
) -> None:
    no = story.register()
    box = story.send(no)
    story.do("clerk", "shipment", box, "arrive")
    story.do("clerk", "shipment", box, "report_damage", note="一角压扁")
    listed = _open(login, "logistics", "/discrepancies")
    [case] = set(re.findall(r"/discrepancies/(CY-[0-9-]+)", listed))
    assert "整箱" in _words(listed)
    path = f"/discrepancies/{case}"
    page = _open(login, "logistics", path)
    assert set(_panels(page)) == {"claim"}
    claim = {"claimed_fen": "480.00", "claim_no": "LP-9"}
    assert _post(login, "logistics", f"{path}/actions/claim", **claim).status_code == 303
    assert "索赔金额¥480.00索赔单号LP-9" in _words(_open(login, "clerk", path))
    assert set(_panels(_open(login, "supervisor", path))) == {"claim", "resolve"}
    paid = {"finding": "carrier_pays", "compensation_fen": "300", "note": "已到账"}
    assert _post(login, "supervisor", f"{path}/actions/resolve", **paid).status_code == 303
    assert "承运商赔付¥300.00" in _words(_open(login, "supervisor", path))
    assert login("store1").post(f"{path}/actions/claim", data=claim).status_code == 403


def test_the_carrier_is_not_claimed_for_what_came_too_much(
    app: Flask, login: Any, story: Story
) -> None:
    one, surplus = story.register(), story.register()
    box = story.send(one)
    story.count_in(box, one, surplus)
    page = _open(login, "supervisor", "/discrepancies")
    [case] = set(re.findall(r"/discrepancies/(CY-[0-9-]+)", page))
    assert set(_panels(_open(login, "supervisor", f"/discrepancies/{case}"))) == {"resolve"}


def test_the_filters_of_the_discrepancies_stay_in_the_address(
    app: Flask, login: Any, story: Story
) -> None:
    no, box = _short(story)
    story.do("clerk", "shipment", box, "report_damage", note="胶带脱开")
    piece = story.piece_no(no)

    def shown(query: str) -> tuple[bool, bool]:
        page = _open(login, "supervisor", f"/discrepancies{query}")
        return piece in page, "整箱" in _words(page)

    assert shown("") == (True, True)
    assert shown("?kind=short") == (True, False)
    assert shown("?kind=damaged_box") == (False, True)
    assert shown("?site=S001") == (True, True)
    assert shown("?site=S002") == (False, False)
    assert shown("?status=resolved") == (False, False)
    assert shown("?status=all&kind=short") == (True, False)
    assert shown("?older=9999") == (False, False)
    page = _open(login, "supervisor", "/discrepancies?kind=short&site=S001")
    assert "短少<b>1</b>".replace("<b>", "").replace("</b>", "") in _words(page)
    assert 'value="S001" selected' in page


# --- liability and alarm


def test_the_liable_parties_are_changed_on_the_version_that_was_shown(
    app: Flask, login: Any, story: Story
) -> None:
    no = story.scrapped()
    path = f"/loss-forms/pending/{no}"
    version = re.search(r'name="if_version"[^>]*value="(\d+)"', _open(login, "assessor", path))
    assert version is not None
    fields = {"kind1": "store", "percent1": "100", "note": "店铺承认", "if_version": version[1]}
    assert _post(login, "assessor", path, **fields).status_code == 303
    stale = _post(login, "clerk", path, **fields)
    assert stale.status_code == 409
    words = _words(_open(login, "auditor", f"/registrations/{no}"))
    assert "100%供应商SUP01→100%专卖店S001" in words


def test_a_wrong_share_is_refused_and_what_was_typed_stays(
    app: Flask, login: Any, story: Story
) -> None:
    no = story.scrapped()
    fields = {"kind1": "store", "percent1": "60", "note": "各担一半"}
    answer = _post(login, "clerk", f"/loss-forms/pending/{no}", **fields)
    assert answer.status_code == 422
    assert "责任比例合计为60%" in _words(answer.text)
    assert 'value="60"' in answer.text


def test_the_alarm_says_who_scanned_what_where(app: Flask, login: Any, story: Story) -> None:
    no = story.scrapped()
    [form] = story.list_on_forms(no)
    story.sign_off(form)
    story.destroy(no)
    assert "没有警报" in _words(_open(login, "supervisor", "/alarms?since=2026-11-01"))
    story.scan(code=story.piece_no(no))
    page = _open(login, "supervisor", "/alarms?since=2026-11-01")
    assert f'href="/registrations/{no}"' in page
    assert f"{story.piece_no(no)}已销毁2026-11-0510:00王丽S001广州天河店登记" in _words(page)
    assert "没有警报" in _words(_open(login, "supervisor", "/alarms?since=2026-11-06"))
    for who in ("clerk", "store1", "manager1", "warehouse"):
        assert login(who).get("/alarms").status_code == 403


@pytest.mark.parametrize("choice", list(Choice))
def test_the_story_tells_what_the_customer_chose(
    app: Flask, login: Any, story: Story, choice: Choice
) -> None:
    no = _received(story, customers=True)
    outcome = Outcome.REPAIR if choice is Choice.PAID_REPAIR else Outcome.SCRAP
    story.do("assessor", "registration", no, "assess", outcome=outcome, restorable=False)
    story.do("store1", "registration", no, "decide", choice=choice)
    assert f"{choice.zh}" in _words(_open(login, "store1", f"/registrations/{no}"))
