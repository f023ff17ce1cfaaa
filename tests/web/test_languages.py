"""Every page speaks one language: an English page no Chinese, a Chinese page no English word."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.browser import atlas
from tests.browser.conftest import make_history
from tests.conftest import KEY
from tools import translations
from tracker import create_app
from tracker.db import utc_now, write
from tracker.extensions import db
from tracker.services import account, demo
from tracker.web.filters import NAMES

CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff01-\uff5e]+")
LATIN = re.compile(r"[A-Za-z][A-Za-z_-]+")
CODE = re.compile(r"[a-z]+(_[a-z]+)*")
"""A stored code: a page shows its name, so it excuses no word."""
SAID = ("aria-label", "title", "placeholder", "alt", "label", "data-label", "data-confirm")
UNSAID = {"script", "style", "template", "svg"}
VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
PROPER = {
    "Hangtag", "hangtag-demo", "GORE-TEX", "SKU", "EAN", "QA", "PDF", "Excel", "CSV", "JSON",
    "API", "SHA-", "ISO", "KB", "MB", "cm", "Enter", "Tab", "Shift", "C-",
    "UTF-", "HTTPS", "Ctrl", "ZPL", "PNG", "SVG", "dpi", "JPG", "WebP", "Webhook", "STARTTLS",
    "TLS", "SECRET_KEY",
}  # fmt: skip
"""Latin words that a Chinese page says too: names, formats, units, keys, marks of conventions."""


class Words(HTMLParser):
    """What a reader of a page reads, in the order of the page; codes and foreign parts left out."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what the element's attributes say, and whether its text is to be read."""
        about = dict(attrs)
        classes = (about.get("class") or "").split()
        foreign = tag in UNSAID or "code" in classes or (tag != "html" and "lang" in about)
        hidden = foreign or (bool(self._open) and self._open[-1][1])
        if not hidden:
            self.said += [about[name] or "" for name in SAID if name in about]
        if tag not in VOID:
            self._open.append((tag, hidden))

    def handle_endtag(self, tag: str) -> None:
        """Leave the element."""
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        """Note a text."""
        if data.strip() and not (self._open and self._open[-1][1]):
            self.said.append(data.strip())


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, Path]]:
    """The chain with weeks of history and one of every unfinished case."""
    folder = tmp_path_factory.mktemp("languages")
    file = make_history(folder)
    app = create_app(
        database_url=f"sqlite:///{file}", secret_key=KEY, data_dir=folder, log_level="CRITICAL"
    )
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    yield app, file
    with app.app_context():
        db.engine.dispose()


def _reader(app: Flask, login: str, language: str) -> FlaskClient:
    browser = app.test_client()
    browser.set_cookie("locale", language)
    if login:
        with app.app_context():
            _account, secret = write(
                db.session(), lambda: account.log_in(db.session(), login, demo.PASSWORD, utc_now())
            )
        with browser.session_transaction() as cookie:
            cookie["secret"] = secret
    return browser


def _names() -> set[str]:
    """What the product itself calls things in Chinese, which no row of a table excuses."""
    named = {member.zh for kind in NAMES.values() for member in kind}
    for message in translations.in_chinese():
        said = message.string if isinstance(message.string, tuple) else (message.string,)
        named.update(said)
    return named


_CALLED = "SELECT name FROM site UNION SELECT name FROM account UNION SELECT name FROM supplier"


def _kept(file: Path) -> list[str]:
    """Every text that people of the chain wrote, the longest first: it stands in any language."""
    found: set[str] = set()
    with closing(sqlite3.connect(file)) as connection:
        tables = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'action_key'"
        )
        for [table] in tables.fetchall():
            columns = [row[1] for row in connection.execute(f'PRAGMA table_info("{table}")')]
            for column in set(columns) - {"zh", "en"}:
                rows = connection.execute(f'SELECT DISTINCT "{column}" FROM "{table}"')  # noqa: S608
                texts = (text for [text] in rows if isinstance(text, str))
                found.update(text for text in texts if not CODE.fullmatch(text))
        called = {name for [name] in connection.execute(_CALLED)}
    return sorted(found - (_names() - called), key=len, reverse=True)


