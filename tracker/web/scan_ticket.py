"""What the scan page asks of its server: who is logged in, and a ticket to send scans with."""

from __future__ import annotations

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf

from tracker import edge
from tracker.db import utc_now
from tracker.domain.account import STORE_ROLES
from tracker.extensions import db
from tracker.queries import label as labels
from tracker.queries import scan_ticket as queries
from tracker.queries import site as sites
from tracker.services import scan_ticket as service
from tracker.web.forms.action import ActionForm

blueprint = Blueprint("scan_ticket", __name__, url_prefix="/scan")


@blueprint.get("/session")
@edge.public
def session() -> ResponseReturnValue:
    """Return who is logged in on this browser, or 401, or 403 for who is of no store."""
    caller = edge.current_actor()
    if caller is None:
        return jsonify(code="login"), 401
    if not caller.is_store:
        return jsonify(code="wrong_role"), 403
    return jsonify(
        login=caller.login,
        name=caller.name,
        site=_site(),
        has_blank_tags=labels.has_blank_tags(db.session(), caller.site_id),
        csrf=generate_csrf(),
        now=utc_now().isoformat(),
    )


@blueprint.post("/ticket")
@edge.allow(STORE_ROLES)
@edge.writes
def issue() -> ResponseReturnValue:
    """Give the browser's device a scan ticket of the person who is logged in."""
    given = request.get_json(silent=True)
    device = str(given.get("device", "")) if isinstance(given, dict) else ""
    key = str(current_app.config["SECRET_KEY"])
    ticket, text = service.issue(edge.act(), device, key)
    answer = jsonify(
        ticket=text,
        login=edge.actor().login,
        name=edge.actor().name,
        site=_site(),
        issued_at=ticket.issued_at.isoformat(),
        expires_at=ticket.expires_at.isoformat(),
    )
    return answer, 201


def _site() -> dict[str, str]:
    site = sites.by_code(db.session(), edge.actor().site_code)
    return {"code": site.code, "name": site.name}


@blueprint.get("/devices")
@edge.allow(STORE_ROLES)
def index() -> str:
    """The devices that may send scans: one's own, a manager's store's."""
    tickets = queries.standing(db.session(), edge.actor(), utc_now())
    return render_template(
        "scan/devices.html",
        tickets=tickets,
        uses=queries.last_uses(db.session(), tickets),
        form=ActionForm(formdata=None),
    )


@blueprint.post("/devices/<number>/revoke")
@edge.allow(STORE_ROLES)
@edge.writes
def revoke(number: str) -> Response | ResponseReturnValue:
    """Let a device send nothing more until somebody logs in on it."""
    service.revoke(edge.act(), number)
    flash(_("Revoked. What that device still holds waits there for the next log-in."), "success")
    return redirect(url_for(".index"), 303)
