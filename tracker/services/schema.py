"""Prepare a migrated database: triggers made anew, policies and catalogues seeded."""

from __future__ import annotations

from sqlalchemy.orm import Session

from tracker.models import triggers
from tracker.services import carrier, liability_rule, operation, part, policy


def prepare(session: Session) -> None:
    """Install the triggers and seed policies and catalogues; repeating it changes nothing."""
    triggers.install(session.connection())
    policy.seed(session)
    liability_rule.seed(session)
    carrier.seed(session)
    operation.seed(session)
    part.seed(session)
