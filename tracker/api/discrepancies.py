"""Gaps between what was packed and what was counted."""

from __future__ import annotations

from typing import Any

from flask import Response
from typing_extensions import TypedDict

from tracker import edge
from tracker.api import answers, body
from tracker.api.blueprint import answer as reply
from tracker.api.blueprint import blueprint, describe
from tracker.api.registrations import models, take
from tracker.db import utc_now
from tracker.domain.account import GARMENT_READERS
from tracker.extensions import db
from tracker.queries import discrepancy as cases


class Discrepancy(TypedDict):
    no: str
    kind: str
    status: str
    version: int
    shipment: str
    registration: dict[str, Any] | None
    last_hand: str
    last_site: str
    last_scan_at: str | None
    counted_by: str
    counted_at: str | None
    counted_site: str
    opened_at: str | None
    resolved_at: str | None
    finding: str | None
    claim_no: str | None
    claimed_at: str | None
    claimed_fen: int | None
    compensation_fen: int | None


def told(row: Any) -> Discrepancy:
    """Return a discrepancy; it names the last hand that held the piece, or the whole box."""
    return {
        "no": row.no,
        "kind": row.kind,
        "status": row.status,
        "version": row.version,
        "shipment": row.shipment.no,
        "registration": answers.short(row.registration) if row.registration else None,
        "last_hand": row.last_hand.name,
        "last_site": row.last_site.code,
        "last_scan_at": answers.moment(row.last_scan_at),
        "counted_by": row.counted_by.name,
        "counted_at": answers.moment(row.counted_at),
        "counted_site": row.counted_site.code,
        "opened_at": answers.moment(row.opened_at),
        "resolved_at": answers.moment(row.resolved_at),
        "finding": row.finding,
        "claim_no": row.claim_no,
        "claimed_at": answers.moment(row.claimed_at),
        "claimed_fen": row.claimed_fen,
        "compensation_fen": row.compensation_fen,
    }


@blueprint.get("/discrepancies")
@edge.allow(GARMENT_READERS)
@describe(
    "Discrepancies on shipments that you see, oldest first",
    query={
        "status": "open or resolved",
        "kind": "short, surplus, wrong_piece, damaged_box or wrong_site",
        "site": "code of the site that sent or received the box",
        "older": "only those older than so many days",
        "cursor": "the next of the page before",
    },
)
def discrepancy_list() -> Response:
    """Return a page of discrepancies."""
    wanted = cases.Filter(
        status=body.argument("status"),
        kind=body.argument("kind"),
        site=body.argument("site"),
        older=cases.days(body.argument("older")),
    )
    found = cases.page(db.session(), edge.actor(), wanted, utc_now(), body.argument("cursor"))
    return reply({"items": [told(row) for row in found[0]], "next": found[1]})


@blueprint.get("/discrepancies/<no>")
@edge.allow(GARMENT_READERS)
@describe("One discrepancy", gives=Discrepancy)
def discrepancy(no: str) -> Response:
    """Return a discrepancy."""
    return reply(told(cases.get(db.session(), edge.actor(), no)))


@blueprint.post("/discrepancies/<no>/actions")
@edge.allow(GARMENT_READERS)
@describe("Take one action on a discrepancy", bodies=models("discrepancy"))
def discrepancy_action(no: str) -> Response:
    """Take an action on a discrepancy."""
    return take("discrepancy", no, told)
