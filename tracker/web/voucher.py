"""Vouchers of a closed month: drawn up by finance, then exported as often as anybody likes."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker import edge
from tracker.domain.account import COST_ROLES, Role
from tracker.extensions import db
from tracker.queries import ledger as months
from tracker.queries import voucher as queries
from tracker.services import voucher as service
from tracker.web import once
from tracker.web.forms.action import ActionForm

blueprint = Blueprint("voucher", __name__, url_prefix="/months")

SHOWN = 200
"""So many lines are shown; the files have all of them."""


@blueprint.get("/<month>/vouchers")
@edge.allow(COST_ROLES)
def show(month: str) -> ResponseReturnValue:
    """A month's vouchers: what would be drawn up, or what was, with its files."""
    return _page(month, ActionForm(formdata=None))


def _page(name: str, form: ActionForm) -> str:
    act = edge.act()
    session = db.session()
    month = months.get(session, act.actor, name)
    sets = queries.sets(session, name)
    lines = queries.lines_of(session, name, queries.basis_of(sets[0])) if sets else []
    return render_template(
        "voucher/show.html",
        month=month,
        sets=sets,
        lines=lines[:SHOWN],
        line_count=len(lines),
        is_stale=bool(sets) and service.is_stale(act, sets[0]),
        form=form if Role.FINANCE in act.actor.roles and month.closed_at else None,
    )


@blueprint.post("/<month>/vouchers")
@edge.allow(Role.FINANCE)
def draw_up(month: str) -> ResponseReturnValue:
    """Draw up a closed month's vouchers by the account codes of now."""
    form = ActionForm()

    def effect() -> list[str]:
        return [str(service.draw_up(edge.act(form.note.data), month).vouchers)]

    def done(counts: list[str]) -> ResponseReturnValue:
        flash(_("Drawn up: %(n)s vouchers", n=counts[0]), "success")
        return redirect(url_for(".show", month=month), 303)

    return once.take(form, f"voucher.draw_up/{month}", effect, done, lambda: _page(month, form))


@blueprint.get("/<month>/vouchers.csv")
@edge.allow(COST_ROLES)
def csv(month: str) -> ResponseReturnValue:
    """The vouchers as CSV."""
    return edge.printed(service.csv(edge.act(), month))


@blueprint.get("/<month>/vouchers.xlsx")
@edge.allow(COST_ROLES)
def xlsx(month: str) -> ResponseReturnValue:
    """The vouchers as a workbook."""
    return edge.printed(service.xlsx(edge.act(), month))
