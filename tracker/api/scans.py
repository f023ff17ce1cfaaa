"""Scans that register garments: exactly once each, alone or in batches."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from threading import BoundedSemaphore
from typing import Annotated, Any

import structlog
from annotated_types import Len
from flask import Response, request
from pydantic import Field
from sqlalchemy.exc import DBAPIError

from tracker import edge, errors
from tracker.api import answers, body, schema
from tracker.api.blueprint import answer as reply
from tracker.api.blueprint import blueprint, describe, dumps, stored
from tracker.db import busy, write
from tracker.domain.account import STORE_ROLES
from tracker.domain.errors import HangtagError, InvalidInput
from tracker.domain.registration import Action as RegistrationAction
from tracker.extensions import db
from tracker.queries import catalog
from tracker.queries import scan as scan_queries
from tracker.services import actions, once, scan
from tracker.services.fields import Note
from tracker.services.once import Answer
from tracker.services.scan_request import ScanRequest

log = structlog.get_logger("hangtag")

IN_ONE_TRANSACTION = 25
MOST = 500
GIVE_WAY_SECONDS = 0.01
"""Between two transactions of a batch: whoever scans at a counter meanwhile goes first."""
ONE_BATCH = BoundedSemaphore(1)
"""A process takes one batch at a time, so that forty stores' queues leave it threads for people."""
AT_THE_COUNTER = 5
"""So few scans are somebody's at work, not a queue's: they wait for no other batch."""
FIELDS = schema.model_of(ScanRequest)


class ScanBody(FIELDS):  # type: ignore[misc, valid-type]
    """One scan; it comes again under the same ``scan_id`` until it is answered."""

    scanned_at: schema.Moment | None = None
    note: Note | None = None


class BatchBody(schema.Strict):
    """Several scans; each is answered on its own."""

    scans: Annotated[list[dict[str, Any]], Len(1, MOST)]
    sent_at: schema.Moment | None = Field(
        None, description="the device's clock at sending: tells a wrong clock from a wait"
    )


class KnownBody(schema.Strict):
    """Scans that a device was answered for."""

    scan_ids: Annotated[list[Annotated[str, Len(1, 64)]], Len(1, MOST)]


class UndoBody(schema.Strict):
    """The key of one undoing."""

    action_id: Annotated[str, Len(1, 64)] = Field(description="UUID made by the client")


@blueprint.post("/scans")
@edge.takes_tickets
@edge.allow(STORE_ROLES)
@describe("Register a garment by the scan of its tag", body=ScanBody, statuses=(200, 201))
def scan_one() -> Response:
    """Return what became of one scan."""
    given = body.read()
    request, act = _read(given)
    return stored(write(db.session(), lambda: _submit(request, act, given)))


@blueprint.post("/scans/batch")
@edge.takes_tickets
@edge.allow(STORE_ROLES)
@describe("Register up to 500 scans, each answered on its own", body=BatchBody)
def scan_batch() -> Response:
    """Return the answers in the order of the scans; 25 share a transaction at most."""
    scans, sent_at = _scans(body.read())
    if len(scans) <= AT_THE_COUNTER:
        results = write(db.session(), partial(_each, scans, sent_at))
    elif ONE_BATCH.acquire(blocking=False):
        try:
            results = _in_parts(scans, sent_at)
        finally:
            ONE_BATCH.release()
    else:
        raise busy()
    return Response(f'{{"results":[{",".join(results)}]}}', content_type="application/json")


@blueprint.get("/scans")
@edge.takes_tickets
@edge.allow(STORE_ROLES)
@describe("Your own latest scans, the newest first", query={"limit": "1 to 100, by default 20"})
def latest_scans() -> Response:
    """Return what became of the caller's scans."""
    rows = scan_queries.latest(db.session(), edge.actor(), _limit())
    return reply({"items": [_told(row) for row in rows], "next": None})


@blueprint.get("/scans/look-up")
@edge.takes_tickets
@edge.allow(STORE_ROLES)
@describe(
    "What a code names, and whether the store has one of it already; nothing is registered",
    query={"code": "as the scanner typed it"},
)
def look_up_scan() -> Response:
    """Return the product of a code, or why it could not be registered."""
    act, code = edge.act(), request.args.get("code", "")
    sku = scan.look_up(act, code)
    earlier = scan.earlier(act, code, sku)
    return reply(
        {
            "product": catalog.product(sku),
            "earlier": {"no": earlier.no, "piece_no": earlier.piece.piece_no} if earlier else None,
        }
    )


@blueprint.post("/scans/known")
@edge.takes_tickets
@edge.allow(STORE_ROLES)
@describe("Which of these scans the server does not hold: send those again", body=KnownBody)
def known_scans() -> Response:
    """Return the scans that a restored server must be told again."""
    given = schema.values(KnownBody, body.read())
    scan_ids = [once.key(text, "scan_ids") for text in given["scan_ids"]]
    return reply({"missing": scan_queries.unanswered(db.session(), scan_ids)})


