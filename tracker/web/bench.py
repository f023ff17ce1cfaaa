"""The repair bench: the queue by due day, the running job, and the figures."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker import edge, errors
from tracker.db import utc_now, write
from tracker.domain.account import Role
from tracker.domain.bench import ScanOutcome
from tracker.domain.errors import not_found
from tracker.domain.registration import MACHINE, Action, Status
from tracker.extensions import db
from tracker.queries import bench as queries
from tracker.queries import forecast
from tracker.queries import registration as registrations
from tracker.services import bench as service
from tracker.services.once import Answer
from tracker.web import actions, once, scans
from tracker.web.forms.action import ActionForm
from tracker.web.forms.bench import WorkForm
from tracker.web.forms.repair import FORMS
from tracker.web.forms.scan import HandlingScanForm

blueprint = Blueprint("bench", __name__, url_prefix="/bench")
IN_PLACE = (Action.WORK, Action.FINISH_REPAIR, Action.GIVE_UP)
"""What a repairer does without leaving the bench."""


@blueprint.get("")
@edge.allow(Role.REPAIRER)
def index() -> ResponseReturnValue:
    """The scan box, the job in hand, and what waits, the most pressing first."""
    return _page(request.args.get("no"))


def _page(no: str | None, failed: ActionForm | None = None, failed_action: str = "") -> str:
    everyone = request.args.get("all") == "1"
    queue, following = queries.queue(
        db.session(), edge.actor(), everyone=everyone, cursor=request.args.get("cursor")
    )
    kept: dict[str, Any] = {"all": 1} if everyone else {}
    return render_template(
        "bench/index.html",
        scan_form=HandlingScanForm(formdata=None),
        queue=queue,
        forecasts=forecast.of(db.session(), (one.registration.id for one in queue)),
        everyone=everyone,
        next_url=url_for(".index", **kept, cursor=following) if following else None,
        first_url=url_for(".index", **kept) if request.args.get("cursor") else None,
        **_job(no, failed, failed_action),
    )


@blueprint.get("/job")
@edge.allow(Role.REPAIRER)
def job() -> ResponseReturnValue:
    """The part of the page that a scan changes."""
    return render_template("bench/_job.html", **_job(None))


def _job(no: str | None, failed: ActionForm | None = None, failed_action: str = "") -> Any:
    """Return the garment in hand: the one named, else the running one, else the last one."""
    session, actor, now = db.session(), edge.actor(), utc_now()
    timer = queries.running(session, actor.account_id)
    garment = registrations.get(session, actor, no) if no else None
    if garment is None:
        found = timer or queries.latest(session, actor.account_id)
        garment = found.registration if found else None
    if garment is None:
        return {"garment": None}
    offered = MACHINE.actions_from(Status(garment.status), actor.roles)
    here = [action for action in offered if action in IN_PLACE]
    forms = actions.panels(garment, here, FORMS, failed, failed_action)
    return {
        "garment": garment,
        "timer": timer,
        "elapsed": int((now - timer.started_at).total_seconds()) if timer else 0,
        "is_running": timer is not None and timer.registration_id == garment.id,
        "works": registrations.bench(session, garment).works,
        "forms": with_measured(garment, forms),
        "failed_action": failed_action,
    }


def with_measured(garment: Any, forms: dict[Any, ActionForm]) -> dict[Any, ActionForm]:
    """Return the forms of a garment, the work form with the minutes that its scans measured."""
    for form in forms.values():
        if isinstance(form, WorkForm):
            times = queries.uncounted(db.session(), edge.actor().account_id, garment.id)
            form.measured = queries.minutes_of(db.session(), times, utc_now())
    return forms


@blueprint.post("/scans")
@edge.allow(Role.REPAIRER)
def scan() -> ResponseReturnValue:
    """Start or stop the time on a scanned garment; the answer is the scan's row."""
    form = HandlingScanForm()
    scans.check_author()
    back = url_for(".index")
    if not form.validate_on_submit():
        return scans.answer(422, "", {"detail": scans.unread(), "code": "empty"}, back)
    code = form.code.data or ""
    try:
        answer = _perform(form, code)
    except errors.REFUSALS as error:
        refusal = errors.as_refusal(error)
        return scans.answer(refusal.status, code, errors.problem(refusal), back)
    body = json.loads(answer.body)
    done = {"code": body["outcome"], "detail": _sentence(body)} if answer.status < 400 else {}
    return scans.answer(answer.status, code, {**body, **done}, back)


def _perform(form: HandlingScanForm, code: str) -> Answer:
    def work() -> Answer:
        return service.scan(
            edge.act(form.note.data),
            code,
            action_id=form.action_id.data or "",
            body=form.body(),
            done=lambda scanned: json.dumps(_told(scanned), ensure_ascii=False),
            refused=lambda refusal: json.dumps(errors.problem(refusal), default=str),
        )

    return write(db.session(), work)


def _told(scanned: service.Scanned) -> dict[str, Any]:
    sku = scanned.registration.piece.sku
    return {
        "outcome": scanned.outcome,
        "piece_no": scanned.registration.piece.piece_no,
        "registration": scanned.registration.no,
        "product": f"{sku.style.style_no} {sku.style.name} · {sku.colour} {sku.size}",
        "stopped": scanned.stopped.piece.piece_no if scanned.stopped else None,
        "minutes": scanned.measured.minutes if scanned.measured else 0,
    }


def _sentence(body: dict[str, Any]) -> str:
    told = {"product": body["product"], "other": body["stopped"], "n": body["minutes"]}
    if body["outcome"] == ScanOutcome.STOPPED:
        return _("Stopped at %(n)s minutes: %(product)s", **told)
    if body["stopped"]:
        return _("Started: %(product)s. %(other)s was stopped at %(n)s minutes.", **told)
    return _("Started: %(product)s", **told)


@blueprint.post("/stop")
@edge.allow(Role.REPAIRER)
def stop() -> ResponseReturnValue:
    """Stop the running timer without a scanner."""
    form = ActionForm()
    return once.take(
        form,
        request.path,
        lambda: [service.stop(edge.act()).no],
        lambda numbers: redirect(url_for(".index", no=numbers[0]), 303),
        lambda: _page(None),
    )


@blueprint.post("/<no>/actions/<action>")
@edge.allow(Role.REPAIRER)
def act(no: str, action: str) -> ResponseReturnValue:
    """Record work, finish or give up the repair in hand without leaving the bench."""
    if action not in IN_PLACE:
        raise not_found("操作", "action", action)
    back = url_for(".index", no=no) if action == Action.WORK else url_for(".index")
    return actions.take(
        "registration", no, action, FORMS, back, lambda form: _page(no, form, action)
    )
