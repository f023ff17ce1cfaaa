"""The turnaround figures, as the pages show them."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Response, request
from typing_extensions import TypedDict

from tracker import edge
from tracker.api.blueprint import answer as reply
from tracker.api.blueprint import blueprint, describe
from tracker.db import utc_now
from tracker.domain.account import GARMENT_READERS, Role
from tracker.domain.calendar import shanghai_date
from tracker.domain.control_chart import Group, p_chart
from tracker.domain.errors import Forbidden, InvalidInput
from tracker.domain.turnaround_figures import PERCENTILES, By, Tally
from tracker.domain.turnaround_selection import selection
from tracker.extensions import db
from tracker.queries import scope
from tracker.queries import turnaround_ageing as flight
from tracker.queries import turnaround_figures as figures

QUERY = {
    "from": "first day back in store, YYYY-MM-DD",
    "to": "last day back in store, YYYY-MM-DD; two years at most",
    "weeks": "instead of days: the last 4, 13, 26 or 52 ISO weeks; 13 if nothing is said",
    "by": "store, carrier_out, carrier_back, repairer, supplier or style: adds `groups`",
    "store": "only this store's",
    "supplier": "only this supplier's",
    "style": "only this style's",
    "carrier_out": "only what this carrier took to after-sales",
    "carrier_back": "only what this carrier took back",
    "repairer": "only this account's repairs, by its number",
}


class Days(TypedDict):
    finished: int
    on_time: int
    share_on_time: float | None
    p50_days: int | None
    p90_days: int | None
    p95_days: int | None


class TurnaroundGroup(Days):
    key: str
    name: str


class Bar(TypedDict):
    days: int
    finished: int


class Week(TypedDict):
    from_on: str
    to_on: str
    finished: int
    on_time: int
    share_on_time: float | None
    lower_limit: float | None
    upper_limit: float | None
    is_beyond: bool


class LegFigures(TypedDict):
    name: str
    budget_days: int
    finished: int
    p50_days: int | None
    p90_days: int | None
    over_budget: int
    made_late: int


class InFlight(TypedDict):
    status: str
    band: str
    count: int


class TurnaroundFigures(Days):
    from_on: str
    to_on: str
    distribution: list[Bar]
    weeks: list[Week]
    legs: list[LegFigures]
    in_flight: list[InFlight]
    groups: list[TurnaroundGroup] | None


@blueprint.get("/turnaround")
@edge.allow(GARMENT_READERS)
@describe(
    "Turnaround of the garments back in their store in some weeks, and what is in flight now",
    query=QUERY,
    gives=TurnaroundFigures,
)
def turnaround() -> Response:
    """Return the figures of the pages; shares are 0 to 1, and null of nothing."""
    session, actor, today = db.session(), edge.actor(), shanghai_date(utc_now())
    wanted = selection(request.args, today)
    by = _by(request.args.get("by"))
    if By.REPAIRER in (by, *wanted.filters) and not _sees_repairers():
        raise Forbidden(
            "wrong_role",
            "您的岗位不能按维修工查看。",
            "Figures by repairer are not for your role.",
        )
    found = figures.overview(session, actor, wanted)
    store = flight.Filter(store=wanted.store)
    told: dict[str, Any] = {
        "from_on": wanted.window.from_on.isoformat(),
        "to_on": wanted.window.to_on.isoformat(),
        **_days(found.whole),
        "distribution": [
            {"days": days, "finished": count} for days, count in sorted(found.whole.days.items())
        ],
        "weeks": _weeks(found, [wanted.window.within_week(monday) for monday in found.weeks]),
        "legs": _legs(found, figures.budgets(session, wanted.window.to_on)),
        "in_flight": [
            {"status": status, "band": band, "count": count}
            for (status, band), count in sorted(
                flight.ageing(session, actor, today, store).cells.items()
            )
        ],
        "groups": None,
    }
    if by:
        groups = figures.breakdown(session, actor, wanted, by)
        told["groups"] = [
            {"key": group.key, "name": group.name, **_days(group.whole)}
            for group in sorted(groups, key=lambda group: group.key)
        ]
    return reply(told)


def _by(typed: str | None) -> By | None:
    if not typed:
        return None
    try:
        return By(typed)
    except ValueError:
        raise InvalidInput(
            "unknown_choice", "没有这种分组。", "There is no such breakdown.", "by"
        ) from None


def _sees_repairers() -> bool:
    return edge.actor().is_any(scope.WORK_READERS | {Role.REPAIRER})


def _days(tally: Tally) -> dict[str, Any]:
    return {
        "finished": tally.total,
        "on_time": tally.on_time,
        "share_on_time": _share(tally.share),
        **{f"p{percent}_days": tally.percentile(percent) for percent in PERCENTILES},
    }


def _share(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _weeks(found: figures.Overview, spans: list[tuple[date, date]]) -> list[dict[str, Any]]:
    chart = p_chart([Group(week.total, week.on_time) for week in found.weeks.values()])
    return [
        {
            "from_on": first.isoformat(),
            "to_on": last.isoformat(),
            "finished": week.total,
            "on_time": week.on_time,
            "share_on_time": _share(point.share),
            "lower_limit": _share(point.lower),
            "upper_limit": _share(point.upper),
            "is_beyond": point.is_below or point.is_above,
        }
        for (first, last), week, point in zip(
            spans, found.weeks.values(), chart.points, strict=True
        )
    ]


def _legs(found: figures.Overview, budgets: Any) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "budget_days": budgets[name],
            "finished": leg.total,
            "p50_days": leg.percentile(50),
            "p90_days": leg.percentile(90),
            "over_budget": leg.beyond(budgets[name]),
            "made_late": found.worst.get(name, 0),
        }
        for name, leg in found.legs.items()
    ]
