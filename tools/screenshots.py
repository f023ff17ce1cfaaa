"""Take the pictures of docs/screenshots and write docs/pages.md: every page, in both languages.

Usage: python tools/screenshots.py [NAME …]   all pages of tests/browser/atlas.py, or those named

A demonstration chain with weeks of history is served on a free port. Chromium draws Chinese with
the print fonts of static/vendor where the system has none. What axe finds stands beside a page.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from PIL import Image, ImageFile
from playwright.sync_api import Browser, ViewportSize, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.browser import atlas  # noqa: E402
from tests.browser.conftest import CHROMIUM, QUIET, Shop, _serve, make_history  # noqa: E402

OUT, PAGE = ROOT / "docs" / "screenshots", ROOT / "docs" / "pages.md"
FONTS = ROOT / "static" / "vendor" / "fonts"
PC, PHONE = ViewportSize(width=1280, height=900), ViewportSize(width=360, height=740)
COLOURS, WIDTH = 96, 960
HEAD = """# Every page

Taken by `make screenshots` from a demonstration chain with eight weeks of history, in Chinese and
in English; on a phone where store staff use one. Beside each page stands what axe finds on it: the
number of barriers by weight.

| page | who | Chinese | English | phone | axe |
|---|---|---|---|---|---|
"""


def save(png: bytes, path: Path) -> None:
    """Write a picture with few colours, a PC's made smaller."""
    parser = ImageFile.Parser()
    parser.feed(png)
    picture = parser.close().convert("RGB")
    if picture.width > WIDTH:
        height = round(picture.height * WIDTH / picture.width)
        picture = picture.resize((WIDTH, height), Image.Resampling.LANCZOS)
    path.parent.mkdir(parents=True, exist_ok=True)
    few = picture.quantize(COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    few.save(path, optimize=True)


def barriers(shop: Shop) -> str:
    """Return how many barriers of each weight axe finds on the page that is open."""
    found = Counter(str(one["impact"]) for one in Axe().run(shop.page).response["violations"])
    return ", ".join(f"{count} {weight}" for weight, count in sorted(found.items())) or "none"


def walk(
    shop: Shop, sheets: list[tuple[atlas.Sheet, str]], folder: str, *, judged: bool = False
) -> dict[str, str]:
    """Take a picture of every sheet; return what axe says of each, where it is asked."""
    said, login = {}, ""
    for sheet, path in sheets:
        if sheet.login and sheet.login != login:
            shop.enter(sheet.login)
            login = sheet.login
        page = shop.open(path)
        page.wait_for_load_state("networkidle")
        save(page.screenshot(), OUT / folder / f"{sheet.name}.png")
        if judged:
            said[sheet.name] = barriers(shop)
        print(f"docs/screenshots/{folder}/{sheet.name}.png", said.get(sheet.name, ""))
    return said


def _shop(browser: Browser, size: ViewportSize, address: str, language: str) -> Shop:
    context = browser.new_context(
        viewport=size, locale="zh-CN", timezone_id="Asia/Shanghai", reduced_motion="reduce"
    )
    shop = Shop(context, address)
    shop.language = language
    return shop


def _write(sheets: list[tuple[atlas.Sheet, str]], said: dict[str, str]) -> None:
    rows = []
    for sheet, _path in sheets:
        phone = f"[phone](screenshots/phone/{sheet.name}.png)" if sheet.on_phone else ""
        rows.append(
            f"| {sheet.name} | {sheet.login or '—'} | [中文](screenshots/zh/{sheet.name}.png) "
            f"| [English](screenshots/en/{sheet.name}.png) | {phone} | {said[sheet.name]} |"
        )
    PAGE.write_text(HEAD + "\n".join(rows) + "\n", encoding="utf-8")


def _browse(browser: Browser, address: str, file: Path, names: list[str]) -> None:
    every = list(atlas.addressed(file))
    sheets = [one for one in every if not names or one[0].name in names]
    said = walk(_shop(browser, PC, address, "zh"), sheets, "zh", judged=True)
    walk(_shop(browser, PC, address, "en"), sheets, "en")
    on_phone = [one for one in sheets if one[0].on_phone]
    walk(_shop(browser, PHONE, address, "zh"), on_phone, "phone")
    if not names:
        _write(every, said)


def main() -> int:
    """Serve, walk through the pages, write; return the exit status."""
    if CHROMIUM is None:
        print("No Chromium was found: see tools/browser.py")
        return 1
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
        file = make_history(folder)
        with contextmanager(_serve)(folder, "") as address:
            _browse(browser, address, file, sys.argv[1:])
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
