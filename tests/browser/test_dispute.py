"""A loss form disputed by its store and answered by after-sales: two people, one form."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Shop, beyond_the_screen, played
from tests.browser.test_pages import findings
from tracker.domain.codes import Cause

pytestmark = pytest.mark.browser


def test_a_store_disputes_its_form_and_after_sales_upholds_it(shop: Shop) -> None:
    with played(shop.address) as story:
        no = story.register(cause=Cause.STORAGE)
        story.at_after_sales(no)
        story.scrap(no)
        [form] = story.list_on_forms(no)
        story.do("clerk", "loss_form", form, "submit")

    page = shop.enter("manager1")
    shop.open(f"/loss-forms/{form}")
    page.set_viewport_size({"width": 360, "height": 740})
    assert beyond_the_screen(page) == 0
    assert findings(page) == []
    shop.act("提出异议", x12="FR", reason="到货时外箱已破，有照片")
    page.get_by_text("待答复").first.wait_for()
    assert findings(page) == []

    page = shop.enter("supervisor")
    page.get_by_role("link", name="待答复的异议").click()
    page.get_by_role("link", name=form).click()
    shop.act("答复异议", answer="upheld", reason="封箱照片外箱完好")
    page.get_by_text("维持原责任").first.wait_for()
    assert beyond_the_screen(page) == 0
    assert findings(page) == []

    page = shop.enter("manager1")
    shop.open(f"/loss-forms/{form}")
    page.get_by_text("封箱照片外箱完好").wait_for()
    shop.act("签字")
    page.get_by_text("待确认").first.wait_for()
