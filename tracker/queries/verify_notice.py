"""The invariant of notices: what went out stands as it was told, and each message says its end."""

from __future__ import annotations

from sqlalchemy.orm import Session

from tracker.queries.verify import said


def notices_agree(session: Session) -> list[str]:
    """A line goes over its message's channel to its reader; a message has lines, and ends once."""
    return [
        *said(
            session,
            "SELECT l.id, s.no FROM notice_sending_line l JOIN notice_sending s "
            "ON s.id = l.sending_id WHERE l.channel_id <> s.channel_id "
            "OR l.reader <> COALESCE(s.account_id, 0)",
            "line {0} goes another way than its message {1}",
        ),
        *said(
            session,
            "SELECT s.no FROM notice_sending s WHERE NOT EXISTS "
            "(SELECT 1 FROM notice_sending_line l WHERE l.sending_id = s.id)",
            "message {0} tells nothing",
        ),
        *said(
            session,
            "SELECT s.no, s.state FROM notice_sending s WHERE (s.ended_at IS NOT NULL) <> "
            "(s.state IN ('sent', 'unknown', 'given_up'))",
            "message {0} is {1}, and its end says otherwise",
        ),
    ]
