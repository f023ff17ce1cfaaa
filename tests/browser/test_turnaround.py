"""A supervisor opens the turnaround, sees its charts drawn and follows a figure to a garment."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.browser.conftest import ENVIRONMENTS, Shop, beyond_the_screen
from tests.browser.test_pages import findings
from tests.conftest import KEY
from tests.story import Story
from tracker import create_app
from tracker.db import utc_now
from tracker.extensions import db

pytestmark = pytest.mark.browser


def drawn(shop: Shop) -> list[bool]:
    """Return for every chart of the page whether something is painted on it."""
    return shop.page.locator("canvas[data-chart][data-drawn]").evaluate_all(
        "all => all.map(one => one.getContext('2d')"
        ".getImageData(0, 0, one.width, one.height).data.some(byte => byte !== 0))"
    )


def play(shop: Shop) -> tuple[str, str]:
    """Play a round trip of a month ago and a garment on its way; return their piece numbers."""
    folder = Path(ENVIRONMENTS[shop.address]["DATA_DIR"])
    url = f"sqlite:///{next(folder.glob('*.sqlite3'))}"
    app = create_app(database_url=url, secret_key=KEY, data_dir=folder, log_level="CRITICAL")
    with app.app_context():
        story = Story(db.session(), utc_now() - timedelta(days=20))
        back, away = story.register(), story.register()
        story.at_after_sales(back)
        story.repair(back)
        story.return_to_store(back)
        story.wait(days=8)
        story.send(away)
        pieces = (story.piece_no(back), story.piece_no(away))
        db.session.remove()
        db.engine.dispose()
    return pieces


def test_a_figure_leads_from_the_overview_to_its_garment(shop: Shop) -> None:
    back, away = play(shop)
    page = shop.enter("supervisor")
    shop.open("/turnaround/in-flight")
    assert drawn(shop) == [True]
    page.locator("tbody tr").first.locator("a.drill").last.click()
    page.wait_for_url("**/turnaround/in-flight/rows?*")
    assert away in page.locator("tbody").inner_text()
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 800})
        shop.open("/turnaround?weeks=4")
        assert drawn(shop) == [True, True]
        assert findings(page) == []
        assert beyond_the_screen(page) == 0
    page.locator(".headline a.drill").first.click()
    page.wait_for_url("**/turnaround/rows?*")
    page.get_by_role("link", name=back).click()
    page.wait_for_url("**/registrations/DJ*")
    assert page.locator("h1").count() == 1


def test_the_page_is_whole_without_javascript(shop: Shop) -> None:
    shop.enter("auditor")
    context = shop.page.context.browser
    assert context is not None
    plain = context.new_context(java_script_enabled=False)
    plain.add_cookies(shop.page.context.cookies())
    page = plain.new_page()
    page.goto(f"{shop.address}/turnaround/in-flight")
    assert page.locator("h1").inner_text() == "在途在修"
    assert page.locator("canvas:visible").count() == 0
    plain.close()
