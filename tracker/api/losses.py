"""Loss forms and destruction records."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any

from annotated_types import Len
from flask import Response
from typing_extensions import TypedDict

from tracker import edge
from tracker.api import answers, body, keyed, schema
from tracker.api.blueprint import answer as reply
from tracker.api.blueprint import blueprint, describe
from tracker.api.paging import sliced
from tracker.api.registrations import models, take
from tracker.db import utc_now
from tracker.domain import x12
from tracker.domain.account import FORM_READERS, LOSS_ROLES, Role
from tracker.domain.calendar import shanghai_date
from tracker.domain.codes import Cause, Defect, Source
from tracker.extensions import db
from tracker.queries import approval, loss_clock, notice_period
from tracker.queries import destruction as records
from tracker.queries import dispute as disputes
from tracker.queries import loss as queries
from tracker.queries import signed_paper as kept
from tracker.services import destruction as destructions
from tracker.services import loss, loss_papers
from tracker.services.act import Act
from tracker.services.fields import Code


class LossForm(TypedDict):
    no: str
    status: str
    version: int
    liable_kind: str
    liable_party: str
    liable_name: str
    month: str
    total_fen: int | None
    opened_at: str | None
    asked_at: str | None
    sign_by: str | None


class LossFormWithLines(LossForm):
    content_sha256: str
    chain: list[dict[str, Any]]
    lines: list[dict[str, Any]]
    signatures: list[dict[str, Any]]
    disputes: list[dict[str, Any]]
    papers: list[dict[str, Any]]


class Destruction(TypedDict):
    no: str
    status: str
    version: int
    planned_at: str | None
    planned_by: str
    destroyed_by: str | None
    witnessed_by: str | None
    witnessed_at: str | None
    method: str | None
    place: str | None
    salvage_fen: int | None
    counted: int | None


class ListBody(schema.Strict):
    """Piece or registration numbers; ``action_id`` makes it exactly once."""

    codes: Annotated[list[Code], Len(1, 500)]
    action_id: Annotated[str, Len(1, 64)] | None = None


class PlanBody(schema.Strict):
    """Nothing but the key that makes it exactly once."""

    action_id: Annotated[str, Len(1, 64)] | None = None


def told_form(row: Any) -> LossForm:
    """Return a loss form without its lines; amounts only for those who may see them."""
    return told_forms([row])[0]


def told_forms(rows: Sequence[Any]) -> list[LossForm]:
    """Return loss forms, each with the last day for its party's signature."""
    due = loss_clock.sign_by(db.session(), rows)
    return [_form(row, due.get(row.id)) for row in rows]


def _form(row: Any, due: date | None) -> LossForm:
    return {
        "no": row.no,
        "status": row.status,
        "version": row.version,
        "liable_kind": row.liable_kind,
        "liable_party": row.party,
        "liable_name": row.party_name,
        "month": row.month,
        "total_fen": row.total_fen if loss_papers.sees_amounts(edge.act(), row) else None,
        "opened_at": answers.moment(row.opened_at),
        "asked_at": answers.moment(row.asked_at),
        "sign_by": answers.day(due),
    }


def _form_with_lines(row: Any) -> LossFormWithLines:
    sees = loss_papers.sees_amounts(edge.act(), row)
    session = db.session()
    return {
        **told_form(row),
        "lines": _lines(row, sees),
        "content_sha256": approval.content_sha256(session, row),
        "chain": [
            {"step": step.code, "action": step.action.value, "zh": step.zh, "en": step.en}
            for step in approval.chain(session, row, shanghai_date(utc_now()))
        ],
        "disputes": [_dispute(one) for one in disputes.thread(session, row)],
        "papers": [_paper(one) for one in kept.of_document(session, edge.actor(), row.no) if sees],
        "signatures": [
            {
                "step": signature.step,
                "by": signature.by.name,
                "at": answers.moment(signature.at),
                "on_paper": signature.is_on_paper,
                "counts": signature.is_live,
                "for": signature.principal.name if signature.principal else None,
                "content_sha256": signature.content_sha256,
            }
            for signature in queries.signatures(session, row)
        ],
    }


def _lines(row: Any, sees: bool) -> list[dict[str, Any]]:
    """Return the lines with element 1293 of X12 and whether the notice came too late (621)."""
    session = db.session()
    late = notice_period.of_form(session, row, shanghai_date(utc_now()))
    return [
        answers.short(line.registration)
        | {
            "percent": line.percent,
            "x12_1293": x12.reason_of(
                Defect(line.registration.defect),
                Cause(line.registration.cause),
                Source(line.registration.source),
            ).value,
            "notice_period_over": line.id in late,
        }
        | ({"basis": line.basis, "amount_fen": line.amount_fen} if sees else {})
        | ({"nature": line.nature, "vat_fen": line.vat_fen} if edge.actor().sees_cost else {})
        for line in queries.lines(session, row)
    ]


def _dispute(one: Any) -> dict[str, Any]:
    return {
        "at": answers.moment(one.at),
        "by": one.by.name,
        "on_paper": one.is_on_paper,
        "x12": one.code,
        "reason": one.reason,
        "lines": [line.line.registration.no for line in one.lines],
        "answered_at": answers.moment(one.answered_at),
        "answered_by": one.answered_by.name if one.answered_by else None,
        "answer": one.verdict,
        "answer_reason": one.answer,
    }


