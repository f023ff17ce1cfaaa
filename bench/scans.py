"""Scans, whole, under the real server: beside a bare application with as many statements."""

from __future__ import annotations

from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

from bench import load
from bench.measure import BIN, ROUNDS, running, say, seconds, serving, statements
from tests.api.conftest import JACKET, a_scan

BATCH = 500
LOOK_UP, LOOKS = "/api/v1/tags/parse", 2
"""It reads who calls, and the product."""


def bench(folder: Path, port: int, secret: str, issued: Counter[str]) -> None:
    """One scan, a batch of them and a look-up, all under the server that people use."""
    command = [str(BIN / "granian"), "--interface", "wsgi", "--port", str(port + 1)]
    command += ["--workers", "2", "--blocking-threads", "4", "bench.bare:app"]
    headers = {"Authorization": f"Bearer {secret}"}
    with (
        serving(folder, port),
        running(command, port + 1, "/page?lookups=1", BARE_FILE=str(folder / "bare.sqlite3")),
    ):
        alone = _singles(port, headers, issued, 1)
        _singles(port, headers, issued, 16)
        _batches(port, headers, alone)
        _look_ups(port, headers)


def _singles(port: int, headers: dict[str, str], issued: Counter[str], clients: int) -> list[float]:
    """``POST /scans`` against a bare endpoint with as many statements, both warm."""
    wanted = {kind: issued[kind] for kind in ("SELECT", "INSERT", "UPDATE", "OTHER")}
    bounds, rates, slow = [], [], []
    load.posts(port + 1, "/scans", lambda: wanted, {}, clients)
    load.posts(port, "/api/v1/scans", a_scan, headers, clients)
    for _ in range(ROUNDS):
        bound = load.posts(port + 1, "/scans", lambda: wanted, {}, clients)
        mine = load.posts(port, "/api/v1/scans", a_scan, headers, clients)
        bounds.append(bound.rate)
        rates.append(mine.rate)
        slow.append(mine.p99 * 1000)
        assert mine.failed == bound.failed == 0, (mine, bound)
    say(f"scan_bare_{clients}_clients", bounds, "/s")
    say(f"scan_{clients}_clients", rates, "/s", bounds)
    say(f"scan_{clients}_clients_p99", slow, "ms")
    return rates


def _batches(port: int, headers: dict[str, str], singles: list[float]) -> None:
    """``POST /scans/batch`` of 500, per scan, against scans sent one by one."""
    rates = []
    for _ in range(ROUNDS):
        body = {"scans": [a_scan() for _ in range(BATCH)]}
        took = seconds(partial(load.one, port, "/api/v1/scans/batch", body, headers))
        rates.append(BATCH / took)
    say("scan_in_batch_of_500", rates, "/s", singles)


def _look_ups(port: int, headers: dict[str, str]) -> None:
    """``POST /tags/parse``, which only looks, against as many bare look-ups by the ORM."""
    for clients in (1, 16):
        bounds, rates = [], []
        for _ in range(ROUNDS):
            bound = load.posts(port + 1, "/look", lambda: {"lookups": LOOKS}, {}, clients)
            mine = load.posts(port, LOOK_UP, lambda: {"code": JACKET}, headers, clients)
            bounds.append(bound.rate)
            rates.append(mine.rate)
            assert mine.failed == bound.failed == 0, (mine, bound)
        say(f"look_up_{clients}_clients", rates, "/s", bounds)


def issued_by_one(app: Any, token: str) -> Counter[str]:
    """Return how many statements of each kind one scan issues."""
    return statements(partial(_scan_once, app, token))


def _scan_once(app: Any, token: str) -> None:
    headers = {"Authorization": f"Bearer {token}"}
    answer = app.test_client().post("/api/v1/scans", json=a_scan(), headers=headers)
    assert answer.status_code == 201
