"""The last scans of a site: what was scanned, by whom, and what became of it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker import edge
from tracker.domain.account import STORE_ROLES, Role
from tracker.extensions import db
from tracker.queries import recent_scan as queries
from tracker.web.access import can_open

blueprint = Blueprint("recent_scan", __name__)
SCANNERS = STORE_ROLES | {
    Role.CLERK, Role.SUPERVISOR, Role.ASSESSOR, Role.REPAIRER, Role.QA, Role.WAREHOUSE,
}  # fmt: skip
_PAGES = {"FH": "shipment.show", "XH": "destruction.show"}


@blueprint.get("/scans")
@edge.allow(SCANNERS)
def index() -> ResponseReturnValue:
    """The last twenty scans of the reader's site, or his own."""
    mine = request.args.get("mine") == "1"
    found = queries.last(db.session(), edge.actor(), mine=mine)
    rows = [(scan, _opens(scan)) for scan in found]
    return render_template("recent_scan/index.html", rows=rows, mine=mine)


def _opens(scan: Any) -> str:
    endpoint = _PAGES.get(scan.document[:2], "")
    return url_for(endpoint, no=scan.document) if endpoint and can_open(endpoint) else ""
