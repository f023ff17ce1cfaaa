"""The forecasts, worked out anew by the clock: read in one go, written a part at a time."""

from __future__ import annotations

from functools import partial

from flask import Flask

from tracker.db import utc_now, write
from tracker.extensions import db
from tracker.services import forecast


def refresh(app: Flask) -> int:
    """Bring every forecast up to now; return how many rows changed. Scans come in between."""
    with app.app_context():
        session, now = db.session(), utc_now()
        try:
            whole = forecast.plan(session, now)
            session.rollback()
            for part in whole.parts():
                write(session, partial(forecast.keep, session, part))
            return whole.size
        finally:
            db.session.remove()
