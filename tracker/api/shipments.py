"""Boxes between the stores and the after-sales department."""

from __future__ import annotations

from typing import Annotated, Any

from annotated_types import Len
from flask import Response
from typing_extensions import TypedDict

from tracker import edge
from tracker.api import answers, body, keyed, schema
from tracker.api.blueprint import answer as reply
from tracker.api.blueprint import blueprint, describe
from tracker.api.registrations import models, take
from tracker.db import utc_now, write
from tracker.domain.account import GARMENT_READERS, STORE_ROLES, Role
from tracker.domain.calendar import shanghai_date
from tracker.domain.errors import not_found
from tracker.domain.shipment import Kind, carton_code
from tracker.domain.shipment_selection import boxes
from tracker.extensions import db
from tracker.queries import shipment as queries
from tracker.queries import shipment_list as lists
from tracker.services import packing, receipt
from tracker.services.act import Act
from tracker.services.fields import Code, Note, Text40

PACKERS = STORE_ROLES | {Role.CLERK, Role.SUPERVISOR}
HANDLERS = PACKERS | {Role.WAREHOUSE}
LIST_QUERY = {
    "kind": "one kind, or several with commas",
    "status": "one status, or several with commas",
    "site": "code of the site that sends or receives",
    "way": "out or in: only those that leave, or reach, your own site",
    "from": "sent on this day or later (opened, if not sent yet)",
    "to": "sent on this day or earlier",
    "unrelayed": "true: only those whose papers the region has not relayed",
    "overdue": "true: only those on the road for longer than their leg may take",
    "cursor": "the next of the page before",
}


class Carton(TypedDict):
    ordinal: int
    code: str
    weight_g: int | None
    seal_no: str | None
    arrived_at: str | None


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
    is_urgent: bool
    relayed_at: str | None
    cartons: list[Carton]


class ShipmentWithPieces(Shipment):
    is_blind: bool
    pieces: list[dict[str, Any]] | None
    received: list[dict[str, Any]]


class OpenBody(schema.Strict):
    """Between which sites the box travels."""

    from_site: Text40
    to_site: Text40
    kind: Kind


class MisdeliveredBody(schema.Strict):
    """A number of a box that is not ours: its own, a carton's, or the carrier's."""

    code: Code
    action_id: Annotated[str, Len(1, 64)]
    note: Note | None = None


class Misdelivered(TypedDict):
    discrepancy: str


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
        "is_urgent": row.is_urgent,
        "relayed_at": answers.moment(row.relayed_at),
        "cartons": [
            {
                "ordinal": carton.ordinal,
                "code": carton_code(row.no, carton.ordinal),
                "weight_g": carton.weight_g,
                "seal_no": carton.seal_no,
                "arrived_at": answers.moment(carton.arrived_at),
            }
            for carton in row.cartons
        ],
    }


def _with_pieces(row: Any) -> ShipmentWithPieces:
    """Who counts blind sees what was counted and not what was packed."""
    session, is_blind = db.session(), queries.is_blind(edge.actor(), row)
    packed = (
        None
        if is_blind
        else [
            answers.short(line.registration) | {"carton": line.carton}
            for line in queries.lines(session, row)
        ]
    )
    received = [
        answers.short(counted.registration)
        | {"received_at": answers.moment(counted.received_at), "carton": counted.carton}
        for counted in reversed(queries.receipts(session, row))
    ]
    return {**told(row), "is_blind": is_blind, "pieces": packed, "received": received}


@blueprint.get("/shipments")
@edge.allow(GARMENT_READERS)
@describe(
    "Shipments that leave or reach your sites, newest first",
    query=LIST_QUERY,
)
def shipment_list() -> Response:
    """Return a page of shipments."""
    given = {name: body.argument(name) or "" for name in LIST_QUERY}
    today = shanghai_date(utc_now())
    rows, following = lists.page(
        db.session(), edge.actor(), boxes(given), today, given["cursor"] or None
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
    if edge.actor().site_code not in (given["from_site"], given["to_site"]):
        raise not_found("店铺", "site", given["from_site"])

    def work() -> Response:
        row, is_new = packing.open_box(edge.act(), **given)
        return reply(told(row), 201 if is_new else 200)

    return write(db.session(), work)


@blueprint.post("/shipments/<no>/actions")
@edge.allow(GARMENT_READERS)
@describe("Take one action on a shipment", bodies=models("shipment"))
def shipment_action(no: str) -> Response:
    """Take an action; a ``pack`` or ``receive`` answers with its piece too."""
    return take("shipment", no, told)


@blueprint.post("/shipments/misdelivered")
@edge.allow(HANDLERS)
@describe(
    "Report a box that was delivered to you and is not yours; nothing is told of it",
    body=MisdeliveredBody,
    gives=Misdelivered,
    statuses=(200, 201),
)
def misdelivered() -> Response:
    """Open a case; the same ``action_id`` again gives the first answer."""
    given = body.read()
    values = schema.values(MisdeliveredBody, given)

    def made(act: Act) -> tuple[int, Any]:
        return 201, {"discrepancy": receipt.report_wrong_site(act, values["code"]).no}

    facts = {**given, "call": "shipments/misdelivered"}
    return keyed.make(values["action_id"], facts, made, values.get("note"))
