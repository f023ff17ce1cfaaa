"""Gaps between what was packed and what was counted."""

from __future__ import annotations

from typing import Any

from flask import Response
from typing_extensions import TypedDict

from tracker import edge
from tracker.api import answers, body
from tracker.api.blueprint import answer as reply
from tracker.api.blueprint import blueprint, describe
from tracker.api.paging import sliced
from tracker.api.registrations import models, take
from tracker.domain.account import GARMENT_READERS
from tracker.extensions import db
from tracker.queries import shipment as queries


class Discrepancy(TypedDict):
    no: str
    kind: str
    status: str
    version: int
    shipment: str
    registration: dict[str, Any]
    last_hand: str
    last_site: str
    last_scan_at: str | None
    counted_by: str
    counted_at: str | None
    finding: str | None


def told(row: Any) -> Discrepancy:
    """Return a discrepancy; it names the last hand that held the piece."""
    return {
        "no": row.no,
        "kind": row.kind,
        "status": row.status,
        "version": row.version,
        "shipment": row.shipment.no,
        "registration": answers.short(row.registration),
        "last_hand": row.last_hand.name,
        "last_site": row.last_site.code,
        "last_scan_at": answers.moment(row.last_scan_at),
        "counted_by": row.counted_by.name,
        "counted_at": answers.moment(row.counted_at),
        "finding": row.finding,
    }


@blueprint.get("/discrepancies")
@edge.allow(GARMENT_READERS)
@describe(
    "Discrepancies on shipments that you see, oldest first",
    query={"status": "open or resolved", "cursor": "the next of the page before"},
)
def discrepancy_list() -> Response:
    """Return a page of discrepancies."""
    rows = queries.discrepancies(db.session(), edge.actor(), status=body.argument("status"))
    page, following = sliced(rows)
    return reply({"items": [told(row) for row in page], "next": following})


@blueprint.get("/discrepancies/<no>")
@edge.allow(GARMENT_READERS)
@describe("One discrepancy", gives=Discrepancy)
def discrepancy(no: str) -> Response:
    """Return a discrepancy."""
    return reply(told(queries.discrepancy(db.session(), edge.actor(), no)))


@blueprint.post("/discrepancies/<no>/actions")
@edge.allow(GARMENT_READERS)
@describe("Take one action on a discrepancy", bodies=models("discrepancy"))
def discrepancy_action(no: str) -> Response:
    """Take an action on a discrepancy."""
    return take("discrepancy", no, told)
