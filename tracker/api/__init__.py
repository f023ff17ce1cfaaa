"""The JSON API: a bearer token, the same services as the pages, one blueprint."""

from __future__ import annotations

from flask import Flask, current_app, g, request

from tracker.api import (
    bench,
    codes,
    deliveries,
    discrepancies,
    docs,
    entries,
    forecasts,
    jobs,
    labels,
    losses,
    months,
    notices,
    outside,
    papers,
    photos,
    policies,
    registrations,
    scans,
    scrap_report,
    shipments,
    statements,
    turnaround,
    vouchers,
    warranty,
)
from tracker.api.blueprint import blueprint
from tracker.db import utc_now
from tracker.extensions import csrf, db
from tracker.queries import account as accounts
from tracker.queries import scan_ticket as scan_tickets
from tracker.services import scan_ticket

SUBJECTS = (
    codes,
    warranty,
    scans,
    registrations,
    bench,
    shipments,
    deliveries,
    discrepancies,
    outside,
    losses,
    months,
    notices,
    entries,
    jobs,
    statements,
    vouchers,
    turnaround,
    forecasts,
    scrap_report,
    labels,
    papers,
    photos,
    policies,
    docs,
)
MAX_TOKEN = 200


def load_actor() -> None:
    """Find who calls from the bearer token; the session cookie opens nothing here."""
    if request.blueprint != blueprint.name:
        return
    g.actor = None
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    secret = secret.strip()
    if scheme.lower() != "bearer" or not 0 < len(secret) <= MAX_TOKEN:
        return
    if not secret.startswith(scan_tickets.PREFIX):
        g.actor = accounts.actor_by_token(db.session(), secret, utc_now())
    elif getattr(current_app.view_functions[request.endpoint or ""], "takes_tickets", False):
        claims = scan_ticket.claims(secret, str(current_app.config["SECRET_KEY"]))
        if claims is not None:
            g.actor = scan_tickets.actor_by(db.session(), claims, utc_now())


def register(app: Flask) -> None:
    """Install the API. Its subjects declared their calls on the blueprint when imported."""
    app.before_request(load_actor)
    csrf.exempt(blueprint)
    app.register_blueprint(blueprint)
