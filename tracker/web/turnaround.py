"""The turnaround pages: how long garments are away, where the time goes, each figure's rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from tracker import edge
from tracker.domain.account import GARMENT_READERS, Actor, Role
from tracker.domain.control_chart import Group, p_chart
from tracker.domain.errors import InvalidInput, not_found
from tracker.domain.turnaround_figures import FEW, LATE, PERCENTILES, WEEK_CHOICES, By, last_weeks
from tracker.domain.turnaround_selection import (
    LEG_NAMES,
    OWN_LEG,
    UNKNOWN,
    Selection,
    selection,
)
from tracker.extensions import db
from tracker.queries import forecast, policy, scope
from tracker.queries import turnaround_ageing as flight
from tracker.queries import turnaround_figures as figures
from tracker.queries.paging import PAGE, position
from tracker.web import turnaround_charts as charts
from tracker.web.day import business_day

blueprint = Blueprint("turnaround", __name__, url_prefix="/turnaround")
SORTS: dict[str, Any] = {
    "name": lambda row: row.name if row.key.isdigit() else row.key,
    "trips": lambda row: row.whole.total,
    "late": lambda row: row.whole.late,
    "share": lambda row: row.whole.share,
    "median": lambda row: row.whole.percentile(50),
    "p90": lambda row: row.whole.percentile(90),
}
"""The columns by which a breakdown may be ordered; a minus before the name turns it round."""


@dataclass(frozen=True)
class Asked:
    """What a page was asked for; a wrong address shows the usual weeks and says what is wrong."""

    wanted: Selection
    problem: str = ""

    @property
    def status(self) -> int:
        """The answer's status."""
        return 422 if self.problem else 200


def _asked(today: date) -> Asked:
    try:
        asked = Asked(selection(request.args, today))
    except InvalidInput as refusal:
        return Asked(Selection(last_weeks(today)), refusal.message(_language()))
    if asked.wanted.repairer and By.REPAIRER not in breakdowns(edge.actor()):
        raise not_found("维修工", "repairer", asked.wanted.repairer)
    return asked


def breakdowns(actor: Actor) -> tuple[By, ...]:
    """Return what an actor may break the figures down by; repairers' names are not for all."""
    sees = actor.is_any(scope.WORK_READERS | {Role.REPAIRER})
    return tuple(by for by in By if sees or by is not By.REPAIRER)


def _page(template: str, asked: Asked, **more: Any) -> ResponseReturnValue:
    wanted = asked.wanted
    shown = render_template(
        f"turnaround/{template}.html",
        wanted=wanted,
        problem=asked.problem,
        breakdowns=breakdowns(edge.actor()),
        week_choices=WEEK_CHOICES,
        unknown=UNKNOWN,
        few=FEW,
        late=LATE,
        percent=charts.percent,
        rows=lambda **filters: url_for("turnaround.rows", **wanted.address(**filters)),
        **more,
    )
    return shown, asked.status


def _legs(on: date) -> dict[str, dict[str, Any]]:
    rules = policy.in_force(db.session(), on)
    limit = rules["repair_tat"].number
    legs = {name: rules[f"leg_{name}"] for name in LEG_NAMES}
    language = _language()
    return {
        "limit": {"days": limit},
        **{
            name: {"days": rule.number, "name": getattr(rule, language).removeprefix("Leg: ")}
            for name, rule in legs.items()
        },
    }


def _language() -> str:
    return "en" if str(get_locale()).startswith("en") else "zh"


@blueprint.get("")
@edge.allow(GARMENT_READERS)
def index() -> ResponseReturnValue:
    """On-time share, distribution, control chart and legs of the garments back in the window."""
    today = business_day()
    asked = _asked(today)
    wanted, session, actor = asked.wanted, db.session(), edge.actor()
    found = figures.overview(session, actor, wanted)
    legs = _legs(wanted.window.to_on)
    weeks = [wanted.window.within_week(monday) for monday in found.weeks]
    chart = p_chart([Group(week.total, week.on_time) for week in found.weeks.values()])
    bars = charts.bars(found.whole.days, legs["limit"]["days"])
    store_only = set(wanted.filters) <= {By.STORE}
    return _page(
        "index",
        asked,
        found=found,
        legs=legs,
        percentiles=PERCENTILES,
        bars=bars,
        weeks=list(zip(weeks, found.weeks.values(), chart.points, strict=True)),
        chart=chart,
        histogram=charts.histogram(bars, legs["limit"]["days"]),
        control=charts.control([_week(first) for first, _last in weeks], chart),
        flying=_flying(today, wanted.store) if store_only else None,
    )


