"""The pages: a blueprint a noun, over the same services as the API."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from flask import Flask, Response, g, request, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_babel import get_locale
from itsdangerous import BadSignature

from tracker import edge
from tracker.config import LOCALES, SESSION_HOURS
from tracker.db import utc_now
from tracker.extensions import db
from tracker.queries import account as accounts
from tracker.web import (
    access,
    access_link,
    account,
    account_code,
    alarm,
    approval,
    badge,
    bench,
    bench_figures,
    calendar,
    carrier,
    catalog,
    chain,
    clocks,
    customer,
    delegation,
    delivery,
    destruction,
    discrepancy,
    entry,
    filters,
    forecast,
    home,
    job,
    label,
    ledger,
    liability_rule,
    loss,
    loss_nature,
    month,
    notice,
    notice_channel,
    operation,
    outside,
    part,
    photo,
    policy,
    policy_change,
    portal,
    promise,
    provisional,
    receipt,
    recent_scan,
    scan_review,
    scan_ticket,
    scanner,
    scrap_report,
    settlement,
    shipment,
    shipment_lists,
    signed_paper,
    statement,
    station,
    tag_roll,
    tie_out,
    trust,
    turnaround,
    untagged,
    voucher,
    warranty,
    work_list,
)
from tracker.web import print as papers

PAGES = (
    home,
    account,
    badge,
    recent_scan,
    scanner,
    work_list,  # the registration's blueprint, its lists included
    untagged,
    station,
    customer,
    provisional,
    shipment,
    receipt,
    shipment_lists,
    tie_out,
    carrier,
    delivery,
    discrepancy,
    outside,
    alarm,
    photo,
    bench,
    bench_figures,
    operation,
    part,
    loss,
    loss_nature,
    signed_paper,
    approval,
    delegation,
    liability_rule,
    destruction,
    ledger,
    month,  # the ledger's blueprint too
    voucher,
    account_code,
    statement,
    settlement,
    access_link,
    portal,
    entry,
    chain,
    job,
    notice,
    notice_channel,
    policy,
    policy_change,  # the policies' blueprint too
    promise,
    warranty,
    calendar,
    catalog,
    turnaround,
    forecast,
    scrap_report,
    scan_ticket,
    scan_review,
    trust,
    label,
    tag_roll,
    papers,
)

CSP = (
    "default-src 'none'; script-src 'self'{more}; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'; manifest-src 'self'"
)
CAMERA = " 'wasm-unsafe-eval'"
"""Who is logged in, and the station, have a camera, whose reader is WebAssembly of ours."""
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=()",
}


class SteadySessions(SecureCookieSessionInterface):
    """Signed cookies whose age is judged on the server: a clock set back logs nobody out."""

    def open_session(self, app: Flask, request_: object) -> SecureCookieSession:
        serializer = self.get_signing_serializer(app)
        value = request.cookies.get(self.get_cookie_name(app))
        if serializer is None or not value:
            return self.session_class()
        try:
            return self.session_class(serializer.loads(value))
        except BadSignature:
            return self.session_class()


def choose_locale() -> str:
    """Return the reader's language: what he chose, else Chinese; a program's by its header."""
    if request.blueprint == "api":
        best = request.accept_languages.best_match(list(LOCALES), "zh")
        return LOCALES[best or "zh"]
    return LOCALES.get(request.cookies.get("locale", ""), LOCALES["zh"])


def load_actor() -> None:
    """Find who calls from the cookie's secret. Not for the API: a cookie opens nothing there."""
    g.actor = None
    secret = session.get("secret")
    if request.blueprint == "api" or not secret:
        return
    since = utc_now() - timedelta(hours=SESSION_HOURS)
    g.actor = accounts.actor_by_session(db.session(), secret, since)


STATION = frozenset({"station.index", "station.shell"})
"""The station's shells: a device holds them for whoever logs in there."""


def add_headers(response: Response) -> Response:
    """Every answer carries the security headers; private pages are kept by no cache."""
    caller = g.get("actor")
    has_camera = (caller is not None and caller.document is None) or request.endpoint in STATION
    policy = CSP.format(more=CAMERA if has_camera else "")
    for name, value in {"Content-Security-Policy": policy, **HEADERS}.items():
        response.headers.setdefault(name, value)
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
        response.vary.add("Cookie")
    return response


def register(app: Flask) -> None:
    """Install the pages."""
    app.session_interface = SteadySessions()
    app.permanent_session_lifetime = timedelta(days=30)
    # An answer that changes nothing sets no cookie: it could put back one that a request beside it
    # (the station's CSRF token) has just changed.
    app.config["SESSION_REFRESH_EACH_REQUEST"] = False
    app.before_request(load_actor)
    app.after_request(add_headers)
    app.context_processor(
        lambda: {
            "actor": edge.current_actor(),
            "locale": "en" if str(get_locale()).startswith("en") else "zh",
            "new_id": lambda: str(uuid4()),
            "can_open": access.can_open,
            "is_here": access.is_here,
        }
    )
    filters.register(app)
    app.jinja_env.globals["leg_name"] = clocks.leg_name
    for blueprint in dict.fromkeys(module.blueprint for module in PAGES):
        app.register_blueprint(blueprint)
