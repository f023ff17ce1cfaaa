"""The receiving side of a box: counting finished, a surplus piece, a box that is not ours."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker import edge
from tracker.domain.account import Role
from tracker.domain.errors import NotFound, RuleViolation
from tracker.domain.shipment import WEEKLY_KINDS, Action
from tracker.extensions import db
from tracker.queries import shipment as queries
from tracker.services import receipt
from tracker.web import actions, once
from tracker.web.forms.action import ActionForm
from tracker.web.forms.shipment import FORMS, MisdeliveredForm, SurplusForm
from tracker.web.shipment import HANDLERS, blueprint, offered, page_of


@blueprint.get("/<no>/reconcile")
@edge.allow(HANDLERS)
def reconcile(no: str) -> ResponseReturnValue:
    """Ask once more before the blind count is held against the packing list."""
    box = queries.get(db.session(), edge.actor(), no)
    if Action.RECONCILE not in offered(box):
        return redirect(url_for(".show", no=no), 303)
    return _reconcile(no)


def _reconcile(no: str, failed: ActionForm | None = None) -> str:
    session, actor = db.session(), edge.actor()
    box = queries.get(session, actor, no)
    if Action.RECONCILE not in offered(box):
        return page_of(no, failed, Action.RECONCILE)
    has_more = len(box.cartons) > 1
    bound = actions.panels(box, [Action.RECONCILE], FORMS, failed, Action.RECONCILE)
    return render_template(
        "shipment/reconcile.html",
        box=box,
        form=bound[Action.RECONCILE],
        count=len(queries.receipts(session, box)),
        absent=[c.ordinal for c in box.cartons if has_more and c.arrived_at is None],
    )


@blueprint.post("/<no>/actions/reconcile")
@edge.allow(HANDLERS)
def finish_counting(no: str) -> ResponseReturnValue:
    """Hold the count against the packing list; what is refused comes back to the question."""
    queries.get(db.session(), edge.actor(), no)
    return actions.take(
        "shipment",
        no,
        Action.RECONCILE,
        FORMS,
        url_for(".show", no=no),
        lambda form: _reconcile(no, form),
    )


@blueprint.get("/<no>/surplus")
@edge.allow(Role.CLERK)
def surplus(no: str) -> ResponseReturnValue:
    """Register a garment that came in the box and that nobody registered (rule 1.15)."""
    box = queries.get(db.session(), edge.actor(), no)
    if Action.REGISTER_SURPLUS not in offered(box) or box.kind not in WEEKLY_KINDS:
        return redirect(url_for(".show", no=no), 303)
    return _surplus(no, SurplusForm(formdata=None))


def _surplus(no: str, form: SurplusForm) -> str:
    box = queries.get(db.session(), edge.actor(), no)
    form.if_version.data = str(box.version)
    return render_template("shipment/surplus.html", box=box, form=form)


@blueprint.post("/<no>/surplus")
@edge.allow(Role.CLERK)
def register_surplus(no: str) -> ResponseReturnValue:
    """Register and count in the surplus garment; its repair tag is printed next."""
    return actions.take(
        "shipment",
        no,
        Action.REGISTER_SURPLUS,
        FORMS,
        url_for(".show", no=no),
        lambda form: _surplus(no, form),
    )


@blueprint.get("/misdelivered")
@edge.allow(HANDLERS)
def misdelivered() -> ResponseReturnValue:
    """Tell of a box that was delivered here and belongs to another site."""
    return _misdelivered(MisdeliveredForm(formdata=None))


def _misdelivered(form: MisdeliveredForm) -> str:
    return render_template("shipment/misdelivered.html", form=form)


@blueprint.post("/misdelivered")
@edge.allow(HANDLERS)
def report_misdelivered() -> ResponseReturnValue:
    """Open the case; nothing is told of the box but that somebody will come for it."""
    form = MisdeliveredForm()

    def effect() -> list[str]:
        try:
            return [receipt.report_wrong_site(edge.act(form.note.data), form.code.data or "").no]
        except NotFound as unknown:
            raise RuleViolation(unknown.code, unknown.zh, unknown.en, **unknown.facts) from None

    def done(numbers: list[str]) -> ResponseReturnValue:
        sentence = _(
            "Noted as %(no)s. Keep the box closed and safe: after-sales says where it goes.",
            no=numbers[0],
        )
        flash(sentence, "success")
        return redirect(url_for(".index"), 303)

    return once.take(form, "shipment.misdelivered", effect, done, lambda: _misdelivered(form))
