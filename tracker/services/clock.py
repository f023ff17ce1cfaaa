"""Starts and stops a garment's clocks; how long they run is policy."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from tracker.domain.calendar import shanghai_date
from tracker.models.registration import Registration
from tracker.models.site import Site
from tracker.queries import calendar, policy

DECIDE = "decide"
TURNAROUND = "repair_tat"


def start(session: Session, registration: Registration, clock: str, at: datetime) -> None:
    """Start ``clock`` at the business date of ``at`` (day 0) by the store’s policy of that day."""
    began_on = shanghai_date(at)
    reach = policy.reach_of_site(registration.site or session.get_one(Site, registration.site_id))
    rule = policy.one(session, clock, began_on, reach)
    registration.clock = clock
    registration.due_on = calendar.due_on(session, began_on, rule)


def stop(registration: Registration) -> None:
    """No clock runs on the garment any more."""
    registration.clock = None
    registration.due_on = None
