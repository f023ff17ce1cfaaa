"""The report of scrap: months side by side, each figure down to its rows, and its exports."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker import edge, errors
from tracker.db import utc_now
from tracker.domain.account import Actor
from tracker.domain.calendar import month_of
from tracker.domain.errors import InvalidInput, not_found
from tracker.domain.job import Form, Kind
from tracker.domain.month import next_month
from tracker.domain.scrap_report import (
    MOST_DIMENSIONS,
    MOST_MONTHS,
    READERS,
    Dimension,
    Row,
    Selection,
    dimensions_of,
    selection,
)
from tracker.extensions import db
from tracker.queries import ledger
from tracker.queries import scrap_report as queries
from tracker.queries.paging import PAGE, position
from tracker.services import scrap_report as service
from tracker.web import job
from tracker.web import scrap_report_chart as chart

blueprint = Blueprint("scrap_report", __name__, url_prefix="/reports")


@dataclass(frozen=True)
class Asked:
    """What a page was asked for; a wrong address shows the usual months and says what is wrong."""

    wanted: Selection
    problem: str = ""

    @property
    def status(self) -> int:
        """The answer's status."""
        return 422 if self.problem else 200


def _given() -> dict[str, str]:
    return {**request.args.to_dict(), "by": ",".join(request.args.getlist("by"))}


def _asked() -> Asked:
    month = month_of(utc_now())
    try:
        return Asked(_wanted())
    except InvalidInput as refusal:
        return Asked(selection({}, month), refusal.message(errors.locale_code()))


def _page(template: str, asked: Asked, **more: Any) -> ResponseReturnValue:
    wanted = asked.wanted
    named = service.names(edge.act(), errors.locale_code())
    shown = render_template(
        f"scrap_report/{template}.html",
        wanted=wanted,
        problem=asked.problem,
        name=named.of,
        code=_code,
        by_supplier=Dimension.SUPPLIER,
        by_store=Dimension.STORE,
        rows=lambda **filters: url_for(".rows", **wanted.address(**filters)),
        **more,
    )
    return shown, asked.status


def _code(by: Dimension, key: str) -> str:
    return key.partition(":")[2] if by is Dimension.LIABLE else key


@blueprint.get("/scrap")
@edge.allow(READERS)
def index() -> ResponseReturnValue:
    """The table: up to three dimensions down, the months across, every figure a door."""
    asked = _asked()
    wanted, session, actor = asked.wanted, db.session(), edge.actor()
    found = queries.figures(session, actor, wanted)
    start = min(position(request.args.get("cursor")), len(found.rows))
    following = start + PAGE if start + PAGE < len(found.rows) else None
    named = service.names(edge.act(), errors.locale_code())

    def called(row: Row) -> str:
        pairs = zip(wanted.by, row.keys, strict=True)
        return " · ".join(named.of(by, key) or key for by, key in pairs)

    return _page(
        "index",
        asked,
        table=found,
        shown=found.rows[start : start + PAGE],
        statuses=queries.statuses(session, wanted),
        dimensions=dimensions_of(edge.actor()),
        most_dimensions=MOST_DIMENSIONS,
        months=_choices(actor, wanted),
        spans=_spans(month_of(utc_now())),
        chart=chart.of(found, called),
        next_url=url_for(".index", **wanted.address(), cursor=following) if following else None,
        first_url=url_for(".index", **wanted.address()) if start else None,
    )


def _choices(actor: Actor, wanted: Selection) -> list[str]:
    """Return the months to choose from, newest first: every one from the ledger's first on."""
    now = month_of(utc_now())
    first = min(ledger.first(db.session()) or now, wanted.first)
    found = [max(now, wanted.last)]
    while found[-1] > first:
        found.append(next_month(found[-1], -1))
    return found


def _spans(now: str) -> dict[int, tuple[str, str]]:
    return {count: (next_month(now, 1 - count), now) for count in (1, 2, 6, MOST_MONTHS)}


@blueprint.get("/scrap/rows")
@edge.allow(READERS)
def rows() -> ResponseReturnValue:
    """The charges behind a figure, the last ones posted first."""
    asked = _asked()
    wanted, session, actor = asked.wanted, db.session(), edge.actor()
    page = queries.page(session, actor, wanted, request.args.get("cursor"))
    here = wanted.address()
    return _page(
        "rows",
        asked,
        page=page,
        whole=queries.whole(session, actor, wanted),
        next_url=url_for(".rows", **here, cursor=page.next) if page.next else None,
        first_url=url_for(".rows", **here) if request.args.get("cursor") else None,
    )


def _wanted() -> Selection:
    return selection(_given(), month_of(utc_now()), dimensions_of(edge.actor()))


@blueprint.get("/scrap.<ext>")
@edge.allow(READERS)
def export(ext: str) -> ResponseReturnValue:
    """The report as a file; a long one is made beside the reader's work."""
    wanted, act = _wanted(), edge.act()
    if ext == "json":
        values = json.dumps(service.values(act, wanted), ensure_ascii=False)
        return Response(values, content_type="application/json")
    if ext not in set(Form):
        raise not_found("文件格式", "format", ext)
    form = Form(ext)
    if service.is_long(act, wanted, form):
        service.check(act, wanted, form)
        return job.too_long(Kind.SCRAP_REPORT, form=form, **wanted.address())
    return edge.printed(service.made(act, wanted, form, edge.fonts()))
