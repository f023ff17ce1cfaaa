"""Fixtures: the demonstration chain on SQLite and on PostgreSQL, and a cast to play in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from hypothesis import HealthCheck, settings

from tests.kept import PostgresChain, SqliteChain
from tests.story import MONDAY, Story
from tracker import create_app
from tracker.db import utc_now, write
from tracker.extensions import db
from tracker.services import account, demo, schema

pytest_plugins = ["tests.conftest_postgres"]

settings.register_profile(
    "busy machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("busy machine")

KEY = "a key of the tests that is long enough to pass"


account._HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""Thousands of log-ins: the tests' passwords are hashed as cheaply as can be."""


def _make_app(url: str, folder: Path) -> Flask:
    app = create_app(
        database_url=url,
        secret_key=KEY,
        data_dir=folder,
        production=False,
        log_level="CRITICAL",
        job_memory_mb=8192,  # A job made in this process shares it with all the tests before.
    )
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    with app.app_context():
        upgrade()
        write(db.session(), lambda: schema.prepare(db.session()))
        write(db.session(), lambda: demo.load(db.session(), MONDAY))
        db.session.remove()
        db.engine.dispose()
    return app


@pytest.fixture(scope="session")
def sqlite_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application on an SQLite file of this worker's own."""
    folder = tmp_path_factory.mktemp("sqlite")
    file = folder / "hangtag.sqlite3"
    app = _make_app(f"sqlite:///{file}", folder)
    with app.app_context():
        app.config["CHAIN"] = SqliteChain(file=file)
    return app


@pytest.fixture(scope="session")
def postgres_app(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application on a PostgreSQL database of this worker's own."""
    app = _make_app(postgres_url, tmp_path_factory.mktemp("postgres"))
    app.config["CHAIN"] = chain = PostgresChain(url=postgres_url)
    yield app
    chain.engine.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def app(request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The application with the demonstration chain, fresh for this test, on each database."""
    app = request.getfixturevalue(f"{request.param}_app")
    with app.app_context():
        app.config["CHAIN"].reset()
        yield app
        db.session.rollback()
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def session(app: Flask) -> Any:
    """A session on the fresh chain."""
    return db.session()


@pytest.fixture
def story(app: Flask, session: Any) -> Story:
    """The cast acting through the services, at moments that the test chooses."""
    return Story(session, chain=app.config["CHAIN"])


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser that is not logged in."""
    return app.test_client()


@pytest.fixture
def login(app: Flask) -> Callable[[str], FlaskClient]:
    """Return a browser in which an account of the chain is logged in."""

    def log_in(name: str) -> FlaskClient:
        browser = app.test_client()
        _account, secret = write(
            db.session(), lambda: account.log_in(db.session(), name, demo.PASSWORD, utc_now())
        )
        with browser.session_transaction() as cookie:
            cookie["secret"] = secret
        return browser

    return log_in


@pytest.fixture
def token(app: Flask) -> Callable[[str], str]:
    """Return a fresh API token of an account."""
    return lambda name: write(
        db.session(), lambda: account.issue_token(db.session(), name, 1, utc_now())
    )


class Api:
    """A program that calls the API with one account's token."""

    def __init__(self, client: FlaskClient, token: str) -> None:
        self.client = client
        self.headers = {"Authorization": f"Bearer {token}"}

    def get(self, path: str, **more: Any) -> Any:
        """GET a path below ``/api/v1``."""
        return self.client.get(f"/api/v1{path}", headers=self.headers, **more)

    def post(self, path: str, json: Any = None, **more: Any) -> Any:
        """POST JSON to a path below ``/api/v1``."""
        return self.client.post(f"/api/v1{path}", json=json, headers=self.headers, **more)


@pytest.fixture
def api(app: Flask, token: Callable[[str], str]) -> Callable[[str], Api]:
    """Return a program that calls the API as an account of the chain."""
    return lambda name: Api(app.test_client(), token(name))
