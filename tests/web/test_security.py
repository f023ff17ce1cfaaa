"""The measured traps of the stack at the web's edge, each pinned."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask

from tests.story import Story
from tracker.services import demo

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def test_every_answer_carries_the_security_headers(app: Flask, login: Any) -> None:
    for path in ("/", "/login", "/healthz", "/nowhere", "/static/css/hangtag.css"):
        with login("store1").get(path) as answer:
            headers = answer.headers
        assert "unsafe-inline" not in headers["Content-Security-Policy"]
        assert "script-src 'self'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]


def test_private_pages_are_kept_by_no_cache(app: Flask, login: Any) -> None:
    answer = login("store1").get("/registrations")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Cookie" in answer.headers["Vary"]


def test_a_post_without_the_token_is_refused_with_a_sentence(app: Flask, login: Any) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        answer = login("store1").post("/logout")
        assert answer.status_code == 400
        assert "页面已过期" in answer.text
    finally:
        app.config["WTF_CSRF_ENABLED"] = False


def test_a_token_of_this_morning_is_still_good_in_the_evening(app: Flask, login: Any) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        with time_machine.travel(NOW, tick=False):
            browser = login("store1")
            page = browser.get("/registrations/new").text
            token = page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
        with time_machine.travel(NOW + timedelta(hours=13), tick=False):
            answer = browser.post("/logout", data={"csrf_token": token})
            assert answer.status_code == 303
    finally:
        app.config["WTF_CSRF_ENABLED"] = False


@pytest.mark.parametrize("jump", [timedelta(minutes=-2), timedelta(hours=-1), timedelta(days=-1)])
def test_a_clock_set_back_logs_nobody_out(app: Flask, login: Any, jump: timedelta) -> None:
    with time_machine.travel(NOW, tick=False):
        browser = login("store1")
    with time_machine.travel(NOW + jump, tick=False):
        assert browser.get("/").status_code == 200


def test_a_log_in_ends_after_the_day(app: Flask, login: Any) -> None:
    with time_machine.travel(NOW, tick=False):
        browser = login("store1")
    with time_machine.travel(NOW + timedelta(hours=15), tick=False):
        assert browser.get("/").status_code == 200
    with time_machine.travel(NOW + timedelta(hours=17), tick=False):
        assert browser.get("/").status_code == 302


def test_logging_out_kills_the_cookie_on_the_server(app: Flask, login: Any) -> None:
    browser = login("store1")
    with browser.session_transaction() as cookie:
        secret = cookie["secret"]
    browser.post("/logout")
    with browser.session_transaction() as cookie:
        cookie["secret"] = secret
    assert browser.get("/").status_code == 302


def test_a_disabled_account_is_cut_at_its_next_request(
    app: Flask, login: Any, story: Story
) -> None:
    from tracker.queries import account

    browser = login("store1")
    assert browser.get("/").status_code == 200

    def disable() -> None:
        found = account.by_login(story.session, "store1")
        assert found is not None
        found.is_active = False

    story.write(disable)
    assert browser.get("/").status_code == 302


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "/\\evil.example", "\t//evil.example", "https:evil", "javascript:alert(1)",
     "http:///evil.example", "/%0d%0aX: y\r\n", "https://evil.example/"],
)  # fmt: skip
def test_log_in_never_sends_anybody_to_another_host(app: Flask, target: str) -> None:
    answer = app.test_client().post(
        "/login", data={"login": "store1", "password": demo.PASSWORD, "next": target}
    )
    assert answer.status_code == 303
    assert answer.location == "/"


def test_log_in_goes_on_to_the_page_that_was_wanted(app: Flask) -> None:
    browser = app.test_client()
    assert browser.get("/shipments").location == "/login?next=/shipments"
    answer = browser.post(
        "/login", data={"login": "store1", "password": demo.PASSWORD, "next": "/shipments"}
    )
    assert answer.location == "/shipments"


def test_wrong_passwords_read_alike_and_slow_down(app: Flask) -> None:
    browser = app.test_client()

    def attempt(login: str, password: str) -> Any:
        return browser.post("/login", data={"login": login, "password": password})

    with time_machine.travel(NOW, tick=False):
        known = attempt("store1", "wrong-password")
        unknown = attempt("nobody", "wrong-password")
        assert known.status_code == unknown.status_code == 422
        assert "用户名或密码不对" in known.text
        assert "用户名或密码不对" in unknown.text
        for _ in range(6):
            last = attempt("store1", "wrong-password")
        assert "连续输错次数过多" in last.text
        assert "连续输错次数过多" in attempt("store1", demo.PASSWORD).text


def test_a_paused_account_opens_again_by_itself(app: Flask) -> None:
    browser = app.test_client()
    with time_machine.travel(NOW, tick=False):
        for _ in range(8):
            browser.post("/login", data={"login": "store1", "password": "wrong-password"})
    with time_machine.travel(NOW + timedelta(minutes=6), tick=False):
        answer = browser.post("/login", data={"login": "store1", "password": demo.PASSWORD})
        assert answer.status_code == 303


HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{7*7}}{{config}}",
    "{0.__class__}{sentence}",
    "' OR 1=1--",
    "%_%",
    "../../etc/passwd",
    "\u202eevil\u200b",
    "😀" * 50,
    "a" * 5000,
    "１２３",
    "\x1d]C1",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_refused_or_inert_everywhere(app: Flask, login: Any, text: str) -> None:
    browser = login("store1")
    for path, args in (
        ("/registrations", {"q": text}),
        ("/registrations", {"status": text, "site": text, "style": text, "cursor": text}),
        ("/registrations/product", {"code": text}),
        ("/registrations/search", {"q": text}),
        ("/shipments", {"cursor": text}),
    ):
        answer = browser.get(path, query_string=args, follow_redirects=True)
        assert answer.status_code < 500, (path, args)
        assert "<script>alert" not in answer.text
        assert "<img src=x" not in answer.text
        if text.startswith("{{7"):
            assert "49{" not in answer.text


@pytest.mark.parametrize("number", ["9" * 30, "-1", "１", "%00", "DJ00000001A'--", "../x"])
def test_a_number_that_cannot_be_is_not_found(app: Flask, login: Any, number: str) -> None:
    for path in ("/registrations/", "/shipments/"):
        assert login("store1").get(path + number).status_code in (404, 308)


def test_an_unknown_host_is_refused_when_hosts_are_named(app: Flask) -> None:
    app.config["TRUSTED_HOSTS"] = ["shop.example"]
    try:
        answer = app.test_client().get("/login", headers={"Host": "evil.example"})
        assert answer.status_code == 400
    finally:
        app.config["TRUSTED_HOSTS"] = None


def test_too_large_a_post_is_refused_with_a_sentence(app: Flask, login: Any) -> None:
    answer = login("store1").post("/registrations/new", data={"note": "x" * 13_000_000})
    assert answer.status_code == 413
    assert "太大" in answer.text


def test_the_language_is_kept_and_only_ours(app: Flask, login: Any) -> None:
    browser = login("store1")
    browser.post("/language/en", data={"back": "/"})
    assert 'lang="en"' in browser.get("/").text
    browser.post("/language/xx", data={"back": "//evil.example"})
    assert 'lang="en"' in browser.get("/").text
