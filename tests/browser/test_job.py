"""A month's report too long to wait for: asked for on the page, watched, downloaded."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.conftest import Shop, played
from tests.long_month import MONTH, fill

pytestmark = pytest.mark.browser


def test_a_long_report_is_made_as_a_job_while_its_page_tells_how_far_it_is(
    context: BrowserContext, server: str, tmp_path: Path
) -> None:
    with played(server) as story:
        story.write(lambda: fill(story.session, 10_000))
    shop = Shop(context, server)
    shop.enter("finance")
    page = shop.page
    page.goto(f"{server}/jobs")
    expect(page.get_by_text("您还没有后台任务。")).to_be_visible()
    page.goto(f"{server}/months/{MONTH}/report.pdf")
    page.get_by_role("button", name="开始生成").click()
    expect(page.get_by_text("正在生成")).to_be_visible()
    expect(page.get_by_role("progressbar")).to_be_visible()
    with page.expect_download(timeout=60_000) as started:
        page.get_by_role("link", name=f"month-{MONTH}.pdf").click(timeout=60_000)
    file = tmp_path / "report.pdf"
    started.value.save_as(file)
    content = file.read_bytes()
    assert (content[:5], content.rstrip()[-5:]) == (b"%PDF-", b"%%EOF")
    expect(page.get_by_text("已完成")).to_be_visible()
    assert shop.complaints == []
