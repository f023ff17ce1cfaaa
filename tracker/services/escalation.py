"""The steps of escalation: seeded once, then kept by the after-sales supervisor.

No version is ever overwritten: a change writes another one, in force from a day on.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.calendar import shanghai_date
from tracker.domain.errors import Forbidden
from tracker.domain.escalation import DEFAULTS, KEEPERS, Step, check
from tracker.models.notice import EscalationStep
from tracker.services import dated
from tracker.services.act import Act


def seed(session: Session) -> int:
    """Add the shipped steps of occasions that the table does not know; returns how many."""
    known = set(session.scalars(select(EscalationStep.occasion)))
    fresh = [step for step in DEFAULTS if step.occasion.value not in known]
    session.add_all(_row(step) for step in fresh)
    session.flush()
    return len(fresh)


def _row(step: Step) -> EscalationStep:
    return EscalationStep(
        occasion=step.occasion.value,
        ordinal=step.ordinal,
        role=step.role.value,
        hours=step.hours,
        effective_from=step.effective_from,
        is_off=step.is_off,
    )


def change(act: Act, step: Step, *, reason: str) -> EscalationStep:
    """Write a step's next version, in force from its day; ``is_off`` ends the step.

    Raises ``Forbidden``, ``InvalidInput`` ``bad_step``, ``in_the_past`` or ``missing_field``.
    """
    if not act.actor.is_any(frozenset(KEEPERS)):
        raise Forbidden(
            "wrong_role",
            "升级步骤由售后主管维护，请联系主管。",
            "The steps of escalation are kept by the after-sales supervisor. Ask there.",
        )
    check(step, shanghai_date(act.now))
    return dated.keep(act, _row(step), reason)
