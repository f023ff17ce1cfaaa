"""The invariants that hold in custody and history: each a question whose answer must be empty.

Every function returns what is wrong, at most ``LIMIT`` sentences; the questions are set-based, so
that they stay quick over years of history.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from tracker.db import Base, utc_now
from tracker.domain.delivery import MACHINE as DELIVERY
from tracker.domain.discrepancy import MACHINE as DISCREPANCY
from tracker.domain.job import MACHINE as JOB
from tracker.domain.ledger import MACHINE as MONTH
from tracker.domain.loss import DESTRUCTION
from tracker.domain.loss import MACHINE as LOSS_FORM
from tracker.domain.machine import Machine
from tracker.domain.registration import MACHINE as REGISTRATION
from tracker.domain.shipment import MACHINE as SHIPMENT
from tracker.domain.statement import MACHINE as STATEMENT
from tracker.models import triggers
from tracker.models.history import Event

LIMIT = 20
MACHINES: tuple[Machine, ...] = (
    REGISTRATION,
    SHIPMENT,
    DISCREPANCY,
    LOSS_FORM,
    DESTRUCTION,
    MONTH,
    STATEMENT,
    DELIVERY,
    JOB,
)


def rows(session: Session, sql: str, **values: Any) -> Sequence[Any]:
    """Return the first rows of a question."""
    return session.execute(text(f"{sql} LIMIT {LIMIT}"), values).all()


def said(session: Session, sql: str, sentence: str, **values: Any) -> list[str]:
    """Return one sentence for each row; ``{0}`` is its first column."""
    return [sentence.format(*row) for row in rows(session, sql, **values)]


def last_by_the_work(document: str, accounts: Sequence[str]) -> str:
    """Return the SQL of a document's last entry (fen) that its own work did not take back; else 0.

    What finance corrected of it does not count: a document says what was done.
    """
    named = ", ".join(f"'{account}'" for account in accounts)
    return (
        "COALESCE((SELECT w.amount_fen FROM ledger_entry w "  # noqa: S608
        f"WHERE w.document = {document} AND w.account IN ({named}) AND w.reverses IS NULL "
        "AND NOT EXISTS (SELECT 1 FROM ledger_entry b WHERE b.reason IS NULL "
        "AND b.reverses IN (w.entry_no, w.entry_no || '/R/R')) ORDER BY w.id DESC LIMIT 1), 0)"
    )


def history_is_complete(session: Session) -> list[str]:
    """I2: no event without an actor, a site and the server's time; none from the future."""
    lost = said(
        session,
        "SELECT e.id FROM event e LEFT JOIN account a ON a.id = e.actor_id "
        "LEFT JOIN site s ON s.id = e.site_id "
        "WHERE a.id IS NULL OR s.id IS NULL OR e.at IS NULL",
        "event {0} has no actor, site or time",
    )
    later = select(Event.id).where(Event.at > utc_now() + timedelta(minutes=10)).limit(LIMIT)
    return lost + [f"event {row} is in the future" for row in session.scalars(later)]


def status_follows_history(session: Session) -> list[str]:
    """I3: each record's status is the last event's, and each event begins where one ended."""
    found: list[str] = []
    for machine in MACHINES:
        found += said(
            session,
            f"SELECT r.id, r.status, e.to_status FROM {machine.noun} r "  # noqa: S608
            "LEFT JOIN (SELECT subject_id, MAX(id) AS last FROM event WHERE noun = :noun "
            "GROUP BY subject_id) l ON l.subject_id = r.id "
            "LEFT JOIN event e ON e.id = l.last "
            "WHERE e.to_status IS NULL OR e.to_status <> r.status",
            machine.noun + " {0} is {1}, its history says {2}",
            noun=machine.noun,
        )
    return found + said(
        session,
        "SELECT noun, subject_id, id FROM (SELECT id, noun, subject_id, from_status, "
        "LAG(to_status) OVER (PARTITION BY noun, subject_id ORDER BY id) AS before FROM event) x "
        "WHERE COALESCE(from_status, '') <> COALESCE(before, '')",
        "{0} {1}: event {2} does not begin where the one before ended",
    )


def only_legal_steps(session: Session) -> list[str]:
    """I4: every step of the history stands in its noun's table."""
    legal = {
        (machine.noun, str(before), str(action), str(after))
        for machine in MACHINES
        for (before, action), move in machine.transitions.items()
        for after in move.to
    }
    starts = {(machine.noun, str(machine.initial)) for machine in MACHINES}
    taken = session.execute(
        select(Event.noun, Event.from_status, Event.action, Event.to_status).distinct()
    )
    return [
        f"{noun}: {before} –{action}→ {after} is not in the table"
        for noun, before, action, after in taken
        if (
            (noun, after) not in starts
            if before is None
            else (noun, before, action, after) not in legal
        )
    ]


