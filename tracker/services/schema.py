"""Prepare a migrated database: triggers made anew, policies seeded."""

from __future__ import annotations

from sqlalchemy.orm import Session

from tracker.models import triggers
from tracker.services import policy


def prepare(session: Session) -> None:
    """Install the triggers and add missing default policies; repeating it changes nothing."""
    triggers.install(session.connection())
    policy.seed(session)
