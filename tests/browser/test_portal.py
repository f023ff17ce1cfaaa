"""A supplier on a phone: signs one form by its link, disputes another with a photo."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Shop, beyond_the_screen, played
from tests.browser.test_pages import findings
from tests.photos import picture
from tests.story import SUPPLIER_FAULT

pytestmark = pytest.mark.browser


def _link(shop: Shop, form: str) -> str:
    """Make a link as the business department does, and read it off its page."""
    page = shop.enter("business")
    shop.open(f"/loss-forms/{form}")
    page.get_by_role("link", name="发给责任方").click()
    page.get_by_role("button", name="生成链接").click()
    field = page.get_by_label("链接地址")
    expect(field).to_have_value(re.compile(r"/l/[\w-]{43}$"))
    expect(page.get_by_alt_text("链接的二维码")).to_be_visible()
    page.wait_for_load_state()
    page.get_by_role("button", name="复制").click()
    expect(page.get_by_role("button", name="已复制")).to_be_visible()
    page.set_viewport_size({"width": 360, "height": 740})
    assert beyond_the_screen(page) == 0
    assert findings(page) == []
    return field.input_value()


def test_a_supplier_signs_by_link_and_disputes_another(shop: Shop, tmp_path: Path) -> None:
    with played(shop.address) as story:
        forms = []
        for _ in range(2):
            no = story.register(**SUPPLIER_FAULT)
            story.at_after_sales(no)
            story.scrap(no)
            [form] = story.list_on_forms(no)
            story.do("clerk", "loss_form", form, "submit")
            forms.append(form)
    to_sign, to_dispute = (_link(shop, form) for form in forms)
    shop.page.context.clear_cookies()
    page = shop.page

    page.goto(to_sign)
    expect(page.get_by_role("heading", name=f"报损单 {forms[0]}")).to_be_visible()
    assert beyond_the_screen(page) == 0
    assert findings(page) == []
    page.get_by_label("签字人姓名、职务").first.fill("周海 厂长")
    page.get_by_role("button", name="签字", exact=True).click()
    expect(page.get_by_text("您的答复已收到")).to_be_visible()
    assert findings(page) == []
    page.goto(to_sign)
    expect(page.get_by_text("这个链接打不开")).to_be_visible()
    assert beyond_the_screen(page) == 0
    assert findings(page) == []

    evidence = tmp_path / "report.jpg"
    evidence.write_bytes(picture())
    page.goto(to_dispute)
    panel = page.locator("details.action")
    panel.locator("summary").click()
    panel.locator("[name=x12]").select_option("IN")
    panel.locator("[name=reason]").fill("色牢度检测合格")
    panel.locator("[name=photos]").set_input_files(evidence)
    panel.locator("[name=signer]").fill("周海")
    assert findings(page) == []
    panel.get_by_role("button", name="确认").click()
    expect(page.get_by_text("您的答复已收到")).to_be_visible()

    page = shop.enter("supervisor")
    shop.open(f"/loss-forms/{forms[1]}")
    expect(page.get_by_text("色牢度检测合格")).to_be_visible()
    expect(page.locator("#photos img")).to_have_count(1)
    shop.open(f"/loss-forms/{forms[0]}")
    expect(page.locator("main").get_by_text("待确认").first).to_be_visible()
