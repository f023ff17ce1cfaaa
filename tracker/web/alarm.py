"""The alarm: garments that were destroyed or given to their supplier, and were scanned again."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker import edge
from tracker.db import utc_now
from tracker.domain.account import Role
from tracker.domain.calendar import shanghai_date
from tracker.domain.turnaround_figures import midnight
from tracker.extensions import db
from tracker.queries import alarm as queries

blueprint = Blueprint("alarm", __name__, url_prefix="/alarms")


@blueprint.get("")
@edge.allow(Role.SUPERVISOR, Role.AUDITOR)
def index() -> ResponseReturnValue:
    """The alarms since a day, by default this month's first, newest first: who, where, when."""
    today, cursor = shanghai_date(utc_now()), request.args.get("cursor")
    since = _day(request.args.get("since")) or today.replace(day=1)
    until = midnight(today + timedelta(days=1))
    rows, following = queries.page(db.session(), midnight(since), until, cursor)
    kept: Any = {"since": since.isoformat()}
    return render_template(
        "alarm/index.html",
        rows=rows,
        garments=queries.garments_of(db.session(), rows),
        since=since,
        today=today,
        next_url=url_for(".index", **kept, cursor=following) if following else None,
        first_url=url_for(".index", **kept) if cursor else None,
    )


def _day(typed: str | None) -> date | None:
    try:
        found = date.fromisoformat(typed or "")
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2099 else None
