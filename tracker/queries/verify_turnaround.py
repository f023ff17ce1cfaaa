"""The invariant of the turnaround figures: one row a finished trip, and its days are right."""

from __future__ import annotations

from sqlalchemy.orm import Session

from tracker.queries.verify import said

_LEGS = " + ".join(
    f"COALESCE(t.{leg}_days, 0)"
    for leg in ("transit_out", "intake", "repair", "packing", "transit_back")
)


def trips_agree(session: Session) -> list[str]:
    """Every garment that was dispatched and is back has one trip; no other has, days agree."""
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    shanghai = (
        "date({0}, '+8 hours')" if is_sqlite else "CAST({0} AT TIME ZONE 'Asia/Shanghai' AS date)"
    )
    days = "julianday(t.back_on) - julianday(t.dispatched_on)"
    between = days if is_sqlite else "t.back_on - t.dispatched_on"
    return [
        *said(
            session,
            "SELECT r.no, COUNT(t.id) FROM registration r "
            "LEFT JOIN trip t ON t.registration_id = r.id "
            "GROUP BY r.id, r.no, r.dispatched_at, r.back_at HAVING COUNT(t.id) <> "
            "(CASE WHEN r.dispatched_at IS NOT NULL AND r.back_at IS NOT NULL THEN 1 ELSE 0 END)",
            "registration {0} has {1} finished round trips, and its dates do not agree",
        ),
        *said(
            session,
            "SELECT r.no, t.days FROM trip t JOIN registration r ON r.id = t.registration_id "  # noqa: S608
            f"WHERE t.dispatched_on <> {shanghai.format('r.dispatched_at')} "
            f"OR t.back_on <> {shanghai.format('r.back_at')} OR t.site_id <> r.site_id "
            f"OR t.days <> {between} OR t.days <> {_LEGS} "
            "OR t.is_on_time <> (t.back_on <= t.due_on)",
            "the round trip of registration {0} says {1} days, its dates or legs say otherwise",
        ),
    ]
