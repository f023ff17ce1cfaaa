"""Ledger entries: lists of them, one with all its legs, and its reversal by finance."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker import edge
from tracker.domain.account import COST_ROLES, Role
from tracker.domain.ledger import COUNTERPARTS, Account
from tracker.extensions import db
from tracker.queries import entry as queries
from tracker.queries import ledger as months
from tracker.services import ledger as service
from tracker.web import once
from tracker.web.forms.entry import ReversalForm

blueprint = Blueprint("entry", __name__, url_prefix="/ledger/entries")
DOORS = {"BS": "loss.show", "XH": "destruction.show", "DJ": "registration.show",
         "FH": "shipment.show"}  # fmt: skip
"""The page of an entry's document, by what its number begins with."""


@blueprint.get("")
@edge.allow(COST_ROLES)
def index() -> ResponseReturnValue:
    """The entries of a month, a document or an account, newest first."""
    session, actor = db.session(), edge.actor()
    wanted = queries.Wanted(
        month=request.args.get("month") or None,
        document=(request.args.get("document") or "").strip().upper() or None,
        account=request.args.get("account") or None,
    )
    return render_template(
        "entry/index.html",
        entries=queries.entries(session, actor, wanted),
        wanted=wanted,
        months=months.months(session, actor),
        accounts=[account for account in Account if account not in COUNTERPARTS],
        limit=queries.SHOWN,
    )


@blueprint.get("/<path:entry_no>")
@edge.allow(COST_ROLES)
def show(entry_no: str) -> ResponseReturnValue:
    """An entry: its legs, its document, what it takes back or is taken back by."""
    return _page(entry_no, ReversalForm(formdata=None))


def _page(entry_no: str, form: ReversalForm) -> str:
    session, actor = db.session(), edge.actor()
    legs = queries.legs(session, actor, entry_no)
    reversal = queries.reversal_of(session, entry_no)
    is_open = reversal is None and queries.may_be_reversed(session, legs[0])
    return render_template(
        "entry/show.html",
        legs=legs,
        entry=legs[0],
        month=months.find(session, legs[0].month),
        reversal=reversal,
        link=queries.link_of(session, entry_no),
        door=DOORS.get(legs[0].document[:2]),
        may_reverse=is_open and Role.FINANCE in actor.roles,
        form=form,
    )


@blueprint.post("/<path:entry_no>")
@edge.allow(Role.FINANCE)
@edge.with_password
def reverse(entry_no: str) -> ResponseReturnValue:
    """Take the entry back in the open month, with the reason."""
    form = ReversalForm()

    def effect() -> list[str]:
        return [service.reverse(edge.act(), entry_no, reason=form.reason.data or "")]

    def done(numbers: list[str]) -> ResponseReturnValue:
        flash(_("Reversed by %(no)s", no=numbers[0]), "success")
        return redirect(url_for(".show", entry_no=numbers[0]), 303)

    return once.take(
        form, f"ledger.reverse {entry_no}", effect, done, lambda: _page(entry_no, form)
    )
