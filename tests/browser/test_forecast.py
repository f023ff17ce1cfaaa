"""A repairer finds first what must move first, opens it, and reads why; another pauses it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import ENVIRONMENTS, Shop, beyond_the_screen
from tests.browser.test_pages import findings
from tests.conftest import KEY
from tests.story import Story
from tracker import create_app
from tracker.db import utc_now, write
from tracker.domain.registration import Outcome
from tracker.extensions import db
from tracker.services import forecast

pytestmark = pytest.mark.browser


def play(shop: Shop) -> tuple[str, str]:
    """Lay a garment of twelve days ago and one of six days ago on the bench, and foretell both."""
    folder = Path(ENVIRONMENTS[shop.address]["DATA_DIR"])
    url = f"sqlite:///{next(folder.glob('*.sqlite3'))}"
    app = create_app(database_url=url, secret_key=KEY, data_dir=folder, log_level="CRITICAL")
    with app.app_context():
        story = Story(db.session())
        pieces = []
        for days in (6, 12):
            story.now = utc_now() - timedelta(days=days)
            no = story.register("store2")
            story.at_after_sales(no, login="store2", manager="manager2")
            story.do("assessor", "registration", no, "assess", outcome=Outcome.REPAIR)
            pieces.append(story.piece_no(no))
        write(db.session(), lambda: forecast.refresh(db.session(), utc_now()))
        db.session.remove()
        db.engine.dispose()
    return pieces[0], pieces[1]


def test_the_list_leads_to_the_garment_that_must_move_first_and_its_page_says_why(
    shop: Shop,
) -> None:
    young, old = play(shop)
    page = shop.enter("repairer")
    shop.open("/bench?all=1")
    queue = page.locator(".queue")
    expect(queue).to_contain_text(young)
    words = queue.inner_text()
    assert words.index(old) < words.index(young)
    row = page.locator(".queue-row", has_text=old)
    expect(row).to_contain_text("会超期")
    expect(row).to_contain_text("最耗时：")
    shop.enter("supervisor")
    shop.open("/forecast?risk=late")
    page.get_by_role("link", name=old).first.click()
    clocks = page.locator("#clocks")
    expect(clocks).to_contain_text("会超期")
    expect(clocks).to_contain_text("时间主要耗在「维修质检」。")
    due = page.locator(".garment-head .due").inner_text()
    page.locator(".actions summary", has_text="暂停").click()
    page.get_by_text("等辅料", exact=True).click()
    page.get_by_role("button", name="确认暂停").click()
    expect(page.get_by_text("已暂停：等辅料。到期日不变。")).to_be_visible()
    page.wait_for_load_state()
    assert page.locator(".garment-head .due").inner_text() == due
    assert findings(page) == []
    page.set_viewport_size({"width": 360, "height": 740})
    for path in ("/forecast", "/forecast/bench", "/forecast/measured", "/calendar"):
        shop.open(path)
        expect(page.locator("h1")).to_be_visible()
        assert beyond_the_screen(page) == 0
        assert findings(page) == []
