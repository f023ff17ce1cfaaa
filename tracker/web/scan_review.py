"""Late scans that could not be registered as they came: the list, and how each is settled."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import DateField

from tracker import edge, errors
from tracker.db import write
from tracker.domain.account import STORE_ROLES
from tracker.domain.errors import HangtagError, NotFound
from tracker.domain.scan import Settlement
from tracker.extensions import db
from tracker.queries import scan as queries
from tracker.services import scan_review as service
from tracker.web.forms.registration import ScanForm
from tracker.web.forms.scan import SettleScanForm

blueprint = Blueprint("scan_review", __name__, url_prefix="/scans/review")


@blueprint.get("")
@edge.allow(STORE_ROLES)
def index() -> ResponseReturnValue:
    """The late scans that wait, the oldest first."""
    return _page(SettleScanForm(formdata=None))


def _page(form: SettleScanForm, failed: str = "") -> str:
    cursor = request.args.get("cursor")
    rows, following = queries.to_settle(db.session(), edge.actor(), cursor)
    return render_template(
        "scan/review.html",
        waiting=[_told(row) for row in rows],
        form=form,
        failed=failed,
        next_url=url_for(".index", cursor=following) if following else None,
        first_url=url_for(".index") if cursor else None,
    )


def fill(form: ScanForm, scan_id: str) -> None:
    """Fill the scan page with what a late scan said; its customer was never kept."""
    row = queries.get_to_settle(db.session(), edge.actor(), scan_id)
    form.review.data = scan_id
    facts = json.loads(row.facts or "{}")
    manual = facts.pop("manual", None) or {}
    for name, value in {
        **facts,
        **{f"manual_{name}": value for name, value in manual.items()},
    }.items():
        if name not in form or name == "piece":
            continue
        if isinstance(form[name], DateField):
            value = date.fromisoformat(value)
        elif name.endswith("_intact"):
            value = "yes" if value else "no"
        form[name].data = value


def _told(row: Any) -> dict[str, Any]:
    """Return what a page says of a scan: what it said, why it waits, with what it clashes."""
    answer = json.loads(row.answer)
    return {
        "row": row,
        "facts": json.loads(row.facts),
        "detail": answer.get("detail", ""),
        "clash": answer.get("registration"),
    }


@blueprint.post("/<scan_id>")
@edge.allow(STORE_ROLES)
def settle(scan_id: str) -> ResponseReturnValue:
    """Settle a scan as the same garment, or as nothing to register."""
    form = SettleScanForm()
    if not form.validate_on_submit():
        return _page(form, scan_id), 422
    chosen = Settlement(form.settlement.data)
    act = edge.act(form.note.data)
    try:
        write(db.session(), lambda: service.settle(act, scan_id, chosen, form.registration.data))
    except NotFound as missing:
        if not form.registration.data:
            raise
        flash(missing.message(errors.locale_code()), "danger")
        return _page(form, scan_id), 422
    except HangtagError as refusal:
        flash(refusal.message(errors.locale_code()), "danger")
        return _page(form, scan_id), refusal.status
    flash(_("Settled: %(how)s", how=chosen.label(errors.locale_code())), "success")
    return redirect(url_for(".index"), 303)
