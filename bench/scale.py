"""``python -m bench scale``: pages over simulated chains of ten thousand and a million garments.

Prints ``NAME VALUE UNIT ratio``: the median of a page over the large chain, and its ratio to the
same page over the small one. ``!`` marks what misses a goal. The small chain is simulated; the
large one is the same chain whose finished stories were copied back in time (``bench/grow.py``), so
that what grows is history alone. Both are built once and used again.
"""

from __future__ import annotations

import argparse
import gc
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import event, text

from bench.grow import grow
from tracker import create_app
from tracker.db import utc_now, write
from tracker.domain.calendar import shanghai_date
from tracker.extensions import db
from tracker.services import account, demo, schema, simulate
from tracker.services.simulate.figures import figures

CLOCK = time.process_time if os.environ.get("CLOCK") == "cpu" else time.perf_counter
"""``CLOCK=cpu`` counts the processor's time: for a machine that others use too."""
SMALL, LARGE, SHORT = 10_000, 1_000_000, 3_000
A_WEEK = 2.1
STORES = 400
GROWTH, P95_MS, QUERIES, KILOBYTES = 1.3, 150.0, 12, 200.0
BIG = ("registration", "event", "shipment_line", "scan", "handling_scan", "ledger_entry", "receipt",
       "piece", "trip", "work", "assessment", "shipment", "loss_line", "customer")  # fmt: skip
_SCAN = re.compile(rf"SCAN ({'|'.join(BIG)})(?:_\d+)?\b(?! USING .*INDEX (?:{{partial}}))")