def _foreign(page: str, word: re.Pattern[str], kept: list[str]) -> set[str]:
    """Return the words of a page that are of the other language and that nobody wrote into it."""
    reader, found = Words(), set()
    reader.feed(page)
    for text in reader.said:
        left = text
        for known in kept if word.search(left) else ():
            if known in left:
                left = re.sub(rf"(?<![A-Za-z-]){re.escape(known)}(?![A-Za-z-])", " ", left)
        found.update(word.findall(left))
    return found


def _all_foreign(
    chain: tuple[Flask, Path], language: str, word: re.Pattern[str], allowed: set[str]
) -> dict[str, set[str]]:
    app, file = chain
    kept = [text for text in _kept(file) if word.search(text)]
    masked = {f"{text[0]}*" for text in kept} if word is CHINESE else set()
    readers: dict[str, FlaskClient] = {}
    found: dict[str, set[str]] = {}
    for sheet, path in atlas.addressed(file):
        if sheet.login not in readers:
            readers[sheet.login] = _reader(app, sheet.login, language)
        answer = readers[sheet.login].get(path)
        assert answer.status_code == 200, path
        said = _foreign(answer.text, word, [*kept, *masked]) - allowed
        if said:
            found[sheet.name] = said
    return found


def test_no_english_page_says_a_chinese_word(chain: tuple[Flask, Path]) -> None:
    assert _all_foreign(chain, "en", CHINESE, set()) == {}


def test_no_chinese_page_says_an_english_word(chain: tuple[Flask, Path]) -> None:
    assert _all_foreign(chain, "zh", LATIN, PROPER) == {}


ODD = (
    ("supervisor", "/months/1999-01", 404),
    ("supervisor", "/nothing", 404),
    ("supervisor", "/accounts", 403),
    ("supervisor", "/turnaround?from=abc", 422),
    ("supervisor", "/turnaround?from=2026-12-01&to=2020-01-01", 422),
    ("finance", "/reports/scrap?first=2026-12&last=2020-01", 422),
    ("finance", "/reports/scrap?first=2020-01&last=2020-02", 200),
    ("finance", "/reports/scrap/rows?first=2020-01&last=2020-02", 200),
    ("supervisor", "/registrations?status=voided&overdue=1", 200),
    ("supervisor", "/discrepancies?status=resolved", 200),
    ("supervisor", "/loss-forms?status=voided", 200),
    ("supervisor", "/turnaround?from=2020-01-01&to=2020-02-01", 200),
    ("supervisor", "/shipments?status=voided", 200),
    ("store1", "/registrations/new?code=000", 200),
)
"""Pages that refuse and lists that are empty."""
SENT = (
    ("region1", "/shipments/relay", {}, 422),
    ("clerk", "/loss-forms", {}, 422),
    ("supervisor", "/operations", {}, 422),
    ("", "/login", {"login": "store1", "password": "wrong"}, 422),
)
"""Forms sent empty or wrong."""


@pytest.mark.parametrize(
    ("language", "word", "allowed"), [("en", CHINESE, set()), ("zh", LATIN, PROPER)]
)
def test_refusals_and_empty_lists_speak_the_readers_language(
    chain: tuple[Flask, Path], language: str, word: re.Pattern[str], allowed: set[str]
) -> None:
    app, file = chain
    kept = [text for text in _kept(file) if word.search(text)]
    readers = {who: _reader(app, who, language) for who in {who for who, *_ in (*ODD, *SENT)}}
    answers = [(path, status, readers[who].get(path)) for who, path, status in ODD]
    answers += [
        (path, status, readers[who].post(path, data=sent)) for who, path, sent, status in SENT
    ]
    assert {
        path: (answer.status_code, _foreign(answer.text, word, kept) - allowed)
        for path, _status, answer in answers
    } == {path: (status, set()) for path, status, _answer in answers}
