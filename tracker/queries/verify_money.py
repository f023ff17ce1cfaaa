"""The invariants of money, numbers and keys: each a question whose answer must be empty."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta

from sqlalchemy import Integer, cast, func, or_, select
from sqlalchemy.orm import Session

from tracker.db import utc_now
from tracker.domain.ledger import CUSTOMER_ACCOUNTS
from tracker.domain.money import split_weighted
from tracker.models.loss import Destruction, LossForm, LossLine
from tracker.models.number import Counter
from tracker.models.scan import ActionKey, Scan
from tracker.models.shipment import Discrepancy, Shipment
from tracker.models.statement import Statement
from tracker.queries.verify import LIMIT, last_by_the_work, said

IN_PROGRESS = timedelta(seconds=5)


def shares_sum_to_their_form(session: Session) -> list[str]:
    """I8: a form's total is the sum of its lines, each of them at least 0 fen."""
    return [
        *said(
            session,
            "SELECT f.no, f.total_fen, COALESCE(SUM(l.amount_fen), 0) FROM loss_form f "
            "LEFT JOIN loss_line l ON l.form_id = f.id AND l.is_live "
            "GROUP BY f.id, f.no, f.total_fen, f.status "
            "HAVING f.status <> 'voided' AND f.total_fen <> COALESCE(SUM(l.amount_fen), 0)",
            "{0} says {1} fen, its lines sum to {2}",
        ),
        *said(
            session,
            "SELECT id, amount_fen FROM loss_line WHERE amount_fen < 0",
            "loss line {0} is {1} fen",
        ),
    ]


def ledger_equals_forms(session: Session) -> list[str]:
    """I9: the ledger has what forms, customers and salvage say; entries sum to zero.

    What finance corrected later (it gave its reason) counts apart from what it corrects.
    """
    return [
        *said(
            session,
            "SELECT f.no, f.status, f.total_fen, COALESCE(SUM(e.amount_fen), 0) "
            "FROM loss_form f LEFT JOIN ledger_entry e "
            "ON e.document = f.no AND e.account = 'charge' AND e.reason IS NULL "
            "GROUP BY f.id, f.no, f.status, f.total_fen "
            "HAVING COALESCE(SUM(e.amount_fen), 0) <> "
            "CASE WHEN f.status = 'approved' THEN f.total_fen ELSE 0 END",
            "{0} is {1} over {2} fen, the ledger has {3}",
        ),
        *said(
            session,
            "SELECT entry_no, month, SUM(amount_fen) FROM ledger_entry "
            "GROUP BY entry_no, month HAVING SUM(amount_fen) <> 0",
            "entry {0} of {1} is {2} fen out of balance",
        ),
        *said(
            session,
            "SELECT e.document FROM ledger_entry e "
            "LEFT JOIN loss_form f ON f.no = e.document WHERE e.account = 'charge' "
            "AND f.id IS NULL",
            "{0} was charged and is no loss form",
        ),
        *said(session, _OWNER_CREDITS, "{0} is {1} and credits owners {2} fen, the ledger {3}"),
        *_charges_and_salvage(session),
    ]


def _charges_and_salvage(session: Session) -> list[str]:
    return [
        *said(
            session,
            "SELECT r.no, r.charge_fen, COALESCE(SUM(e.amount_fen), 0) "  # noqa: S608
            "FROM registration r "
            "LEFT JOIN ledger_entry e ON e.document = r.no "
            "AND e.account IN ('customer_charge', 'repair_charge', 'depreciation') "
            "GROUP BY r.id, r.no, r.charge_fen "
            "HAVING COALESCE(r.charge_fen, 0) NOT IN (COALESCE(SUM(e.amount_fen), 0), "
            f"{last_by_the_work('r.no', CUSTOMER_ACCOUNTS)})",
            "the customer of {0} was charged {1} fen, the ledger has {2}",
        ),
        *said(
            session,
            "SELECT r.no, r.markdown_fen, COALESCE(SUM(e.amount_fen), 0) FROM registration r "
            "LEFT JOIN ledger_entry e ON e.document = r.no AND e.account = 'markdown' "
            "AND e.reason IS NULL "
            "GROUP BY r.id, r.no, r.markdown_fen "
            "HAVING COALESCE(r.markdown_fen, 0) <> COALESCE(SUM(e.amount_fen), 0)",
            "{0} was marked down by {1} fen, the ledger has {2}",
        ),
        *said(
            session,
            "SELECT d.no, d.salvage_fen, COALESCE(SUM(e.amount_fen), 0) FROM destruction d "
            "LEFT JOIN ledger_entry e ON e.document = d.no AND e.account = 'salvage' "
            "AND e.reason IS NULL "
            "GROUP BY d.id, d.no, d.salvage_fen "
            "HAVING COALESCE(d.salvage_fen, 0) <> COALESCE(SUM(e.amount_fen), 0)",
            "{0} fetched {1} fen, the ledger has {2}",
        ),
    ]


