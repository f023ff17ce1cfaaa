"""The report of scrap: one table, four prints that agree to the fen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from labels.fonts import Fonts
from labels.scrap_pdf import scrap_pdf
from labels.scrap_report import (
    ScrapColumn,
    ScrapDimension,
    ScrapLine,
    ScrapReport,
    ScrapRow,
    scrap_csv,
)
from labels.scrap_xlsx import scrap_xlsx
from tracker.db import snapshot
from tracker.domain.codes import Defect, LiableKind
from tracker.domain.job import Form, Progress
from tracker.domain.ledger import Status
from tracker.domain.scrap_report import (
    MOST_ROWS,
    Dimension,
    Row,
    Selection,
    parts_of,
    too_many_rows,
)
from tracker.queries import catalog
from tracker.queries import scrap_report as queries
from tracker.queries import site as sites
from tracker.services import chain, demo
from tracker.services.act import Act
from tracker.services.month_report import CSV, XLSX
from tracker.services.papers import PDF, Paper, foot

MOST_LINES = 20_000
"""So many lines a workbook takes while its reader waits, in about two seconds."""
MOST_PRINTED = 1_500
"""So many rows a page of a PDF takes meanwhile; more are a job."""

_COLUMNS: Mapping[Dimension, tuple[ScrapColumn, ...]] = {
    Dimension.LIABLE: (
        ScrapColumn("liable_kind", "责任方类别", 12),
        ScrapColumn("liable_party", "责任方编码", 12),
        ScrapColumn("liable_name", "责任方", 28),
    ),
    Dimension.SUPPLIER: (
        ScrapColumn("supplier", "供应商编码", 12),
        ScrapColumn("supplier_name", "供应商", 28),
    ),
    Dimension.STORE: (
        ScrapColumn("store", "店铺编码", 12),
        ScrapColumn("store_name", "店铺", 20),
    ),
    Dimension.DEFECT: (
        ScrapColumn("defect", "缺陷编码", 16),
        ScrapColumn("defect_name", "缺陷", 22),
    ),
    Dimension.YEAR: (ScrapColumn("production_year", "生产年份", 10),),
    Dimension.STYLE: (ScrapColumn("style_no", "款号", 18),),
}


@dataclass(frozen=True)
class Names:
    """What suppliers, stores, defects and kinds of liable parties are called, by code."""

    suppliers: Mapping[str, str]
    stores: Mapping[str, str]
    defects: Mapping[str, str]
    kinds: Mapping[str, str]

    def of(self, dimension: Dimension, key: str) -> str:
        """Return what a key is called; empty where its code says all."""
        code, *more = parts_of(dimension, key)
        if dimension is Dimension.SUPPLIER:
            return self.suppliers.get(code, "")
        if dimension is Dimension.STORE:
            return self.stores.get(code, "")
        if dimension is Dimension.DEFECT:
            return self.defects.get(code, "")
        return self._party(code, more[0]) if dimension is Dimension.LIABLE else ""

    def _party(self, kind: str, code: str) -> str:
        if not code:
            return self.kinds.get(kind, kind)
        return (self.suppliers if kind == LiableKind.SUPPLIER else self.stores).get(code, "")


def names(act: Act, locale: str = "zh") -> Names:
    """Return what is called how, in the reader's language where we name it."""
    return Names(
        {row.code: row.name for row in catalog.suppliers(act.session)},
        {row.code: row.name for row in sites.every(act.session)},
        {defect.value: defect.label(locale) for defect in Defect},
        {kind.value: kind.label(locale) for kind in LiableKind},
    )


def report(
    act: Act, wanted: Selection, *, with_lines: bool = False, for_people: bool = False
) -> ScrapReport:
    """Return the table of what the actor may see with its words, and its lines where wanted.

    ``for_people`` says the kind of a liable party in words; programs read its code.

    All of it is of one moment. Raises ``RuleViolation`` ``too_many_rows``.
    """
    kinds = {kind.value: kind.zh for kind in LiableKind} if for_people else {}
    with snapshot(act.session):
        named = names(act)
        table = queries.figures(act.session, act.actor, wanted)
        if with_lines and table.foot.total.lines > MOST_ROWS:
            raise too_many_rows(table.foot.total.lines)
        found = queries.lines(act.session, act.actor, wanted) if with_lines else None
        statuses = queries.statuses(act.session, wanted)
        is_demo = demo.is_demonstration(act.session)
    return ScrapReport(
        dimensions=tuple(ScrapDimension(by.zh, _COLUMNS[by]) for by in wanted.by),
        months=table.months,
        statuses=tuple(_mark(statuses.get(month)) for month in table.months),
        rows=[_row(row, wanted, named, kinds) for row in table.rows],
        filters=[(by.zh, _told(by, key, named)) for by, key in wanted.filters.items()],
        lines=None if found is None else [_line(line, named, kinds) for line in found],
        prepared_by=act.actor.name,
        printed_at=act.now,
        demo=is_demo,
    )


