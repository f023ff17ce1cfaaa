"""Garments at factories and fabric makers, each on its own clock."""

from __future__ import annotations

from typing import Any

from flask import Response
from typing_extensions import TypedDict

from tracker import edge
from tracker.api import answers, body
from tracker.api.blueprint import answer as reply
from tracker.api.blueprint import blueprint, describe
from tracker.db import utc_now
from tracker.domain.calendar import days_between, shanghai_date
from tracker.domain.repair import OUTSIDE_READERS
from tracker.extensions import db
from tracker.queries import outside as queries


class OutsideJob(TypedDict):
    registration: dict[str, Any]
    vendor: str
    vendor_name: str
    sent_at: str | None
    due_on: str | None
    days_left: int | None
    carrier: str | None
    tracking_no: str | None
    shipment: str | None
    returned_at: str | None
    is_repaired: bool | None


def told(row: Any, shipment: str | None) -> OutsideJob:
    """Return a stay outside; what it cost stays inside. ``days_left`` ends when it is back."""
    today = shanghai_date(utc_now())
    return {
        "registration": answers.short(row.registration),
        "vendor": row.site.code,
        "vendor_name": row.site.name,
        "sent_at": answers.moment(row.sent_at),
        "due_on": answers.day(row.due_on),
        "days_left": None if row.returned_at else days_between(today, row.due_on),
        "carrier": row.carrier,
        "tracking_no": row.tracking_no,
        "shipment": shipment,
        "returned_at": answers.moment(row.returned_at),
        "is_repaired": row.is_repaired,
    }


@blueprint.get("/outside-jobs")
@edge.allow(OUTSIDE_READERS)
@describe(
    "Garments in outside repair, the first due first",
    query={
        "vendor": "code of a supplier or fabric maker",
        "overdue": "true: only those past their due day",
        "returned": "true: those that came back, the last first",
        "cursor": "the next of the page before",
    },
)
def outside_job_list() -> Response:
    """Return a page of stays outside."""
    wanted = queries.Filter(
        vendor=body.argument("vendor"),
        overdue=_is_set("overdue"),
        is_back=_is_set("returned"),
    )
    today = shanghai_date(utc_now())
    jobs, following = queries.page(
        db.session(), edge.actor(), wanted, today, body.argument("cursor")
    )
    boxes = queries.boxes(db.session(), jobs)
    return reply({"items": [told(job, boxes.get(job.id)) for job in jobs], "next": following})


def _is_set(name: str) -> bool:
    return (body.argument(name) or "").lower() in ("1", "true", "yes")
