"""The month's end in a browser: one item carried over, closed by another, billed and agreed."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Shop, played, verified
from tracker.queries import ledger

pytestmark = pytest.mark.browser


def test_from_the_checklist_to_the_agreed_statement(shop: Shop) -> None:
    with played(shop.address) as story:
        story.wait(days=-8)
        left = story.scrapped()
        story.sign_off(*story.list_on_forms(story.scrapped()))
        months = ledger.months(story.session, story.actor("finance"))
        month = min(row.month for row in months if row.status == "open")
    page = shop.enter("supervisor")
    shop.open(f"/months/{month}")
    page.get_by_role("link", name="查看检查表").click()
    page.get_by_label(f"结转 {left}").check()
    page.fill("[name=reason]", "供应商下周来厂确认")
    page.get_by_role("button", name="结转勾选的事项").click()
    page.get_by_text("没有未处理的事项").wait_for()
    shop.open(f"/months/{month}")
    shop.act("提交财务")
    shop.enter("finance2")
    shop.open(f"/months/{month}")
    shop.act("结账")
    page.get_by_text("已结账").first.wait_for()

    shop.enter("finance")
    shop.open("/statements")
    page.select_option("#draw-month", month)
    page.get_by_role("button", name="生成扣款单和对账单").click()
    page.get_by_role("link", name="KK-").first.click()
    page.wait_for_url("**/statements/KK-*")
    path = page.url.removeprefix(shop.address)
    shop.act("开出")
    printed = page.request.get(f"{shop.address}{path}.pdf")
    assert printed.body()[:5] == b"%PDF-"
    shop.act("登记送达", how="paper")
    page.get_by_text("当面递交纸质").first.wait_for()
    shop.enter("business")
    shop.open(path)
    shop.act("对方确认")
    page.get_by_text("对方已确认").first.wait_for()
    assert "壹佰捌拾玖元捌角肆分" in page.content()
    assert "I11" in verified(shop.address)
