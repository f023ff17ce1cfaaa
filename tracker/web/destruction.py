"""Destruction records: planned and scanned by the warehouse, witnessed by administration."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker import edge
from tracker.domain.account import LOSS_ROLES, Role
from tracker.domain.loss import DESTRUCTION, DestructionAction, DestructionStatus
from tracker.extensions import db
from tracker.queries import loss as queries
from tracker.services import destruction as service
from tracker.web import actions, once, scans
from tracker.web.forms.action import ActionForm
from tracker.web.forms.destruction import FORMS
from tracker.web.forms.scan import HandlingScanForm

blueprint = Blueprint("destruction", __name__, url_prefix="/destructions")


@blueprint.get("")
@edge.allow(LOSS_ROLES)
def index() -> ResponseReturnValue:
    """The destruction records; the warehouse plans the next one here."""
    return _index(ActionForm(formdata=None))


def _index(form: ActionForm) -> str:
    session, actor = db.session(), edge.actor()
    records = queries.destructions(session, actor)
    return render_template(
        "destruction/index.html",
        records=records,
        counts=queries.destruction_counts(session, records),
        waiting=queries.destroyable_count(session),
        may_plan=Role.WAREHOUSE in actor.roles,
        form=form,
    )


@blueprint.post("")
@edge.allow(Role.WAREHOUSE)
def plan() -> ResponseReturnValue:
    """Plan the destruction of every piece all of whose forms are approved."""
    form = ActionForm()

    def effect() -> list[str]:
        return [service.plan(edge.act()).no]

    def done(numbers: list[str]) -> ResponseReturnValue:
        flash(_("Planned: %(no)s", no=numbers[0]), "success")
        return redirect(url_for(".show", no=numbers[0]), 303)

    return once.take(form, "destruction.plan", effect, done, lambda: _index(form))


@blueprint.get("/<no>")
@edge.allow(LOSS_ROLES)
def show(no: str) -> ResponseReturnValue:
    """A record: its pieces, the scan at the shredder, the witness's statement."""
    return _page(no)


def _page(no: str, failed: ActionForm | None = None, failed_action: str = "") -> str:
    session, actor = db.session(), edge.actor()
    record = queries.destruction(session, actor, no)
    offered = DESTRUCTION.actions_from(DestructionStatus(record.status), actor.roles)
    panels = [action for action in offered if action is not DestructionAction.SCAN]
    return render_template(
        "destruction/show.html",
        record=record,
        lines=queries.destruction_lines(session, record),
        estimated_fen=queries.estimated_salvage_fen(session, record),
        forms=actions.panels(record, panels, FORMS, failed, failed_action),
        open_action=failed_action or DestructionAction.WITNESS,
        may_scan=DestructionAction.SCAN in offered,
        scan_form=HandlingScanForm(formdata=None),
    )


@blueprint.get("/<no>/pieces")
@edge.allow(LOSS_ROLES)
def pieces(no: str) -> ResponseReturnValue:
    """The part of the page that a scan changes."""
    session = db.session()
    record = queries.destruction(session, edge.actor(), no)
    return render_template(
        "destruction/_pieces.html", record=record, lines=queries.destruction_lines(session, record)
    )


@blueprint.post("/<no>/scans")
@edge.allow(Role.WAREHOUSE)
def scan(no: str) -> ResponseReturnValue:
    """Scan one piece at the shredder; the answer is its row."""
    return scans.take("destruction", no, DestructionAction.SCAN, url_for(".show", no=no))


@blueprint.post("/<no>/actions/<action>")
@edge.allow(Role.WAREHOUSE, Role.ADMINISTRATION)
def act(no: str, action: str) -> ResponseReturnValue:
    """Witness the destruction."""
    return actions.take(
        "destruction",
        no,
        action,
        FORMS,
        url_for(".show", no=no),
        lambda form: _page(no, form, action),
    )
