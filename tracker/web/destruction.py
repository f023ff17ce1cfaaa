"""Destruction records: planned and scanned by the warehouse, witnessed by administration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker import edge
from tracker.domain.account import LOSS_ROLES, Role
from tracker.domain.loss import DESTROYERS, DESTRUCTION, DestructionAction, DestructionStatus
from tracker.extensions import db
from tracker.queries import destruction as records
from tracker.queries import loss as queries
from tracker.queries import policy
from tracker.services import destruction as service
from tracker.web import actions, once, photo, scans
from tracker.web.day import business_day
from tracker.web.forms.action import ActionForm
from tracker.web.forms.destruction import FORMS, CountingWitnessForm
from tracker.web.forms.fields import SelectChoice
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
    lines = queries.destruction_lines(session, record)
    offered = DESTRUCTION.actions_from(DestructionStatus(record.status), actor.roles)
    panels = [action for action in offered if action not in _SCANS]
    forms = actions.panels(record, panels, _forms(lines), failed, failed_action)
    if (missing := forms.get(DestructionAction.TAKE_OFF)) is not None:
        missing["registration"].choices = _choices(lines)
    return render_template(
        "destruction/show.html",
        **_told(record, lines),
        estimated_fen=queries.estimated_salvage_fen(session, record),
        forms=forms,
        open_action=failed_action or DestructionAction.WITNESS,
        may_scan=DestructionAction.SCAN in offered,
        is_witness=_is_witness(),
        scan_form=HandlingScanForm(formdata=None),
        photos=photo.strip("destruction", record),
    )


_SCANS = (DestructionAction.SCAN, DestructionAction.UNSCAN)


def _told(record: Any, lines: Sequence[Any]) -> dict[str, Any]:
    """Return what the part of the page shows that a scan changes: missing pieces come first."""
    session = db.session()
    return {
        "record": record,
        "lines": sorted(lines, key=lambda line: (_is_scanned(line), line.id)),
        "left": sum(1 for line in lines if line.scanned_at is None),
        "checked": sum(1 for line in lines if line.checked_at is not None),
        "form_numbers": records.form_numbers(session, record),
        "taken_off": records.taken_off(session, record),
        "photo_counts": records.photo_counts(session, record),
        "photos_wanted": policy.one(session, "destruction_photos", business_day()).number,
        "supervisors": records.supervisors(session),
        "may_witness": _is_witness() and record.status == DestructionStatus.SCANNED,
    }


def _is_witness() -> bool:
    return Role.ADMINISTRATION in edge.actor().roles


def _is_scanned(line: Any) -> bool:
    return line.scanned_at is not None and (line.checked_at is not None or not _is_witness())


def _choices(lines: Sequence[Any]) -> list[Any]:
    """Return the pieces as a choice, those that the warehouse has not scanned first."""
    ordered = sorted(lines, key=lambda line: (line.scanned_at is not None, line.id))
    return [
        SelectChoice(row.no, f"{row.piece.piece_no} {row.piece.sku.style.name}")
        for row in (line.registration for line in ordered)
    ]


def _forms(lines: Sequence[Any]) -> Mapping[DestructionAction, type[ActionForm]]:
    """Who has scanned every piece himself need not count them."""
    me = edge.actor().account_id
    if all(line.checked_by_id == me for line in lines):
        return FORMS
    return {**FORMS, DestructionAction.WITNESS: CountingWitnessForm}


@blueprint.get("/<no>/pieces")
@edge.allow(LOSS_ROLES)
def pieces(no: str) -> ResponseReturnValue:
    """The part of the page that a scan changes, here or at the other log-in."""
    session = db.session()
    record = queries.destruction(session, edge.actor(), no)
    lines = queries.destruction_lines(session, record)
    return render_template("destruction/_pieces.html", **_told(record, lines))


@blueprint.post("/<no>/scans")
@edge.allow(DESTROYERS)
def scan(no: str) -> ResponseReturnValue:
    """Scan one piece at the shredder, for the warehouse or as its witness; the answer is a row."""
    undo = url_for(".unscan", no=no)
    return scans.take("destruction", no, _SCANS[0], url_for(".show", no=no), undo=undo)


@blueprint.post("/<no>/unscans")
@edge.allow(DESTROYERS)
def unscan(no: str) -> ResponseReturnValue:
    """Take one's own scan back; the answer is a row."""
    return scans.take("destruction", no, _SCANS[1], url_for(".show", no=no))


@blueprint.post("/<no>/actions/<action>")
@edge.allow(DESTROYERS, Role.SUPERVISOR)
def act(no: str, action: str) -> ResponseReturnValue:
    """Witness the destruction, or take a missing piece off its plan."""
    record = queries.destruction(db.session(), edge.actor(), no)
    return actions.take(
        "destruction",
        no,
        action,
        _forms(queries.destruction_lines(db.session(), record)),
        url_for(".show", no=no),
        lambda form: _page(no, form, action),
    )
