"""Prepare a migrated database: triggers made anew, policies and catalogues seeded."""

from __future__ import annotations

from sqlalchemy.orm import Session

from tracker.db import utc_now
from tracker.models import triggers
from tracker.services import (
    account_code,
    approval_step,
    carrier,
    chain,
    escalation,
    liability_rule,
    operation,
    part,
    policy,
)


def prepare(session: Session) -> None:
    """Install the triggers, seed policies and catalogues, begin the chain.

    Repeating it changes nothing.
    """
    triggers.install(session.connection())
    policy.seed(session)
    liability_rule.seed(session)
    approval_step.seed(session)
    escalation.seed(session)
    carrier.seed(session)
    operation.seed(session)
    part.seed(session)
    account_code.seed(session)
    chain.begin(session, utc_now())
