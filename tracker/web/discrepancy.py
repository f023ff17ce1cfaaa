"""Discrepancies: what did not tie out, whose hand was last, what it turned out to be."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker import edge
from tracker.db import utc_now
from tracker.domain.account import GARMENT_READERS, Role
from tracker.domain.calendar import days_between, shanghai_date
from tracker.domain.shipment import (
    DISCREPANCY,
    DiscrepancyAction,
    DiscrepancyKind,
    DiscrepancyStatus,
)
from tracker.extensions import db
from tracker.queries import shipment as queries
from tracker.web import actions
from tracker.web.forms.action import ActionForm
from tracker.web.forms.discrepancy import RESOLVE_FORMS

blueprint = Blueprint("discrepancy", __name__, url_prefix="/discrepancies")


@blueprint.get("")
@edge.allow(GARMENT_READERS)
def index() -> ResponseReturnValue:
    """The open discrepancies, oldest first; the resolved ones on request."""
    wanted = request.args.get("status", DiscrepancyStatus.OPEN)
    status = wanted if wanted in set(DiscrepancyStatus) else None
    cases = queries.discrepancies(db.session(), edge.actor(), status=status)
    return render_template(
        "discrepancy/index.html",
        rows=[(case, age_days(case)) for case in cases],
        status_wanted=status or "all",
        statuses=DiscrepancyStatus,
    )


def age_days(case: Any) -> int:
    """Return how many days a discrepancy was open, to its resolution or to today."""
    until = case.resolved_at or utc_now()
    return days_between(shanghai_date(case.opened_at), shanghai_date(until))


@blueprint.get("/<no>")
@edge.allow(GARMENT_READERS)
def show(no: str) -> ResponseReturnValue:
    """A discrepancy with the last hand named; the supervisor resolves it."""
    return _page(no)


def _page(no: str, failed: ActionForm | None = None, failed_action: str = "") -> str:
    session, actor = db.session(), edge.actor()
    case = queries.discrepancy(session, actor, no)
    offered = DISCREPANCY.actions_from(DiscrepancyStatus(case.status), actor.roles)
    return render_template(
        "discrepancy/show.html",
        case=case,
        age=age_days(case),
        outcome=queries.outcome(session, case),
        forms=actions.panels(case, offered, _forms(case), failed, failed_action),
        open_action=failed_action or DiscrepancyAction.RESOLVE,
    )


def _forms(case: Any) -> dict[Any, type[ActionForm]]:
    return {DiscrepancyAction.RESOLVE: RESOLVE_FORMS[DiscrepancyKind(case.kind)]}


@blueprint.post("/<no>/actions/<action>")
@edge.allow(Role.SUPERVISOR)
def act(no: str, action: str) -> ResponseReturnValue:
    """Resolve a discrepancy with what was found."""
    case = queries.discrepancy(db.session(), edge.actor(), no)
    return actions.take(
        "discrepancy",
        no,
        action,
        _forms(case),
        url_for(".show", no=no),
        lambda form: _page(no, form, action),
    )
