"""Policies: what is in force, every version, and changes that another person confirms."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from annotated_types import Len
from flask import Response

from tracker import edge
from tracker.api import answers, body, keyed, schema
from tracker.api.blueprint import answer as reply
from tracker.api.blueprint import blueprint, describe
from tracker.db import utc_now
from tracker.domain.account import CHAIN_ROLES
from tracker.domain.calendar import shanghai_date
from tracker.domain.contradiction import of_policy
from tracker.domain.policy import Policy, Scope, pick
from tracker.domain.policy_registry import KEEPERS, terms_of
from tracker.extensions import db
from tracker.queries import policy_change as queries
from tracker.queries.policy import as_value
from tracker.queries.policy_change import Proposal, Version
from tracker.services import policy_change as service
from tracker.services.fields import Reason, Text16

ActionId = Annotated[str, Len(1, 64)]


class ProposalBody(schema.Strict):
    """A version that somebody proposes; an empty value takes a narrower version back."""

    value: Annotated[str, Len(0, 80)]
    effective_from: date
    reason: Reason
    scope: Scope = Scope.CHAIN
    target: Text16 | None = None
    action_id: ActionId


class AnswerBody(schema.Strict):
    """What becomes of a proposal; ``refuse`` needs its reason."""

    action: Literal["confirm", "refuse", "withdraw"]
    action_id: ActionId
    reason: Reason | None = None


def _told(policy: Policy) -> dict[str, Any]:
    terms = terms_of(policy)
    return {
        "name": policy.name,
        "value": policy.value,
        "unit": policy.unit.value,
        "calendar": policy.calendar.value,
        "start_event": policy.start_event or None,
        "end_event": policy.end_event or None,
        "scope": policy.scope,
        "target": policy.target or None,
        "effective_from": answers.day(policy.effective_from),
        "rule": policy.rule,
        "zh": policy.zh,
        "en": policy.en,
        "topic": terms.topic.value,
        "scopes": [scope.value for scope in terms.scopes],
        "is_used": terms.is_used,
    }


def _version(row: Version) -> dict[str, Any]:
    return {**_told(as_value(row)), "proposal": row.proposal_id}


def _proposal(row: Proposal) -> dict[str, Any]:
    return {
        "no": row.id,
        "name": row.name,
        "scope": row.scope,
        "target": row.target or None,
        "value": row.value,
        "effective_from": answers.day(row.effective_from),
        "reason": row.reason,
        "by": row.by.name,
        "at": answers.moment(row.at),
        "verdict": row.verdict or "waiting",
        "answered_by": row.answered_by.name if row.answered_by else None,
        "answered_at": answers.moment(row.answered_at),
        "answer": row.answer,
        "moved": row.moved or [],
    }


@blueprint.get("/policies")
@edge.allow(queries.READERS)
@describe("Every policy as it is in force today in the whole chain")
def policies() -> Response:
    """Return the policies by name."""
    versions: dict[str, list[Policy]] = {}
    for row in queries.rows(db.session()):
        versions.setdefault(row.name, []).append(as_value(row))
    today = shanghai_date(utc_now())
    current = [found for rows in versions.values() if (found := pick(rows, today)) is not None]
    return reply({"items": [_told(policy) for policy in current], "next": None})


@blueprint.get("/policies/<name>")
@edge.allow(queries.READERS)
@describe("One policy: every version, the newest first, and the contradictions that it settles")
def policy(name: str) -> Response:
    """Return versions and contradictions of a policy."""
    rows = queries.of_name(db.session(), name)
    settled = [
        {"code": one.code, "zh": one.zh, "en": one.en, "default": dict(one.default)}
        for one in of_policy(name)
    ]
    return reply({"name": name, "versions": [_version(row) for row in rows], "settles": settled})


@blueprint.post("/policies/<name>/proposals")
@edge.allow(KEEPERS)
@describe("Propose a version of a policy", body=ProposalBody, statuses=(201,))
def propose_policy(name: str) -> Response:
    """Return the proposal; it counts once another person confirmed it."""
    given = body.read()
    asked = schema.values(ProposalBody, given)
    key = asked.pop("action_id")
    asked = {"scope": Scope.CHAIN, **asked, "target": asked.get("target") or ""}
    return keyed.make(
        key,
        {**given, "call": f"propose {name}"},
        lambda act: (201, _proposal(service.propose(act, name, **asked))),
    )


@blueprint.get("/policy-proposals/<no>")
@edge.allow(CHAIN_ROLES)
@describe("One proposed change of a policy, and what became of it")
def policy_proposal(no: str) -> Response:
    """Return a proposal."""
    return reply(_proposal(queries.proposal(db.session(), queries.number(no))))


@blueprint.post("/policy-proposals/<no>/actions")
@edge.allow(KEEPERS)
@describe("Confirm or refuse another's proposal, withdraw one's own", body=AnswerBody)
def answer_policy_proposal(no: str) -> Response:
    """Return the proposal as it stands then."""
    given = body.read()
    asked, number = schema.values(AnswerBody, given), queries.number(no)

    def made(act: Any) -> tuple[int, Any]:
        if asked["action"] == "confirm":
            service.confirm(act, number)
        elif asked["action"] == "refuse":
            service.refuse(act, number, reason=asked.get("reason") or "")
        else:
            service.withdraw(act, number)
        return 200, _proposal(queries.proposal(act.session, number))

    return keyed.make(asked["action_id"], {**given, "call": f"answer policy {no}"}, made)
