"""The month's bill."""

from __future__ import annotations

from typing import Any

from flask import Response
from typing_extensions import TypedDict

from tracker import edge
from tracker.api import answers
from tracker.api.blueprint import answer as reply
from tracker.api.blueprint import blueprint, describe
from tracker.api.paging import sliced
from tracker.api.registrations import models, take
from tracker.domain.account import COST_ROLES
from tracker.extensions import db
from tracker.queries import ledger as queries
from tracker.services import month_report


class Month(TypedDict):
    month: str
    status: str
    version: int
    submitted_by: str | None
    submitted_at: str | None
    closed_by: str | None
    closed_at: str | None
    total_fen: int | None
    line_count: int | None
    content_sha256: str | None


def told(row: Any) -> Month:
    """Return a month; the last three stand from its close on."""
    return {
        "month": row.month,
        "status": row.status,
        "version": row.version,
        "submitted_by": row.submitted_by.name if row.submitted_by else None,
        "submitted_at": answers.moment(row.submitted_at),
        "closed_by": row.closed_by.name if row.closed_by else None,
        "closed_at": answers.moment(row.closed_at),
        "total_fen": row.total_fen,
        "line_count": row.line_count,
        "content_sha256": row.content_sha256,
    }


@blueprint.get("/months")
@edge.allow(COST_ROLES)
@describe("Months, newest first", query={"cursor": "the next of the page before"})
def month_list() -> Response:
    """Return a page of months."""
    page, following = sliced(queries.months(db.session(), edge.actor()))
    return reply({"items": [told(row) for row in page], "next": following})


@blueprint.get("/months/<month>")
@edge.allow(COST_ROLES)
@describe("A month's lines and its totals by party, supplier, store and production year")
def month_shown(month: str) -> Response:
    """Return a month with lines and totals, in fen."""
    act = edge.act()
    row = queries.get(act.session, act.actor, month)
    return reply({**told(row), **month_report.values(act, row)})


@blueprint.post("/months/<month>/actions")
@edge.allow(COST_ROLES)
@describe("Take one action on a month", bodies=models("month"))
def month_action(month: str) -> Response:
    """Take an action; ``close`` needs ``if_version``."""
    return take("month", month, told)
