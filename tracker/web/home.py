"""The first page: each role's own work, with counts that open their rows."""

from __future__ import annotations

from flask import Blueprint, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import text

from tracker import edge
from tracker.config import LOCALES, NEEDED_FILES
from tracker.db import utc_now
from tracker.extensions import db
from tracker.queries import cut_off, forecast, policy_change, work_list
from tracker.queries import site as sites
from tracker.web.access import can_open
from tracker.web.cards import Tally, cards_of, door_of
from tracker.web.day import business_day

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
@edge.signed_in
def show() -> ResponseReturnValue:
    """The reader's work lists, the pressing ones first."""
    actor, today = edge.actor(), business_day()
    cards, tally = cards_of(actor.roles), Tally(actor, utc_now())
    mine = [status for card in cards if card.noun == "garment" for status in card.statuses]
    pressing = work_list.Filter(status=",".join(mine) or None, sort="risk")
    has_list = can_open("registration.index") and any(card.noun == "garment" for card in cards)
    rows = work_list.page(db.session(), actor, pressing, today).items[:10] if has_list else []
    site = sites.get(db.session(), actor.site_id)
    return render_template(
        "home/show.html",
        site=site,
        cut_off=cut_off.of_store(db.session(), site, utc_now()) if actor.is_store else None,
        doors=[door_of(card, tally) for card in cards],
        today=today,
        unread=policy_change.unread(db.session(), actor, today),
        pressing=rows,
        forecasts=forecast.of(db.session(), (row.id for row in rows)),
    )


@blueprint.get("/healthz")
@edge.public
def health() -> ResponseReturnValue:
    """200 when the server can serve: the database answers, pages and papers have their files."""
    db.session.execute(text("SELECT 1"))
    missing = [path.name for path in NEEDED_FILES if not path.exists()]
    if missing:
        return jsonify(status="incomplete", missing=missing, mend="make install"), 503
    return jsonify(status="ok")


@blueprint.post("/language/<code>")
@edge.public
def language(code: str) -> ResponseReturnValue:
    """Keep the reader's language in a cookie and go back to where he was."""
    return speak(code)


def speak(code: str) -> ResponseReturnValue:
    """Answer a chosen language: its cookie, and back to where the reader was."""
    answer = redirect(edge.inside(request.form.get("back")), 303)
    if code in LOCALES:
        answer.set_cookie("locale", code, max_age=31_536_000, samesite="Lax", httponly=True)
    return answer
