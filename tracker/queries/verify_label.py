"""What must hold of printed labels and of the rolls of blank repair tags."""

from __future__ import annotations

from sqlalchemy.orm import Session

from tracker.domain.number import FIRST_RESERVED
from tracker.queries.verify import said


def tags_agree(session: Session) -> list[str]:
    """A roll's numbers are no other roll's; their pieces were first registered by its site.

    A piece's first print is plain and every later one a reprint.
    """
    return [*_rolls(session), *_pieces(session), *_prints(session)]


def _rolls(session: Session) -> list[str]:
    return [
        *said(
            session,
            "SELECT a.id, b.id FROM tag_roll a JOIN tag_roll b "
            "ON a.id < b.id AND a.first_id <= b.last_id AND b.first_id <= a.last_id",
            "rolls {0} and {1} share numbers",
        ),
        *said(
            session,
            "SELECT r.id FROM tag_roll r WHERE r.first_id < :first OR r.last_id > "
            "(SELECT COALESCE(MAX(last), 0) FROM counter WHERE series = 'P')",
            "roll {0} holds numbers that were not reserved",
            first=FIRST_RESERVED,
        ),
    ]


def _pieces(session: Session) -> list[str]:
    return [
        *said(
            session,
            "SELECT p.piece_no FROM piece p LEFT JOIN tag_roll r "
            "ON p.id BETWEEN r.first_id AND r.last_id WHERE p.id >= :first AND r.id IS NULL",
            "piece {0} has a number of no roll",
            first=FIRST_RESERVED,
        ),
        *said(
            session,
            "SELECT p.piece_no, r.id FROM piece p "
            "JOIN tag_roll r ON p.id BETWEEN r.first_id AND r.last_id "
            "JOIN registration g ON g.piece_id = p.id AND g.previous_id IS NULL "
            "JOIN event e ON e.noun = 'registration' AND e.subject_id = g.id "
            "AND e.from_status IS NULL WHERE p.id >= :first AND e.site_id <> r.site_id",
            "piece {0} carries a tag of roll {1}, which is another site's",
            first=FIRST_RESERVED,
        ),
    ]


def _prints(session: Session) -> list[str]:
    return said(
        session,
        "SELECT p.piece_no FROM piece p JOIN label_print l ON l.piece_id = p.id "
        "WHERE NOT l.is_reprint AND (p.id >= :first OR EXISTS "
        "(SELECT 1 FROM label_print b WHERE b.piece_id = l.piece_id AND b.id < l.id))",
        "a later repair tag of piece {0} does not say that it is a reprint",
        first=FIRST_RESERVED,
    )