def _paper(one: Any) -> dict[str, Any]:
    return {
        "copy": one.audience,
        "after": one.event.action,
        "at": answers.moment(one.at),
        "by": one.by.name,
        "sha256": one.sha256,
        "bytes": one.size,
        "head": one.head_seq,
    }


def told_destruction(row: Any) -> Destruction:
    """Return a destruction record without its pieces."""
    return {
        "no": row.no,
        "status": row.status,
        "version": row.version,
        "planned_at": answers.moment(row.planned_at),
        "planned_by": row.planned_by.name,
        "destroyed_by": row.destroyed_by.name if row.destroyed_by else None,
        "witnessed_by": row.witnessed_by.name if row.witnessed_by else None,
        "witnessed_at": answers.moment(row.witnessed_at),
        "method": row.method,
        "place": row.place,
        "salvage_fen": row.salvage_fen,
        "counted": row.counted,
    }


@blueprint.get("/loss-forms")
@edge.allow(FORM_READERS)
@describe(
    "Loss forms that you see, newest first",
    query={
        "status": "one status, or several with commas",
        "month": "YYYY-MM",
        "overdue": "true: only those whose signature is overdue",
        "cursor": "the next of the page before",
    },
)
def loss_form_list() -> Response:
    """Return a page of loss forms."""
    statuses = [part for part in (body.argument("status") or "").split(",") if part]
    is_late = (body.argument("overdue") or "").lower() in ("1", "true", "yes")
    rows = queries.forms(
        db.session(),
        edge.actor(),
        statuses=statuses,
        month=body.argument("month"),
        overdue_on=shanghai_date(utc_now()) if is_late else None,
    )
    page, following = sliced(rows)
    return reply({"items": told_forms(page), "next": following})


@blueprint.get("/loss-forms/<no>")
@edge.allow(FORM_READERS)
@describe("One loss form with its lines and signatures", gives=LossFormWithLines)
def loss_form(no: str) -> Response:
    """Return a loss form."""
    return reply(_form_with_lines(queries.get(db.session(), edge.actor(), no)))


@blueprint.post("/loss-forms")
@edge.allow(Role.CLERK)
@describe("Put garments on the forms of their liable parties", body=ListBody, statuses=(201,))
def list_pieces() -> Response:
    """Return the forms touched, one per liable party and month."""
    given = body.read()
    values = schema.values(ListBody, given)

    def made(act: Act) -> tuple[int, Any]:
        return 201, {"loss_forms": told_forms(loss.list_pieces(act, values["codes"]))}

    return keyed.make(values.get("action_id"), {**given, "call": "loss-forms"}, made)


@blueprint.post("/loss-forms/<no>/actions")
@edge.allow(FORM_READERS)
@describe("Take one action on a loss form", bodies=models("loss_form"))
def loss_form_action(no: str) -> Response:
    """Take an action; ``sign``, ``confirm`` and ``approve`` need ``if_version``."""
    return take("loss_form", no, told_form)


@blueprint.get("/destructions")
@edge.allow(LOSS_ROLES)
@describe("Destruction records, newest first", query={"cursor": "the next of the page before"})
def destruction_list() -> Response:
    """Return a page of destruction records."""
    page, following = sliced(queries.destructions(db.session(), edge.actor()))
    return reply({"items": [told_destruction(row) for row in page], "next": following})


@blueprint.get("/destructions/<no>")
@edge.allow(LOSS_ROLES)
@describe("One destruction record with its pieces")
def destruction(no: str) -> Response:
    """Return a destruction record with its pieces."""
    row = queries.destruction(db.session(), edge.actor(), no)
    pieces = [
        answers.short(line.registration)
        | {
            "scanned_at": answers.moment(line.scanned_at),
            "checked_at": answers.moment(line.checked_at),
        }
        for line in queries.destruction_lines(db.session(), row)
    ]
    taken_off = [
        answers.short(one.registration)
        | {"at": answers.moment(one.at), "reason": one.reason, "discrepancy": one.discrepancy.no}
        for one in records.taken_off(db.session(), row)
    ]
    return reply({**told_destruction(row), "pieces": pieces, "taken_off": taken_off})


@blueprint.post("/destructions")
@edge.allow(Role.WAREHOUSE)
@describe("Plan the destruction of everything approved", body=PlanBody, statuses=(201,))
def plan_destruction() -> Response:
    """Return the new record."""
    given = body.read()
    values = schema.values(PlanBody, given)
    return keyed.make(
        values.get("action_id"),
        {**given, "call": "destructions"},
        lambda act: (201, {"destruction": told_destruction(destructions.plan(act))}),
    )


@blueprint.post("/destructions/<no>/actions")
@edge.allow(LOSS_ROLES)
@describe("Take one action on a destruction record", bodies=models("destruction"))
def destruction_action(no: str) -> Response:
    """Take an action on a destruction record."""
    return take("destruction", no, told_destruction)
