"""Boxes between the stores and the after-sales department."""

from __future__ import annotations

from typing import Any

from flask import Response
from typing_extensions import TypedDict

from tracker import edge
from tracker.api import answers, body, schema
from tracker.api.blueprint import answer as reply
from tracker.api.blueprint import blueprint, describe
from tracker.api.registrations import models, take
from tracker.db import write
from tracker.domain.account import GARMENT_READERS, STORE_ROLES, Role
from tracker.domain.errors import not_found
from tracker.domain.shipment import Kind
from tracker.extensions import db
from tracker.queries import shipment as queries
from tracker.services import shipment as service
from tracker.services.fields import Text40

PACKERS = STORE_ROLES | {Role.CLERK, Role.SUPERVISOR}


class Shipment(TypedDict):
    no: str
    kind: str
    status: str
    version: int
    from_site: str
    to_site: str
    opened_at: str | None
    sealed_at: str | None
    dispatched_at: str | None
    arrived_at: str | None
    reconciled_at: str | None
    iso_year: int | None
    iso_week: int | None
    week_ordinal: int | None
    carrier: str | None
    tracking_no: str | None
    freight_fen: int | None
    freight_bearer: str | None


class ShipmentWithPieces(Shipment):
    is_blind: bool
    pieces: list[dict[str, Any]] | None
    received: list[dict[str, Any]]


class OpenBody(schema.Strict):
    """Between which sites the box travels."""

    from_site: Text40
    to_site: Text40
    kind: Kind


def told(row: Any) -> Shipment:
    """Return a shipment without its pieces."""
    return {
        "no": row.no,
        "kind": row.kind,
        "status": row.status,
        "version": row.version,
        "from_site": row.from_site.code,
        "to_site": row.to_site.code,
        "opened_at": answers.moment(row.opened_at),
        "sealed_at": answers.moment(row.sealed_at),
        "dispatched_at": answers.moment(row.dispatched_at),
        "arrived_at": answers.moment(row.arrived_at),
        "reconciled_at": answers.moment(row.reconciled_at),
        "iso_year": row.iso_year,
        "iso_week": row.iso_week,
        "week_ordinal": row.week_ordinal,
        "carrier": row.carrier,
        "tracking_no": row.tracking_no,
        "freight_fen": row.freight_fen,
        "freight_bearer": row.freight_bearer,
    }


def _with_pieces(row: Any) -> ShipmentWithPieces:
    """Who counts blind sees what was counted and not what was packed."""
    session, is_blind = db.session(), queries.is_blind(edge.actor(), row)
    packed = (
        None
        if is_blind
        else [answers.short(line.registration) for line in queries.lines(session, row)]
    )
    received = [
        answers.short(receipt.registration) | {"received_at": answers.moment(receipt.received_at)}
        for receipt in reversed(queries.receipts(session, row))
    ]
    return {**told(row), "is_blind": is_blind, "pieces": packed, "received": received}


@blueprint.get("/shipments")
@edge.allow(GARMENT_READERS)
@describe(
    "Shipments that leave or reach your sites, newest first",
    query={"status": "one status, or several with commas", "cursor": "the next of the page before"},
)
def shipment_list() -> Response:
    """Return a page of shipments."""
    statuses = (body.argument("status") or "").split(",")
    rows, following = queries.page(
        db.session(),
        edge.actor(),
        [status for status in statuses if status],
        body.argument("cursor"),
    )
    return reply({"items": [told(row) for row in rows], "next": following})


@blueprint.get("/shipments/<no>")
@edge.allow(GARMENT_READERS)
@describe("One shipment with its pieces, if you need not count it blind", gives=ShipmentWithPieces)
def shipment(no: str) -> Response:
    """Return a shipment with its packing list."""
    return reply(_with_pieces(queries.get(db.session(), edge.actor(), no)))


@blueprint.post("/shipments")
@edge.allow(PACKERS)
@describe("The open box to a site: 201 made, 200 standing", body=OpenBody, statuses=(200, 201))
def open_shipment() -> Response:
    """Return the one open shipment, made now if none stood."""
    given = schema.values(OpenBody, body.read())
    if given["from_site"] != edge.actor().site_code:
        raise not_found("店铺", "site", given["from_site"])

    def work() -> Response:
        row, is_new = service.open_box(edge.act(), to_site=given["to_site"], kind=given["kind"])
        return reply(told(row), 201 if is_new else 200)

    return write(db.session(), work)


@blueprint.post("/shipments/<no>/actions")
@edge.allow(GARMENT_READERS)
@describe("Take one action on a shipment", bodies=models("shipment"))
def shipment_action(no: str) -> Response:
    """Take an action; a ``pack`` or ``receive`` answers with its piece too."""
    return take("shipment", no, told)
