"""The figures of the bench by repairer and ISO week; each opens the rows that it counts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker import edge
from tracker.db import utc_now
from tracker.domain.account import Role
from tracker.domain.bench_figures import Repair, Show, Sums, summed
from tracker.domain.calendar import shanghai_date
from tracker.domain.errors import not_found
from tracker.extensions import db
from tracker.queries import bench_figures as queries
from tracker.queries import policy
from tracker.queries.paging import PAGE, position
from tracker.web.day import business_day

blueprint = Blueprint("bench_figures", __name__, url_prefix="/bench/figures")
READERS = (Role.REPAIRER, Role.SUPERVISOR, Role.QA, Role.AUDITOR)
OVERSEERS = frozenset(READERS) - {Role.REPAIRER}
"""Who sees every repairer's figures; a repairer sees his own."""

SPANS = (1, 4, 13, 26)
"""For how many weeks the page shows figures."""

_WEEK = re.compile(r"(\d{4})-W(\d{2})")


@dataclass(frozen=True)
class Line:
    """The figures of one repairer in one week."""

    week: str
    login: str
    name: str
    sums: Sums


@blueprint.get("")
@edge.allow(*READERS)
def index() -> ResponseReturnValue:
    """The figures of the last weeks, newest first, and their sums."""
    today = business_day()
    weeks = _span(request.args.get("weeks"))
    people = _people(request.args.get("repairer"))
    first = _monday(today) - timedelta(weeks=weeks - 1)
    repairs = _repairs(first, today, people)
    names = {account.id: account for account in people}
    own: dict[tuple[str, int], list[Repair]] = {}
    for one in repairs:
        own.setdefault((_week_of(one), one.account_id), []).append(one)
    lines = []
    for week, account_id in sorted(
        own, key=lambda pair: (pair[0], names[pair[1]].name), reverse=True
    ):
        who = names[account_id]
        lines.append(Line(week, who.login, who.name, summed(own[week, account_id])))
    return render_template(
        "bench/figures.html",
        lines=lines,
        total=summed(repairs),
        weeks=weeks,
        spans=SPANS,
        repairers=people if edge.actor().is_any(OVERSEERS) else [],
        chosen=request.args.get("repairer"),
        guarantee=policy.in_force(db.session(), today)["repair_guarantee"].number,
        show=Show,
    )


@blueprint.get("/rows")
@edge.allow(*READERS)
def rows() -> ResponseReturnValue:
    """The repairs that one figure counts."""
    today = business_day()
    show = _show(request.args.get("show"))
    people = _people(request.args.get("repairer"))
    week, weeks = request.args.get("week"), _span(request.args.get("weeks"))
    first = _first_day(week) if week else _monday(today) - timedelta(weeks=weeks - 1)
    last = first + timedelta(days=6) if week else today
    found = [one for one in _repairs(first, last, people) if one.shows(show)]
    start = position(request.args.get("cursor"))
    page = found[start : start + PAGE]
    kept: dict[str, Any] = {name: value for name, value in request.args.items() if name != "cursor"}
    return render_template(
        "bench/figures_rows.html",
        page=page,
        total=summed(found),
        garments=queries.garments(db.session(), [one.registration_id for one in page]),
        names={account.id: account.name for account in people},
        shown=show,
        week=week,
        weeks=weeks,
        who=people[0].name if len(people) == 1 else None,
        next_url=url_for(".rows", **{**kept, "cursor": start + PAGE})
        if len(found) > start + PAGE
        else None,
        first_url=url_for(".rows", **kept) if start else None,
    )


def _people(login: str | None) -> Sequence[Any]:
    """Return whose figures are asked for: one's own, or those of everybody to who oversees."""
    every, actor = queries.repairers(db.session()), edge.actor()
    if not actor.is_any(OVERSEERS):
        every = [one for one in every if one.id == actor.account_id]
    found = [one for one in every if login in (None, "", one.login)]
    if login and not found:
        raise not_found("维修工", "repairer", login)
    return found


def _repairs(first: date, last: date, people: Sequence[Any]) -> list[Repair]:
    one = people[0].id if len(people) == 1 else None
    known = {account.id for account in people}
    found = queries.repairs(db.session(), first, last, utc_now(), one)
    return [repair for repair in found if repair.account_id in known]


def _span(typed: str | None) -> int:
    return int(typed) if typed in {str(span) for span in SPANS} else SPANS[1]


def _show(typed: str | None) -> Show:
    return Show(typed) if typed in {one.value for one in Show} else Show.REPAIRS


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _week_of(repair: Repair) -> str:
    year, week, _day = shanghai_date(repair.at).isocalendar()
    return f"{year}-W{week:02d}"


def _first_day(week: str) -> date:
    match = _WEEK.fullmatch(week) if week.isascii() else None
    try:
        if match is None:
            raise ValueError(week)
        return date.fromisocalendar(int(match[1]), int(match[2]), 1)
    except ValueError:
        raise not_found("周", "week", week) from None