@blueprint.post("/scans/<scan_id>/undo")
@edge.takes_tickets
@edge.allow(STORE_ROLES)
@describe("Take a scan back: its registration is voided", body=UndoBody)
def undo_scan(scan_id: str) -> Response:
    """Void the registration that the caller's scan made, within its author's minutes."""
    given = schema.values(UndoBody, body.read())
    scan_id = once.key(scan_id, "scan_id")
    no = scan.made_by(scan_queries.of_author(db.session(), edge.actor(), scan_id)).no

    def work() -> Answer:
        return actions.perform(
            edge.act(),
            "registration",
            no,
            RegistrationAction.VOID.value,
            {"reason": scan.UNDONE},
            action_id=given["action_id"],
            body={"undo": scan_id},
            done=lambda record, _result: dumps(
                {
                    "scan_id": scan_id,
                    "outcome": "undone",
                    "registration": {"no": record.no, "status": record.status},
                }
            ),
            refused=lambda refusal: dumps({"scan_id": scan_id} | errors.problem(refusal)),
        )

    return stored(write(db.session(), work))


@blueprint.get("/scans/catalogue")
@edge.takes_tickets
@edge.allow(STORE_ROLES)
@describe(
    "The products that hang tags name, without prices, for a device to hold",
    query={
        "since": "the version that the device holds: the same gives no items",
        "cursor": "the `next` of the page before; the first page alone tells the version",
    },
)
def scan_catalogue() -> Response:
    """Return a page of the catalogue, and its version."""
    session, cursor = db.session(), body.argument("cursor")
    version = None if cursor else catalog.version(session)
    if version is not None and body.argument("since") == version:
        return reply({"version": version, "items": [], "next": None})
    items, following = catalog.products(session, cursor)
    return reply({"version": version, "items": items, "next": following})


def _limit() -> int:
    typed = body.argument("limit") or "20"
    if not (typed.isascii() and typed.isdigit() and len(typed) <= 3 and 1 <= int(typed) <= 100):
        raise InvalidInput("bad_number", "请填写 1 到 100 的整数。", "Write 1 to 100.", "limit")
    return int(typed)


def _told(row: Any) -> dict[str, Any]:
    made = row.registration
    return {
        "scan_id": row.scan_id,
        "raw_code": row.raw_code,
        "outcome": row.outcome,
        "code": row.code,
        "scanned_at": row.scanned_at.isoformat() if row.scanned_at else None,
        "arrived_at": row.arrived_at.isoformat(),
        "settlement": row.settlement,
        "registration": {"no": made.no, "status": made.status} if made else None,
    }


def _scans(given: Mapping[str, Any]) -> tuple[list[dict[str, Any]], datetime | None]:
    """Return the scans of a batch and when the device sent them; each scan is its own affair."""
    scans = given.get("scans")
    if isinstance(scans, list):
        scans = [{} if isinstance(row, dict) else row for row in scans]
    sent_at = schema.values(BatchBody, {**given, "scans": scans}).get("sent_at")
    return list(given["scans"]), sent_at


def _in_parts(scans: Sequence[Mapping[str, Any]], sent_at: datetime | None) -> list[str]:
    results: list[str] = []
    for start in range(0, len(scans), IN_ONE_TRANSACTION):
        if start:
            time.sleep(GIVE_WAY_SECONDS)
        part = scans[start : start + IN_ONE_TRANSACTION]
        results += write(db.session(), partial(_each, part, sent_at))
    return results


def _each(scans: Sequence[Mapping[str, Any]], sent_at: datetime | None) -> list[str]:
    return [_one_of_many(given, sent_at) for given in scans]


def _one_of_many(given: Mapping[str, Any], sent_at: datetime | None) -> str:
    try:
        with db.session.begin_nested():
            request, more = _read(given)
            return _submit(request, {**more, "sent_at": sent_at}, given).body
    except HangtagError as refusal:
        return dumps(
            {"scan_id": given.get("scan_id"), "outcome": "error"} | errors.problem(refusal)
        )
    except DBAPIError:
        raise
    except Exception:
        log.exception("scan", scan_id=given.get("scan_id"))
        return dumps(
            {"scan_id": given.get("scan_id"), "outcome": "error"} | errors.problem(_broken())
        )


def _broken() -> HangtagError:
    """A fault of ours spoils its own scan, and not the queue behind it."""
    return InvalidInput(
        "unexpected",
        "这次扫描系统处理不了，没有登记。请在电脑上重新登记这一件，并告诉系统管理员。",
        "The system cannot take this scan, and nothing was registered: register the garment on a "
        "computer, and tell the administrator.",
    )


def _read(given: Mapping[str, Any]) -> tuple[ScanRequest, Mapping[str, Any]]:
    values = schema.values(ScanBody, given)
    more = {name: values.pop(name, None) for name in ("scanned_at", "note")}
    return ScanRequest(**values), more


def _submit(request: ScanRequest, more: Mapping[str, Any], given: Mapping[str, Any]) -> Answer:
    def done(made: Any) -> str:
        return dumps(
            {
                "scan_id": request.scan_id,
                "outcome": "done",
                "registration": answers.registered(made, request.site),
            }
        )

    def refused(refusal: HangtagError) -> str:
        outcome = "refused" if refusal.status == 409 else "needs_input"
        return dumps({"scan_id": request.scan_id, "outcome": outcome} | errors.problem(refusal))

    act = edge.act(more["note"], None, more["scanned_at"])
    return scan.submit(act, request, given, done, refused, more.get("sent_at"))