def one_open_registration(session: Session) -> list[str]:
    """I5: one open registration a piece; one live loss line a party; live shares sum to 100."""
    final = ", ".join(f"'{status}'" for status in sorted(REGISTRATION.final))
    return [
        *said(
            session,
            "SELECT piece_id, COUNT(*) FROM registration WHERE closed_at IS NULL "
            "GROUP BY piece_id HAVING COUNT(*) > 1",
            "piece {0} has {1} open registrations",
        ),
        *said(
            session,
            "SELECT no, status FROM registration "  # noqa: S608
            f"WHERE (closed_at IS NULL) = (status IN ({final}))",
            "registration {0} is {1} and its closing does not agree",
        ),
        *said(
            session,
            "SELECT registration_id, liable_kind, party FROM loss_line WHERE is_live "
            "GROUP BY registration_id, liable_kind, party HAVING COUNT(*) > 1",
            "registration {0} has two live lines for {1} {2}",
        ),
        *said(
            session,
            "SELECT registration_id, SUM(percent) FROM loss_line WHERE is_live "
            "GROUP BY registration_id HAVING SUM(percent) <> 100",
            "the live shares of registration {0} sum to {1}",
        ),
        *said(
            session,
            "SELECT no, status FROM registration r "
            "WHERE (status IN ('on_loss_form', 'destroyed', 'returned_to_supplier')) <> EXISTS "
            "(SELECT 1 FROM loss_line l WHERE l.registration_id = r.id AND l.is_live)",
            "registration {0} is {1}, and its loss lines do not agree",
        ),
    ]


def one_box_a_garment(session: Session) -> list[str]:
    """I6: a garment lies in one unsettled box at most, and its status says so."""
    return [
        *said(
            session,
            "SELECT registration_id, COUNT(*) FROM shipment_line WHERE settled_at IS NULL "
            "GROUP BY registration_id HAVING COUNT(*) > 1",
            "registration {0} lies in {1} boxes",
        ),
        *said(
            session,
            "SELECT r.no, r.status, COUNT(l.id) FROM registration r "
            "LEFT JOIN shipment_line l ON l.registration_id = r.id AND l.settled_at IS NULL "
            "WHERE r.status NOT IN ('in_outside_repair', 'scrap_pending', 'on_loss_form') "
            "GROUP BY r.id, r.no, r.status HAVING (COUNT(l.id) > 0) <> "
            "(r.status IN ('packed', 'packed_back', 'in_transit', 'returning'))",
            "registration {0} is {1} and lies in {2} boxes on the way",
        ),
    ]


def manifests_reconcile(session: Session) -> list[str]:
    """I7: sent = received + missing, extra listed apart; each hand-over signed by both sides."""
    return [
        *said(
            session,
            "SELECT s.no, l.registration_id FROM shipment_line l "
            "JOIN shipment s ON s.id = l.shipment_id AND s.status IN ('reconciled', 'lost') "
            "AND s.kind NOT IN ('to_factory', 'to_supplier') "
            "LEFT JOIN receipt c ON c.registration_id = l.registration_id "
            "AND c.received_at >= l.packed_at "
            "LEFT JOIN discrepancy d ON d.shipment_id = s.id "
            "AND d.registration_id = l.registration_id AND d.kind = 'short' "
            "WHERE l.settled_at IS NULL OR (c.id IS NULL AND d.id IS NULL)",
            "{0}: registration {1} was sent, and neither received nor reported short",
        ),
        *said(
            session,
            "SELECT s.no, c.registration_id FROM receipt c "
            "JOIN shipment s ON s.id = c.shipment_id AND s.status = 'reconciled' "
            "LEFT JOIN shipment_line l ON l.shipment_id = s.id "
            "AND l.registration_id = c.registration_id "
            "LEFT JOIN discrepancy d ON d.shipment_id = s.id "
            "AND d.registration_id = c.registration_id "
            "WHERE l.id IS NULL AND d.id IS NULL",
            "{0}: registration {1} was received beyond the list and reported nowhere",
        ),
        *said(
            session,
            "SELECT no, status FROM shipment WHERE "
            "(status IN ('dispatched', 'arriving', 'reconciled', 'lost') "
            "AND (dispatched_at IS NULL OR dispatched_by_id IS NULL)) "
            "OR (status = 'reconciled' AND (arrived_at IS NULL OR reconciled_at IS NULL)) "
            "OR arrived_at < dispatched_at OR reconciled_at < arrived_at",
            "{0} is {1}, and its hand-over is not signed by both sides in order",
        ),
    ]


def every_row_has_its_site(session: Session) -> list[str]:
    """I16: every row that belongs to a site names one that is there."""
    found: list[str] = []
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if column.name == "site_id" or column.name.endswith("_site_id"):
                found += said(
                    session,
                    f"SELECT COUNT(*) FROM {table.name} t "  # noqa: S608
                    f"LEFT JOIN site s ON s.id = t.{column.name} WHERE s.id IS NULL "
                    "HAVING COUNT(*) > 0",
                    f"{{0}} rows of {table.name} have no {column.name}",
                )
    return found


def references_hold(session: Session) -> list[str]:
    """I17: every reference leads to a row, and the file itself is sound."""
    found: list[str] = []
    for table in Base.metadata.sorted_tables:
        for key in table.foreign_keys:
            name, target = key.parent.name, key.column
            found += said(
                session,
                f"SELECT COUNT(*) FROM {table.name} t "  # noqa: S608
                f"LEFT JOIN {target.table.name} r ON r.{target.name} = t.{name} "
                f"WHERE t.{name} IS NOT NULL AND r.{target.name} IS NULL HAVING COUNT(*) > 0",
                f"{{0}} rows of {table.name} lead nowhere by {name}",
            )
    if session.get_bind().dialect.name == "sqlite":
        checked = session.execute(text("PRAGMA integrity_check(20)")).scalars()
        found += [f"the file: {line}" for line in checked if line != "ok"]
    return found


def triggers_stand(session: Session) -> list[str]:
    """The database's own guards stand as they are listed."""
    standing, expected = triggers.standing(session.connection()), triggers.expected()
    return [
        *(f"trigger {name} is missing" for name in sorted(expected - standing)),
        *(f"trigger {name} is not in the list" for name in sorted(standing - expected)),
    ]
