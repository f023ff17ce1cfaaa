"""The approval in a browser: the password typed again, the paper kept, a file compared with it."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Shop, beyond_the_screen, played, verified
from tests.browser.test_pages import findings
from tests.photos import picture
from tests.story import DOWN_COAT

pytestmark = pytest.mark.browser


def test_the_vice_president_approves_with_the_password_and_the_paper_is_kept(
    shop: Shop, tmp_path: Path
) -> None:
    with played(shop.address) as story:
        story.wait(days=-8)
        [form] = story.list_on_forms(story.scrapped())
        story.sign(form)
        story.do("logistics", "loss_form", form, "confirm", version=story.form(form).version)
    page = shop.enter("vp")
    page.set_viewport_size({"width": 360, "height": 740})
    shop.open(f"/loss-forms/{form}")
    page.locator(".actions summary", has_text="批准").click()
    password = page.locator(".actions [name=password]")
    expect(password).to_be_focused()
    password.fill("wrong-password")
    password.press("Enter")
    expect(password).to_have_value("wrong-password")
    assert (beyond_the_screen(page), findings(page)) == (0, [])
    shop.act("批准", password="wrong-password")
    page.get_by_text("密码不对，本次操作没有执行").wait_for()
    expect(password).to_be_focused()
    expect(password).to_have_value("")
    shop.act("批准")
    page.get_by_role("heading", name="签批存档").wait_for()
    page.get_by_text("已批准").first.wait_for()
    assert (beyond_the_screen(page), findings(page)) == (0, [])

    kept = page.request.get(f"{shop.address}/loss-forms/{form}.pdf").body()
    page.get_by_text(hashlib.sha256(kept).hexdigest()).wait_for()
    for content, told in ((kept, "逐字节相同"), (kept + b" ", "不是本单的存档")):
        (tmp_path / "报损单.pdf").write_bytes(content)
        page.get_by_label("要比对的 PDF").set_input_files(tmp_path / "报损单.pdf")
        page.get_by_role("button", name="比对", exact=True).click()
        page.get_by_text(told).wait_for()
    assert "papers" in verified(shop.address)


def test_business_signs_for_a_supplier_with_a_picture_of_the_paper(
    shop: Shop, tmp_path: Path
) -> None:
    with played(shop.address) as story:
        story.wait(days=-8)
        [form] = story.list_on_forms(story.scrapped(DOWN_COAT))
        story.do("clerk", "loss_form", form, "submit")
    page = shop.enter("business")
    shop.open(f"/loss-forms/{form}")
    shop.act("签字", on_paper="y")
    page.get_by_text("请先拍下或扫描责任方签过字的纸质报损单").wait_for()
    assert (beyond_the_screen(page), findings(page)) == (0, [])
    (tmp_path / "签字.jpg").write_bytes(picture())
    page.locator(".actions [name=papers]").set_input_files(tmp_path / "签字.jpg")
    shop.act("签字", on_paper="y")
    page.get_by_text("待确认").first.wait_for()
    page.get_by_role("link", name="签字单据 1").click()
    page.wait_for_url("**/photos/*")
    page.get_by_text("纸质签字").first.wait_for()
