"""Deliveries at the store: entered by scanning, inspected within the week."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker import edge, errors
from tracker.domain.account import STORE_ROLES
from tracker.domain.delivery import MACHINE, READERS, Action, Origin, Status
from tracker.domain.errors import HangtagError, NotFound
from tracker.extensions import db
from tracker.queries import delivery as queries
from tracker.queries import site as sites
from tracker.services import delivery as service
from tracker.services import liability
from tracker.web import actions, once
from tracker.web.day import business_day
from tracker.web.forms.action import ActionForm
from tracker.web.forms.delivery import DeliveryForm

blueprint = Blueprint("delivery", __name__, url_prefix="/deliveries")


@blueprint.get("")
@edge.allow(READERS)
def index() -> ResponseReturnValue:
    """The deliveries of the reader's stores: those to inspect first, the overdue at the top."""
    session, actor = db.session(), edge.actor()
    wanted = {
        name: value.strip()[:60]
        for name in ("status", "site", "q")
        if (value := request.args.get(name) or "").strip()
    }
    is_late = request.args.get("overdue") == "1"
    today = business_day()
    found, following = queries.page(
        session,
        actor,
        **wanted,
        overdue_on=today if is_late else None,
        cursor=request.args.get("cursor"),
    )
    filters: dict[str, Any] = wanted | ({"overdue": "1"} if is_late else {})
    return render_template(
        "delivery/index.html",
        deliveries=found,
        totals=queries.totals(session, found),
        stores=sites.choice(session, actor),
        statuses=Status,
        wanted=filters,
        next_url=url_for(".index", **filters, cursor=following) if following else None,
        first_url=url_for(".index", **filters) if request.args.get("cursor") else None,
    )


@blueprint.get("/new")
@edge.allow(STORE_ROLES)
def new() -> ResponseReturnValue:
    """Enter a delivery: its number, the day it came, its hang tags by scan."""
    return _entry(DeliveryForm(formdata=None))


def _entry(form: DeliveryForm) -> str:
    lines = [_line(code, quantity) for code, quantity in form.rows()]
    return render_template("delivery/new.html", form=form, lines=lines, today=business_day())


def _line(code: str, quantity: str) -> dict[str, Any]:
    """Return a line as the page shows it: its product, or the sentence why there is none."""
    try:
        sku = service.sku_of(edge.act(), code)
    except HangtagError as refusal:
        sentence = refusal.message(errors.locale_code())
        return {"code": code, "quantity": quantity, "sku": None, "sentence": sentence}
    return {"code": service.code_of(sku), "quantity": quantity, "sku": sku, "sentence": ""}


@blueprint.get("/line")
@edge.allow(STORE_ROLES)
def line() -> ResponseReturnValue:
    """One line for the hang tag just scanned."""
    code = request.args.get("code", "")
    return render_template("delivery/_line.html", line=_line(code, "1"))


@blueprint.post("")
@edge.allow(STORE_ROLES)
def enter() -> ResponseReturnValue:
    """Enter the delivery at the reader's store; the same again leads to the one that stands."""
    form = DeliveryForm()
    if form.scan.data:
        form.take_scan()
        return _entry(form)
    site = edge.actor().site_code

    def effect() -> list[str]:
        made, is_new = service.enter(
            edge.act(),
            site=site,
            delivery_no=form.delivery_no.data or "",
            received_on=form.received_on.data or business_day(),
            lines=form.goods(),
            source=Origin.PAGE,
        )
        return [made.no, "new" if is_new else "known"]

    def done(answer: list[str]) -> ResponseReturnValue:
        no, kind = answer
        if kind == "new":
            flash(_("Delivery entered. Inspect every piece by its due day."), "success")
        else:
            flash(_("This delivery was entered before, with the same goods."), "info")
        return redirect(url_for(".show", no=no), 303)

    return once.take(form, "delivery.enter", effect, done, lambda: _entry(form))


@blueprint.get("/<no>")
@edge.allow(READERS)
def show(no: str) -> ResponseReturnValue:
    """A delivery: what it brought, what was found faulty, and its inspection."""
    return _page(no)


def _page(no: str, failed: ActionForm | None = None, failed_action: str = "") -> str:
    session, actor = db.session(), edge.actor()
    found = queries.get(session, actor, no)
    offered = MACHINE.actions_from(Status(found.status), actor.roles)
    return render_template(
        "delivery/show.html",
        delivery=found,
        lines=queries.lines(session, found),
        fault_counts=queries.fault_counts(session, found),
        faults=queries.faults(session, found),
        inspection=queries.inspection(session, found),
        code_of=service.code_of,
        may_register=actor.is_store and actor.site_id == found.site_id,
        form=actions.panels(found, offered, {}, failed, failed_action).get(Action.INSPECT),
    )


@blueprint.post("/<no>/actions/<action>")
@edge.allow(STORE_ROLES)
def act(no: str, action: str) -> ResponseReturnValue:
    """Note that the delivery was inspected."""
    return actions.take(
        "delivery",
        no,
        action,
        {},
        url_for(".show", no=no),
        lambda form: _page(no, form, action),
    )


def named(no: str | None) -> Any:
    """Return the delivery that a scan page names, if the reader may see it."""
    if not no:
        return None
    try:
        return queries.get(db.session(), edge.actor(), no)
    except NotFound:
        return None


def state_of(registration: Any) -> dict[str, Any] | None:
    """Return how a garment came, and who would bear damage by the store's care (rule 1.08).

    ``None`` for a customer's garment.
    """
    arrival = service.arrival(edge.act(), registration)
    if arrival is None:
        return None
    return {
        "delivery": arrival.delivery,
        "report": arrival.report,
        "care": arrival.care,
        "bearer": liability.care_bearer(edge.act(), registration),
    }
