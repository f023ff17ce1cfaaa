"""One door for every action of the journey: page, API and command perform them through here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tracker.domain.badge import check_log_in
from tracker.domain.delivery import MACHINE as DELIVERY
from tracker.domain.discrepancy import MACHINE as DISCREPANCY
from tracker.domain.errors import HangtagError, InvalidInput
from tracker.domain.job import MACHINE as JOB
from tracker.domain.ledger import MACHINE as MONTH
from tracker.domain.loss import DESTRUCTION
from tracker.domain.loss import MACHINE as LOSS_FORM
from tracker.domain.machine import Machine
from tracker.domain.password import check_typed
from tracker.domain.registration import MACHINE as REGISTRATION
from tracker.domain.shipment import MACHINE as SHIPMENT
from tracker.domain.statement import MACHINE as STATEMENT
from tracker.models.registration import Registration
from tracker.models.scan import HandlingScan
from tracker.queries import delivery as delivery_queries
from tracker.queries import discrepancy as discrepancy_queries
from tracker.queries import job as job_queries
from tracker.queries import ledger as month_queries
from tracker.queries import loss as loss_queries
from tracker.queries import registration as registration_queries
from tracker.queries import shipment as shipment_queries
from tracker.queries import statement as statement_queries
from tracker.services import (
    assessment,
    customer,
    delivery,
    destruction,
    discrepancy,
    dispute,
    job,
    liability,
    loss,
    month,
    once,
    outside,
    pause,
    registration,
    repair,
    shipment,
    statement,
    warranty,
)
from tracker.services.act import Act
from tracker.services.once import Answer
from tracker.services.transition import check_version


@dataclass(frozen=True)
class Noun:
    """How a noun's records are found, and the verbs that act on them."""

    machine: Machine
    get: Callable[..., Any]
    verbs: Mapping[Any, Callable[..., Any]]


NOUNS: Mapping[str, Noun] = {
    "registration": Noun(
        REGISTRATION,
        registration_queries.get,
        {
            **registration.ACTIONS,
            **customer.ACTIONS,
            **warranty.ACTIONS,
            **assessment.ACTIONS,
            **repair.ACTIONS,
            **pause.ACTIONS,
            **outside.ACTIONS,
            **liability.ACTIONS,
            **loss.REGISTRATION_ACTIONS,
        },
    ),
    "shipment": Noun(SHIPMENT, shipment_queries.get, shipment.ACTIONS),
    "discrepancy": Noun(DISCREPANCY, discrepancy_queries.get, discrepancy.ACTIONS),
    "loss_form": Noun(LOSS_FORM, loss_queries.get, {**loss.ACTIONS, **dispute.ACTIONS}),
    "destruction": Noun(DESTRUCTION, loss_queries.destruction, destruction.ACTIONS),
    "delivery": Noun(DELIVERY, delivery_queries.get, delivery.ACTIONS),
    "statement": Noun(STATEMENT, statement_queries.get, statement.ACTIONS),
    "month": Noun(MONTH, month_queries.get, month.ACTIONS),
    "job": Noun(JOB, job_queries.get, job.ACTIONS),
}


def verb(noun: str, action: str) -> Callable[..., Any]:
    """Return the service of an action; its keyword arguments are the action's fields.

    Raises ``InvalidInput`` ``unknown_action``.
    """
    found = NOUNS[noun].verbs.get(action)
    if found is None:
        raise InvalidInput(
            "unknown_action",
            "没有「{name}」这个操作。可用：{known}。",
            "There is no action “{name}”. Known: {known}.",
            "action",
            name=action,
            known=", ".join(NOUNS[noun].verbs),
        )
    return found


def perform(
    act: Act,
    noun: str,
    no: str,
    action: str,
    fields: Mapping[str, Any],
    *,
    action_id: str,
    body: Mapping[str, Any],
    done: Callable[[Any, Any], str],
    refused: Callable[[HangtagError], str],
) -> Answer:
    """Take one action on one record, exactly once for its ``action_id``.

    ``done(record, result)`` and ``refused(error)`` write the bodies that are stored. A scan into or
    out of a box is kept whatever became of it. Raises ``NotFound``, ``Forbidden`` (also
    ``needs_password`` for who came in by badge), ``InvalidInput`` (also ``password_required`` from
    a browser); a rule's refusal is an answer (409).
    """
    check_log_in(act.actor, noun, action)
    check_typed(act.actor, noun, action, act.is_proved)
    service = verb(noun, action)
    handled: list[Registration] = []
    refusals: list[HangtagError] = []

    def effect() -> Answer:
        record = NOUNS[noun].get(act.session, act.actor, no, for_update=True)
        check_version(act, record, NOUNS[noun].machine)
        result = service(act, record, **fields)
        act.session.flush()
        if isinstance(result, Registration):
            handled.append(result)
        return Answer(200, done(record, result))

    def refuse(error: HangtagError) -> Answer:
        refusals.append(error)
        return Answer(error.status, refused(error))

    address = {"noun": noun, "no": no, "action": action}
    answer = once.perform(act, action_id, {**body, **address}, effect, refuse)
    if "code" in fields and not answer.is_replay:
        _keep_scan(act, no, action, str(fields["code"]), handled, refusals)
    return answer


def _keep_scan(
    act: Act,
    document: str,
    action: str,
    code: str,
    handled: list[Registration],
    refusals: list[HangtagError],
) -> None:
    act.session.add(
        HandlingScan(
            at=act.now,
            account_id=act.actor.account_id,
            site_id=act.actor.site_id,
            action=action,
            document=document,
            raw_code=once.storable(code),
            outcome="refused" if refusals else "done",
            code=refusals[0].code if refusals else None,
            registration_id=handled[0].id if handled else None,
        )
    )
    act.session.flush()
