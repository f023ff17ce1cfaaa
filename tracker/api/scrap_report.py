"""The report of scrap, as its page shows it."""

from __future__ import annotations

from flask import Response, request

from tracker import edge
from tracker.api.blueprint import answer as reply
from tracker.api.blueprint import blueprint, describe
from tracker.db import utc_now
from tracker.domain.calendar import month_of
from tracker.domain.job import Form, Kind, too_long
from tracker.domain.scrap_report import READERS, Selection, dimensions_of, selection
from tracker.services import scrap_report as service
from tracker.services.month_report import XLSX
from tracker.services.papers import PDF

QUERY = {
    "first": "first month, YYYY-MM; the one before `last` if nothing is said",
    "last": "last month, YYYY-MM; this one if nothing is said; thirteen months at most",
    "by": "up to three of liable, supplier, store, defect, year, style, with commas between",
    "liable": "only this party's, as supplier:SUP01, store:S001 or head_office:",
    "supplier": "only what this supplier made",
    "store": "only this store's",
    "defect": "only this defect",
    "year": "only this production year",
    "style": "only this style's",
}


def _wanted() -> Selection:
    return selection(request.args, month_of(utc_now()), dimensions_of(edge.actor()))


def _made(form: Form) -> Response:
    act, wanted = edge.act(), _wanted()
    if service.is_long(act, wanted, form):
        raise too_long(Kind.SCRAP_REPORT)
    return edge.printed(service.made(act, wanted, form, edge.fonts()))


@blueprint.get("/reports/scrap.json")
@edge.allow(READERS)
@describe("What months charge, side by side, in fen, of what the caller may see", query=QUERY)
def scrap_json() -> Response:
    """Return rows, each with its months, and totals."""
    return reply(service.values(edge.act(), _wanted()))


@blueprint.get("/reports/scrap.xlsx")
@edge.allow(READERS)
@describe("The same as a workbook, with every line; a long one is a job", media=XLSX, query=QUERY)
def scrap_xlsx() -> Response:
    """Return the workbook; 409 ``too_long`` for one that POST /jobs makes."""
    return _made(Form.XLSX)


@blueprint.get("/reports/scrap.pdf")
@edge.allow(READERS)
@describe("The same on paper; a long one is a job", media=PDF, query=QUERY)
def scrap_pdf() -> Response:
    """Print the report; 409 ``too_long`` for one that POST /jobs makes."""
    return _made(Form.PDF)


@blueprint.get("/reports/scrap.csv")
@edge.allow(READERS)
@describe("The same rows, amounts in yuan", media="text/csv", query=QUERY)
def scrap_csv() -> Response:
    """Return the rows as CSV."""
    return _made(Form.CSV)
