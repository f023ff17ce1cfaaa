"""Single ledger entries with their reversals, and the head of the hash chain."""

from __future__ import annotations

from typing import Annotated, Any

from annotated_types import Len
from flask import Response
from typing_extensions import TypedDict

from tracker import edge
from tracker.api import answers, body, keyed, schema
from tracker.api.blueprint import answer as reply
from tracker.api.blueprint import blueprint, describe
from tracker.domain.account import COST_ROLES, Role
from tracker.extensions import db
from tracker.queries import chain
from tracker.queries import entry as queries
from tracker.services import ledger
from tracker.services.fields import Reason

CHAIN_READERS = frozenset({Role.FINANCE, Role.AUDITOR})


class Entry(TypedDict):
    entry_no: str
    month: str
    at: str | None
    by: str
    document: str
    liable_kind: str
    liable_party: str
    liable_name: str
    registration_no: str
    reverses: str | None
    reason: str | None
    reversed_by: str | None
    legs: list[dict[str, Any]]


class ReversalBody(schema.Strict):
    """Why the entry is taken back; ``action_id`` makes it exactly once."""

    reason: Reason
    action_id: Annotated[str, Len(1, 64)]


def told(entry_no: str) -> Entry:
    """Return an entry with all its legs, debits positive (fen)."""
    session = db.session()
    legs = queries.legs(session, edge.actor(), entry_no)
    first, reversal = legs[0], queries.reversal_of(session, entry_no)
    return {
        "entry_no": first.entry_no,
        "month": first.month,
        "at": answers.moment(first.at),
        "by": first.by.name,
        "document": first.document,
        "liable_kind": first.liable_kind,
        "liable_party": first.liable_party,
        "liable_name": first.liable_name,
        "registration_no": first.registration_no,
        "reverses": first.reverses,
        "reason": first.reason,
        "reversed_by": reversal.entry_no if reversal else None,
        "legs": [{"account": leg.account, "amount_fen": leg.amount_fen} for leg in legs],
    }


@blueprint.get("/ledger-entries/<path:no>")
@edge.allow(COST_ROLES)
@describe("One ledger entry with all its legs, and what takes it back", gives=Entry)
def ledger_entry(no: str) -> Response:
    """Return an entry; its number holds slashes."""
    return reply(told(no))


@blueprint.post("/ledger-entries/<path:no>")
@edge.allow(Role.FINANCE)
@describe("Reverse an entry in the open month", body=ReversalBody, statuses=(201,))
def reverse_entry(no: str) -> Response:
    """Return the reversal, which points back to the entry."""
    given = body.read()
    values = schema.values(ReversalBody, given)

    return keyed.make(
        values["action_id"],
        {**given, "call": f"reverse {no}"},
        lambda act: (201, told(ledger.reverse(act, no, reason=values["reason"]))),
    )


@blueprint.get("/chain")
@edge.allow(CHAIN_READERS)
@describe("The head of the hash chain, and what the last verification found")
def chain_head() -> Response:
    """Return head and last verification."""
    head, check = chain.head(db.session()), chain.last_check(db.session())
    return reply(
        {
            "seq": head.seq if head else 0,
            "at": answers.moment(head.at) if head else None,
            "mac": head.mac if head else None,
            "verified_at": answers.moment(check.at) if check else None,
            "verified_seq": check.seq if check else None,
            "first_fault": check.first_fault if check else None,
        }
    )
