"""Months: totals down to the rows, submitted by after-sales, closed by finance."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker import edge
from tracker.domain.account import COST_ROLES
from tracker.domain.ledger import MACHINE, Status
from tracker.domain.loss import MACHINE as LOSS_FORM
from tracker.domain.loss import Status as FormStatus
from tracker.extensions import db
from tracker.queries import catalog
from tracker.queries import ledger as queries
from tracker.queries import loss as losses
from tracker.queries import site as sites
from tracker.web import actions
from tracker.web.forms.action import ActionForm
from tracker.web.forms.ledger import FORMS

blueprint = Blueprint("ledger", __name__, url_prefix="/months")

SHOWN = 100
"""So many rows are shown; the exports have all of them."""
_UNAPPROVED = tuple(status for status in FormStatus if status not in LOSS_FORM.final)


@blueprint.get("")
@edge.allow(COST_ROLES)
def index() -> ResponseReturnValue:
    """The months with their status and what is charged in each."""
    session, actor = db.session(), edge.actor()
    return render_template(
        "ledger/index.html",
        months=queries.months(session, actor),
        amounts=queries.amounts(session, actor),
    )


@blueprint.get("/<month>")
@edge.allow(COST_ROLES)
def show(month: str) -> ResponseReturnValue:
    """A month: its totals, each a door to its rows; the choice stays in the address."""
    return _page(month)


def _page(month: str, failed: ActionForm | None = None, failed_action: str = "") -> str:
    session, actor = db.session(), edge.actor()
    found = queries.get(session, actor, month)
    wanted = _wanted()
    count, fen = queries.sum_of(session, month, wanted)
    offered = MACHINE.actions_from(Status(found.status), actor.roles)
    if found.submitted_by_id == actor.account_id:
        offered = ()
    late = losses.forms(session, actor, statuses=_UNAPPROVED) if found.closed_at is None else ()
    return render_template(
        "ledger/show.html",
        month=found,
        totals=queries.totals(session, month),
        owner_credits_fen=queries.owner_credits_fen(session, month),
        lines=queries.lines(session, month, wanted, SHOWN),
        line_count=count,
        lines_fen=fen,
        wanted=wanted,
        names=_names(),
        late=[form for form in late if form.month <= month],
        forms=actions.panels(found, offered, FORMS, failed, failed_action),
        failed_action=failed_action,
    )


def _wanted() -> queries.Wanted:
    """Return which rows the address asks for; a year that is none asks for all."""
    year = request.args.get("year", "")
    return queries.Wanted(
        liable=request.args.get("liable") or None,
        supplier=request.args.get("supplier") or None,
        store=request.args.get("store") or None,
        year=int(year) if year.isascii() and year.isdigit() and len(year) == 4 else None,
    )


def _names() -> dict[str, Any]:
    """Return the names of suppliers and sites by code, for people to read."""
    session = db.session()
    named: dict[str, Any] = {site.code: site.name for site in sites.every(session)}
    named.update((supplier.code, supplier.name) for supplier in catalog.suppliers(session))
    return named


@blueprint.post("/<no>/actions/<action>")
@edge.allow(COST_ROLES)
def act(no: str, action: str) -> ResponseReturnValue:
    """Submit the month, send it back, or close it for good."""
    return actions.take(
        "month",
        no,
        action,
        FORMS,
        url_for(".show", month=no),
        lambda form: _page(no, form, action),
    )
