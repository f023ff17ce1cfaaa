"""Another process holds the database: a writer waits, and is told so when it takes too long."""

from __future__ import annotations

import fcntl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread, Timer

import pytest
from flask import Flask

from tests.api.conftest import a_scan
from tests.faults.serving import LONG
from tracker import db as database
from tracker.db import lock_file
from tracker.extensions import db

SHORT_HOLD, PATIENCE = (1.0, 5.0) if LONG else (0.3, 1.5)
"""Seconds: a hold that a writer outlasts, and how long a writer waits for a hold that stays."""

BY_FILE = """
import fcntl, sys
handle = open(sys.argv[1], "a")
fcntl.flock(handle, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""
BY_SQLITE = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
"""
BY_POSTGRES = """
import psycopg, sys
connection = psycopg.connect(sys.argv[1])
connection.execute("LOCK TABLE scan IN EXCLUSIVE MODE")
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def patience(monkeypatch: pytest.MonkeyPatch, app: Flask) -> None:
    """Let writers wait less than the product does, unless the long version runs."""
    monkeypatch.setattr(database, "LOCK_WAIT_SECONDS", PATIENCE)
    db.session.remove()
    db.engine.dispose()


@contextmanager
def held(program: str, address: str) -> Iterator[Callable[[], None]]:
    """Hold the database from another process; yields what lets it go."""
    with subprocess.Popen(
        [sys.executable, "-c", program, address],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process.stdin.close


def addresses(app: Flask) -> list[tuple[str, str]]:
    """Return each way to hold the application's database."""
    url = db.engine.url
    if db.engine.dialect.name == "sqlite":
        lock = database.lock_path(db.engine)
        return [(BY_FILE, str(lock)), (BY_SQLITE, str(url.database))]
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    return [(BY_POSTGRES, plain)]


def test_a_writer_outlasts_a_short_hold_and_says_when_a_hold_stays(
    app: Flask, token: Callable[[str], str], patience: None
):
    client = app.test_client()
    headers = {"Authorization": f"Bearer {token('store1')}"}
    for program, address in addresses(app):
        body = a_scan()
        with held(program, address) as let_go:
            refused = client.post("/api/v1/scans", json=body, headers=headers)
            assert (refused.status_code, refused.json["code"]) == (503, "busy")
            assert refused.headers["Retry-After"] in ("1", "2", "3")
            assert client.get("/api/v1/registrations", headers=headers).status_code == 200
            later = Timer(SHORT_HOLD, let_go)
            later.start()
            answered = client.post("/api/v1/scans", json=body, headers=headers)
            later.join()
        assert answered.status_code == 201


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_a_page_tells_a_clerk_that_the_system_is_busy(app: Flask, patience: None):
    client = app.test_client()
    program, address = addresses(app)[0]
    with held(program, address) as let_go:
        page = client.post("/login", data={"login": "store1", "password": "hangtag-demo"})
        let_go()
    assert page.status_code == 503
    assert "系统正忙" in page.text


def test_who_waits_to_write_goes_before_who_just_wrote(tmp_path: Path):
    path, told = tmp_path / "chain.writer.lock", []

    def take(name: str) -> None:
        with lock_file(path, time.monotonic() + PATIENCE):
            told.append(name)

    for _ in range(20):
        with lock_file(path, time.monotonic() + PATIENCE):
            waiter = Thread(target=take, args=("who waits",))
            waiter.start()
            while not _is_locked(path.with_suffix(".turn")):
                time.sleep(0.001)
        take("who just wrote")
        waiter.join()
    assert told == ["who waits", "who just wrote"] * 20


def _is_locked(path: Path) -> bool:
    with path.open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
