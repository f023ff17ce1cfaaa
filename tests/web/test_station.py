"""The scan station's shell, its manifest, and the list of files that its worker holds."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.story import Story
from tracker.config import ROOT

FILE = re.compile(r'(?:href|src)="(/static/[^"]+)"')
IMPORT = re.compile(r'from "\./([a-z_]+\.js)"')


def read(browser: Any, address: str) -> bytes:
    """Return a file as a browser gets it."""
    with browser.get(address) as answer:
        assert answer.status_code == 200, address
        return bytes(answer.data)


def held(browser: Any) -> dict[str, Any]:
    """Return what the worker says that it holds."""
    first = browser.get("/scan/worker.js").text.partition("\n")[0]
    found: dict[str, Any] = json.loads(first.removeprefix("self.held = ").rstrip(";"))
    return found


def test_the_shell_is_the_same_bytes_for_everybody_and_sets_no_cookie(
    app: Flask, story: Story, login: Any
) -> None:
    strangers = app.test_client().get("/scan/")
    for name in ("store1", "manager2", "auditor"):
        answer = login(name).get("/scan/")
        assert answer.data == strangers.data
        assert "Set-Cookie" not in answer.headers
    assert strangers.headers["Cache-Control"] == "no-cache"
    assert b"csrf" not in strangers.data
    assert b"SUP01" not in strangers.data


def test_the_worker_holds_every_file_of_the_shell_by_its_digest(sqlite_app: Flask) -> None:
    browser = sqlite_app.test_client()
    files = held(browser)["files"]
    shell = browser.get("/scan/").text
    scripts = [name for name in files if name.startswith("/static/js/station/")]
    imported = {
        f"/static/js/station/{name}"
        for script in scripts
        for name in IMPORT.findall(read(browser, script).decode())
    }
    assert set(FILE.findall(shell)) | imported <= set(files)
    for address, digest in files.items():
        assert hashlib.sha256(read(browser, address)).hexdigest() == digest


@pytest.fixture
def copied(sqlite_app: Flask, tmp_path: Path) -> Flask:
    """The application over a copy of its static files."""
    shutil.copytree(ROOT / "static", tmp_path / "static")
    sqlite_app.static_folder = str(tmp_path / "static")
    return sqlite_app


def test_the_version_changes_with_any_file_and_with_nothing_else(
    copied: Flask,
) -> None:
    browser = copied.test_client()
    first = held(browser)
    assert held(browser) == first
    for name in ("css/station.css", "js/station/queue.js", "img/station-192.png"):
        path = Path(str(copied.static_folder)) / name
        content = path.read_bytes()
        path.write_bytes(content + b"\n")
        assert held(browser)["version"] != first["version"], name
        path.write_bytes(content)
    browser.set_cookie("locale", "en")
    assert held(browser) == first


def test_the_shell_is_held_in_every_language_whatever_the_readers(sqlite_app: Flask) -> None:
    browser = sqlite_app.test_client()
    chinese, english = (browser.get(f"/scan/{one}/").text for one in ("zh", "en"))
    assert ('<html lang="zh-CN">' in chinese, '<html lang="en">' in english) == (True, True)
    assert browser.get("/scan/").text == chinese
    browser.set_cookie("locale", "en")
    assert browser.get("/scan/").text == english
    assert browser.get("/scan/zh/").text == chinese
    assert browser.get("/scan/fr/").status_code == 404
    assert {"/scan/zh/", "/scan/en/"} <= set(held(browser)["files"])


def test_the_manifest_names_the_station_and_icons_that_are_what_they_say(
    sqlite_app: Flask,
) -> None:
    browser = sqlite_app.test_client()
    english = json.loads(browser.get("/scan/en/manifest.webmanifest").data)
    assert (english["name"], english["lang"], english["id"]) == ("Scan station", "en", "/scan/")
    answer = browser.get("/scan/zh/manifest.webmanifest")
    manifest = json.loads(answer.data)
    assert answer.mimetype == "application/manifest+json"
    assert (manifest["name"], manifest["start_url"], manifest["scope"]) == (
        "扫描台", "/scan/", "/scan/",
    )  # fmt: skip
    for icon in manifest["icons"]:
        content = read(browser, icon["src"])
        side = int.from_bytes(content[16:20], "big")
        assert (content[:8], f"{side}x{side}") == (b"\x89PNG\r\n\x1a\n", icon["sizes"])


def test_suppliers_are_told_to_store_staff_alone(app: Flask, story: Story, login: Any) -> None:
    items = login("store1").get("/scan/suppliers").json["items"]
    assert [one["code"] for one in items] == ["SUP01", "SUP02", "SUP03", "SUP04", "SUP05"]
    assert login("auditor").get("/scan/suppliers").status_code == 403
    assert app.test_client().get("/scan/suppliers").status_code == 302


def test_the_menu_of_store_staff_leads_to_the_station_and_nobody_elses_does(
    app: Flask, story: Story, login: Any
) -> None:
    assert 'href="/scan/"' in login("store1").get("/").text
    assert 'href="/scan/"' not in login("clerk").get("/").text
    assert 'href="/scan/"' in login("store1").get("/registrations/new").text
