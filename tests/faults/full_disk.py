"""A program that scans while its files may not grow; the test reads what it prints.

It is run with the address of a database and an API token: a limit on the size of files (the
system then refuses to write past it, as on a full disk) would hit the test's own files too.
"""

from __future__ import annotations

import json
import resource
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import text

from tests.api.conftest import a_scan
from tracker import create_app
from tracker.extensions import db

PAGE = 4096


@contextmanager
def files_limited_to(size: int) -> Iterator[None]:
    """Let no file grow beyond ``size`` bytes."""
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))


def answer(app: Flask, token: str, body: dict[str, Any]) -> tuple[int, str | None]:
    """Send a scan; return the status and the stable code of a refusal."""
    told = app.test_client().post(
        "/api/v1/scans", json=body, headers={"Authorization": f"Bearer {token}"}
    )
    return told.status_code, told.json.get("code")


def reads(app: Flask, token: str) -> list[int]:
    """Return the statuses of a list and of the log-in page."""
    headers = {"Authorization": f"Bearer {token}"}
    listed = app.test_client().get("/api/v1/registrations", headers=headers)
    page = app.test_client().get("/login")
    return [listed.status_code, page.status_code]


def rows(app: Flask) -> list[int]:
    """Return how many rows the tables that a scan touches have."""
    with app.app_context(), db.engine.connect() as connection:
        return [
            connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one()  # noqa: S608
            for name in ("scan", "piece", "registration", "event")
        ]


def main(file: Path, token: str, limits: int) -> None:
    """Try limits a page apart, from no room at all; print one JSON line each."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    app = create_app(
        database_url=f"sqlite:///{file}",
        secret_key="x" * 32,
        data_dir=file.parent,
        log_level="CRITICAL",
    )
    log = file.with_name(f"{file.name}-wal")
    answer(app, token, a_scan())
    for number in range(limits):
        body = a_scan()
        before = rows(app)
        with files_limited_to(max(log.stat().st_size, file.stat().st_size) + number * PAGE):
            first = answer(app, token, body)
            during = reads(app, token)
        after = rows(app)
        again = answer(app, token, body)
        print(  # noqa: T201
            json.dumps([first, before == after, during, again, rows(app)[0] - before[0]])
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
