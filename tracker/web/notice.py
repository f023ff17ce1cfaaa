"""Notices: the inbox, how one wants to be told, and the steps of escalation."""

from __future__ import annotations

from datetime import time
from typing import Any

from flask import Blueprint, Flask, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker import edge, errors
from tracker.domain.account import EVERY_ROLE
from tracker.domain.escalation import KEEPERS, READERS, by_occasion, rises
from tracker.domain.notice import ABOUT, Occasion, page_of, sentence
from tracker.extensions import db
from tracker.queries import escalation as steps
from tracker.queries import notice as queries
from tracker.services import escalation
from tracker.services import notice as service
from tracker.web import once
from tracker.web.day import business_day
from tracker.web.forms.notice import StepForm, WishForm

blueprint = Blueprint("notice", __name__, url_prefix="/notices")
STATES = ("unread", "read", "all")


def bell() -> int:
    """Return how many notices the reader has yet to read; asked once a request."""
    if "bell" not in g:
        g.bell = queries.unread_count(db.session(), edge.actor())
    return int(g.bell)


def told_of(record: str) -> list[queries.Telling]:
    """Return whom a record was told to, for its page."""
    return list(queries.told_of(db.session(), edge.actor(), record))


def has_risen(row: Any) -> bool:
    """Return whether a notice came by a later step than its occasion's first; asked of the table
    once a request."""
    if "rises" not in g:
        g.rises = rises(steps.in_force(db.session(), business_day()))
    return (Occasion(row.occasion), row.step) in g.rises


@blueprint.record_once
def _install(state: Any) -> None:
    app: Flask = state.app
    app.jinja_env.globals["notice_bell"] = bell
    app.jinja_env.globals["notice_told_of"] = told_of
    app.jinja_env.globals["notice_has_risen"] = has_risen


def shown(row: Any) -> dict[str, Any]:
    """Return a notice as the reader's language says it."""
    occasion = Occasion(row.occasion)
    return {
        "row": row,
        "occasion": occasion,
        "severity": ABOUT[occasion].severity,
        "text": sentence(occasion, row.facts, errors.locale_code()),
        "page": page_of(occasion, row.record),
    }


def _filter() -> queries.Filter:
    state = request.args.get("state", "unread")
    occasion = request.args.get("occasion")
    return queries.Filter(
        state if state in STATES else "unread", occasion if occasion in set(Occasion) else None
    )


@blueprint.get("")
@edge.allow(EVERY_ROLE)
def index() -> ResponseReturnValue:
    """The reader's own notices, newest first, and how many of each kind wait."""
    wanted = _filter()
    cursor = request.args.get("cursor")
    rows, following = queries.page(db.session(), edge.actor(), wanted, cursor)
    kept: dict[str, Any] = {"state": wanted.state, "occasion": wanted.occasion}
    return render_template(
        "notice/index.html",
        notices=[shown(row) for row in rows],
        counts=queries.counts(db.session(), edge.actor()),
        wanted=wanted,
        states=STATES,
        next_url=url_for(".index", cursor=following, **kept) if following else None,
        first_url=url_for(".index", **kept) if cursor else None,
        reads_steps=edge.actor().is_any(READERS),
    )


@blueprint.post("/read")
@edge.allow(EVERY_ROLE)
@edge.writes
def read() -> ResponseReturnValue:
    """Mark the notices of a page read, or all of them; one of them leads to its record."""
    if request.form.get("all"):
        service.read(edge.act())
        flash(_("Every notice is marked as read."), "success")
        return redirect(url_for(".index"), 303)
    numbers = [int(n) for n in request.form.getlist("id") if n.isascii() and n.isdigit()][:200]
    service.read(edge.act(), [number for number in numbers if number < 2**31])
    return redirect(edge.inside(request.form.get("next") or url_for(".index")), 303)


@blueprint.post("/<int(max=2147483647):number>/unread")
@edge.allow(EVERY_ROLE)
@edge.writes
def unread(number: int) -> ResponseReturnValue:
    """Mark one notice unread again."""
    service.unread(edge.act(), number)
    return redirect(url_for(".index"), 303)


@blueprint.get("/wishes")
@edge.allow(EVERY_ROLE)
def wishes() -> ResponseReturnValue:
    """How the reader wants to be told."""
    row = queries.wish_of(db.session(), edge.actor().account_id)
    form = WishForm(formdata=None)
    if row is not None:
        form.unwanted.data, form.mailed.data = row.unwanted, row.mailed
        form.address.data, form.language.data = row.address, row.language
        form.digest.data = _clock(row.digest_minute)
        form.quiet_from.data, form.quiet_until.data = (
            _clock(row.quiet_from),
            _clock(row.quiet_until),
        )
    return _wishes(form)


def _clock(value: int | None) -> time | None:
    return time(value // 60, value % 60) if value is not None else None


def _wishes(form: WishForm) -> str:
    return render_template("notice/wishes.html", form=form)


@blueprint.post("/wishes")
@edge.allow(EVERY_ROLE)
def wish() -> ResponseReturnValue:
    """Keep how the reader wants to be told."""
    form = WishForm()

    def effect() -> list[str]:
        service.wish(edge.act(), form.wish())
        return []

    def done(_nos: list[str]) -> ResponseReturnValue:
        flash(_("Kept. It holds from the next notice on."), "success")
        return redirect(url_for(".index"), 303)

    return once.take(form, "notice.wish", effect, done, lambda: _wishes(form))


@blueprint.get("/steps")
@edge.allow(READERS)
def step_list() -> ResponseReturnValue:
    """The steps of escalation in force, their history, and the form of the next version."""
    form = StepForm(formdata=None, data=_asked())
    form.effective_from.data = business_day()
    return _steps(form)


def _asked() -> dict[str, Any]:
    """Return the step that the address names, to be changed."""
    wanted = (request.args.get("occasion"), request.args.get("ordinal"))
    for step in steps.in_force(db.session(), business_day()):
        if (step.occasion.value, str(step.ordinal)) == wanted:
            return {
                "occasion": step.occasion,
                "ordinal": step.ordinal,
                "role": step.role,
                "hours": step.hours,
            }
    return {}


def _steps(form: StepForm) -> str:
    today = business_day()
    return render_template(
        "notice/steps.html",
        steps=by_occasion(steps.in_force(db.session(), today)),
        about=ABOUT,
        history=[row for row in steps.rows(db.session()) if row.at is not None][::-1],
        form=form,
        keeps=edge.actor().is_any(frozenset(KEEPERS)),
    )


@blueprint.post("/steps")
@edge.allow(*KEEPERS)
def step() -> ResponseReturnValue:
    """Write a step's next version."""
    form = StepForm()

    def effect() -> list[str]:
        escalation.change(edge.act(), form.step(), reason=form.reason.data or "")
        return []

    def done(_nos: list[str]) -> ResponseReturnValue:
        flash(_("The step is kept. Who was told already is told no second time."), "success")
        return redirect(url_for(".step_list"), 303)

    return once.take(form, "notice.step", effect, done, lambda: _steps(form))
