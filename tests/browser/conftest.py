"""A served Hangtag and a real browser; skipped with a reason where there is no Chromium."""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from flask import current_app
from playwright.sync_api import BrowserContext, Error, Page, expect

from tests.browser import atlas
from tests.story import Story
from tracker import create_app
from tracker.db import utc_now
from tracker.extensions import db
from tracker.services.demo import PASSWORD

expect.set_options(timeout=20_000)
ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = next(
    filter(
        None, (shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome"))
    ),
    None,
)
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Launch the system's Chromium."""
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("CI needs a Chromium")
        pytest.skip("no Chromium is installed")
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": QUIET}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """Browse as a shop's PC does: Chinese, Shanghai, no other host; no button fades its colour."""
    place = {"locale": "zh-CN", "timezone_id": "Asia/Shanghai", "reduced_motion": "reduce"}
    return {**browser_context_args, **place}


FLASK = [str(Path(sys.executable).with_name("flask")), "--app", "wsgi"]
LOGGED_IN: dict[tuple[str, str], Any] = {}
"""The cookies of whoever logged in at an address: who comes again need not wait for the form."""
ENVIRONMENTS: dict[str, dict[str, str]] = {}
"""The environment of each served Hangtag, by its address."""


def verified(address: str) -> str:
    """Return what ``flask verify`` says of a served Hangtag; it must hold."""
    with played(address):
        told = current_app.test_cli_runner().invoke(args=["verify"])
    assert told.exit_code == 0, told.output
    return told.output


def database_in(folder: Path) -> Path:
    """Return the SQLite database of a folder of data."""
    [file] = folder.glob("*.sqlite3")
    return file


@contextmanager
def played(address: str) -> Iterator[Story]:
    """The cast acting through the services, now, in the chain of a Hangtag served on SQLite."""
    file = database_in(Path(ENVIRONMENTS[address]["DATA_DIR"]))
    app = create_app(database_url=f"sqlite:///{file}", data_dir=file.parent, log_level="CRITICAL")
    with app.app_context():
        story = Story(db.session())
        story.now = utc_now()
        yield story
        db.session.remove()
        db.engine.dispose()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _serve(folder: Path, database_url: str) -> Iterator[str]:
    port = _free_port()
    environment = {
        **os.environ,
        "DATA_DIR": str(folder),
        "DATABASE_URL": database_url,
        "PORT": str(port),
        "LOG_LEVEL": "ERROR",
    }
    if database_url:
        run_flask(environment, "prepare")
    log = (folder / "serve.log").open("wb")
    server = subprocess.Popen([*FLASK, "serve"], cwd=ROOT, env=environment, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    ENVIRONMENTS[address] = environment
    try:
        _wait_for(address, server)
        yield address
    finally:
        server.terminate()
        server.wait(20)
        log.close()


def _wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        assert server.poll() is None, "the server stopped at its start"
        try:
            with urllib.request.urlopen(f"{address}/healthz", timeout=2) as answer:  # noqa: S310
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    pytest.fail("the server did not answer within a minute")


def run_flask(environment: dict[str, str], *command: str) -> None:
    """Run one of Hangtag's commands; it must succeed."""
    subprocess.run([*FLASK, *command], cwd=ROOT, env=environment, check=True)


def load_chain(folder: Path, *asked: str) -> None:
    """Make an SQLite database with the demonstration chain in an empty folder."""
    environment = {**os.environ, "DATA_DIR": str(folder), "DATABASE_URL": ""}
    run_flask(environment, "prepare")
    run_flask(environment, "demo", "load", *asked)
    with closing(sqlite3.connect(database_in(folder))) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """Return the folder that ``make`` fills, once for all the workers; it is to be copied."""
    base = factory.getbasetemp()
    common = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    folder = common / name
    with (common / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            half = common / f"{name}.half"
            shutil.rmtree(half, ignore_errors=True)
            half.mkdir()
            make(half)
            half.rename(folder)
    return folder


@pytest.fixture(scope="session")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the demonstration chain and its keys, to be copied and never served."""
    return made_once(tmp_path_factory, "chain", load_chain)


@pytest.fixture(scope="session")
def served(chain: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Hangtag on SQLite as ``make run`` serves it."""
    folder = tmp_path_factory.mktemp("served")
    passing = shutil.ignore_patterns("*-wal", "*-shm")  # of another worker that reads it now
    shutil.copytree(chain, folder, dirs_exist_ok=True, ignore=passing)
    yield from _serve(folder, "")


@pytest.fixture(scope="module")
def server(chain: Path, served: str) -> str:
    """The address of Hangtag; each module finds the chain as it was, whatever others sent."""
    fresh, file = database_in(chain), database_in(Path(ENVIRONMENTS[served]["DATA_DIR"]))
    with closing(sqlite3.connect(fresh)) as source, closing(sqlite3.connect(file)) as target:
        source.backup(target)
    LOGGED_IN.clear()
    return served


WEEKS = 8
"""As much history as the pages of the atlas want."""


def make_history(folder: Path) -> Path:
    """Make a chain with weeks of history and one of every unfinished case; return its file."""
    load_chain(folder, "--weeks", str(WEEKS))
    file = database_in(folder)
    app = create_app(database_url=f"sqlite:///{file}", data_dir=folder, log_level="CRITICAL")
    with app.app_context():
        atlas.play(Story(db.session()), folder / "photos")
        db.session.remove()
        db.engine.dispose()
    return file


@pytest.fixture(scope="session")
def history(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """Hangtag over weeks of history: its address and its file."""
    folder = tmp_path_factory.mktemp("history")
    shutil.copytree(
        made_once(tmp_path_factory, "history", make_history), folder, dirs_exist_ok=True
    )
    for address in _serve(folder, ""):
        yield address, database_in(folder)


@pytest.fixture(scope="session")
def postgres_server_address(
    tmp_path_factory: pytest.TempPathFactory, postgres_server: Any, worker_id: str
) -> Iterator[str]:
    """Hangtag on PostgreSQL as ``make run`` serves it."""
    url = postgres_server.create_database(f"served_{worker_id}")
    yield from _serve(tmp_path_factory.mktemp("served_pg"), url)


FINISHED = """Promise.allSettled(document.getAnimations()
    .filter((one) => one.effect.getComputedTiming().endTime !== Infinity)
    .map((one) => one.finished))"""


def at_rest(page: Page) -> Page:
    """Return the page once it is whole and nothing in it moves any more."""
    page.wait_for_load_state()
    page.evaluate(FINISHED)
    return page


def beyond_the_screen(page: Page) -> int:
    """Return by how many pixels a page is wider than its screen."""
    return int(at_rest(page).evaluate("document.documentElement.scrollWidth - innerWidth"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Say beside a failure what the page showed: a run elsewhere leaves no picture behind."""
    report = yield
    shop = getattr(item, "funcargs", {}).get("shop")
    if report.when == "call" and report.failed and shop is not None:
        with suppress(Error):
            shown = shop.page.locator("body").inner_text(timeout=2_000)
            report.sections.append(("what the page showed", f"{shop.page.url}\n{shown[:4_000]}"))
    return report


class Shop:
    """People of the chain at their screens; a complaint of the browser's console is a defect."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.address = address
        self.language = "zh"
        self.page: Page = context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _note(self, message: Any) -> None:
        expected = "Failed to load resource: the server responded with a status of 4"
        if message.type in ("error", "warning") and not message.text.startswith(expected):
            self.complaints.append(message.text)

    def enter(self, login: str) -> Page:
        """Log in as somebody, leaving whoever was there."""
        context, home = self.page.context, f"{self.address}/"
        context.clear_cookies()
        language: Any = {"name": "locale", "value": self.language, "url": self.address}
        context.add_cookies([*LOGGED_IN.get((home, login), ()), language])
        self.page.goto(home)
        if self.page.url != home:
            self.page.fill("[name=login]", login)
            self.page.fill("[name=password]", PASSWORD)
            self.page.press("[name=password]", "Enter")
            self.page.wait_for_url(home)
            LOGGED_IN[home, login] = context.cookies()
        return self.page

    def open(self, path: str) -> Page:
        """Open a page of the product."""
        self.page.goto(self.address + path)
        return self.page

    def act(self, label: str, **fields: str) -> None:
        """Take an action of the page's panel: a button, or one that opens with fields.

        A step of money gets the password, unless ``fields`` say what is typed.
        """
        panel = self.page.locator(".actions")
        summary = panel.locator("summary", has_text=label)
        if summary.count():
            details = panel.locator("details", has=self.page.locator("summary", has_text=label))
            if details.first.get_attribute("open") is None:
                summary.first.click()
            form = details.first
            for name, value in fields.items():
                fill(form, name, value)
            if "password" not in fields and form.locator("[name=password]").count():
                fill(form, "password", PASSWORD)
            form.get_by_role("button", name="确认").first.click()
        else:
            panel.get_by_role("button", name=label, exact=True).first.click()
        self.page.wait_for_load_state()

    def scan(self, *codes: str) -> None:
        """Scan tags as a wedge scanner does: typed at once, ended by Enter."""
        field = self.page.locator("#scan-code")
        rows = self.page.locator(".scan-list li[data-outcome]")
        before = rows.count()
        for code in codes:
            field.press_sequentially(code)
            field.press("Enter")
        rows.nth(before + len(codes) - 1).wait_for()

    def outcomes(self) -> list[str]:
        """Return what became of the scans on this page, newest first."""
        rows = self.page.locator(".scan-list li[data-outcome]")
        return [row.get_attribute("data-outcome") or "" for row in rows.all()]


def fill(form: Any, name: str, value: str) -> None:
    """Fill a field of a form, whatever kind it is."""
    radio = form.locator(f'input[type=radio][name="{name}"][value="{value}"]')
    if radio.count():
        form.locator(f'label[for="{radio.first.get_attribute("id")}"]').click()
        return
    field = form.locator(f'[name="{name}"]').first
    if field.evaluate("node => node.tagName") == "SELECT":
        field.select_option(value)
    elif field.get_attribute("type") == "checkbox":
        field.check()
    else:
        field.fill(value)


@pytest.fixture
def shop(context: BrowserContext, server: str) -> Iterator[Shop]:
    """The chain on SQLite."""
    context.set_default_timeout(60_000)
    shop = Shop(context, server)
    yield shop
    assert shop.complaints == []


@pytest.fixture
def postgres_shop(context: BrowserContext, postgres_server_address: str) -> Iterator[Shop]:
    """The chain on PostgreSQL."""
    shop = Shop(context, postgres_server_address)
    yield shop
    assert shop.complaints == []
