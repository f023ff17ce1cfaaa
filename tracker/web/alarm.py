"""The alarm: garments that were destroyed or given to their supplier, and were scanned again."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker import edge, errors
from tracker.db import write
from tracker.domain.account import Role
from tracker.domain.alarm import Desk, Source, desk_of
from tracker.domain.errors import NotFound
from tracker.domain.turnaround_figures import midnight
from tracker.extensions import db
from tracker.queries import alarm as queries
from tracker.services import alarm as service
from tracker.web.day import business_day
from tracker.web.forms.alarm import AlarmNoteForm

blueprint = Blueprint("alarm", __name__, url_prefix="/alarms")


@blueprint.get("")
@edge.allow(Role.SUPERVISOR, Role.FINANCE, Role.AUDITOR)
def index() -> ResponseReturnValue:
    """The alarms, newest first: those that wait for the reader's desk, or all since a day."""
    return _page(AlarmNoteForm(formdata=None))


def _page(form: AlarmNoteForm, failed: str = "") -> str:
    today, cursor = business_day(), request.args.get("cursor")
    since = _day(request.args.get("since"))
    desk = desk_of(edge.actor())
    is_open = desk is not None and since is None
    if not is_open:
        since = since or today.replace(day=1)
    rows, following = queries.page(
        db.session(),
        midnight(since) if since else None,
        midnight(today + timedelta(days=1)),
        cursor,
        desk if is_open else None,
    )
    kept: Any = {"since": since.isoformat()} if since else {}
    return render_template(
        "alarm/index.html",
        rows=rows,
        garments=queries.garments_of(db.session(), rows),
        notes=queries.notes_of(db.session(), rows),
        desk=desk,
        desks=Desk,
        is_open=is_open,
        since=since or today.replace(day=1),
        today=today,
        form=form,
        failed=failed,
        next_url=url_for(".index", **kept, cursor=following) if following else None,
        first_url=url_for(".index", **kept) if cursor else None,
    )


@blueprint.post("/<source>/<ref>/note")
@edge.allow(Role.SUPERVISOR, Role.FINANCE)
def note(source: str, ref: str) -> ResponseReturnValue:
    """Write what came of an alarm, for the reader's desk."""
    if source not in set(Source):
        abort(404)
    form = AlarmNoteForm()
    if not form.validate_on_submit():
        return _page(form, f"{source}/{ref}"), 422
    try:
        write(
            db.session(),
            lambda: service.acknowledge(edge.act(), Source(source), ref, note=form.note.data or ""),
        )
    except NotFound:
        raise
    except errors.REFUSALS as error:
        refusal = errors.as_refusal(error)
        flash(refusal.message(errors.locale_code()), "danger")
        return _page(form, f"{source}/{ref}"), refusal.status
    flash(_("Kept: what came of the alarm."), "success")
    return redirect(url_for(".index"), 303)


def _day(typed: str | None) -> date | None:
    try:
        found = date.fromisoformat(typed or "")
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2099 else None
