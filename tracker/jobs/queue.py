"""The queue: huey on a file beside an SQLite database, on PostgreSQL, or on Redis."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

import structlog
from flask import current_app

from tracker.config import Settings

log = structlog.get_logger("hangtag.jobs")

NAME = "hangtag"
SCHEMA = "hangtag_jobs"
"""PostgreSQL: the queue's own tables stand apart from ours."""
POLL_SECONDS = 1.0
"""How long a message may lie in a queue that does not call (SQLite)."""


def _without_psycopg() -> Any:
    """Return huey, imported without psycopg: 15 MB in each process, for PostgreSQL alone."""
    if "psycopg" in sys.modules:
        return import_module("huey")
    sys.modules["psycopg"] = None  # type: ignore[assignment]
    try:
        return import_module("huey")
    finally:
        del sys.modules["psycopg"]


huey = _without_psycopg()


class _Plain(huey.serializer.Serializer):  # type: ignore[name-defined]
    """Messages as JSON lists: a message is data, and never anything that runs."""

    def _serialize(self, data: Any) -> bytes:
        return json.dumps(list(data)).encode()

    def _deserialize(self, data: bytes) -> Any:
        return huey.registry.Message(*json.loads(data))


def make(settings: Settings) -> Any:
    """Return the queue that the settings name; whoever made it closes its ``storage``."""
    url = settings.queue_url
    common: dict[str, Any] = {"name": NAME, "results": False, "serializer": _Plain()}
    if url.startswith("redis"):
        return huey.RedisHuey(url=url, **common)
    if url.startswith("postgresql"):
        huey.storage.psycopg = import_module("psycopg")
        return huey.PostgresHuey(
            connection=lambda: _connect(url), read_timeout=POLL_SECONDS, **common
        )
    file = url.removeprefix("sqlite:///")
    return huey.SqliteHuey(filename=file, fsync=True, cache_mb=1, **common)


def _connect(url: str) -> Any:
    psycopg = import_module("psycopg")
    connection = psycopg.connect(url.replace("+psycopg", "", 1), autocommit=True)
    connection.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
    connection.execute(f"SET search_path TO {SCHEMA}")
    return connection


def task(line: Any, work: Callable[[str], object]) -> Any:
    """Return the queue's one task; calling it with a job's number puts that into the queue."""

    def run_job(no: str) -> None:
        work(no)

    return line.task()(run_job)


def offer(*nos: str) -> None:
    """Tell the runner of jobs that wait. Call it after the commit that made them wait.

    A queue that cannot be reached is logged: the runner finds them in the table within a minute.
    """
    try:
        line = make(current_app.config["SETTINGS"])
        try:
            put = task(line, lambda _no: None)
            for no in nos:
                put(no)
        finally:
            line.storage.close()
    except Exception:
        log.exception("offer", jobs=nos)
