"""Policies: the chain's defaults seed the table once."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.policy_registry import EVERY
from tracker.models.policy import Policy


def seed(session: Session) -> int:
    """Add every default policy that the table does not name yet; returns how many were added."""
    known = set(session.scalars(select(Policy.name)))
    fresh = [policy for policy in EVERY if policy.name not in known]
    for policy in fresh:
        session.add(
            Policy(
                name=policy.name,
                value=policy.value,
                unit=policy.unit.value,
                calendar=policy.calendar.value,
                start_event=policy.start_event,
                end_event=policy.end_event,
                effective_from=policy.effective_from,
                rule=policy.rule,
                zh=policy.zh,
                en=policy.en,
            )
        )
    session.flush()
    return len(fresh)
