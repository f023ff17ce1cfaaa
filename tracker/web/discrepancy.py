"""Discrepancies: what did not tie out, whose hand was last, what it turned out to be."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker import edge
from tracker.db import utc_now
from tracker.domain.account import GARMENT_READERS
from tracker.domain.calendar import days_between, shanghai_date
from tracker.domain.discrepancy import MACHINE, Action, Finding, Kind, Status
from tracker.extensions import db
from tracker.queries import discrepancy as cases
from tracker.queries import site as sites
from tracker.web import actions
from tracker.web.forms.action import ActionForm
from tracker.web.forms.discrepancy import CLAIMABLE, FORMS
from tracker.web.photo import strip

blueprint = Blueprint("discrepancy", __name__, url_prefix="/discrepancies")
ALL = "all"


@blueprint.get("")
@edge.allow(GARMENT_READERS)
def index() -> ResponseReturnValue:
    """The open discrepancies, oldest first; the filters stay in the address."""
    session, actor, now = db.session(), edge.actor(), utc_now()
    wanted = _wanted()
    cursor = request.args.get("cursor")
    found, following = cases.page(session, actor, wanted, now, cursor)
    kept = {name: value for name, value in asdict(wanted).items() if value}
    kept["status"] = wanted.status or ALL
    counts = cases.counts(session, actor, wanted, now)
    return render_template(
        "discrepancy/index.html",
        rows=[(case, age_days(case)) for case in found],
        wanted=wanted,
        kept=kept,
        counts={kind: counts.get(kind, 0) for kind in Kind},
        statuses=Status,
        stores=sites.choice(session, actor),
        next_url=url_for(".index", **{**kept, "cursor": following}) if following else None,
        first_url=url_for(".index", **kept) if cursor else None,
    )


def _wanted() -> cases.Filter:
    status, kind = request.args.get("status", Status.OPEN), request.args.get("kind")
    return cases.Filter(
        status=status if status in set(Status) else None,
        kind=kind if kind in set(Kind) else None,
        site=request.args.get("site") or None,
        older=cases.days(request.args.get("older")),
    )


def age_days(case: Any) -> int:
    """Return how many days a discrepancy was open, to its resolution or to today."""
    until = case.resolved_at or utc_now()
    return days_between(shanghai_date(case.opened_at), shanghai_date(until))


@blueprint.get("/<no>")
@edge.allow(GARMENT_READERS)
def show(no: str) -> ResponseReturnValue:
    """A discrepancy with the last hand named; the carrier is claimed, the supervisor resolves."""
    return _page(no)


def _page(no: str, failed: ActionForm | None = None, failed_action: str = "") -> str:
    session, actor = db.session(), edge.actor()
    case = cases.get(session, actor, no)
    kind = Kind(case.kind)
    offered = [
        action
        for action in MACHINE.actions_from(Status(case.status), actor.roles)
        if action is not Action.CLAIM or kind in CLAIMABLE
        if action is not Action.FOUND or case.finding == Finding.WRITTEN_OFF
    ]
    return render_template(
        "discrepancy/show.html",
        case=case,
        photos=strip("discrepancy", case),
        age=age_days(case),
        outcome=cases.outcome(session, case),
        forms=actions.panels(case, offered, FORMS[kind], failed, failed_action),
        open_action=failed_action or Action.RESOLVE,
    )


@blueprint.post("/<no>/actions/<action>")
@edge.allow(*MACHINE.who.values())
def act(no: str, action: str) -> ResponseReturnValue:
    """Claim on the carrier, or resolve a discrepancy with what was found."""
    case = cases.get(db.session(), edge.actor(), no)
    return actions.take(
        "discrepancy",
        no,
        action,
        FORMS[Kind(case.kind)],
        url_for(".show", no=no),
        lambda form: _page(no, form, action),
    )
