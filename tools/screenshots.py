"""Take the pictures of docs/screenshots: the browser tour's cast plays a small story.

Usage: python tools/screenshots.py       a fresh demonstration chain, served on a free port

Chromium draws Chinese with the print fonts of static/vendor where the system has none. Every
picture is reduced to a palette, so that each stays below 150 kB.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

from PIL import Image, ImageFile
from playwright.sync_api import Browser, ViewportSize, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.browser import test_tour as tour  # noqa: E402
from tests.browser.conftest import CHROMIUM, QUIET, Shop, _serve  # noqa: E402

OUT = ROOT / "docs" / "screenshots"
FONTS = ROOT / "static" / "vendor" / "fonts"
PC, PHONE = ViewportSize(width=1280, height=800), ViewportSize(width=360, height=740)
LARGEST = 150_000
DOWN, LEATHER = "6921012340004", "6950000000019"


def save(png: bytes, path: Path) -> None:
    """Write a picture with as many colours as fit below the largest size."""
    parser = ImageFile.Parser()
    parser.feed(png)
    picture = parser.close().convert("RGB")
    for colours in (128, 64, 32, 16):
        few = picture.quantize(colours, method=Image.Quantize.MEDIANCUT)
        few.save(path, optimize=True)
        if path.stat().st_size < LARGEST:
            return
    raise SystemExit(f"{path.name} does not fit into {LARGEST} bytes")


def take(shop: Shop, name: str, whole: bool = False) -> None:
    """Take the page as it stands, or the whole of it."""
    shop.page.wait_for_load_state("networkidle")
    save(shop.page.screenshot(full_page=whole), OUT / f"{name}.png")
    print(f"docs/screenshots/{name}.png")


def scan_page(shop: Shop, name: str) -> None:
    """Take the scan page with a jacket on it and its first choices made."""
    page = shop.open("/registrations/new")
    page.keyboard.type(tour.JACKET)
    page.keyboard.press("Enter")
    page.locator("#product strong").wait_for()
    page.locator("label[for=defect-1]").click()
    page.evaluate("scrollTo(0, 0)")
    take(shop, name)


def register(shop: Shop, code: str, defect: str, cause: str) -> str:
    """Register a garment by its keys; return its piece number."""
    page = shop.open("/registrations/new")
    page.keyboard.type(code)
    page.keyboard.press("Enter")
    page.locator("#product strong").wait_for()
    for keys in (defect, "3", "2.5", "Enter", cause, "Enter"):
        page.keyboard.press(keys) if keys == "Enter" else page.keyboard.type(keys)
    page.wait_for_url("**/registered")
    return page.locator(".piece-no").inner_text().strip()


def play(shop: Shop, database: Path) -> None:
    """Play the story from the scanned tag to the month, taking pictures on the way."""
    shop.enter("store1")
    scan_page(shop, "scan")
    mended, scrapped = tour.register(shop), register(shop, DOWN, "7", "5")
    lost, waiting = register(shop, LEATHER, "3", "2"), tour.register(shop, defect="2")
    shop.enter("manager1")
    for piece in (mended, scrapped, lost):
        tour.accept(shop, piece)
    shop.enter("store1")
    box = tour.send_box(shop, mended, scrapped, lost)
    shop.enter("clerk")
    tour.count_in(shop, box, mended, scrapped)
    take(shop, "count")
    tour._repair_and_return(shop, mended)
    shop.open(f"/registrations?q={mended}")
    take(shop, "garment", whole=True)
    _make_late(database, waiting)
    shop.enter("supervisor")
    shop.open("/")
    take(shop, "work")
    form = tour._scrap(shop, scrapped)
    shop.enter("business")
    shop.open(f"/loss-forms/{form}")
    take(shop, "loss-form")
    shop.act("签字", on_paper="yes")
    for login, step in (("logistics", "确认"), ("vp", "批准")):
        shop.enter(login)
        shop.open(f"/loss-forms/{form}")
        shop.act(step)
    shop.enter("finance")
    page = shop.open("/months")
    page.locator("main a[href*='/months/']").first.click()
    take(shop, "month")


def _make_late(database: Path, piece: str) -> None:
    """Let a garment be overdue: the story plays within a minute."""
    with sqlite3.connect(database, timeout=30) as connection:
        connection.execute(
            "UPDATE registration SET due_on = date(due_on, '-5 days') WHERE piece_id ="
            " (SELECT id FROM piece WHERE piece_no = ?)",
            (piece,),
        )


def _shop(browser: Browser, size: ViewportSize, address: str) -> Shop:
    context = browser.new_context(viewport=size, locale="zh-CN", timezone_id="Asia/Shanghai")
    return Shop(context, address)


def _browse(browser: Browser, address: str, folder: Path) -> None:
    play(_shop(browser, PC, address), next(folder.glob("*.sqlite3")))
    phone = _shop(browser, PHONE, address)
    phone.enter("store1")
    scan_page(phone, "phone")


def main() -> int:
    """Serve, play, take; return the exit status."""
    if CHROMIUM is None:
        print("No Chromium was found: see tools/browser.py")
        return 1
    OUT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        shutil.copytree(FONTS, folder / "share" / "fonts")
        environment: dict[str, str | float | bool] = {
            **os.environ,
            "XDG_DATA_HOME": str(folder / "share"),
            "LANGUAGE": "zh_CN",
        }
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=[*QUIET, "--lang=zh-CN"], env=environment
        )
        with contextmanager(_serve)(folder, "") as address:
            _browse(browser, address, folder)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
