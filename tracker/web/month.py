"""The month's checklist and roll-forward, and the opening of a month that has no entry."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker import edge
from tracker.db import utc_now
from tracker.domain.account import COST_ROLES
from tracker.domain.calendar import month_of
from tracker.domain.ledger import MACHINE, Action, Status
from tracker.domain.month import Flow
from tracker.extensions import db
from tracker.queries import ledger as months
from tracker.queries import month as queries
from tracker.queries import month_roll
from tracker.services import month as service
from tracker.web import actions, ledger, once
from tracker.web.forms.action import ActionForm
from tracker.web.forms.ledger import CarryForm

blueprint = ledger.blueprint
SHOWN = 300


@blueprint.post("")
@edge.allow(service.OPENERS)
def open_empty() -> ResponseReturnValue:
    """Open a month in which nothing was entered."""
    form = ActionForm()
    name = month_of(utc_now())

    def effect() -> list[str]:
        return [service.open_empty(edge.act(), name).month]

    def done(numbers: list[str]) -> ResponseReturnValue:
        flash(_("%(month)s is open.", month=numbers[0]), "success")
        return redirect(url_for("ledger.index"), 303)

    return once.take(form, f"month.open/{name}", effect, done, lambda: ledger.index_page(form))


@blueprint.get("/<month>/check")
@edge.allow(COST_ROLES)
def check(month: str) -> ResponseReturnValue:
    """What is still open of a month, and its roll-forward, before it is submitted and closed."""
    return _check(month, None)


def _check(name: str, failed: ActionForm | None) -> str:
    session, actor = db.session(), edge.actor()
    month = months.get(session, actor, name)
    form = failed or CarryForm(formdata=None)
    form.if_version.data = str(month.version)
    found = queries.checklist(session, month, utc_now()) if month.closed_at is None else {}
    may_carry = Action.CARRY_OVER in MACHINE.actions_from(Status(month.status), actor.roles)
    return render_template(
        "ledger/check.html",
        month=month,
        checklist=found,
        carries=queries.carries(session, name),
        open_count=len({one.no for items in found.values() for one in items if not one.carried}),
        roll=month_roll.roll(session, name),
        due_days=ledger.due_days(name),
        form=form if may_carry else None,
        ticked=set(form.documents.data or ()) if isinstance(form, CarryForm) else set(),
        shown=SHOWN,
    )


@blueprint.post("/<month>/carry-over")
@edge.allow(COST_ROLES)
def carry_over(month: str) -> ResponseReturnValue:
    """Carry the ticked items over to the next month, with the reason."""
    return actions.take(
        "month",
        month,
        Action.CARRY_OVER,
        {Action.CARRY_OVER: CarryForm},
        url_for(".check", month=month),
        lambda form: _check(month, form),
    )


@blueprint.get("/<month>/roll/<code>")
@edge.allow(COST_ROLES)
def roll(month: str, code: str) -> ResponseReturnValue:
    """The garments behind one figure of the roll-forward."""
    session = db.session()
    found = months.get(session, edge.actor(), month)
    if code not in set(Flow):
        abort(404)
    return render_template(
        "ledger/roll.html",
        month=found,
        flow=Flow(code),
        stock=dict(month_roll.roll(session, month).rows())[Flow(code)],
        rows=month_roll.rows(session, month, Flow(code), SHOWN),
        names=ledger.names(),
        shown=SHOWN,
    )
