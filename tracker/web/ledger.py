"""Months: totals down to the rows, submitted by after-sales, closed by finance."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker import edge
from tracker.db import utc_now
from tracker.domain.account import COST_ROLES, Role
from tracker.domain.calendar import month_of
from tracker.domain.ledger import MACHINE, Account, Action, Status
from tracker.domain.month import last_day, next_month
from tracker.extensions import db
from tracker.queries import calendar, catalog, month_total, policy, statement, voucher
from tracker.queries import ledger as queries
from tracker.queries import month as checklist
from tracker.queries import site as sites
from tracker.services import month as month_service
from tracker.web import actions
from tracker.web.day import business_day
from tracker.web.forms.action import ActionForm
from tracker.web.forms.ledger import FORMS

blueprint = Blueprint("ledger", __name__, url_prefix="/months")

SHOWN = 100
"""So many rows are shown; the exports have all of them."""


@blueprint.get("")
@edge.allow(COST_ROLES)
def index() -> ResponseReturnValue:
    """The months with their status and what is charged in each."""
    return index_page(ActionForm(formdata=None))


def index_page(form: ActionForm) -> str:
    """Return the page of the months, with the form that opens one without entries."""
    session, actor = db.session(), edge.actor()
    return render_template(
        "ledger/index.html",
        months=queries.months(session, actor),
        amounts=month_total.amounts(session, actor),
        to_open=months_to_open() if actor.is_any(month_service.OPENERS) else [],
        form=form,
    )


@blueprint.get("/<month>")
@edge.allow(COST_ROLES)
def show(month: str) -> ResponseReturnValue:
    """A month: its totals, each a door to its rows; the choice stays in the address."""
    return _page(month)


def _page(month: str, failed: ActionForm | None = None, failed_action: str = "") -> str:
    session, actor = db.session(), edge.actor()
    found = queries.get(session, actor, month)
    wanted = _wanted()
    count, fen = queries.sum_of(session, month, wanted)
    offered = MACHINE.actions_from(Status(found.status), actor.roles)
    if found.submitted_by_id == actor.account_id:
        offered = ()
    offered = tuple(one for one in offered if one is not Action.CARRY_OVER)
    others = month_total.others(session, month)
    unsettled = checklist.unsettled(session, found, utc_now()) if found.closed_at is None else []
    return render_template(
        "ledger/show.html",
        month=found,
        totals=month_total.totals(session, month),
        owner_credits_fen=others.pop(Account.OWNER_CREDIT, 0),
        opening_fen=others.pop(Account.OPENING, 0),
        others=others,
        lines=queries.lines(session, month, wanted, SHOWN),
        line_count=count,
        lines_fen=fen,
        wanted=wanted,
        names=names(),
        open_count=len(unsettled),
        due_days=due_days(month),
        steps_after=_steps_after(found),
        is_early=found.status == Status.OPEN and business_day() <= last_day(month),
        forms=actions.panels(found, offered, FORMS, failed, failed_action),
        failed_action=failed_action,
    )


def _steps_after(month: Any) -> frozenset[str]:
    """Return what finance has yet to draw up of a closed month: ``statements``, ``vouchers``."""
    session, actor = db.session(), edge.actor()
    if month.closed_at is None or Role.FINANCE not in actor.roles:
        return frozenset()
    lacking = {
        "statements": month.month in statement.months_to_bill(session, actor),
        "vouchers": not voucher.sets(session, month.month),
    }
    return frozenset(step for step, is_lacking in lacking.items() if is_lacking)


def due_days(name: str) -> dict[str, date]:
    """Return by when a month goes to finance and by when it is closed (rule 1.46)."""
    ends, rules = last_day(name), policy.in_force(db.session(), business_day())
    return {
        step: calendar.due_on(db.session(), ends, rules[clock])
        for step, clock in (("submit", "month_cut_off"), ("close", "month_close"))
    }


def months_to_open() -> list[str]:
    """Return the months up to this one that have no entry and were not opened yet."""
    first, last = queries.first(db.session()), month_of(utc_now())
    if first is None:
        return [last]
    standing = {row.month for row in queries.months(db.session(), edge.actor())}
    found = []
    while first <= last:
        found += [first] if first not in standing else []
        first = next_month(first)
    return found


def _wanted() -> queries.Wanted:
    """Return which rows the address asks for; a year that is none asks for all."""
    year = request.args.get("year", "")
    return queries.Wanted(
        liable=request.args.get("liable") or None,
        supplier=request.args.get("supplier") or None,
        store=request.args.get("store") or None,
        year=int(year) if year.isascii() and year.isdigit() and len(year) == 4 else None,
    )


def names() -> dict[str, Any]:
    """Return the names of suppliers and sites by code, for people to read."""
    session = db.session()
    named: dict[str, Any] = {site.code: site.name for site in sites.every(session)}
    named.update((supplier.code, supplier.name) for supplier in catalog.suppliers(session))
    return named


@blueprint.post("/<no>/actions/<action>")
@edge.allow(COST_ROLES)
def act(no: str, action: str) -> ResponseReturnValue:
    """Submit the month, send it back, or close it for good."""
    return actions.take(
        "month",
        no,
        action,
        FORMS,
        url_for(".show", month=no),
        lambda form: _page(no, form, action),
    )
