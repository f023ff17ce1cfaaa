"""Fixtures: the demonstration chain on SQLite and on PostgreSQL, and a cast to play in it."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from hypothesis import HealthCheck, settings
from sqlalchemy import create_engine, text

from tests.story import MONDAY, Story
from tracker import create_app
from tracker.db import Base, utc_now, write
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
    """The application on an SQLite file; the loaded file is kept as a pattern to copy."""
    folder = tmp_path_factory.mktemp("sqlite")
    file = folder / "hangtag.sqlite3"
    app = _make_app(f"sqlite:///{file}", folder)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(file, folder / "pattern.sqlite3")
    app.config["PATTERN"] = folder / "pattern.sqlite3"
    app.config["FILE"] = file
    return app


@pytest.fixture(scope="session")
def postgres_app(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application on a PostgreSQL database of this worker's own."""
    app = _make_app(postgres_url, tmp_path_factory.mktemp("postgres"))
    with app.app_context():
        _keep_postgres()
        db.session.remove()
        db.engine.dispose()
    app.config["RESTORER"] = create_engine(postgres_url, pool_size=1, pool_pre_ping=True)
    yield app
    app.config["RESTORER"].dispose()


def _reset_sqlite(app: Flask) -> None:
    db.engine.dispose()
    file: Path = app.config["FILE"]
    for suffix in ("-wal", "-shm"):
        file.with_name(file.name + suffix).unlink(missing_ok=True)
    shutil.copy(app.config["PATTERN"], file)


def _keep_postgres() -> None:
    """Keep the loaded rows and sequences as a pattern, and a function that brings them back.

    It writes only the tables that changed since: those whose rows are not as many as were written,
    or not all from the transaction that wrote them last. Emptying seventy tables and loading the
    chain anew takes PostgreSQL a hundred times as long.
    """
    tables = [table.name for table in Base.metadata.sorted_tables]
    marks = " UNION ALL ".join(
        f"SELECT '{name}' AS name, count(*) AS rows, min(xmin::text) AS low, "  # noqa: S608
        f'max(xmin::text) AS high FROM public."{name}"'
        for name in tables
    )
    changed = f"""SELECT name FROM pattern.kept JOIN ({marks}) AS now USING (name)
        WHERE now.rows <> kept.rows OR now.low <> kept.written_by OR now.high <> kept.written_by"""  # noqa: S608
    restore = f"""
        DECLARE one text; mark text := pg_current_xact_id()::xid::text;
        BEGIN
            PERFORM set_config('session_replication_role', 'replica', true);
            FOR one IN {changed} LOOP
                EXECUTE format('DELETE FROM public.%I', one);
                EXECUTE format('INSERT INTO public.%1$I SELECT * FROM pattern.%1$I', one);
                UPDATE pattern.kept SET written_by = mark WHERE name = one;
            END LOOP;
            PERFORM setval(name::regclass, last, is_called) FROM pattern.kept_sequence;
        END"""  # noqa: S608
    for statement in (
        "CREATE SCHEMA pattern",
        *(f'CREATE TABLE pattern."{name}" AS TABLE public."{name}"' for name in tables),
        f"CREATE TABLE pattern.kept AS SELECT name, rows, '' AS written_by FROM ({marks}) now",  # noqa: S608
        """CREATE TABLE pattern.kept_sequence AS SELECT format('%I.%I', schemaname, sequencename)
           AS name, COALESCE(last_value, start_value) AS last, last_value IS NOT NULL AS is_called
           FROM pg_sequences WHERE schemaname = 'public'""",
        f"CREATE FUNCTION pattern.restore() RETURNS void LANGUAGE plpgsql AS $${restore}$$",
    ):
        db.session.execute(text(statement))
    db.session.commit()


def _reset_postgres(app: Flask) -> None:
    """Bring the pattern back over a connection that lives on and knows the catalogue."""
    with app.config["RESTORER"].begin() as connection:
        connection.execute(text("SELECT pattern.restore()"))


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def app(request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The application with the demonstration chain, fresh for this test, on each database."""
    app = request.getfixturevalue(f"{request.param}_app")
    with app.app_context():
        _reset_sqlite(app) if request.param == "sqlite" else _reset_postgres(app)
        yield app
        db.session.rollback()
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def session(app: Flask) -> Any:
    """A session on the fresh chain."""
    return db.session()


@pytest.fixture
def story(session: Any) -> Story:
    """The cast acting through the services, at moments that the test chooses."""
    return Story(session)


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
