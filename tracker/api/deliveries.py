"""Deliveries from logistics to the stores, and their inspection."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from annotated_types import Len
from flask import Response
from typing_extensions import TypedDict

from tracker import edge
from tracker.api import answers, body, schema
from tracker.api.blueprint import answer as reply
from tracker.api.blueprint import blueprint, describe
from tracker.api.registrations import models, take
from tracker.db import utc_now, write
from tracker.domain.account import STORE_ROLES, Role
from tracker.domain.calendar import shanghai_date
from tracker.domain.delivery import READERS, Origin, Status
from tracker.extensions import db
from tracker.queries import delivery as queries
from tracker.services import delivery as service
from tracker.services.delivery import MAX_LINES, Goods
from tracker.services.fields import Code, Quantity, Text40

RECORDERS = STORE_ROLES | {Role.LOGISTICS, Role.WAREHOUSE}


class DeliveryLine(TypedDict):
    sku: str
    barcode: str | None
    quantity: int
    faults: int


class Delivery(TypedDict):
    no: str
    delivery_no: str
    site: str
    status: str
    version: int
    received_on: str | None
    due_on: str | None
    overdue: bool
    source: str
    inspected_at: str | None
    inspected_by: str | None


class DeliveryWithLines(Delivery):
    lines: list[DeliveryLine]


class LineBody(schema.Strict):
    """One SKU: the code of its hang tag, and how many came."""

    code: Code
    quantity: Quantity


class DeliveryBody(schema.Strict):
    """What came to a store; the same again changes nothing."""

    site: Text40
    delivery_no: Text40
    received_on: date
    lines: Annotated[list[LineBody], Len(1, MAX_LINES)]


def told(row: Any) -> Delivery:
    """Return a delivery without its lines."""
    is_late = row.status == Status.RECEIVED and row.due_on < shanghai_date(utc_now())
    return {
        "no": row.no,
        "delivery_no": row.delivery_no,
        "site": row.site.code,
        "status": row.status,
        "version": row.version,
        "received_on": answers.day(row.received_on),
        "due_on": answers.day(row.due_on),
        "overdue": is_late,
        "source": row.source,
        "inspected_at": answers.moment(row.inspected_at),
        "inspected_by": row.inspected_by.name if row.inspected_by else None,
    }


def _with_lines(row: Any) -> DeliveryWithLines:
    session = db.session()
    faults = queries.fault_counts(session, row)
    lines: list[DeliveryLine] = [
        {
            "sku": answers.sku_code(line.sku),
            "barcode": line.sku.barcode,
            "quantity": line.quantity,
            "faults": faults.get(line.sku_id, 0),
        }
        for line in queries.lines(session, row)
    ]
    return {**told(row), "lines": lines}


@blueprint.get("/deliveries")
@edge.allow(READERS)
@describe(
    "Deliveries at your stores: those to inspect first, the most overdue at the top",
    query={
        "site": "code of a store",
        "status": "one status, or several with commas",
        "overdue": "true: only those past their due day",
        "q": "our number, or the sender's",
        "cursor": "the next of the page before",
    },
)
def delivery_list() -> Response:
    """Return a page of deliveries."""
    is_late = (body.argument("overdue") or "").lower() in ("1", "true", "yes")
    rows, following = queries.page(
        db.session(),
        edge.actor(),
        status=body.argument("status"),
        site=body.argument("site"),
        q=body.argument("q"),
        overdue_on=shanghai_date(utc_now()) if is_late else None,
        cursor=body.argument("cursor"),
    )
    return reply({"items": [told(row) for row in rows], "next": following})


@blueprint.get("/deliveries/<no>")
@edge.allow(READERS)
@describe("One delivery with what it brought and the faults found on it", gives=DeliveryWithLines)
def delivery(no: str) -> Response:
    """Return a delivery with its lines."""
    return reply(_with_lines(queries.get(db.session(), edge.actor(), no)))


@blueprint.post("/deliveries")
@edge.allow(RECORDERS)
@describe("Enter a delivery: 201 made, 200 the same stood", body=DeliveryBody, statuses=(200, 201))
def enter_delivery() -> Response:
    """Return the delivery, made now if none stood under its number at that store."""
    given = schema.values(DeliveryBody, body.read())
    lines = [Goods(line["code"], line["quantity"]) for line in given["lines"]]

    def work() -> Response:
        row, is_new = service.enter(
            edge.act(),
            site=given["site"],
            delivery_no=given["delivery_no"],
            received_on=given["received_on"],
            lines=lines,
            source=Origin.API,
        )
        return reply(_with_lines(row), 201 if is_new else 200)

    return write(db.session(), work)


@blueprint.post("/deliveries/<no>/actions")
@edge.allow(READERS)
@describe("Take one action on a delivery", bodies=models("delivery"))
def delivery_action(no: str) -> Response:
    """Take an action; the same ``action_id`` again gives the first answer."""
    return take("delivery", no, told)
