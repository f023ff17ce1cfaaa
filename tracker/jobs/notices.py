"""The runner's rounds of notices: what is due is told, what waits for a channel goes out."""

from __future__ import annotations

import structlog
from flask import Flask

from tracker.db import utc_now
from tracker.extensions import db
from tracker.services import notice

log = structlog.get_logger("hangtag.notices")

MINUTES = 5
"""How often the runner looks for what is due; a round missed is caught up by the next."""


def tell(app: Flask) -> None:
    """Tell of what is due."""
    with app.app_context():
        try:
            new = notice.tell(db.session(), utc_now())
            if new:
                log.info("told", notices=new)
        finally:
            db.session.remove()
            db.engine.dispose()
