"""Badges at their screens: the change of users, one's own PIN, and who holds a card."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import DataRequired, EqualTo, Length

from tracker import edge, errors
from tracker.db import utc_now, write
from tracker.domain.account import Role
from tracker.domain.errors import HangtagError
from tracker.extensions import db
from tracker.queries import account as queries
from tracker.services import account as accounts
from tracker.services import badge as service
from tracker.web.forms.fields import trimmed

blueprint = Blueprint("badge", __name__)
ISSUERS = frozenset({Role.STORE_MANAGER, Role.ADMINISTRATOR})
_DIGITS = {"inputmode": "numeric", "maxlength": "6"}


class SwitchForm(FlaskForm):
    """The badge as the scanner types it, and the PIN of its holder."""

    badge = StringField(
        _("Badge"),
        [DataRequired(_("Scan your badge.")), Length(max=200)],
        [trimmed],
        render_kw={"autocomplete": "off", "autofocus": True, "spellcheck": "false", "lang": "en",
                   "data-takes-scan": ""},
    )  # fmt: skip
    pin = PasswordField(
        _("PIN"),
        [DataRequired(_("Type your PIN.")), Length(max=40)],
        render_kw=_DIGITS | {"autocomplete": "off"},
    )
    next = HiddenField()


class PinForm(FlaskForm):
    """A new PIN, typed twice, and the password of whose it is."""

    password = PasswordField(
        _("Your password"),
        [DataRequired(_("Fill in your password.")), Length(max=200)],
        render_kw={"autocomplete": "current-password", "autofocus": True},
    )
    pin = PasswordField(
        _("New PIN (4 to 6 digits)"),
        [DataRequired(_("Type your PIN."))],
        render_kw=_DIGITS | {"autocomplete": "new-password"},
    )
    again = PasswordField(
        _("Once more"),
        [EqualTo("pin", _("The two are not the same: type both again."))],
        render_kw=_DIGITS | {"autocomplete": "new-password"},
    )


@blueprint.route("/switch", methods=["GET", "POST"])
@edge.signed_in
def switch() -> ResponseReturnValue:
    """Change this browser over to the holder of a badge: scan, type the PIN, Enter."""
    form = SwitchForm(next=request.args.get("next"))
    if request.method == "GET" or not form.validate_on_submit():
        status = 422 if form.errors else 200
        return render_template("badge/switch.html", form=form), status
    secret, badge, pin = session.get("secret", ""), form.badge.data or "", form.pin.data or ""
    try:
        account, fresh = write(
            db.session(),
            lambda: service.switch(db.session(), secret, badge, pin, utc_now()),
        )
    except HangtagError as refusal:
        if refusal.code == "wrong_badge":
            write(
                db.session(),
                lambda: service.note_failure(db.session(), secret, badge, utc_now()),
            )
        flash(refusal.message(errors.locale_code()), "danger")
        return render_template("badge/switch.html", form=form), 422
    session.clear()
    session["secret"] = fresh
    session.permanent = True
    flash(gettext("%(name)s works here now.", name=account.name), "success")
    return redirect(edge.inside(form.next.data), 303)


@blueprint.route("/account/pin", methods=["GET", "POST"])
@edge.signed_in
@edge.with_password
def pin() -> ResponseReturnValue:
    """Set one's own PIN."""
    form = PinForm()
    status = 200
    if request.method == "POST":
        try:
            if form.validate_on_submit():
                write(db.session(), lambda: _set_pin(form))
                words = _("Your PIN is set. With your badge it changes this browser over to you.")
                flash(str(words), "success")
                return redirect(url_for(".pin"), 303)
        except HangtagError as refusal:
            is_password = refusal.code in ("wrong_password", "too_many")
            field = form.password if is_password else form.pin
            field.errors = [refusal.message(errors.locale_code())]
            if refusal.code == "wrong_password":
                write(db.session(), lambda: accounts.note_failure(*_caller()))
        status = 422
    has_badge = queries.has_badge(db.session(), edge.actor())
    return render_template("badge/pin.html", form=form, has_badge=has_badge), status


def _set_pin(form: PinForm) -> None:
    service.set_pin(edge.act(), form.pin.data or "", form.password.data or "")


def _caller() -> tuple[Any, str, datetime]:
    return db.session(), edge.actor().login, utc_now()


@blueprint.get("/accounts/badges")
@edge.allow(ISSUERS)
@edge.with_password
def index() -> ResponseReturnValue:
    """Who holds a badge: the manager's own store, the administrator's whole chain."""
    accounts = queries.badge_holders(db.session(), edge.actor())
    return render_template("badge/index.html", accounts=accounts)


@blueprint.post("/accounts/badges/<login>/issue")
@edge.allow(ISSUERS)
@edge.with_password
@edge.writes
def issue(login: str) -> Response:
    """Issue or replace a badge; the answer is its card, which is shown once."""
    return edge.printed(service.issue(edge.act(), login, edge.fonts()))


@blueprint.post("/accounts/badges/<login>/withdraw")
@edge.allow(ISSUERS)
@edge.with_password
@edge.writes
def withdraw(login: str) -> ResponseReturnValue:
    """Make a badge worthless."""
    account = service.withdraw(edge.act(), login)
    flash(gettext("The badge of %(name)s was withdrawn.", name=account.name), "success")
    return redirect(url_for(".index"), 303)
