"""The invariant of disputes: a disputed form has one open dispute, any other form none."""

from __future__ import annotations

from sqlalchemy.orm import Session

from tracker.queries.verify import said


def disputes_agree(session: Session) -> list[str]:
    """A form is disputed as long as its dispute is open; a dispute is about lines of its form."""
    return [
        *said(
            session,
            "SELECT f.no, f.status, COUNT(d.id) FROM loss_form f "
            "LEFT JOIN dispute d ON d.form_id = f.id AND d.answered_at IS NULL "
            "GROUP BY f.id, f.no, f.status "
            "HAVING COUNT(d.id) <> CASE WHEN f.status = 'disputed' THEN 1 ELSE 0 END",
            "{0} is {1} and has {2} open disputes",
        ),
        *said(
            session,
            "SELECT d.id FROM dispute d LEFT JOIN dispute_line l ON l.dispute_id = d.id "
            "GROUP BY d.id HAVING COUNT(l.id) = 0",
            "dispute {0} is about no line",
        ),
        *said(
            session,
            "SELECT l.id, d.id FROM dispute_line l JOIN dispute d ON d.id = l.dispute_id "
            "JOIN loss_line o ON o.id = l.line_id WHERE o.form_id <> d.form_id",
            "line {0} of dispute {1} stands on another form",
        ),
    ]