def _flying(today: date, store: str | None) -> flight.Ageing:
    return flight.ageing(db.session(), edge.actor(), today, flight.Filter(store=store))


def _week(first: date) -> str:
    return f"{first.isocalendar().year}-W{first.isocalendar().week:02d}"


@blueprint.get("/by/<code>")
@edge.allow(GARMENT_READERS)
def by(code: str) -> ResponseReturnValue:
    """The figures by store, carrier, repairer, supplier or style, in the order chosen."""
    kind = next((one for one in breakdowns(edge.actor()) if one == code), None)
    if kind is None:
        raise not_found("分组", "breakdown", code)
    asked = _asked(business_day())
    session, actor, wanted = db.session(), edge.actor(), asked.wanted
    sort = request.args.get("sort", "")
    sort = sort if sort.removeprefix("-") in SORTS else "-late"
    groups = _sorted(figures.breakdown(session, actor, wanted, kind), sort)
    start = min(position(request.args.get("cursor")), len(groups))
    following = str(start + PAGE) if start + PAGE < len(groups) else None
    here = {"code": code, **wanted.address(), "sort": sort}
    return _page(
        "by",
        asked,
        by=kind,
        groups=groups[start : start + PAGE],
        total=len(groups),
        sort=sort,
        legs=_legs(wanted.window.to_on),
        own_leg=OWN_LEG.get(kind),
        repairs=figures.repairs(session, actor, wanted) if kind is By.REPAIRER else {},
        next_url=url_for(".by", **here, cursor=following) if following else None,
        first_url=url_for(".by", **here) if start else None,
    )


def _sorted(groups: list[figures.Share], sort: str) -> list[figures.Share]:
    """Return groups in order; those without a figure last, whichever way round."""
    value = SORTS[sort.removeprefix("-")]
    by_name = sorted(groups, key=lambda row: row.key)
    known = [row for row in by_name if value(row) is not None]
    rest = [row for row in by_name if value(row) is None]
    return sorted(known, key=value, reverse=sort.startswith("-")) + rest


@blueprint.get("/rows")
@edge.allow(GARMENT_READERS)
def rows() -> ResponseReturnValue:
    """The garments behind a figure, the last one back first."""
    asked = _asked(business_day())
    wanted = asked.wanted
    page = figures.page(db.session(), edge.actor(), wanted, request.args.get("cursor"))
    here = wanted.address()
    return _page(
        "rows",
        asked,
        page=page,
        legs=_legs(wanted.window.to_on),
        next_url=url_for(".rows", **here, cursor=page.next) if page.next else None,
        first_url=url_for(".rows", **here) if request.args.get("cursor") else None,
    )


@blueprint.get("/in-flight")
@edge.allow(GARMENT_READERS)
def in_flight() -> ResponseReturnValue:
    """What is on its way, by status and days since dispatch."""
    today, store = business_day(), request.args.get("store") or None
    ageing = _flying(today, store)
    return render_template(
        "turnaround/in_flight.html",
        ageing=ageing,
        store=store,
        late=LATE,
        breakdowns=breakdowns(edge.actor()),
        wanted=Selection(last_weeks(today), store=store),
        is_blind=_counts_blind(edge.actor()),
        chart=charts.ages(ageing),
    )


@blueprint.get("/in-flight/rows")
@edge.allow(GARMENT_READERS)
def in_flight_rows() -> ResponseReturnValue:
    """The garments of one cell of the ageing, those due first first."""
    wanted = flight.Filter(
        **{name: request.args.get(name) or None for name in ("status", "band", "store")}
    )
    today = business_day()
    page = flight.page(db.session(), edge.actor(), today, wanted, request.args.get("cursor"))
    here = {name: value for name, value in vars(wanted).items() if value}
    return render_template(
        "turnaround/in_flight_rows.html",
        wanted=wanted,
        page=page,
        forecasts=forecast.of(db.session(), (row.id for row in page.items)),
        late=LATE,
        next_url=url_for(".in_flight_rows", **here, cursor=page.next) if page.next else None,
        first_url=url_for(".in_flight_rows", **here) if request.args.get("cursor") else None,
    )


def _counts_blind(actor: Actor) -> bool:
    return Role.CLERK in actor.roles and Role.SUPERVISOR not in actor.roles