def _mark(status: Status | None) -> str:
    return "" if status in (None, Status.CLOSED) else f"（{status.zh}）"


def _told(by: Dimension, key: str, named: Names) -> str:
    code = key.partition(":")[2] if by is Dimension.LIABLE else key
    return f"{code} {named.of(by, key)}".strip()


def _row(row: Row, wanted: Selection, named: Names, kinds: Mapping[str, str]) -> ScrapRow:
    values: list[str | int] = []
    for by, key in zip(wanted.by, row.keys, strict=True):
        parts = parts_of(by, key)
        values += [kinds.get(part, part) for part in parts] if by is Dimension.LIABLE else parts
        values += [named.of(by, key)] * (len(_COLUMNS[by]) - len(parts))
    return ScrapRow(
        tuple(values),
        tuple(one.amount_fen for one in row.sums),
        tuple(one.lines for one in row.sums),
    )


def _line(line: queries.Line, named: Names, kinds: Mapping[str, str]) -> ScrapLine:
    return ScrapLine(
        month=line.month,
        posted_on=line.posted_on,
        amount_fen=line.amount_fen,
        liable_kind=kinds.get(line.liable_kind, line.liable_kind),
        liable_party=line.liable_party,
        liable_name=line.liable_name,
        supplier=line.supplier,
        supplier_name=named.suppliers.get(line.supplier, ""),
        store=line.store,
        store_name=named.stores.get(line.store, ""),
        style_no=line.style_no,
        production_year=line.production_year,
        defect=line.defect,
        defect_name=named.defects.get(line.defect, ""),
        piece_no=line.piece_no,
        registration_no=line.registration_no,
        form_no=line.form_no,
        entry_no=line.entry_no,
    )


def is_long(act: Act, wanted: Selection, form: Form) -> bool:
    """Return whether a form of the report takes too long to be made while its reader waits."""
    if form == Form.XLSX:
        return queries.whole(act.session, act.actor, wanted).lines > MOST_LINES
    if form == Form.PDF:
        return len(queries.figures(act.session, act.actor, wanted).rows) > MOST_PRINTED
    return False


def check(act: Act, wanted: Selection, form: Form) -> None:
    """Refuse what could never be made. Raises ``RuleViolation`` ``too_many_rows``."""
    count = queries.whole(act.session, act.actor, wanted).lines
    if form == Form.XLSX and count > MOST_ROWS:
        raise too_many_rows(count)


def values(act: Act, wanted: Selection) -> dict[str, Any]:
    """Return the report as the API says it, in fen."""
    found = report(act, wanted)
    return {
        "first": wanted.first,
        "last": wanted.last,
        "by": list(wanted.by),
        "filters": {by.value: key for by, key in wanted.filters.items()},
        "rows": [{**_keys(found, row), **_sums(found, row)} for row in found.rows],
        "totals": _sums(found, found.foot),
    }


def _keys(found: ScrapReport, row: ScrapRow) -> dict[str, Any]:
    return {column.name: value for column, value in zip(found.columns, row.values, strict=True)}


def _sums(found: ScrapReport, row: ScrapRow) -> dict[str, Any]:
    months = zip(found.months, row.amounts_fen, row.lines, strict=True)
    return {
        "months": [{"month": m, "amount_fen": fen, "lines": lines} for m, fen, lines in months],
        "amount_fen": row.total_fen,
        "lines": row.total_lines,
        "change_fen": row.change_fen if found.has_change else None,
    }


def pdf(act: Act, wanted: Selection, fonts: Fonts, progress: Progress | None = None) -> Paper:
    """Print the report as PDF; ``progress`` is told each page."""
    found = report(act, wanted, for_people=True)
    sealed = chain.head(act.session)
    content = scrap_pdf(replace(found, chain=foot(sealed)), fonts, progress=progress)
    return Paper(f"{_name(wanted)}.pdf", PDF, content, sealed)


def xlsx(act: Act, wanted: Selection, progress: Progress | None = None) -> Paper:
    """Print the report and every line as a workbook; ``progress`` is told the rows.

    Raises ``RuleViolation`` ``too_many_rows``.
    """
    found = report(act, wanted, with_lines=True, for_people=True)
    return Paper(f"{_name(wanted)}.xlsx", XLSX, scrap_xlsx(found, progress=progress))


def csv(act: Act, wanted: Selection) -> Paper:
    """Print the rows of the report as CSV, amounts in yuan."""
    return Paper(f"{_name(wanted)}.csv", CSV, scrap_csv(report(act, wanted)))


def made(
    act: Act, wanted: Selection, form: Form, fonts: Fonts, progress: Progress | None = None
) -> Paper:
    """Return the report in the form wanted. Raises ``RuleViolation`` ``too_many_rows``."""
    if form == Form.PDF:
        return pdf(act, wanted, fonts, progress)
    return xlsx(act, wanted, progress) if form == Form.XLSX else csv(act, wanted)


def _name(wanted: Selection) -> str:
    return f"scrap-{wanted.first}-{wanted.last}"
