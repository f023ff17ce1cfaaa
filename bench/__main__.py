"""``make bench``: every figure beside a bound measured in the same run.

Prints ``NAME VALUE UNIT ratio``; the ratio is the value over its bound (rates: higher is better;
seconds and megabytes: lower is better). ``min``, ``med`` and ``max`` are those of the rounds.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from flask_migrate import upgrade
from sqlalchemy import event

from bench import bare, load, prints, scale
from tests.api.conftest import a_scan
from tests.story import Story
from tracker import create_app
from tracker.db import utc_now, write
from tracker.extensions import db
from tracker.services import account, demo, schema

ROOT = Path(__file__).resolve().parents[1]
ROUNDS = int(os.environ.get("ROUNDS", "5"))
BIN = Path(sys.executable).parent


def say(name: str, values: list[float], unit: str, bounds: list[float] | None = None) -> None:
    """Print one figure and its ratio to its bound."""
    middle = median(values)
    ratio = f"{middle / median(bounds):.2f}" if bounds else "-"
    spread = f"min {min(values):.1f} med {middle:.1f} max {max(values):.1f} n {len(values)}"
    print(f"{name:<28} {middle:>9.1f} {unit:<6} {ratio:>6}   {spread}", flush=True)


def seconds(work: Callable[[], Any]) -> float:
    """Return how long ``work`` took."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


@contextmanager
def running(command: list[str], port: int, path: str, **environment: str) -> Iterator[Any]:
    """Run a server until the block ends; yields the process and seconds to the first answer."""
    start = time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        while not load.answers(port, path):
            assert process.poll() is None, command
            time.sleep(0.01)
        yield process, time.perf_counter() - start
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()


def memory(pid: int) -> tuple[float, float]:
    """Return MB of a process and its children: the sum of RSS, and of PSS (shared pages once)."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    rss = pss = 0.0
    for one in (pid, *children):
        told = Path(f"/proc/{one}/smaps_rollup").read_text(encoding="ascii")
        rss += int(re.findall(r"^Rss:\s+(\d+)", told, re.M)[0]) / 1024
        pss += int(re.findall(r"^Pss:\s+(\d+)", told, re.M)[0]) / 1024
    return rss, pss


def statements(work: Callable[[], Any]) -> Counter[str]:
    """Return how many statements of each kind ``work`` issues."""
    seen: Counter[str] = Counter()

    def count(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        kind = statement.split()[0].upper()
        if kind != "BEGIN":
            seen[kind if kind in ("SELECT", "INSERT", "UPDATE") else "OTHER"] += 1

    event.listen(db.engine, "before_cursor_execute", count)
    work()
    event.remove(db.engine, "before_cursor_execute", count)
    return seen


def bench_start(folder: Path, port: int) -> None:
    """Start-up to the first answer and idle memory."""
    flask = [sys.executable, "-c", "import flask"]
    starts, bounds, sums = [], [], []
    for _ in range(ROUNDS):
        bounds.append(seconds(lambda: subprocess.run(flask, check=True)))
        with serving(folder, port) as (process, took):
            starts.append(took)
            time.sleep(0.5)
            sums.append(memory(process.pid))
    say("start_import_flask", bounds, "s")
    say("start_first_answer", starts, "s", bounds)
    say("memory_idle_rss_sum", [rss for rss, _ in sums], "MB")
    say("memory_idle_shared_once", [pss for _, pss in sums], "MB")


def serving(folder: Path, port: int) -> Any:
    """Run the product."""
    command = [str(BIN / "flask"), "--app", "wsgi", "serve"]
    settings = {"DATA_DIR": str(folder), "PORT": str(port), "LOG_LEVEL": "WARNING"}
    return running(command, port, "/healthz", **settings)


def bench_scans(folder: Path, port: int, secret: str, issued: Counter[str]) -> None:
    """``POST /scans`` against the bare endpoint with as many statements, both under granian."""
    command = [str(BIN / "granian"), "--interface", "wsgi", "--port", str(port + 1)]
    command += ["--workers", "2", "--blocking-threads", "4", "bench.bare:app"]
    wanted = {kind: issued[kind] for kind in ("SELECT", "INSERT", "UPDATE", "OTHER")}
    headers = {"Authorization": f"Bearer {secret}"}
    with (
        serving(folder, port),
        running(command, port + 1, "/page?lookups=1", BARE_FILE=str(folder / "bare.sqlite3")),
    ):
        for clients in (1, 16):
            bounds, rates, slow = [], [], []
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


def repeated(client: Any, path: str) -> Callable[[], Any]:
    """Return what asks for a page ten times."""
    return lambda: [client.get(path) for _ in range(10)]


def bench_pages(app: Any, plain: Any, secret: str, no: str) -> None:
    """Pages, in the process, against a bare route with as many look-ups."""
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["secret"] = secret
    for name, path in (
        ("home", "/"),
        ("list", "/registrations"),
        ("garment", f"/registrations/{no}"),
    ):
        assert client.get(path).status_code == 200
        queries = statements(partial(client.get, path))["SELECT"]
        browser, bounds, rates = plain.test_client(), [], []
        for _ in range(ROUNDS):
            bounds.append(10 / seconds(repeated(browser, f"/page?lookups={queries}")))
            rates.append(10 / seconds(repeated(client, path)))
        say(f"page_{name}", rates, "/s", bounds)
        say(f"page_{name}_queries", [float(queries)], "")


def main() -> None:
    """Measure everything on a fresh demonstration chain."""
    port = int(os.environ.get("PORT", "8121"))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        app = create_app(data_dir=folder, database_url="", log_level="CRITICAL")
        with app.app_context():
            upgrade()
            session = db.session()
            write(session, lambda: schema.prepare(session))
            write(session, lambda: demo.load(session, utc_now()))
            token = write(session, lambda: account.issue_token(session, "store1", 1, utc_now()))
            story = Story(session)
            nos = [story.register() for _ in range(60)]
            form = prints.a_form(story, 20)
            clerk = write(
                session, lambda: account.log_in(session, "store1", demo.PASSWORD, utc_now())
            )
            issued = statements(lambda: scan_once(app, token))
            print(f"# one scan issues {dict(issued)}; {ROUNDS} rounds", flush=True)
            prints.bench(story, form, say, seconds, ROUNDS)
            bench_pages(app, bare.create_app(str(folder / "plain.sqlite3")), clerk[1], nos[0])
            db.session.remove()
            db.engine.dispose()
        bench_start(folder, port)
        bench_scans(folder, port, token, issued)
        scale.short(ROUNDS, folder)


def scan_once(app: Any, token: str) -> None:
    """Register one garment through the API."""
    headers = {"Authorization": f"Bearer {token}"}
    assert (
        app.test_client().post("/api/v1/scans", json=a_scan(), headers=headers).status_code == 201
    )


if sys.argv[1:2] == ["scale"]:
    scale.main(sys.argv[2:])
else:
    main()
