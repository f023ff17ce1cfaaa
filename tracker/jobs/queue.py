"""The queue: huey on a file beside an SQLite database, on PostgreSQL, or on Redis."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog
from flask import current_app

from tracker.config import Settings

if TYPE_CHECKING:
    from huey import Huey

log = structlog.get_logger("hangtag.jobs")

NAME = "hangtag"
SCHEMA = "hangtag_jobs"
"""PostgreSQL: the queue's own tables stand apart from ours."""
POLL_SECONDS = 1.0
"""How long a message may lie in a queue that does not call (SQLite)."""


def make(settings: Settings) -> Huey:
    """Return the queue that the settings name; whoever made it closes its ``storage``."""
    from huey import PostgresHuey, RedisHuey, SqliteHuey

    url = settings.queue_url
    common: dict[str, Any] = {"name": NAME, "results": False, "serializer": _plain()}
    made: Huey
    if url.startswith("redis"):
        made = RedisHuey(url=url, **common)
    elif url.startswith("postgresql"):
        made = PostgresHuey(connection=lambda: _connect(url), read_timeout=POLL_SECONDS, **common)
    else:
        file = Path(url.removeprefix("sqlite:///"))
        made = SqliteHuey(filename=str(file), fsync=True, cache_mb=1, **common)
    return made


def _plain() -> Any:
    """Return a serializer of JSON: a message is data, and never anything that runs."""
    from huey.registry import Message
    from huey.serializer import Serializer

    class Plain(Serializer):
        """Messages as JSON lists."""

        def _serialize(self, data: Any) -> bytes:
            return json.dumps(list(data)).encode()

        def _deserialize(self, data: bytes) -> Any:
            return Message(*json.loads(data))

    return Plain()


def _connect(url: str) -> Any:
    import psycopg

    connection = psycopg.connect(url.replace("+psycopg", "", 1), autocommit=True)
    connection.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
    connection.execute(f"SET search_path TO {SCHEMA}")
    return connection


def task(huey: Huey, work: Callable[[str], object]) -> Callable[[str], object]:
    """Return the queue's one task; calling it with a job's number puts that into the queue."""

    def run_job(no: str) -> None:
        work(no)

    named: Callable[[str], object] = huey.task()(run_job)
    return named


def offer(*nos: str) -> None:
    """Tell the runner of jobs that wait. Call it after the commit that made them wait.

    A queue that cannot be reached is logged: the runner finds them in the table within a minute.
    """
    try:
        huey = make(current_app.config["SETTINGS"])
        try:
            put = task(huey, lambda _no: None)
            for no in nos:
                put(no)
        finally:
            huey.storage.close()
    except Exception:
        log.exception("offer", jobs=nos)
