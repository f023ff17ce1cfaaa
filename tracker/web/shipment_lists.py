"""Boxes planned and followed: the return boxes by store, and the papers that a region relays."""

from __future__ import annotations

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from tracker import edge
from tracker.domain.account import Role
from tracker.domain.shipment import Action
from tracker.extensions import db
from tracker.queries import policy
from tracker.queries import shipment_list as lists
from tracker.queries import shipment_plan as plans
from tracker.web.actions import take_many
from tracker.web.day import business_day
from tracker.web.forms.bulk import BulkForm
from tracker.web.shipment import blueprint


@blueprint.get("/plan")
@edge.allow(Role.CLERK)
def plan() -> ResponseReturnValue:
    """The return boxes by store, what must leave first at the top."""
    session, today = db.session(), business_day()
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
    taken = take_many("shipment", Action.RELAY, {}, form)
    return render_template("shipment/relayed.html", taken=taken, back=url_for(".relay"))