def shape(registrations: int, stores: int) -> tuple[int, int]:
    """Return stores and weeks of a chain that registers so many garments.

    Both chains of a comparison have the same stores: what grows is their history.
    """
    stores = min(stores, max(20, registrations // 5))
    return stores, max(3, round(registrations / (stores * A_WEEK)))


def build(folder: Path, registrations: int, most_stores: int = STORES) -> Flask:
    """Return the application on a simulated chain; one that stands in the folder is used again."""
    folder.mkdir(parents=True, exist_ok=True)
    app = create_app(data_dir=folder, database_url="", log_level="CRITICAL")
    app.config.update(WTF_CSRF_ENABLED=False)
    with app.app_context():
        upgrade()
        session = db.session()
        write(session, lambda: schema.prepare(session))
        if demo.is_empty(session):
            _simulate(session, *shape(registrations, most_stores))
        db.session.remove()
        db.engine.dispose()
    gc.collect()
    gc.freeze()
    return app


def grown(folder: Path, small: Path, registrations: int) -> Flask:
    """Return the application on a copy of the small chain, grown to so many garments."""
    if not folder.exists():
        began = time.perf_counter()
        shutil.copytree(small, folder)
        [file] = folder.glob("*.sqlite3")
        count = grow(file, registrations)
        print(f"# grown to {count} garments in {time.perf_counter() - began:.0f} s", flush=True)
    return build(folder, registrations)


def _simulate(session: Any, stores: int, weeks: int) -> None:
    today = shanghai_date(utc_now())
    until, began = today - timedelta(days=1), time.perf_counter()
    counts = write(session, lambda: simulate.simulate(session, stores, weeks, until, today))
    took = time.perf_counter() - began
    rate = counts["event"] / took
    print(f"# {stores} stores, {weeks} weeks: {counts['registration']} garments, "
          f"{counts['event']} events in {took:.0f} s, {rate:.0f} events/s", flush=True)  # fmt: skip
    for figure in figures(session):
        print(f"# {figure.line()}", flush=True)
    session.execute(text("ANALYZE"))
    session.commit()


@dataclass
class Measured:
    """One page: its times in milliseconds, statements, size, and scans of whole tables."""

    times: list[float] = field(default_factory=list)
    queries: int = 0
    kilobytes: float = 0.0
    scans: list[str] = field(default_factory=list)
    status: int = 200

    @property
    def p95(self) -> float:
        """The time that 95 in 100 rounds keep, in milliseconds."""
        return sorted(self.times)[max(0, round(len(self.times) * 0.95) - 1)]


@contextmanager
def statements() -> Iterator[list[tuple[str, Any]]]:
    """Collect the statements of the block with their values."""
    seen: list[tuple[str, Any]] = []

    def keep(_c: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH", "INSERT", "UPDATE")):
            seen.append((statement, values))

    event.listen(db.engine, "before_cursor_execute", keep)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", keep)


def scans_of(seen: list[tuple[str, Any]]) -> list[str]:
    """Return where a statement reads a whole large table (SQLite's own query plan).

    A partial index is as small as what is open; reading along an index until a limit is no scan.
    """
    raw = db.session.connection().connection.cursor()
    rows = raw.execute("SELECT name FROM sqlite_master WHERE type='index' AND sql LIKE '%WHERE%'")
    partial = "|".join(row[0] for row in rows.fetchall()) or "none"
    whole = re.compile(_SCAN.pattern.replace("{partial}", partial))
    found = []
    for statement, values in seen:
        if db.engine.dialect.name != "sqlite" or not statement.lstrip().upper().startswith(
            "SELECT"
        ):
            continue
        plan = [row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {statement}", values).fetchall()]
        stops = " LIMIT " in statement.replace("\n", " ") and not any(
            "TEMP B-TREE FOR ORDER" in step for step in plan
        )
        if not stops:
            found += [f"{step} ⟵ {_brief(statement)}" for step in plan if whole.search(step)]
    return found


def _brief(statement: str) -> str:
    tail = statement.replace("\n", " ").partition(" FROM ")[2]
    return tail[:160]


def browser(app: Flask, login: str) -> Any:
    """Return a browser in which an account is logged in."""
    client = app.test_client()
    _row, secret = write(
        db.session(), lambda: account.log_in(db.session(), login, demo.PASSWORD, utc_now())
    )
    with client.session_transaction() as cookie:
        cookie["secret"] = secret
    return client


def measure(client: Any, path: str, rounds: int) -> Measured:
    """Ask for a page so often; the first answer, which fills caches, is not timed."""
    found = Measured()
    with statements() as seen:
        answer = client.get(path, follow_redirects=False)
    found.status = answer.status_code
    found.queries, found.kilobytes = len(seen), len(answer.data) / 1024
    found.scans = scans_of(seen)
    for _ in range(rounds):
        began = CLOCK()
        client.get(path, follow_redirects=False)
        found.times.append((CLOCK() - began) * 1000)
    return found


def one(question: str) -> Any:
    """Return the first value of a question to the database."""
    return db.session.execute(text(question)).scalar()


HOMES = (
    "store1", "manager1", "region1", "clerk", "assessor", "repairer", "supervisor", "qa",
    "business", "logistics", "vp", "warehouse", "administration", "finance", "auditor",
)  # fmt: skip


def pages() -> list[tuple[str, str, str]]:
    """Return name, account and address of every page that is measured, on real records."""
    middle = int(one("SELECT MAX(id) FROM registration") or 0) // 2
    of_middle = f"SELECT {{}} FROM registration WHERE id >= {middle} AND {{}} ORDER BY id LIMIT 1"  # noqa: S608
    no = one(of_middle.format("no", "status = 'handed_over' AND dispatched_at IS NOT NULL"))
    piece = one(f"SELECT piece_no FROM piece WHERE id >= {middle} LIMIT 1")  # noqa: S608
    receipt = one(of_middle.format("receipt_no", "receipt_no IS NOT NULL"))
    style = one("SELECT style_no FROM style ORDER BY id DESC LIMIT 1")
    tail = one("SELECT phone_tail FROM customer ORDER BY id LIMIT 1")
    box = one(
        "SELECT no FROM shipment WHERE kind='weekly' AND status='reconciled' ORDER BY id DESC"
    )
    tracking = one(f"SELECT tracking_no FROM shipment WHERE no='{box}'")  # noqa: S608
    form = one("SELECT no FROM loss_form WHERE status='approved' ORDER BY id DESC LIMIT 1")
    month = one("SELECT month FROM month WHERE status='closed' ORDER BY month DESC LIMIT 1")
    found = [(f"home_{login}", login, "/") for login in HOMES]
    for login in ("store1", "clerk", "supervisor", "region1"):
        found += [
            (f"list_{login}", login, "/registrations"),
            (f"list_status_{login}", login, "/registrations?status=in_repair"),
            (f"list_live_{login}", login, "/registrations?status=live"),
            (f"list_overdue_{login}", login, "/registrations?overdue=1"),
            (f"list_newest_{login}", login, "/registrations?sort=newest"),
            (f"list_style_{login}", login, f"/registrations?style={style}"),
        ]
    for name, q in (
        ("piece", piece), ("garment", no), ("style", style), ("receipt", receipt), ("phone", tail),
        ("tracking", tracking), ("nothing", "XYZ-0-NOTHING"),
    ):  # fmt: skip
        for login in ("clerk", "supervisor", "store1"):
            found.append((f"search_{name}_{login}", login, f"/registrations?q={q}"))
    found += [
        ("garment_supervisor", "supervisor", f"/registrations/{no}"),
        ("boxes_clerk", "clerk", "/shipments"),
        ("boxes_store", "store1", "/shipments"),
        ("box", "supervisor", f"/shipments/{box}"),
        ("discrepancies", "supervisor", "/discrepancies"),
        ("loss_forms", "finance", "/loss-forms"),
        ("loss_pending", "clerk", "/loss-forms/pending"),
        ("loss_form", "finance", f"/loss-forms/{form}"),
        ("destructions", "warehouse", "/destructions"),
        ("months", "finance", "/months"),
        ("turnaround", "supervisor", "/turnaround"),
        ("in_flight", "supervisor", "/turnaround/in-flight"),
        ("waiting", "store1", "/customers/waiting"),
        ("bench", "repairer", "/bench"),
        ("bench_figures", "supervisor", "/bench/figures"),
        ("deliveries", "store1", "/deliveries"),
    ]
    return found + ([("month", "finance", f"/months/{month}")] if month else [])


def run(app: Flask, rounds: int, only: str) -> dict[str, Measured]:
    """Measure every page over one chain."""
    found: dict[str, Measured] = {}
    with app.app_context():
        clients: dict[str, Any] = {}
        for name, login, path in pages():
            if only in name:
                clients[login] = clients.get(login) or browser(app, login)
                found[name] = measure(clients[login], path, rounds)
        db.session.remove()
        db.engine.dispose()
    return found


def tell(large: dict[str, Measured], small: dict[str, Measured]) -> int:
    """Print a line a page and what misses a goal; returns how many pages miss one."""
    missed = 0
    for name, found in large.items():
        middle = median(found.times)
        before = small.get(name)
        ratio = middle / median(before.times) if before else 0.0
        faults = [
            fault
            for fault, is_missed in (
                (f"status {found.status}", found.status >= 400),
                ("p95", found.p95 > P95_MS),
                ("growth", ratio > GROWTH),
                ("queries", found.queries > QUERIES),
                ("size", found.kilobytes > KILOBYTES),
                ("scan", bool(found.scans)),
            )
            if is_missed
        ]
        missed += bool(faults)
        spread = f"min {min(found.times):.1f} med {middle:.1f} p95 {found.p95:.1f}"
        print(f"{name:<26} {middle:>8.1f} ms {ratio:>6.2f}   {spread} q {found.queries} "
              f"kB {found.kilobytes:.0f} {'! ' + ' '.join(faults) if faults else ''}",
              flush=True)  # fmt: skip
        for scan in dict.fromkeys(found.scans):
            print(f"    {scan}", flush=True)
    return missed


def short(rounds: int, folder: Path) -> None:
    """A chain of a few thousand garments: the speed of the simulator, and every page once."""
    found = run(build(folder / "scale", SHORT), rounds, "")
    tell(found, {})


def main(arguments: list[str]) -> None:
    """Build what is missing, measure both chains, print the comparison."""
    parser = argparse.ArgumentParser(prog="bench scale")
    parser.add_argument("--registrations", type=int, default=LARGE)
    parser.add_argument("--small", type=int, default=SMALL)
    parser.add_argument("--stores", type=int, default=STORES)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--only", default="", help="only pages whose name holds this")
    parser.add_argument(
        "--folder", type=Path, default=Path(tempfile.gettempdir()) / "hangtag-scale"
    )
    wanted = parser.parse_args(arguments)
    small, large = (wanted.folder / str(count) for count in (wanted.small, wanted.registrations))
    measured = [run(build(small, wanted.small, wanted.stores), wanted.rounds, wanted.only)]
    measured += [run(grown(large, small, wanted.registrations), wanted.rounds, wanted.only)]
    missed = tell(measured[1], measured[0])
    print(f"# {missed} of {len(measured[1])} pages miss a goal (p95 {P95_MS:.0f} ms, "
          f"growth {GROWTH}, {QUERIES} queries, {KILOBYTES:.0f} kB, no scan)")  # fmt: skip
