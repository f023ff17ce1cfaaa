"""``python -m bench forecast [STORES]``: the forecast's error on ten simulated weeks, beside the
error of a constant, and what a refresh of everything in flight takes.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from flask_migrate import upgrade

from bench.measure import statements
from tracker import create_app
from tracker.db import utc_now, write
from tracker.domain.forecast import Risk
from tracker.extensions import db
from tracker.jobs import forecasts
from tracker.queries import account as accounts
from tracker.queries import forecast_measure as measure
from tracker.services import forecast_replay, schema, simulate

WEEKS, WARM_UP = 10, 6
LAST = date(2026, 11, 1)
STORES = 100


def main(arguments: Sequence[str]) -> None:
    """Print mean errors in days by leg, how true each class was, and the refresh."""
    stores = int(arguments[0]) if arguments else STORES
    with tempfile.TemporaryDirectory() as name:
        app = create_app(data_dir=Path(name), database_url="", log_level="CRITICAL")
        with app.app_context():
            upgrade()
            session = db.session()
            write(session, lambda: schema.prepare(session))
            today = max(utc_now().date(), LAST + timedelta(days=1))
            weeks = WEEKS + WARM_UP
            write(session, lambda: simulate.simulate(session, stores, weeks, LAST, today))
            first = LAST - timedelta(weeks=WEEKS)
            began = time.monotonic()
            write(session, lambda: forecast_replay.replay(session, first))
            print(f"# replayed in {time.monotonic() - began:.1f} s, {stores} stores, {WEEKS} weeks")
            _say(first)
            began = time.monotonic()
            counted = statements(lambda: forecasts.refresh(app))
            took = time.monotonic() - began
            print(f"forecast_refresh {took:.2f} s, {sum(counted.values())} statements: {counted}")
            db.engine.dispose()


def _say(first: date) -> None:
    session = db.session()
    account = accounts.by_login(session, "supervisor")
    if account is None:
        raise SystemExit("the demonstration chain has no supervisor")
    found = measure.calibration(session, accounts.actor_of(account), first, LAST)
    for leg, row in (*found.by_leg.items(), ("all", found.whole)):
        n = max(1, row.count)
        constants = f"constant {row.constant_error / n:.2f}, promise {row.promise_error / n:.2f}"
        hits = f"to the day {row.hits * 100 / n:.0f} %, n {row.count}"
        print(f"forecast_error_{leg} {row.error / n:.2f} days, {constants}, {hits}")
    for risk in Risk:
        if risk in found.by_risk:
            kept = found.by_risk[risk]
            print(f"forecast_{risk.value} {kept.share * 100:.1f} % were on time, n {kept.count}")
