"""What finance may rely upon in single entries: corrections, transferred VAT, freight."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.chain import boundary
from tracker.domain.ledger import CUSTOMER_ACCOUNTS, Account
from tracker.domain.loss_nature import LossNature, vat_transfer_out
from tracker.models.chain import ChainLink
from tracker.models.loss import LossLine
from tracker.queries.verify import LIMIT, last_by_the_work, said

_ONCE = ", ".join(f"'{account}'" for account in (*CUSTOMER_ACCOUNTS, Account.FREIGHT))
"""Of these a document has one entry that stands."""


def entries_agree(session: Session) -> list[str]:
    """Corrections take back an entry exactly and once; VAT and freight are entered as they are."""
    return [
        *_corrections(session),
        *_stand_beside(session),
        *_vat(session),
        *_wrong_vat(session),
        *_freight(session),
    ]


def _corrections(session: Session) -> list[str]:
    """A reversal has the legs of what it takes back with opposite signs.

    Finance's own is taken back once, and what so stands again only by the work itself.
    """
    return [
        *said(
            session,
            "SELECT x.reverses, x.account, SUM(x.amount_fen) FROM "
            "(SELECT reverses, account, amount_fen FROM ledger_entry WHERE reverses IS NOT NULL "
            "UNION ALL SELECT o.entry_no, o.account, o.amount_fen FROM ledger_entry o "
            "WHERE o.entry_no IN (SELECT reverses FROM ledger_entry)) x "
            "GROUP BY x.reverses, x.account HAVING SUM(x.amount_fen) <> 0",
            "the reversal of {0} leaves {2} fen on {1}",
        ),
        *said(
            session,
            "SELECT e.entry_no, e.reverses FROM ledger_entry e LEFT JOIN ledger_entry o "
            "ON o.entry_no = e.reverses AND o.account = e.account LEFT JOIN ledger_entry p "
            "ON p.entry_no = o.reverses AND p.account = o.account WHERE e.reverses IS NOT NULL "
            "AND (o.id IS NULL OR o.at > e.at OR (o.reverses IS NOT NULL AND "
            "(o.reason IS NULL OR (e.reason IS NULL) <> (p.reverses IS NOT NULL))))",
            "{0} reverses {1}, which is no earlier entry that may be reversed",
        ),
        *said(
            session,
            "SELECT entry_no FROM ledger_entry WHERE reason IS NOT NULL AND reverses IS NULL",
            "{0} has a correction's reason and corrects nothing",
        ),
    ]


def _stand_beside(session: Session) -> list[str]:
    """What finance let stand again was not entered anew before: a box or customer pays once."""
    return said(
        session,
        "SELECT e.entry_no, n.entry_no FROM ledger_entry e "  # noqa: S608
        "JOIN ledger_entry r ON r.entry_no = e.reverses AND r.account = e.account "
        f"JOIN ledger_entry n ON n.document = e.document AND n.account IN ({_ONCE}) "
        "AND n.reverses IS NULL AND n.id > r.id "
        f"WHERE e.account IN ({_ONCE}) AND e.reason IS NOT NULL AND r.reverses IS NOT NULL "
        "AND NOT EXISTS (SELECT 1 FROM ledger_entry b "
        "WHERE b.reverses IN (e.entry_no, n.entry_no))",
        "{0} lets stand again what {1} replaced",
    )


def _vat(session: Session) -> list[str]:
    return said(
        session,
        "SELECT f.no, f.status, COALESCE(l.fen, 0), COALESCE(e.fen, 0) FROM loss_form f "
        "LEFT JOIN (SELECT form_id, SUM(vat_fen) AS fen FROM loss_line WHERE is_live "
        "GROUP BY form_id) l ON l.form_id = f.id "
        "LEFT JOIN (SELECT document, SUM(-amount_fen) AS fen FROM ledger_entry "
        "WHERE account = 'vat_transfer_out' AND reason IS NULL GROUP BY document) e "
        "ON e.document = f.no WHERE COALESCE(e.fen, 0) <> "
        "CASE WHEN f.status = 'approved' THEN COALESCE(l.fen, 0) ELSE 0 END",
        "{0} is {1} and transfers {2} fen of VAT, the ledger {3}",
    )


def _wrong_vat(session: Session) -> list[str]:
    """Each line's VAT is the garment's by its share, where its nature is poor management."""
    garments: dict[int, list[Any]] = defaultdict(list)
    lines = select(
        LossLine.registration_id, LossLine.percent, LossLine.nature, LossLine.cost_fen,
        LossLine.vat_percent, LossLine.vat_fen,
    ).where(LossLine.is_live)  # fmt: skip
    for garment, *line in session.execute(lines.order_by(LossLine.id)):
        garments[garment].append(line)
    wrong = [
        garment
        for garment, parts in garments.items()
        if sum(percent for percent, *_ in parts) == 100
        and vat_transfer_out(
            parts[0][2], parts[0][3], [(percent, LossNature(n)) for percent, n, *_ in parts]
        )
        != tuple(part[4] for part in parts)
    ]
    return [f"registration {row}: its VAT is not that of its natures" for row in wrong][:LIMIT]


def _freight(session: Session) -> list[str]:
    """An extra box's freight is entered; boxes from before the chain had none in the ledger."""
    beginning = session.get(ChainLink, 1)
    before = boundary(beginning.ref)[1] if beginning else 0
    return said(
        session,
        "SELECT s.no, s.freight_fen, COALESCE(SUM(e.amount_fen), 0) FROM shipment s "  # noqa: S608
        "JOIN event v ON v.noun = 'shipment' AND v.subject_id = s.id AND v.action = 'dispatch' "
        "AND v.id > :before LEFT JOIN ledger_entry e "
        "ON e.document = s.no AND e.account = 'freight' WHERE s.kind = 'extra' "
        "GROUP BY s.id, s.no, s.freight_fen "
        "HAVING COALESCE(s.freight_fen, 0) NOT IN (COALESCE(SUM(e.amount_fen), 0), "
        f"{last_by_the_work('s.no', ('freight',))})",
        "the freight of {0} is {1} fen, the ledger has {2}",
        before=before,
    )
