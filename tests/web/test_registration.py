"""The scan page and the garment's page: a refusal says what to do and loses nothing."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.story import JACKET, Story, days_ago
from tracker.models.registration import Registration


def _scan(**fields: str) -> dict[str, str]:
    filled = {
        "scan_id": str(uuid4()),
        "code": JACKET,
        "source": "stock",
        "defect": "SEAM_OPEN",
        "position": "left_sleeve",
        "area_mm2": "2.5",
        "cause": "workmanship",
        "tag_intact": "yes",
        "accessories_intact": "yes",
        "number_intact": "no",
        "note": "袖口开线，已拍照",
    }
    return {**filled, **fields}


def _count(story: Story) -> int:
    story.session.rollback()
    return int(story.session.scalar(select(func.count()).select_from(Registration)) or 0)


def test_a_garment_is_registered_with_what_was_typed(app: Flask, login: Any, story: Story) -> None:
    answer = login("store1").post("/registrations/new", data=_scan())
    assert answer.status_code == 303
    garment = story.session.scalars(select(Registration)).one()
    assert (garment.area_mm2, garment.number_intact, garment.note) == (
        250,
        False,
        "袖口开线，已拍照",
    )
    assert answer.location.endswith(f"{garment.no}/registered")


def test_the_same_form_twice_registers_once(app: Flask, login: Any, story: Story) -> None:
    browser, form = login("store1"), _scan()
    first = browser.post("/registrations/new", data=form)
    second = browser.post("/registrations/new", data=form)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    assert _count(story) == 1


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"code": "6901234567890"}, "校验"),
        ({"code": "6901234567915"}, "商品资料里没有"),
        ({"area_mm2": "2,5x"}, "面积"),
        ({"area_mm2": "０"}, "面积"),
        ({"defect": ""}, "缺陷"),
        ({"defect": "NO_SUCH"}, "选"),
        ({"position": ""}, "部位"),
        ({"source": "customer"}, "购买日期"),
        ({"source": "customer", "purchased_on": "2099-01-01"}, "购买日期"),
        ({"source": "customer", "customer_phone": "<b>"}, "电话"),
        ({"production_year": "1890"}, "2000"),
    ],
)
def test_a_refusal_says_what_is_wrong_and_keeps_what_was_typed(
    app: Flask, login: Any, story: Story, fields: dict[str, str], sentence: str
) -> None:
    answer = login("store1").post("/registrations/new", data=_scan(**fields))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "袖口开线，已拍照" in answer.text
    assert _count(story) == 0


def test_the_same_tag_again_asks_and_the_answer_goes_on(
    app: Flask, login: Any, story: Story
) -> None:
    browser = login("store1")
    browser.post("/registrations/new", data=_scan())
    form = _scan()
    asked = browser.post("/registrations/new", data=form)
    assert asked.status_code == 422
    assert "另一件" in asked.text
    assert browser.post("/registrations/new", data={**form, "piece": "another"}).status_code == 303
    assert _count(story) == 2


def test_a_product_is_shown_before_anything_is_saved(app: Flask, login: Any, story: Story) -> None:
    page = login("store1").get("/registrations/product", query_string={"code": JACKET}).text
    assert "男装休闲夹克" in page
    assert "170/88A" in page
    assert _count(story) == 0


def test_an_action_out_of_order_is_said_on_the_page(app: Flask, login: Any, story: Story) -> None:
    no = story.register()
    answer = login("store1").post(
        f"/registrations/{no}/actions/hand_over",
        data={"action_id": str(uuid4()), "to": "stock"},
    )
    assert answer.status_code == 409
    assert "当前状态是「已登记」" in answer.text


def test_a_stale_page_is_told_so(app: Flask, login: Any, story: Story) -> None:
    no = story.register()
    version = story.registration(no).version
    story.do("manager1", "registration", no, "accept")
    answer = login("manager1").post(
        f"/registrations/{no}/actions/void",
        data={"action_id": str(uuid4()), "reason": "误", "if_version": str(version)},
    )
    assert answer.status_code == 409
    assert "已被他人更新" in answer.text


def test_a_double_click_acts_once(app: Flask, login: Any, story: Story) -> None:
    no = story.register()
    browser, data = login("manager1"), {"action_id": str(uuid4())}
    path = f"/registrations/{no}/actions/accept"
    assert browser.post(path, data=data).status_code == 303
    version = story.registration(no).version
    assert browser.post(path, data=data).status_code == 303
    assert story.registration(no).version == version


def test_an_unknown_action_is_refused_with_a_sentence(app: Flask, login: Any, story: Story) -> None:
    no = story.register()
    answer = login("store1").post(
        f"/registrations/{no}/actions/<script>", data={"action_id": str(uuid4())}
    )
    assert answer.status_code in (404, 422)
    assert "<script>" not in answer.text.split("<main")[-1]


@pytest.mark.parametrize("q", ["piece", "style", "receipt", "tail", "tracking", "registration"])
def test_a_garment_is_found_by_every_number_on_it(
    app: Flask, login: Any, story: Story, q: str
) -> None:
    no = story.register_customer()
    box = story.send(no)
    garment = story.registration(no)
    words = {
        "piece": garment.piece.piece_no.lower(),
        "style": "2613m04012",
        "receipt": "T-20261001-8",
        "tail": "5678",
        "tracking": f"SF-{box}",
        "registration": no,
    }
    answer = login("store1").get("/registrations", query_string={"q": words[q]})
    assert answer.status_code == 302
    assert answer.location == f"/registrations/{no}"


def test_the_garments_page_tells_its_whole_story(app: Flask, login: Any, story: Story) -> None:
    no = story.received_customer()
    story.repair(no)
    page = login("store1").get(f"/registrations/{no}").text
    assert "138****5678" in page
    assert "张*" in page
    story.return_to_store(no)
    page = login("store1").get(f"/registrations/{no}").text
    for word in (
        "登记",
        "受理寄修",
        "装箱",
        "寄出",
        "签收",
        "鉴定",
        "维修完成",
        "检验合格",
        "店铺签收",
    ):
        assert word in page


def test_the_garments_page_never_shows_the_phone_by_itself(
    app: Flask, login: Any, story: Story
) -> None:
    story.now = days_ago(6)
    no = story.received_customer(purchased_on=days_ago(40).date())
    story.repair(no)
    assert "显示电话" not in login("store1").get(f"/registrations/{no}").text
    story.return_to_store(no)
    for reader in ("store1", "manager1", "clerk", "region1", "auditor", "supervisor"):
        page = login(reader).get(f"/registrations/{no}").text
        assert "13812345678" not in page
        assert "张三丰" not in page
        assert ("显示电话" in page) == (reader in ("store1", "manager1"))


def test_overdue_garments_say_so_on_every_list(app: Flask, login: Any, story: Story) -> None:
    no = story.register()
    story.send(no)
    for path in ("/registrations?overdue=1", "/registrations", f"/registrations/{no}"):
        assert "2026-11-17" in login("store1").get(path).text
        assert "超期" in login("store1").get(path).text
