"""The invariants of clocks: due days that moved stand, pauses are where work can wait."""

from __future__ import annotations

from sqlalchemy.orm import Session

from tracker.queries.verify import said


def clocks_agree(session: Session) -> list[str]:
    """The last move of a running due day is the one that stands; a pause belongs to work at rest;
    no forecast was kept of a trip before it began or after it ended."""
    return [
        *said(
            session,
            "SELECT r.no, d.to_on FROM due_change d "
            "JOIN registration r ON r.id = d.registration_id WHERE d.clock = r.clock "
            "AND d.to_on <> r.due_on AND d.at >= COALESCE(r.dispatched_at, r.registered_at) "
            "AND d.id = (SELECT MAX(o.id) FROM due_change o "
            "WHERE o.registration_id = d.registration_id AND o.clock = d.clock)",
            "the due day of registration {0} was moved to {1} and is another",
        ),
        *said(
            session,
            "SELECT no, status FROM registration WHERE pause IS NOT NULL AND status NOT IN "
            "('received', 'awaiting_customer', 'in_repair', 'in_outside_repair', 'in_check', "
            "'repaired')",
            "registration {0} is paused though it is {1}",
        ),
        *said(
            session,
            "SELECT r.no, k.leg FROM kept_forecast k JOIN trip t ON t.registration_id = "
            "k.registration_id JOIN registration r ON r.id = k.registration_id "
            "WHERE k.made_on NOT BETWEEN t.dispatched_on AND t.back_on",
            "the forecast of registration {0} for {1} was not made on its way",
        ),
    ]
