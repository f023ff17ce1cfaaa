"""The three-way tie-out: registered, packed, received; every number opens its rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker import edge, errors
from tracker.domain.account import GARMENT_READERS
from tracker.domain.errors import InvalidInput
from tracker.domain.shipment_selection import GAPS, Period, TiePart, period, tie_part
from tracker.extensions import db
from tracker.queries import shipment_tie_out as queries
from tracker.queries import site as sites
from tracker.web.day import business_day
from tracker.web.shipment import blueprint

MOST_STORES = 100


def _asked(today: date) -> tuple[Period, str]:
    """Return the period asked for; a wrong one is the usual weeks and the sentence why."""
    try:
        return period(request.args, today), ""
    except InvalidInput as refusal:
        return period({}, today), refusal.message(errors.locale_code())


@blueprint.get("/tie-out")
@edge.allow(GARMENT_READERS)
def tie_out() -> ResponseReturnValue:
    """The figures by store and by week; the gaps stand in red."""
    session, actor, today = db.session(), edge.actor(), business_day()
    wanted, problem = _asked(today)
    found = queries.tie_out(session, actor, wanted)
    by_store = found.by_store[:MOST_STORES]
    shown = render_template(
        "shipment/tie_out.html",
        found=found,
        weeks=[(_week(wanted, monday), figures) for monday, figures in found.by_week],
        by_store=by_store,
        of_store={site.code: replace(wanted, site=site.code) for site, _figures in by_store},
        wanted=wanted,
        problem=problem,
        parts=TiePart,
        gaps=GAPS,
        stores=sites.choice(session, actor),
        is_blind=queries.is_blind(actor),
    )
    return shown, 422 if problem else 200


def _week(wanted: Period, monday: date) -> dict[str, Any]:
    """Return an ISO week as far as it lies in the period, and how its rows are found."""
    iso = monday.isocalendar()
    sunday = date.fromordinal(monday.toordinal() + 6)
    first, last = max(monday, wanted.first), min(sunday, wanted.last)
    return {"year": iso.year, "week": iso.week, "of": Period(first, last, wanted.site)}


@blueprint.get("/tie-out/rows")
@edge.allow(GARMENT_READERS)
def tie_out_rows() -> ResponseReturnValue:
    """The garments of one figure, each with its box, its last hand and its case."""
    session, actor, today = db.session(), edge.actor(), business_day()
    wanted, problem = _asked(today)
    try:
        part = tie_part(request.args.get("part") or TiePart.REGISTERED)
    except InvalidInput as refusal:
        part, problem = TiePart.REGISTERED, refusal.message(errors.locale_code())
    cursor = request.args.get("cursor")
    found, following = queries.rows(session, actor, wanted, part, cursor)
    named = {"part": part.value}
    shown = render_template(
        "shipment/tie_out_rows.html",
        rows=found,
        part=part,
        wanted=wanted,
        problem=problem,
        is_blind=queries.is_blind(actor),
        next_url=url_for(".tie_out_rows", **wanted.address(**named, cursor=following))
        if following
        else None,
        first_url=url_for(".tie_out_rows", **wanted.address(**named)) if cursor else None,
        back=url_for(".tie_out", **wanted.address()),
    )
    return shown, 422 if problem else 200
