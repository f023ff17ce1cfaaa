"""The invariant of one-time links: each is of its document's party, and spent by what happened."""

from __future__ import annotations

from sqlalchemy.orm import Session

from tracker.domain.access_link import Noun
from tracker.queries.verify import said


def links_agree(session: Session) -> list[str]:
    """A link names its document's party; a used one has the event of its answer, by its account."""
    return [fault for noun in Noun for fault in _faults(session, noun.value)]


def _faults(session: Session, noun: str) -> list[str]:
    return [
        *said(
            session,
            "SELECT l.id, l.document FROM access_link l "  # noqa: S608
            f"LEFT JOIN {noun} d ON d.no = l.document AND d.liable_kind = l.liable_kind "
            f"AND d.party = l.party WHERE l.noun = '{noun}' AND d.id IS NULL",
            "link {0} opens {1}, which is not its party's",
        ),
        *said(
            session,
            "SELECT l.id, l.document, l.used_action FROM access_link l "  # noqa: S608
            f"JOIN {noun} d ON d.no = l.document WHERE l.noun = '{noun}' "
            "AND l.used_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM event e "
            f"WHERE e.noun = '{noun}' AND e.subject_id = d.id AND e.actor_id = l.account_id "
            "AND e.action = l.used_action AND e.at = l.used_at)",
            "link {0} of {1} is used, but its {2} never happened",
        ),
    ]
