"""Logging in and out."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import DataRequired, Length

from tracker import edge, errors
from tracker.db import utc_now, write
from tracker.domain.account import Role
from tracker.domain.errors import HangtagError
from tracker.extensions import db
from tracker.queries import account as queries
from tracker.services import account as service
from tracker.services import demo
from tracker.web.forms.fields import trimmed

blueprint = Blueprint("account", __name__)


class LogInForm(FlaskForm):
    login = StringField(
        _("User name"),
        [DataRequired(_("Fill in your user name.")), Length(max=40)],
        [trimmed],
        render_kw={"autocomplete": "username", "autofocus": True, "spellcheck": "false"},
    )
    password = PasswordField(
        _("Password"),
        [DataRequired(_("Fill in your password.")), Length(max=200)],
        render_kw={"autocomplete": "current-password"},
    )
    next = HiddenField()


@blueprint.route("/login", methods=["GET", "POST"])
@edge.public
def log_in() -> ResponseReturnValue:
    """Check name and password; a wrong one says so without telling which."""
    form = LogInForm(next=request.args.get("next"))
    if request.method == "POST" and form.validate_on_submit():
        try:
            secret = _log_in(form.login.data or "", form.password.data or "")
        except HangtagError as refusal:
            write(db.session(), lambda: _note_failure(form.login.data or ""))
            flash(refusal.message(errors.locale_code()), "danger")
            return _page(form), 422
        session.clear()
        session["secret"] = secret
        session.permanent = True
        return redirect(edge.inside(form.next.data), 303)
    return _page(form), 422 if form.errors else 200


def _log_in(login: str, password: str) -> str:
    def work() -> str:
        return service.log_in(db.session(), login, password, utc_now())[1]

    return write(db.session(), work)


def _note_failure(login: str) -> None:
    service.note_failure(db.session(), login, utc_now())


def _page(form: LogInForm) -> str:
    is_demo = demo.is_demonstration(db.session())
    known = queries.every(db.session()) if is_demo else []
    return render_template(
        "account/log_in.html",
        form=form,
        accounts=[account for account in known if account.is_demo and account.is_active],
        password=demo.known_password(db.session()) if is_demo else None,
    )


@blueprint.post("/logout")
@edge.signed_in
@edge.writes
def log_out() -> ResponseReturnValue:
    """End the log-in on the server and forget the cookie."""
    service.log_out(db.session(), session.get("secret", ""), utc_now())
    session.clear()
    g.actor = None
    return redirect(url_for("account.log_in"), 303)


@blueprint.get("/accounts")
@edge.allow(Role.ADMINISTRATOR)
@edge.with_password
def index() -> ResponseReturnValue:
    """The administrator's list of accounts."""
    return render_template("account/index.html", accounts=queries.every(db.session()))
