"""Statements to suppliers and stores."""

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
from tracker.domain.access_link import is_told
from tracker.domain.account import Role
from tracker.domain.codes import LiableKind
from tracker.domain.statement import READERS
from tracker.extensions import db
from tracker.queries import statement as queries
from tracker.queries.paging import position
from tracker.services import papers, statement_papers
from tracker.services import statement as service
from tracker.services.act import Act


class Statement(TypedDict):
    no: str
    status: str
    version: int
    kind: str
    party: str
    party_name: str
    month: str
    charge_fen: int
    credit_fen: int
    total_fen: int
    settled_fen: int
    left_fen: int
    issued_at: str | None
    delivered_at: str | None
    delivered_how: str | None
    object_by: str | None
    contract_no: str | None
    set_off_batch: str | None


class StatementWithLines(Statement):
    lines: list[dict[str, Any]]
    settlements: list[dict[str, Any]]


class DrawUpBody(schema.Strict):
    """The closed month, and the key that makes it exactly once."""

    month: Annotated[str, Len(7, 7)]
    action_id: Annotated[str, Len(1, 64)]


def told(row: Any) -> Statement:
    """Return a statement without its lines, in fen."""
    return {
        "no": row.no,
        "status": row.status,
        "version": row.version,
        "kind": row.liable_kind,
        "party": row.party,
        "party_name": row.party_name,
        "month": row.month,
        "charge_fen": row.charge_fen,
        "credit_fen": row.credit_fen,
        "total_fen": row.total_fen,
        "settled_fen": row.settled_fen,
        "left_fen": service.left(row),
        "issued_at": answers.moment(row.issued_at),
        "delivered_at": answers.moment(row.delivered_at),
        "delivered_how": row.delivered_how,
        "object_by": answers.day(row.object_by),
        "contract_no": row.contract_no,
        "set_off_batch": row.set_off_batch,
    }


@blueprint.get("/statements")
@edge.allow(READERS)
@describe(
    "Statements that you see, newest first",
    query={
        "status": "one status",
        "month": "YYYY-MM",
        "kind": "supplier or store",
        "party": "code of the supplier or store",
        "cursor": "the next of the page before",
    },
)
def statement_list() -> Response:
    """Return a page of statements."""
    wanted = queries.Wanted(
        **{name: body.argument(name) for name in ("status", "month", "kind", "party")}
    )
    rows, following = queries.page(
        db.session(), edge.actor(), wanted, position(body.argument("cursor"))
    )
    items = [told(row) for row in rows]
    return reply({"items": items, "next": str(following) if following else None})


@blueprint.get("/statements/<no>")
@edge.allow(READERS)
@describe("One statement with its lines and settlements", gives=StatementWithLines)
def statement_shown(no: str) -> Response:
    """Return a statement."""
    session = db.session()
    row = queries.get(session, edge.actor(), no)
    return reply(
        {
            **told(row),
            "lines": [_line(entry) for entry in queries.lines(session, row)],
            "settlements": [
                {
                    "settled_on": answers.day(one.settled_on),
                    "amount_fen": one.amount_fen,
                    "reference": one.reference,
                }
                for one in queries.settlements(session, row)
            ],
        }
    )


def _line(entry: Any) -> dict[str, Any]:
    return {
        "account": entry.account,
        "reverses": entry.reverses,
        "amount_fen": entry.amount_fen,
        "document": entry.document,
        "piece_no": entry.piece_no,
        "style_no": entry.style_no,
        "production_year": entry.production_year,
        "supplier": _told(LiableKind.SUPPLIER, entry.supplier),
        "store": _told(LiableKind.STORE, entry.store),
        "defect": entry.defect,
    }


def _told(kind: LiableKind, code: str) -> str | None:
    """A party is told of no other: neither supplier nor store but itself."""
    return code if is_told(edge.actor(), kind, code) else None


@blueprint.post("/statements")
@edge.allow(Role.FINANCE)
@describe("Draw up the statements of a closed month", body=DrawUpBody, statuses=(201,))
def draw_up_statements() -> Response:
    """Return the new drafts; entries that are on a statement already are on no other."""
    given = body.read()
    values = schema.values(DrawUpBody, given)

    def made(act: Act) -> tuple[int, Any]:
        drawn = service.draw_up(act, values["month"])
        return 201, {"statements": [told(row) for row in drawn]}

    return keyed.make(values["action_id"], {**given, "call": "statements"}, made)


@blueprint.post("/statements/<no>/actions")
@edge.allow(READERS)
@describe("Take one action on a statement", bodies=models("statement"))
def statement_action(no: str) -> Response:
    """Take an action on a statement."""
    return take("statement", no, told)


@blueprint.get("/statements/<no>.pdf")
@edge.allow(READERS)
@describe("The statement in three copies", media=papers.PDF)
def statement_pdf(no: str) -> Response:
    """Print a statement."""
    return edge.printed(statement_papers.statement(edge.act(), no, edge.fonts()))
