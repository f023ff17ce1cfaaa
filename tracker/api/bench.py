"""The bench: its catalogues, the stock of parts, and time that a scan starts and stops."""

from __future__ import annotations

from typing import Annotated, Any

from annotated_types import Len
from flask import Response
from typing_extensions import TypedDict

from tracker import edge, errors
from tracker.api import answers, body, keyed, schema
from tracker.api.blueprint import answer as reply
from tracker.api.blueprint import blueprint, describe, dumps, stored
from tracker.api.paging import sliced
from tracker.db import write
from tracker.domain.account import Role
from tracker.domain.bench import MovementKind
from tracker.extensions import db
from tracker.queries import operation, part
from tracker.services import bench, once
from tracker.services import part as stock
from tracker.services.act import Act
from tracker.services.fields import Code, Signed, Text200

READERS = (
    Role.REPAIRER, Role.SUPERVISOR, Role.CLERK, Role.ASSESSOR, Role.QA, Role.AUDITOR,
)  # fmt: skip
LIST_QUERY = {"cursor": "the next of the page before"}


class RepairOperation(TypedDict):
    code: str
    zh: str
    en: str
    defect: str | None
    minutes: int
    labour_fen: int
    is_active: bool
    version: int


class StockedPart(TypedDict):
    code: str
    name: str
    unit: str
    price_fen: int
    low_level: int
    is_active: bool
    version: int
    stock: int
    is_low: bool


class BenchScan(TypedDict):
    outcome: str
    registration: dict[str, Any]
    stopped: dict[str, Any] | None
    measured_minutes: int | None


class MovementBody(schema.Strict):
    """What came, came back or was counted otherwise; a correction is signed and needs a reason."""

    kind: MovementKind
    quantity: Signed
    reason: Text200 | None = None
    action_id: Annotated[str, Len(1, 64)]


class BenchScanBody(schema.Strict):
    """A repair tag as the scanner typed it."""

    code: Code
    action_id: Annotated[str, Len(1, 64)]


def _operation(row: Any) -> RepairOperation:
    return {
        "code": row.code,
        "zh": row.zh,
        "en": row.en,
        "defect": row.defect,
        "minutes": row.minutes,
        "labour_fen": row.labour_fen,
        "is_active": row.is_active,
        "version": row.version,
    }


def _part(found: part.Stock) -> StockedPart:
    row = found.part
    return {
        "code": row.code,
        "name": row.name,
        "unit": row.unit,
        "price_fen": row.price_fen,
        "low_level": row.low_level,
        "is_active": row.is_active,
        "version": row.version,
        "stock": found.quantity,
        "is_low": found.is_low,
    }


@blueprint.get("/operations")
@edge.allow(*READERS)
@describe("What the bench does: standard minutes and labour", query=LIST_QUERY)
def operation_list() -> Response:
    """Return a page of the catalogue of operations, those in use first."""
    rows, following = sliced(operation.every(db.session()))
    return reply({"items": [_operation(row) for row in rows], "next": following})


@blueprint.get("/parts")
@edge.allow(*READERS)
@describe("The parts of the bench and what lies in stock", query=LIST_QUERY)
def part_list() -> Response:
    """Return a page of the catalogue of parts, those in use first."""
    rows, following = sliced(part.every(db.session()))
    return reply({"items": [_part(row) for row in rows], "next": following})


@blueprint.post("/parts/<code>/movements")
@edge.allow(Role.CLERK)
@describe("Receive, return or correct stock", body=MovementBody, gives=StockedPart, statuses=(201,))
def move_part(code: str) -> Response:
    """Write one movement; the same ``action_id`` again gives the first answer."""
    given = body.read()
    checked = schema.values(MovementBody, given)
    action_id = checked.pop("action_id")

    def made(act: Act) -> tuple[int, Any]:
        return 201, _part(part.stock_of(act.session, stock.move(act, code, **checked)))

    return keyed.make(action_id, {**given, "part": code}, made)


@blueprint.post("/bench/scans")
@edge.allow(Role.REPAIRER)
@describe("Start or stop the time on a garment by its repair tag", body=BenchScanBody,
          gives=BenchScan)  # fmt: skip
def bench_scan() -> Response:
    """Scan a repair tag at the bench: another garment changes over, the same one stops."""
    given = body.read()
    checked = schema.values(BenchScanBody, given)

    def work() -> once.Answer:
        return bench.scan(
            edge.act(),
            checked["code"],
            action_id=checked["action_id"],
            body=given,
            done=lambda scanned: dumps(_scanned(scanned)),
            refused=lambda refusal: dumps(errors.problem(refusal)),
        )

    return stored(write(db.session(), work))


def _scanned(scanned: bench.Scanned) -> BenchScan:
    return {
        "outcome": scanned.outcome.value,
        "registration": answers.short(scanned.registration),
        "stopped": answers.short(scanned.stopped) if scanned.stopped else None,
        "measured_minutes": scanned.measured.minutes if scanned.measured else None,
    }
