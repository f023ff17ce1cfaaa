"""Boxes planned and followed: the return boxes by store, and the papers that a region relays."""

from __future__ import annotations

from uuid import NAMESPACE_URL, uuid5

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker import edge, errors
from tracker.db import utc_now, write
from tracker.domain.account import Role
from tracker.domain.calendar import shanghai_date
from tracker.domain.errors import HangtagError
from tracker.domain.shipment import Action
from tracker.extensions import db
from tracker.queries import policy
from tracker.queries import shipment_list as lists
from tracker.queries import shipment_plan as plans
from tracker.services import actions
from tracker.services.once import Answer
from tracker.web.forms.bulk import BulkForm
from tracker.web.shipment import blueprint
from tracker.web.work_list import Taken


@blueprint.get("/plan")
@edge.allow(Role.CLERK)
def plan() -> ResponseReturnValue:
    """The return boxes by store, what must leave first at the top."""
    session, today = db.session(), shanghai_date(utc_now())
    rules = policy.in_force(session, today)
    return render_template(
        "shipment/plan.html",
        rows=plans.returns(session, edge.actor(), today),
        today=today,
        transit_days=rules["leg_transit_back"].number,
        packing_days=rules["leg_packing"].number,
    )


@blueprint.get("/relay")
@edge.allow(Role.REGION)
def relay() -> ResponseReturnValue:
    """The boxes of the region's stores whose papers it has yet to relay (rules 1.12, 1.13)."""
    return _relay(BulkForm(formdata=None))


def _relay(form: BulkForm) -> str:
    boxes = lists.unrelayed(db.session(), edge.actor())
    return render_template("shipment/relay.html", boxes=boxes, form=form)


@blueprint.post("/relay")
@edge.allow(Role.REGION)
def relay_many() -> ResponseReturnValue:
    """Relay the papers of every box ticked, each for itself, and say which failed and why."""
    form = BulkForm()
    if not form.validate_on_submit():
        return _relay(form), 422
    taken = [_take(no, form) for no in dict.fromkeys(form.nos())]
    return render_template("shipment/relayed.html", taken=taken, back=url_for(".relay"))


def _take(no: str, form: BulkForm) -> Taken:
    """Relay one; the key follows from the form's, so that a second press does nothing."""

    def work() -> Answer:
        return actions.perform(
            edge.act(form.note.data),
            "shipment",
            no,
            Action.RELAY.value,
            {},
            action_id=str(uuid5(NAMESPACE_URL, f"{form.action_id.data}/{no}")),
            body={"bulk": Action.RELAY.value},
            done=lambda record, _result: record.status,
            refused=lambda refusal: refusal.message(errors.locale_code()),
        )

    try:
        answer = write(db.session(), work)
    except errors.REFUSALS as error:
        refusal: HangtagError = errors.as_refusal(error)
        return Taken(no, False, refusal.message(errors.locale_code()))
    is_done = answer.status < 400
    return Taken(no, is_done, _("Done") if is_done else answer.body)
