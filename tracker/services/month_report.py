"""The month's report (rules 1.46–1.49): one set of lines, four prints that agree to the fen."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from labels.fonts import Fonts
from labels.form import Signed
from labels.month_pdf import month_pdf
from labels.month_report import MonthGroup, MonthLine, MonthReport, month_csv, month_report
from labels.month_xlsx import month_xlsx
from tracker.domain.codes import Defect, LiableKind
from tracker.domain.job import Form, Progress
from tracker.domain.ledger import Status
from tracker.models.account import Account
from tracker.models.ledger import Month
from tracker.queries import catalog, month_roll, month_total
from tracker.queries import ledger as queries
from tracker.queries import site as sites
from tracker.services import chain, demo
from tracker.services.act import Act
from tracker.services.papers import PDF, Paper, foot

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
MOST_LINES = {Form.PDF: 2_000, Form.XLSX: 20_000, Form.CSV: 20_000}
"""So many lines a page makes while its reader waits, in about two seconds; more are a job."""


def report(act: Act, month: Month) -> MonthReport:
    """Return a month's lines and totals with their names in words, in fen."""
    session = act.session
    suppliers = {row.code: row.name for row in catalog.suppliers(session)}
    stores = {row.code: row.name for row in sites.every(session)}
    found = month_report(
        month.month,
        Status(month.status).zh,
        [_line(line, suppliers, stores) for line in queries.lines(session, month.month)],
        prepared_by=act.actor.name,
        printed_at=act.now,
        demo=demo.is_demonstration(session),
        supervisor=_signed(month.submitted_by, month.submitted_at),
        finance=_signed(month.closed_by, month.closed_at),
    )
    others = month_total.others(session, month.month)
    rolled = month_roll.roll(session, month.month).rows()
    return replace(
        found,
        accounts=[(account.zh, fen) for account, fen in others.items()],
        roll=[(flow.zh, stock.pieces, stock.amount_fen) for flow, stock in rolled],
    )


def _signed(by: Account | None, at: datetime | None) -> Signed | None:
    return Signed(by.name, at) if by and at else None


def _line(line: queries.Line, suppliers: dict[str, str], stores: dict[str, str]) -> MonthLine:
    return MonthLine(
        amount_fen=line.amount_fen,
        liable_kind=line.liable_kind,
        liable_party=line.liable_party,
        supplier=line.supplier,
        store=line.store,
        style_no=line.style_no,
        production_year=line.production_year,
        defect=line.defect,
        piece_no=line.piece_no,
        form_no=line.form_no,
        liable_kind_name=LiableKind(line.liable_kind).zh,
        liable_party_name=line.liable_name if line.liable_party else "",
        supplier_name=suppliers.get(line.supplier, ""),
        store_name=stores.get(line.store, ""),
        defect_name=Defect(line.defect).zh,
        posted_on=line.posted_on,
    )


def values(act: Act, month: Month) -> dict[str, Any]:
    """Return ``{month, lines, totals}`` as the API says them, in fen."""
    found = report(act, month)
    return {
        "month": found.month,
        "lines": [
            {
                "amount_fen": line.amount_fen,
                "liable_kind": line.liable_kind,
                "liable_party": line.liable_party,
                "supplier": line.supplier,
                "store": line.store,
                "style_no": line.style_no,
                "production_year": line.production_year,
                "defect": line.defect,
                "piece_no": line.piece_no,
                "form_no": line.form_no,
            }
            for line in found.lines
        ],
        "totals": {
            "amount_fen": found.total_fen,
            "lines": len(found.lines),
            "pieces": found.pieces,
            "by_liable_party": [_group(group) for group in found.by_liable_party],
            "by_supplier": [_group(group) for group in found.by_supplier],
            "by_store": [_group(group) for group in found.by_store],
            "by_defect": [_group(group) for group in found.by_defect],
            "by_production_year": [_group(group) for group in found.by_production_year],
            "other_accounts": [
                {"code": account.value, "name": account.zh, "amount_fen": fen}
                for account, fen in month_total.others(act.session, month.month).items()
            ],
        },
    }


def _group(group: MonthGroup) -> dict[str, Any]:
    return {
        "code": group.code,
        "name": group.name,
        "pieces": group.pieces,
        "lines": group.lines,
        "amount_fen": group.amount_fen,
    }


def is_long(act: Act, month: str, form: Form) -> bool:
    """Return whether a month's report is too long to be made while its reader waits.

    Raises ``NotFound``.
    """
    found = queries.get(act.session, act.actor, month)
    lines = found.line_count
    if lines is None:  # It is not closed yet.
        lines, _fen = queries.sum_of(act.session, found.month, queries.Wanted())
    return lines > MOST_LINES[form]


def pdf(act: Act, month: str, fonts: Fonts, progress: Progress | None = None) -> Paper:
    """Print the report as PDF; ``progress`` is told each page. Raises ``NotFound``."""
    found = report(act, queries.get(act.session, act.actor, month))
    sealed = chain.head(act.session)
    content = month_pdf(replace(found, chain=foot(sealed)), fonts, progress=progress)
    return Paper(f"month-{found.month}.pdf", PDF, content, sealed)


def xlsx(act: Act, month: str, progress: Progress | None = None) -> Paper:
    """Print the report as a workbook; ``progress`` is told the rows. Raises ``NotFound``."""
    found = report(act, queries.get(act.session, act.actor, month))
    return Paper(f"month-{found.month}.xlsx", XLSX, month_xlsx(found, progress=progress))


def csv(act: Act, month: str) -> Paper:
    """Print the report's lines as CSV, amounts in yuan. Raises ``NotFound``."""
    found = report(act, queries.get(act.session, act.actor, month))
    return Paper(f"month-{found.month}.csv", CSV, month_csv(found))
