"""``make bench``: every figure beside a bound measured in the same run.

Prints ``NAME VALUE UNIT ratio``; the ratio is the value over its bound (rates: higher is better;
seconds and megabytes: lower is better). ``min``, ``med`` and ``max`` are those of the rounds.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from flask_migrate import upgrade

from bench import bare, excel, forecast, jobs, month, prints, scale, scans
from bench.measure import ROUNDS, memory, say, seconds, serving, statements
from tests.story import Story
from tracker import create_app
from tracker.db import utc_now, write
from tracker.extensions import db
from tracker.services import account, demo, schema

PORT = int(os.environ.get("PORT", "8121"))


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
    port = PORT
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        app, token = chain(folder)
        with app.app_context():
            session = db.session()
            story = Story(session)
            nos = [story.register() for _ in range(60)]
            form = prints.a_form(story, 20)
            clerk = write(
                session, lambda: account.log_in(session, "store1", demo.PASSWORD, utc_now())
            )
            issued = scans.issued_by_one(app, token)
            print(f"# one scan issues {dict(issued)}; {ROUNDS} rounds", flush=True)
            prints.bench(story, form, say, seconds, ROUNDS)
            jobs.bench(folder, story, say, seconds, ROUNDS)
            bench_pages(app, bare.create_app(str(folder / "plain.sqlite3")), clerk[1], nos[0])
            db.session.remove()
            db.engine.dispose()
        bench_start(folder, port)
        scans.bench(folder, port, token, issued)
        scale.short(ROUNDS, folder)


def chain(folder: Path) -> tuple[Any, str]:
    """Make a fresh demonstration chain; return the application and a store's token."""
    app = create_app(data_dir=folder, database_url="", log_level="CRITICAL")
    with app.app_context():
        upgrade()
        session = db.session()
        write(session, lambda: schema.prepare(session))
        write(session, lambda: demo.load(session, utc_now()))
        return app, write(session, lambda: account.issue_token(session, "store1", 1, utc_now()))


def scans_alone() -> None:
    """Measure scans, and nothing else."""
    with tempfile.TemporaryDirectory() as name:
        app, token = chain(Path(name))
        with app.app_context():
            issued = scans.issued_by_one(app, token)
            print(f"# one scan issues {dict(issued)}; {ROUNDS} rounds", flush=True)
            db.session.remove()
            db.engine.dispose()
        scans.bench(Path(name), PORT, token, issued)


if sys.argv[1:2] == ["scans"]:
    scans_alone()
elif sys.argv[1:2] == ["scale"]:
    scale.main(sys.argv[2:])
elif sys.argv[1:2] == ["excel"]:
    excel.main(sys.argv[2:])
elif sys.argv[1:2] == ["month"]:
    month.main(sys.argv[2:])
elif sys.argv[1:2] == ["forecast"]:
    forecast.main(sys.argv[2:])
else:
    main()
