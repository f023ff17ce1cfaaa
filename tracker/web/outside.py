"""The outside repair: what lies at which factory or fabric maker, and what is late."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker import edge
from tracker.domain.repair import OUTSIDE_READERS
from tracker.extensions import db
from tracker.queries import outside as queries
from tracker.web.day import business_day

blueprint = Blueprint("outside", __name__, url_prefix="/outside")


@blueprint.get("")
@edge.allow(OUTSIDE_READERS)
def index() -> ResponseReturnValue:
    """What lies outside, by vendor and due day; its filters stay in its address."""
    session, actor, today = db.session(), edge.actor(), business_day()
    wanted = queries.Filter(
        vendor=request.args.get("vendor") or None,
        overdue=request.args.get("overdue") == "1",
        is_back=request.args.get("show") == "back",
    )
    cursor = request.args.get("cursor")
    jobs, following = queries.page(session, actor, wanted, today, cursor)
    kept: Any = _address(wanted)
    return render_template(
        "outside/index.html",
        jobs=jobs,
        boxes=queries.boxes(session, jobs),
        vendors=queries.by_vendor(session, actor, today),
        to_send=[] if wanted.is_back else queries.to_send(session, actor),
        wanted=wanted,
        next_url=url_for(".index", **kept, cursor=following) if following else None,
        first_url=url_for(".index", **kept) if cursor else None,
    )


def _address(wanted: queries.Filter) -> dict[str, str]:
    kept = {name: value for name, value in asdict(wanted).items() if name == "vendor" and value}
    kept |= {"overdue": "1"} if wanted.overdue else {}
    return kept | ({"show": "back"} if wanted.is_back else {})
