"""Channels and what went out over them: for the administrator."""

from __future__ import annotations

from datetime import time
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker import edge, errors
from tracker.db import utc_now
from tracker.domain.errors import RuleViolation, not_found
from tracker.domain.notice_channel import ChannelKind
from tracker.extensions import db
from tracker.queries import notice_channel as queries
from tracker.queries import site as sites
from tracker.queries.paging import position
from tracker.services import notice_channel as service
from tracker.services import notice_post, notice_sending
from tracker.web import once
from tracker.web.forms.notice_channel import ChannelForm

blueprint = Blueprint("notice_channel", __name__, url_prefix="/notices")
TEST_SECONDS = 5.0
"""Nobody waits longer for the answer to a test."""


def _key() -> str:
    return str(current_app.config["SETTINGS"].secret_key)


def _kind(value: str) -> ChannelKind:
    found = next((kind for kind in ChannelKind if kind == value), None)
    if found is None:
        raise not_found("外部通道", "channel", value)
    return found


@blueprint.get("/channels")
@edge.allow(*service.KEEPERS)
@edge.with_password
def index() -> ResponseReturnValue:
    """The channels: each with its switch, its test, and what went wrong over it."""
    return render_template(
        "notice_channel/index.html",
        channels=queries.every(db.session()),
        troubles=queries.troubles(db.session()),
        kinds=list(ChannelKind),
        address=request.url_root.rstrip("/"),
    )


@blueprint.get("/channels/new/<kind>")
@edge.allow(*service.KEEPERS)
@edge.with_password
def new(kind: str) -> ResponseReturnValue:
    """A new channel of a kind."""
    form = _form(ChannelForm(formdata=None))
    form.address.data = request.url_root.rstrip("/")
    return _show(_kind(kind), form)


def _form(form: ChannelForm) -> ChannelForm:
    return form.offer(sites.every(db.session()))


def _show(kind: ChannelKind, form: ChannelForm, channel: Any = None) -> str:
    return render_template(
        "notice_channel/show.html", kind=kind, form=form, channel=channel, shown=form.shown(kind)
    )


@blueprint.post("/channels/new/<kind>")
@edge.allow(*service.KEEPERS)
@edge.with_password
def add(kind: str) -> ResponseReturnValue:
    """Add a channel, off; a webhook's secret is shown this once."""
    wanted, form = _kind(kind), _form(ChannelForm())
    secret: list[str] = []

    def effect() -> list[str]:
        name, fresh = service.add(edge.act(), _key(), wanted, form.plan(), form.setup(wanted))
        secret[:] = [fresh]
        return [name]

    def done(_names: list[str]) -> ResponseReturnValue:
        if not secret or not secret[0]:
            flash(_("Kept. The channel is off: test it, then switch it on."), "success")
            return redirect(url_for(".index"), 303)
        return render_template("notice_channel/secret.html", secret=secret[0])

    return once.take(form, f"notice.channel/{kind}", effect, done, lambda: _show(wanted, form))


@blueprint.get("/channels/<no>")
@edge.allow(*service.KEEPERS)
@edge.with_password
def show(no: str) -> ResponseReturnValue:
    """A channel: its secrets are not shown again."""
    channel = queries.get(db.session(), position(no))
    form = _form(ChannelForm(formdata=None))
    _fill(form, channel)
    return _show(ChannelKind(channel.kind), form, channel)


def _fill(form: ChannelForm, channel: Any) -> None:
    form.name.data, form.occasions.data = channel.name, channel.occasions
    form.site.data = channel.site.code if channel.site else ""
    form.language.data = channel.language
    form.quiet_from.data = _clock(channel.quiet_from)
    form.quiet_until.data = _clock(channel.quiet_until)
    try:
        setup = service.unseal(_key(), channel)
    except RuleViolation as refusal:
        flash(refusal.message(errors.locale_code()), "danger")
        return
    for name in ("host", "port", "security", "user", "sender", "address"):
        form[name].data = getattr(setup, name) or None


def _clock(value: int | None) -> time | None:
    return time(value // 60, value % 60) if value is not None else None


@blueprint.post("/channels/<no>")
@edge.allow(*service.KEEPERS)
@edge.with_password
def change(no: str) -> ResponseReturnValue:
    """Keep a channel anew."""
    channel = queries.get(db.session(), position(no))
    kind, form = ChannelKind(channel.kind), _form(ChannelForm())

    def effect() -> list[str]:
        service.change(edge.act(), _key(), position(no), form.plan(), form.setup(kind))
        return []

    def done(_nos: list[str]) -> ResponseReturnValue:
        flash(_("Kept."), "success")
        return redirect(url_for(".index"), 303)

    def again() -> str:
        return _show(kind, form, queries.get(db.session(), position(no)))

    return once.take(form, f"notice.channel/{no}", effect, done, again)


@blueprint.post("/channels/<no>/switch")
@edge.allow(*service.KEEPERS)
@edge.with_password
@edge.writes
def switch(no: str) -> ResponseReturnValue:
    """Switch a channel on or off."""
    is_open = request.form.get("open") == "1"
    service.switch(edge.act(), position(no), is_open=is_open)
    flash(
        _("The channel is on. What is told from now on goes out.")
        if is_open
        else _("The channel is off. Nothing leaves over it."),
        "success",
    )
    return redirect(url_for(".index"), 303)


@blueprint.post("/channels/<no>/test")
@edge.allow(*service.KEEPERS)
@edge.with_password
def test(no: str) -> ResponseReturnValue:
    """Send a test now, and say what came back."""
    channel = queries.get(db.session(), position(no))
    kind, name = ChannelKind(channel.kind), channel.name
    setup = service.unseal(_key(), channel)
    db.session.rollback()
    said = _("Hangtag: a test of the channel “%(name)s”.", name=name)
    message = notice_post.Message("test", setup.sender, said, said, [])
    outcome = notice_post.post(kind, setup, message, utc_now(), TEST_SECONDS)
    if outcome.is_sent:
        flash(_("The test was accepted. See whether it arrived."), "success")
    else:
        flash(_("The test was not accepted: %(error)s", error=outcome.error), "danger")
    return redirect(url_for(".index"), 303)


@blueprint.get("/sendings")
@edge.allow(*service.KEEPERS)
def sendings() -> ResponseReturnValue:
    """What went out, what waits, what was given up."""
    cursor = request.args.get("cursor")
    rows, following = queries.sendings(db.session(), cursor)
    return render_template(
        "notice_channel/sendings.html",
        sendings=rows,
        next_url=url_for(".sendings", cursor=following) if following else None,
        first_url=url_for(".sendings") if cursor else None,
    )


@blueprint.post("/sendings/<no>/again")
@edge.allow(*service.KEEPERS)
@edge.writes
def again(no: str) -> ResponseReturnValue:
    """Send a message again."""
    notice_sending.again(edge.act(), no)
    flash(_("The message waits to be sent again."), "success")
    return redirect(url_for(".sendings"), 303)
