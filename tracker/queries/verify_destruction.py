"""The invariants of destruction and alarms: each a question whose answer must be empty."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.loss import DESTRUCTION, DestructionAction
from tracker.models.destruction import TakenOff
from tracker.models.history import Event
from tracker.models.loss import Destruction
from tracker.models.registration import Registration
from tracker.queries.verify import said


def destructions_agree(session: Session) -> list[str]:
    """What was destroyed was scanned piece by piece, checked by another log-in than the one that
    scanned it, counted right; what was taken off is looked for, and stands on no plan meanwhile."""
    return [
        *said(
            session,
            "SELECT d.no, l.registration_id FROM destruction d "
            "JOIN destruction_line l ON l.destruction_id = d.id "
            "WHERE d.status IN ('scanned', 'witnessed') AND l.scanned_at IS NULL",
            "{0}: registration {1} was never scanned at the shredder",
        ),
        *said(
            session,
            "SELECT d.no, l.registration_id FROM destruction d "
            "JOIN destruction_line l ON l.destruction_id = d.id "
            "WHERE l.checked_by_id = l.scanned_by_id "
            "OR (l.checked_at IS NULL) <> (l.checked_by_id IS NULL) "
            "OR (l.scanned_at IS NULL) <> (l.scanned_by_id IS NULL)",
            "{0}: the two log-ins that scanned registration {1} do not agree",
        ),
        *said(
            session,
            "SELECT d.no, d.counted, COUNT(l.id) FROM destruction d "
            "LEFT JOIN destruction_line l ON l.destruction_id = d.id "
            "GROUP BY d.id, d.no, d.status, d.counted "
            "HAVING d.counted <> COUNT(l.id) OR (d.status = 'voided') <> (COUNT(l.id) = 0)",
            "{0}: {1} pieces were counted, {2} stand on it",
        ),
        *_looked_for(session),
    ]


def _looked_for(session: Session) -> list[str]:
    rows, told = _taken_off(session)
    return [
        *(f"{no}: {piece} was taken off, history says otherwise" for no, piece, *_ in rows - told),
        *(f"{no}: history says that {piece} was taken off" for no, piece, *_ in told - rows),
        *said(
            session,
            "SELECT t.id FROM taken_off t JOIN discrepancy c ON c.id = t.discrepancy_id "
            "WHERE c.kind <> 'scrap_gone' OR c.registration_id IS NULL "
            "OR c.registration_id <> t.registration_id",
            "what was taken off as {0} is not what its discrepancy looks for",
        ),
        *said(
            session,
            "SELECT d.no, l.registration_id FROM destruction_line l "
            "JOIN destruction d ON d.id = l.destruction_id "
            "JOIN discrepancy c ON c.registration_id = l.registration_id "
            "WHERE c.kind = 'scrap_gone' AND c.status = 'open'",
            "{0}: registration {1} stands on it while a discrepancy looks for it",
        ),
    ]


def _taken_off(session: Session) -> tuple[set[tuple[Any, ...]], set[tuple[Any, ...]]]:
    """What was taken off which plan, when, by whom and why: by its rows, and by history."""
    rows = session.execute(
        select(Destruction.no, Registration.no, TakenOff.at, TakenOff.by_id, TakenOff.reason)
        .join(TakenOff, TakenOff.destruction_id == Destruction.id)
        .join(Registration, Registration.id == TakenOff.registration_id)
    )
    events = session.execute(
        select(Destruction.no, Event.details, Event.at, Event.actor_id, Event.reason)
        .join(Event, Event.subject_id == Destruction.id)
        .where(Event.noun == DESTRUCTION.noun, Event.action == DestructionAction.TAKE_OFF)
    )
    told = {(no, (what or {}).get("registration"), *rest) for no, what, *rest in events}
    return {tuple(row) for row in rows}, told


def alarms_agree(session: Session) -> list[str]:
    """Every note answers an alarm that there was."""
    return [
        *said(
            session,
            "SELECT n.id FROM alarm_note n LEFT JOIN scan s ON s.scan_id = n.ref "
            "WHERE n.source = 'scan' AND COALESCE(s.code, '') "
            "NOT IN ('destroyed_piece', 'returned_piece', 'written_off_piece')",
            "alarm note {0} answers no alarm",
        ),
        *said(
            session,
            "SELECT n.id FROM alarm_note n "
            "LEFT JOIN handling_scan h ON CAST(h.id AS VARCHAR(36)) = n.ref "
            "WHERE n.source = 'handling_scan' AND COALESCE(h.code, '') "
            "NOT IN ('destroyed_piece', 'returned_piece', 'written_off_piece')",
            "alarm note {0} answers no alarm",
        ),
    ]
