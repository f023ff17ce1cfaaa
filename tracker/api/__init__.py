"""The JSON API: a bearer token, the same services as the pages, one blueprint."""

from __future__ import annotations

from flask import Flask, g, request

from tracker.api import (
    bench,
    codes,
    deliveries,
    discrepancies,
    docs,
    labels,
    losses,
    months,
    outside,
    papers,
    photos,
    registrations,
    scans,
    shipments,
    turnaround,
)
from tracker.api.blueprint import blueprint
from tracker.db import utc_now
from tracker.extensions import csrf, db
from tracker.queries import account as accounts

SUBJECTS = (
    codes,
    scans,
    registrations,
    bench,
    shipments,
    deliveries,
    discrepancies,
    outside,
    losses,
    months,
    turnaround,
    labels,
    papers,
    photos,
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
    if scheme.lower() == "bearer" and 0 < len(secret) <= MAX_TOKEN:
        g.actor = accounts.actor_by_token(db.session(), secret, utc_now())


def register(app: Flask) -> None:
    """Install the API. Its subjects declared their calls on the blueprint when imported."""
    app.before_request(load_actor)
    csrf.exempt(blueprint)
    app.register_blueprint(blueprint)
