"""The month's bill."""

from __future__ import annotations

from typing import Annotated, Any

from annotated_types import Len
from flask import Response
from typing_extensions import TypedDict

from tracker import edge
from tracker.api import answers, body, schema
from tracker.api.blueprint import answer as reply
from tracker.api.blueprint import blueprint, describe, dumps, text
from tracker.api.paging import sliced
from tracker.api.registrations import models, take
from tracker.db import utc_now, write
from tracker.domain.account import COST_ROLES
from tracker.extensions import db
from tracker.queries import ledger as queries
from tracker.queries import month as checks
from tracker.queries import month_roll
from tracker.services import month as month_service
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
    totals_sha256: str | None


class OpenBody(schema.Strict):
    """The month, ``YYYY-MM``."""

    month: Annotated[str, Len(7, 7)]


def told(row: Any) -> Month:
    """Return a month; the last four stand from its close on."""
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
        "totals_sha256": row.totals_sha256,
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


@blueprint.get("/months/<month>/checklist")
@edge.allow(COST_ROLES)
@describe("What is still open of a month, and its roll-forward")
def month_checklist(month: str) -> Response:
    """Return the checks with their items, and opening + new − destroyed − returned = closing."""
    session = db.session()
    row = queries.get(session, edge.actor(), month)
    found = checks.checklist(session, row, utc_now()) if row.closed_at is None else {}
    return reply(
        {
            "month": month,
            "checks": {
                check.value: [_item(item) for item in items] for check, items in found.items()
            },
            "roll_forward": {
                flow.value: {"pieces": stock.pieces, "amount_fen": stock.amount_fen}
                for flow, stock in month_roll.roll(session, month).rows()
            },
        }
    )


def _item(item: checks.Item) -> dict[str, Any]:
    carried = item.carried
    return {
        "noun": item.noun,
        "no": item.no,
        "amount_fen": item.amount_fen,
        "carried_over": {
            "by": carried.by.name,
            "at": answers.moment(carried.at),
            "why": carried.why,
        }
        if carried
        else None,
    }


@blueprint.post("/months")
@edge.allow(month_service.OPENERS)
@describe("Open a month without entries", body=OpenBody, statuses=(201,))
def open_month() -> Response:
    """Return the month; one that stands is returned as it is."""
    values = schema.values(OpenBody, body.read())
    made = write(
        db.session(), lambda: dumps(told(month_service.open_empty(edge.act(), values["month"])))
    )
    return text(made, 201)


@blueprint.post("/months/<month>/actions")
@edge.allow(COST_ROLES)
@describe("Take one action on a month", bodies=models("month"))
def month_action(month: str) -> Response:
    """Take an action; ``close`` needs ``if_version``."""
    return take("month", month, told)
