"""What is expected of everything in flight, how true it was, and the bench's days."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker import edge
from tracker.domain.account import GARMENT_READERS, Role
from tracker.domain.forecast import Risk
from tracker.domain.turnaround_figures import WEEK_CHOICES
from tracker.extensions import db
from tracker.queries import bench_load, policy
from tracker.queries import forecast_measure as queries
from tracker.web.day import business_day

blueprint = Blueprint("forecast", __name__, url_prefix="/forecast")
BENCH = frozenset({Role.SUPERVISOR, Role.REPAIRER, Role.CLERK, Role.ASSESSOR, Role.AUDITOR})
MEASURERS = frozenset({Role.SUPERVISOR, Role.QA, Role.AUDITOR})
USUAL_WEEKS = 13


@blueprint.get("")
@edge.allow(GARMENT_READERS)
def index() -> ResponseReturnValue:
    """Everything in flight, what must move first first, with the reason."""
    session, actor = db.session(), edge.actor()
    risk = next((one for one in Risk if one.value == request.args.get("risk")), None)
    page = queries.page(session, actor, queries.Filter(risk), request.args.get("cursor"))
    here: dict[str, Any] = {"risk": risk.value} if risk else {}
    return render_template(
        "forecast/index.html",
        rows=[row for row, _forecast in page.items],
        forecasts={row.id: found for row, found in page.items},
        counts=queries.counts(session, actor),
        risk=risk,
        next_url=url_for(".index", **here, cursor=page.next) if page.next else None,
        first_url=url_for(".index", **here) if request.args.get("cursor") else None,
    )


@blueprint.get("/measured")
@edge.allow(MEASURERS)
def measured() -> ResponseReturnValue:
    """How true the forecasts were of the garments that came back lately."""
    today = business_day()
    asked = request.args.get("weeks", "")
    weeks = int(asked) if asked in {str(one) for one in WEEK_CHOICES} else USUAL_WEEKS
    first = today - timedelta(weeks=weeks)
    found = queries.calibration(db.session(), edge.actor(), first, today)
    return render_template(
        "forecast/measured.html",
        found=found,
        weeks=weeks,
        week_choices=WEEK_CHOICES,
        first=first,
        limit=policy.one(db.session(), "repair_tat", today).number,
    )


@blueprint.get("/bench")
@edge.allow(BENCH)
def bench() -> ResponseReturnValue:
    """The bench's minutes due by day against what it does a day."""
    load = bench_load.load(db.session(), business_day())
    return render_template("forecast/bench.html", load=load)
