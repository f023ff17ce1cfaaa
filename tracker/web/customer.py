"""Customers: who must be called, the number shown for a call, and who was shown it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker import edge
from tracker.db import utc_now
from tracker.domain.account import STORE_ROLES, Role
from tracker.domain.calendar import SHANGHAI, shanghai_date
from tracker.domain.customer import CallReason
from tracker.extensions import db
from tracker.queries import customer as queries
from tracker.queries import registration as registrations
from tracker.queries import site as sites
from tracker.services import customer
from tracker.services.customer import Shown
from tracker.web import actions, once
from tracker.web.forms import customer as forms

blueprint = Blueprint("customer", __name__, url_prefix="/customers")
READERS = STORE_ROLES | {Role.REGION, Role.CLERK, Role.SUPERVISOR, Role.AUDITOR}
LOG_READERS = frozenset({Role.SUPERVISOR, Role.STORE_MANAGER, Role.AUDITOR})
CALLED = ("no", "yes", "again")
LONGEST_WAIT = 3650


@blueprint.get("/waiting")
@edge.allow(READERS)
def waiting() -> ResponseReturnValue:
    """Customers' garments for which somebody must call; the filters stay in the address."""
    session, actor, now = db.session(), edge.actor(), utc_now()
    today = shanghai_date(now)
    counts = queries.counts(session, actor, today)
    wanted = _wanted(next((why for why in CallReason if counts[why]), CallReason.TO_COLLECT))
    page = queries.waiting(session, actor, wanted, now, today, request.args.get("cursor"))
    filters = _filters_of(wanted)
    return render_template(
        "customer/waiting.html",
        page=page,
        wanted=wanted,
        reasons=CallReason,
        counts=counts,
        stores=sites.choice(session, actor),
        here=url_for(".waiting", **filters),
        next_url=url_for(".waiting", **filters, cursor=page.next) if page.next else None,
        first_url=url_for(".waiting", **filters) if request.args.get("cursor") else None,
    )


def _wanted(first: CallReason) -> queries.Wanted:
    """Return what the address asks for; the first reason that somebody waits for, where none."""
    why, days = request.args.get("why", ""), request.args.get("days", "")
    called = request.args.get("called")
    is_number = days.isascii() and days.isdigit() and len(days) < 5
    return queries.Wanted(
        why=CallReason(why) if why in {one.value for one in CallReason} else first,
        site=request.args.get("site") or None,
        called=called if called in CALLED else None,
        days=min(int(days), LONGEST_WAIT) if is_number and int(days) else None,
    )


def _filters_of(wanted: queries.Wanted) -> dict[str, Any]:
    values = {
        "why": wanted.why.value,
        "site": wanted.site,
        "called": wanted.called,
        "days": wanted.days,
    }
    return {name: value for name, value in values.items() if value}


@blueprint.post("/<no>/phone")
@edge.allow(STORE_ROLES)
@edge.writes
def phone(no: str) -> ResponseReturnValue:
    """Show the whole number once and write that down: so it is no GET, and nothing redirects."""
    shown = customer.show(edge.act(), no)
    form = forms.CallForm(formdata=None, back=edge.inside(request.form.get("back")))
    return _call_page(no, form, shown)


@blueprint.post("/<no>/calls")
@edge.allow(STORE_ROLES)
def call(no: str) -> ResponseReturnValue:
    """Keep what came of a call."""
    form = forms.CallForm()
    registrations.get(db.session(), edge.actor(), no)

    def effect() -> list[str]:
        made = customer.call(
            edge.act(),
            no,
            result=form.result.data,
            note=form.remark.data,
            next_on=form.next_on.data,
        )
        return [str(made.id)]

    def done(_made: list[str]) -> ResponseReturnValue:
        flash(_("The call is noted."), "success")
        return redirect(edge.inside(form.back.data), 303)

    address = url_for(".call", no=no)
    return once.take(form, address, effect, done, lambda: _call_page(no, form))


def _call_page(no: str, form: forms.CallForm, shown: Shown | None = None) -> str:
    found = registrations.get(db.session(), edge.actor(), no)
    return render_template(
        "customer/call.html",
        registration=found,
        shown=shown,
        form=form,
        back=edge.inside(form.back.data),
        calls=queries.calls(db.session(), found),
    )


@blueprint.post("/<no>/promise")
@edge.allow(STORE_ROLES)
def promise(no: str) -> ResponseReturnValue:
    """Tell the customer another day."""
    return actions.take(
        "registration",
        no,
        "promise",
        forms.FORMS,
        url_for("registration.show", no=no),
        lambda form: _promise_page(no, form),
    )


def _promise_page(no: str, form: Any) -> str:
    found = registrations.get(db.session(), edge.actor(), no)
    form.if_version.data = str(found.version)
    return render_template("customer/promise.html", registration=found, form=form)


@blueprint.get("/access-log")
@edge.allow(LOG_READERS)
def access_log() -> ResponseReturnValue:
    """Who was shown a customer's number: a store manager sees his own store's."""
    session, actor = db.session(), edge.actor()
    named = {name: (request.args.get(name) or "").strip()[:60] or None for name in FILTERS}
    first, last = _day(named["from"]), _day(named["to"])
    wanted = queries.AccessFilter(
        site=named["site"],
        login=named["login"],
        q=named["q"],
        first_on=_midnight(first) if first else None,
        until=_midnight(last + timedelta(days=1)) if last else None,
    )
    page = queries.accesses(session, actor, wanted, request.args.get("cursor"))
    filters: dict[str, Any] = {name: value for name, value in named.items() if value}
    return render_template(
        "customer/access_log.html",
        page=page,
        named=named,
        stores=sites.choice(session, actor),
        next_url=url_for(".access_log", **filters, cursor=page.next) if page.next else None,
        first_url=url_for(".access_log", **filters) if request.args.get("cursor") else None,
    )


FILTERS = ("site", "login", "q", "from", "to")
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)


def _day(text: str | None) -> date | None:
    """Return a day of an address; nothing for what is none."""
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if FIRST_DAY <= day <= LAST_DAY else None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, SHANGHAI)


def garment_card(registration: Any) -> dict[str, Any] | None:
    """Return what the garment's page says of its customer, or ``None`` for stock."""
    if registration.customer is None:
        return None
    act = edge.act()
    promise_form = forms.PromiseForm(formdata=None)
    promise_form.if_version.data = str(registration.version)
    is_store = act.actor.is_store and registration.closed_at is None
    return {
        "why": customer.why_to_call(act, registration),
        "calls": queries.calls(act.session, registration),
        "promise": promise_form if is_store else None,
    }
