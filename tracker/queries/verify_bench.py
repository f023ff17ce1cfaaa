"""The invariants of the bench: stock follows the work, and a repairer has one timer."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import Text, cast, or_, select
from sqlalchemy.orm import Session

from tracker.models.bench import Part, PartMovement
from tracker.models.repair import Work
from tracker.queries.verify import LIMIT, said


def bench_agrees(session: Session) -> list[str]:
    """One timer a repairer; time counted where it was measured; parts taken as they were named."""
    return [
        *said(
            session,
            "SELECT account_id, COUNT(*) FROM bench_time WHERE stopped_at IS NULL "
            "GROUP BY account_id HAVING COUNT(*) > 1",
            "account {0} has {1} running timers",
        ),
        *said(
            session,
            "SELECT t.id, t.work_id FROM bench_time t JOIN work w ON w.id = t.work_id "
            "WHERE w.registration_id <> t.registration_id OR w.by_id <> t.account_id "
            "OR t.stopped_at IS NULL OR w.measured_minutes IS NULL",
            "bench time {0} is counted into work {1} of another garment or repairer, or into none",
        ),
        *_used_otherwise(session),
    ]


def _used_otherwise(session: Session) -> list[str]:
    """Return the works whose parts are not what was taken from stock for them."""
    query = (
        select(PartMovement.work_id, Part.code, PartMovement.quantity)
        .join(Part)
        .where(PartMovement.work_id.is_not(None))
        .subquery()
    )
    taken: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for work_id, code, quantity in session.execute(select(query)):
        taken[work_id][code] -= quantity
    found = []
    has_code = cast(Work.parts, Text).like('%"code": "%')
    works = select(Work.id, Work.parts).where(or_(has_code, Work.id.in_(select(query.c.work_id))))
    for work_id, parts in session.execute(works.order_by(Work.id)):
        named: dict[str, int] = defaultdict(int)
        for part in parts:
            if part.get("code"):
                named[part["code"]] += part["quantity"]
        if named != taken.get(work_id, {}):
            found.append(f"work {work_id}: its parts are not what was taken from stock for it")
    return found[:LIMIT]
