"""The page by which a device comes to trust us, and what HTTPS changes at the web's edge."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.kept import LOADED
from tracker import config, create_app
from tracker.cli.https import only_steps
from tracker.config import ConfigurationError
from tracker.db import utc_now
from tracker.extensions import db
from tracker.services import authority, demo, trust

EVERYWHERE = trust.EVERYWHERE[0]


@pytest.fixture
def secured(sqlite_app: Flask, tmp_path: Path) -> Iterator[Flask]:
    """The application as HTTPS=1 starts it, on a fresh chain of its own."""
    file = shutil.copy(sqlite_app.config["CHAIN"].copy_of(LOADED), tmp_path / "hangtag.sqlite3")
    authority.prepare(tmp_path, ("127.0.0.1",), utc_now())
    app = create_app(
        database_url=f"sqlite:///{file}",
        secret_key=sqlite_app.config["SECRET_KEY"],
        data_dir=tmp_path,
        https=True,
        host="127.0.0.1",
        port=8443,
        log_level="CRITICAL",
    )
    yield app
    with app.app_context():
        db.engine.dispose()


def test_a_phone_finds_the_steps_in_both_languages_the_readers_first(secured: Flask) -> None:
    browser = secured.test_client()
    page = browser.get("/trust").text
    assert re.findall(r'class="sheet trust" lang="([^"]+)"', page) == ["zh-CN", "en"]
    assert page.count('href="https://127.0.0.1:8443"') == 2
    content = trust.certificate(secured.config["SETTINGS"].data_dir)
    assert content is not None
    assert page.count(trust.fingerprint(content)) == 2
    browser.set_cookie("locale", "en")
    page = browser.get("/trust").text
    assert re.findall(r'class="sheet trust" lang="([^"]+)"', page) == ["en", "zh-CN"]


def test_the_certificate_comes_as_a_file_that_devices_know(secured: Flask) -> None:
    answer = secured.test_client().get("/hangtag-ca.crt")
    assert answer.content_type == "application/x-x509-ca-cert"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="hangtag-ca.crt"'
    assert answer.data == trust.certificate(secured.config["SETTINGS"].data_dir)


def test_the_picture_leads_a_phone_to_the_steps(secured: Flask) -> None:
    answer = secured.test_client().get("/trust/qr.svg")
    assert answer.content_type.startswith("image/svg+xml")
    assert "style" not in answer.text


def test_without_https_the_page_says_how_to_have_it(app: Flask, client: FlaskClient) -> None:
    page = client.get("/trust").text
    assert "make run HTTPS=1" in page
    assert "/hangtag-ca.crt" not in page
    statuses = [client.get(path).status_code for path in ("/hangtag-ca.crt", "/trust/qr.svg")]
    assert statuses == [404, 404]


def test_over_plain_http_nothing_but_the_steps_is_served(secured: Flask) -> None:
    secured.wsgi_app = only_steps(secured.wsgi_app)  # type: ignore[method-assign]
    browser = secured.test_client()
    open_paths = ("/trust", "/trust/qr.svg", "/hangtag-ca.crt", "/static/css/hangtag.css")
    for path in open_paths:
        with browser.get(path) as answer:
            assert answer.status_code == 200
    for path in ("/", "/login", "/api/v1/registrations"):
        answer = browser.get(path)
        assert (answer.status_code, answer.location) == (302, "/trust")
    assert browser.post("/trust").status_code == 302


def test_the_log_in_is_kept_in_a_cookie_that_only_https_carries(secured: Flask) -> None:
    [cookie] = secured.test_client().get("/login").headers.getlist("Set-Cookie")
    assert cookie.startswith("__Host-hangtag=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))


def test_without_https_the_cookie_is_as_it_was(client: FlaskClient) -> None:
    [cookie] = client.get("/login").headers.getlist("Set-Cookie")
    assert cookie.startswith("hangtag=")
    assert "Secure" not in cookie


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Load settings of an environment that names no host and no port."""
    for name in ("HOST", "PORT", "HTTPS", "TRUSTED_HOSTS"):
        monkeypatch.delenv(name, raising=False)
    return lambda **more: config.load(data_dir=tmp_path, **more)


def test_https_opens_every_address_and_the_plain_default_only_this_machine(settings: Any) -> None:
    assert (settings().host, settings(https=True).host) == ("127.0.0.1", EVERYWHERE)
    assert settings(https=True, host="10.0.0.3").host == "10.0.0.3"
    assert (settings().steps_port, settings(port=9000, steps_port=81).steps_port) == (8080, 81)
    with pytest.raises(ConfigurationError, match="HTTPS"):
        settings(https="perhaps")


def test_the_machines_own_names_stay_trusted_where_hosts_are_named(settings: Any) -> None:
    plain = config.flask_settings(settings(trusted_hosts="shop.example"))
    assert plain["TRUSTED_HOSTS"] == ["shop.example"]
    named = config.flask_settings(settings(trusted_hosts="shop.example", https=True, host="::1"))
    assert named["TRUSTED_HOSTS"] == ["shop.example", *trust.local_names(), "::1"]
    assert config.flask_settings(settings(https=True))["TRUSTED_HOSTS"] is None


def test_the_log_in_page_shows_the_demonstrations_password_only_while_it_stands(
    app: Flask, story: Any, client: FlaskClient
) -> None:
    assert 'data-password="hangtag-demo"' in client.get("/login").text
    story.write(lambda: demo.set_password(story.session, "bado-kilu-semo", utc_now()))
    page = client.get("/login").text
    assert 'data-password=""' in page
    assert "hangtag-demo" not in page
    assert "bado-kilu-semo" not in page
    assert "密码显示在启动本系统的窗口里" in page


def test_the_reader_of_codes_is_served_as_what_it_is_and_kept(client: FlaskClient) -> None:
    with client.get("/static/vendor/zxing_reader.wasm") as answer:
        assert answer.content_type == "application/wasm"
        tag = answer.headers["ETag"]
    with client.get("/static/vendor/zxing_reader.wasm", headers={"If-None-Match": tag}) as answer:
        assert (answer.status_code, answer.data) == (304, b"")


def test_only_where_somebody_is_logged_in_may_a_page_run_the_reader(app: Flask, login: Any) -> None:
    inside = login("store1").get("/registrations/new").headers["Content-Security-Policy"]
    outside = app.test_client().get("/login").headers["Content-Security-Policy"]
    assert "script-src 'self' 'wasm-unsafe-eval';" in inside
    assert "script-src 'self';" in outside
