"""Scans that register garments: exactly once each, alone or in batches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Annotated, Any

from annotated_types import Len
from flask import Response

from tracker import edge, errors
from tracker.api import answers, body, schema
from tracker.api.blueprint import blueprint, describe, dumps, stored
from tracker.db import write
from tracker.domain.account import STORE_ROLES
from tracker.domain.errors import HangtagError
from tracker.extensions import db
from tracker.services import scan
from tracker.services.fields import Note
from tracker.services.once import Answer
from tracker.services.scan_request import ScanRequest

IN_ONE_TRANSACTION = 25
FIELDS = schema.model_of(ScanRequest)


class ScanBody(FIELDS):  # type: ignore[misc, valid-type]
    """One scan; it comes again under the same ``scan_id`` until it is answered."""

    scanned_at: schema.Moment | None = None
    note: Note | None = None


class BatchBody(schema.Strict):
    """Several scans; each is answered on its own."""

    scans: Annotated[list[dict[str, Any]], Len(1, 500)]


@blueprint.post("/scans")
@edge.allow(STORE_ROLES)
@describe("Register a garment by the scan of its tag", body=ScanBody, statuses=(200, 201))
def scan_one() -> Response:
    """Return what became of one scan."""
    given = body.read()
    request, act = _read(given)
    return stored(write(db.session(), lambda: _submit(request, act, given)))


@blueprint.post("/scans/batch")
@edge.allow(STORE_ROLES)
@describe("Register up to 500 scans, each answered on its own", body=BatchBody)
def scan_batch() -> Response:
    """Return the answers in the order of the scans; 25 share a transaction at most."""
    scans = _scans(body.read())
    results: list[str] = []
    for start in range(0, len(scans), IN_ONE_TRANSACTION):
        part = scans[start : start + IN_ONE_TRANSACTION]
        results += write(db.session(), partial(_each, part))
    return Response(f'{{"results":[{",".join(results)}]}}', content_type="application/json")


def _scans(given: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the scans of a batch; what is in each is that scan's own affair."""
    scans = given.get("scans")
    if isinstance(scans, list):
        scans = [{} if isinstance(row, dict) else row for row in scans]
    schema.values(BatchBody, {**given, "scans": scans})
    return list(given["scans"])


def _each(scans: Sequence[Mapping[str, Any]]) -> list[str]:
    return [_one_of_many(given) for given in scans]


def _one_of_many(given: Mapping[str, Any]) -> str:
    try:
        with db.session.begin_nested():
            request, act = _read(given)
            return _submit(request, act, given).body
    except HangtagError as refusal:
        return dumps(
            {"scan_id": given.get("scan_id"), "outcome": "error"} | errors.problem(refusal)
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
                "registration": answers.registration(made),
            }
        )

    def refused(refusal: HangtagError) -> str:
        outcome = "refused" if refusal.status == 409 else "needs_input"
        return dumps({"scan_id": request.scan_id, "outcome": outcome} | errors.problem(refusal))

    act = edge.act(more["note"], None, more["scanned_at"])
    return scan.submit(act, request, given, done, refused)
