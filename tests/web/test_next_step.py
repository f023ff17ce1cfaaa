"""After an action the page says what comes next; what cannot be undone says so before."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale, gettext

from tests.story import Story
from tools import translations
from tracker.domain.registration import MACHINE, Outcome, Status
from tracker.services.repair import Operation


def test_an_accepted_garment_leads_to_the_box(app: Flask, login: Any, story: Story) -> None:
    no = story.register()
    story.do("manager1", "registration", no, "accept")
    page = login("store1").get(f"/registrations/{no}").text
    assert "扫码装入本周寄售后的箱子" in page
    assert 'href="/shipments">去装箱</a>' in page


@pytest.mark.parametrize("status", [one for one in Status if one not in MACHINE.final])
def test_every_open_status_has_a_next_step(app: Flask, status: Status) -> None:
    source = app.jinja_env.loader.get_source(app.jinja_env, "registration/_next.html")[0]
    assert f'  "{status.value}": _(' in source


def test_the_liable_party_reads_what_it_signs(app: Flask, login: Any, story: Story) -> None:
    [form] = story.list_on_forms(story.scrapped())
    story.do("clerk", "loss_form", form, "submit")
    page = login("supplier1").get(f"/loss-forms/{form}").text
    assert "签字即表示广州锦程服饰有限公司同意承担以上 1 件的损失，合计 ¥189.84" in page
    assert "签字期限" in login("supplier1").get("/loss-forms").text
    assert "业务部 / 供应商" in page
    assert "店长 /" not in page


def test_closing_a_month_says_that_it_is_for_good(app: Flask, login: Any, story: Story) -> None:
    [form] = story.list_on_forms(story.scrapped())
    story.sign_off(form)
    month = story.form(form).month
    story.do("supervisor", "month", month, "submit")
    page = login("finance").get(f"/months/{month}").text
    assert f"结账后 {month} 不能再打开，任何人不能修改。本月扣款合计 ¥189.84。" in page
    assert page.index("结账") < page.index("退回")


def test_the_liable_parties_of_a_garment_can_be_opened(
    app: Flask, login: Any, story: Story
) -> None:
    no = story.scrapped()
    page = login("assessor").get(f"/loss-forms/pending/{no}")
    assert page.status_code == 200
    assert "合计为 100" in page.text


def test_every_chinese_sentence_of_a_template_can_be_formatted(app: Flask) -> None:
    class Anything(dict[str, int]):
        def __missing__(self, _name: str) -> int:
            return 1

    broken = []
    with app.test_request_context(), force_locale("zh_Hans_CN"):
        for message in translations.in_code():
            where = {name for name, _line in message.locations}
            if not isinstance(message.id, str) or not any("templates" in name for name in where):
                continue
            try:
                gettext(message.id) % Anything()
            except ValueError:
                broken.append(message.id)
    assert broken == []


def test_the_check_is_offered_to_nobody_who_repaired_it(
    app: Flask, login: Any, story: Story
) -> None:
    no = story.received()
    story.do("assessor", "registration", no, "assess", outcome=Outcome.REPAIR)
    story.do("repairer", "registration", no, "work", operations=[Operation("缝合", 20)])
    story.do("repairer", "registration", no, "finish_repair")
    pages = [login(who).get(f"/registrations/{no}").text for who in ("repairer", "qa")]
    assert ["/actions/pass_check" in page for page in pages] == [False, True]
    assert ["/actions/fail_check" in page for page in pages] == [False, True]