_OWNER_CREDITS = (
    "SELECT f.no, f.status, COALESCE(l.fen, 0), COALESCE(e.fen, 0) FROM loss_form f "
    "LEFT JOIN (SELECT form_id, SUM(owner_credit_fen) AS fen FROM loss_line WHERE is_live "
    "GROUP BY form_id) l ON l.form_id = f.id "
    "LEFT JOIN (SELECT document, SUM(-amount_fen) AS fen FROM ledger_entry "
    "WHERE account = 'owner_credit' AND reason IS NULL GROUP BY document) e "
    "ON e.document = f.no "
    "WHERE COALESCE(e.fen, 0) <> "
    "CASE WHEN f.status = 'approved' THEN COALESCE(l.fen, 0) ELSE 0 END"
)


def numbers_have_no_gap(session: Session) -> list[str]:
    """I14: document numbers are unique and gap-free in each series, up to their counter."""
    documents = select(Counter).where(Counter.series.contains("-"))
    counters = {row.series: row.last for row in session.scalars(documents)}
    found: dict[str, tuple[int, int]] = {}
    for model in (Shipment, Discrepancy, LossForm, Destruction, Statement):
        series, ordinal = func.substr(model.no, 1, 7), cast(func.substr(model.no, 9), Integer)
        counted = select(series, func.count(model.no.distinct()), func.max(ordinal))
        for name, count, last in session.execute(counted.group_by(series)):
            found[name] = (count, last)
    wrong = [
        f"series {name} has {count} documents up to {last}, its counter says {counters.get(name)}"
        for name, (count, last) in sorted(found.items())
        if not count == last == counters.get(name)
    ]
    empty = sorted(set(counters) - set(found))
    return wrong + [f"series {name} counts {counters[name]}, and has no document" for name in empty]


def kept_sums_are_right(session: Session) -> list[str]:
    """I18: what is kept equals what is worked out anew: amounts, repairs, clocks."""
    return [
        *_wrong_amounts(session),
        *said(
            session,
            "SELECT r.no, r.repair_count FROM registration r "
            "LEFT JOIN registration p ON p.id = r.previous_id "
            "LEFT JOIN (SELECT subject_id, COUNT(*) AS done FROM event "
            "WHERE noun = 'registration' AND action IN ('pass_check', 'finish_local_repair') "
            "GROUP BY subject_id) e ON e.subject_id = r.id "
            "WHERE r.repair_count <> COALESCE(p.repair_count, 0) + COALESCE(e.done, 0)",
            "registration {0} counts {1} repairs, its history another number",
        ),
        *said(
            session,
            "SELECT no FROM registration WHERE (clock IS NULL) <> (due_on IS NULL)",
            "registration {0} has a clock without a due day, or the reverse",
        ),
    ]


def _wrong_amounts(session: Session) -> list[str]:
    lines = select(
        LossLine.registration_id, LossLine.basis_fen, LossLine.spent_fen, LossLine.salvage_fen,
        LossLine.percent, LossLine.amount_fen,
    ).where(LossLine.is_live)  # fmt: skip
    garments: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    for garment, basis, spent, salvage, percent, amount in session.execute(
        lines.order_by(LossLine.id)
    ):
        garments[garment].append((max(0, basis + spent - salvage), percent, amount))
    wrong = [
        garment
        for garment, parts in garments.items()
        if sum(percent for _, percent, _ in parts) == 100
        and split_weighted([(fen, percent) for fen, percent, _ in parts])
        != tuple(amount for _, _, amount in parts)
    ]
    return [f"registration {row}: its amounts are not its loss by its shares" for row in wrong][
        :LIMIT
    ]


def no_key_hangs(session: Session) -> list[str]:
    """I19: no key is in progress longer than 5 seconds; every key has its answer."""
    before = utc_now() - IN_PROGRESS
    keys = select(ActionKey.action_id).where(
        or_(ActionKey.status_code == 0, ActionKey.answer == ""), ActionKey.at < before
    )
    scans = select(Scan.scan_id).where(Scan.answer == "", Scan.arrived_at < before)
    return [
        *(f"action {key} has no answer" for key in session.scalars(keys.limit(LIMIT))),
        *(f"scan {key} has no answer" for key in session.scalars(scans.limit(LIMIT))),
        *said(
            session,
            "SELECT scan_id, outcome FROM scan "
            "WHERE (outcome = 'done' OR COALESCE(settlement, 'dismissed') <> 'dismissed') "
            "<> (registration_id IS NOT NULL)",
            "scan {0} is {1}, and its registration does not agree",
        ),
    ]
