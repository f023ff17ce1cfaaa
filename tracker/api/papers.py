"""Prints: the same papers as on the pages."""

from __future__ import annotations

from flask import Response

from tracker import edge
from tracker.api import body
from tracker.api.blueprint import answer as reply
from tracker.api.blueprint import blueprint, describe
from tracker.api.labels import CARTON, ZPL, cartons
from tracker.domain import job
from tracker.domain.account import COST_ROLES, FORM_READERS, GARMENT_READERS, LOSS_ROLES
from tracker.domain.label import Form
from tracker.queries import ledger
from tracker.services import (
    box_papers,
    customer_papers,
    destruction_papers,
    label,
    loss_papers,
    month_report,
    papers,
    return_papers,
)


@blueprint.get("/registrations/<no>.pdf")
@edge.allow(GARMENT_READERS)
@describe("The registration form", media=papers.PDF)
def registration_pdf(no: str) -> Response:
    """Print a registration form."""
    return edge.printed(papers.registration(edge.act(), no, edge.fonts()))


@blueprint.get("/registrations/<no>/slip.pdf")
@edge.allow(GARMENT_READERS)
@describe("The customer's slip, two copies, the customer masked", media=papers.PDF)
def customer_slip_pdf(no: str) -> Response:
    """Print a customer's slip."""
    return edge.printed(customer_papers.slip(edge.act(), no, edge.fonts()))


@blueprint.get("/shipments/<no>.pdf")
@edge.allow(GARMENT_READERS)
@describe("The packing list", media=papers.PDF)
def shipment_pdf(no: str) -> Response:
    """Print a packing list."""
    return edge.printed(box_papers.packing_list(edge.act(), no, edge.fonts()))


@blueprint.get("/shipments/<no>/return-note.pdf")
@edge.allow(COST_ROLES)
@describe("The return note of a box to a supplier, in three copies", media=papers.PDF)
def return_note_pdf(no: str) -> Response:
    """Print the return note of a box."""
    return edge.printed(return_papers.box(edge.act(), no, edge.fonts()))


@blueprint.get("/registrations/<no>/return-note.pdf")
@edge.allow(COST_ROLES)
@describe("The return note of a garment that went back to its supplier", media=papers.PDF)
def garment_return_note_pdf(no: str) -> Response:
    """Print the return note of a garment, or of the box it went in."""
    return edge.printed(return_papers.garment(edge.act(), no, edge.fonts()))


@blueprint.get("/shipments/<no>/cartons.pdf")
@edge.allow(GARMENT_READERS)
@describe("The label of every carton, without its contents", media=papers.PDF, query=CARTON)
def cartons_pdf(no: str) -> Response:
    """Print the labels of a sealed box's cartons."""
    return cartons(no, Form.PDF)


@blueprint.get("/shipments/<no>/cartons.zpl")
@edge.allow(GARMENT_READERS)
@describe("The label of every carton in ZPL", media=ZPL, query=CARTON)
def cartons_zpl(no: str) -> Response:
    """Print the labels of a sealed box's cartons on a label printer."""
    return cartons(no, Form.ZPL)


@blueprint.get("/shipments/<no>/cartons.png")
@edge.allow(GARMENT_READERS)
@describe("A carton's label, dot by dot", media=label.MEDIA[Form.PNG], query=CARTON)
def cartons_png(no: str) -> Response:
    """Show the label of a sealed box's carton as a picture."""
    return cartons(no, Form.PNG)


@blueprint.get("/shipments/<no>/cartons.svg")
@edge.allow(GARMENT_READERS)
@describe("A carton's label as a drawing", media=label.MEDIA[Form.SVG], query=CARTON)
def cartons_svg(no: str) -> Response:
    """Show the label of a sealed box's carton as a drawing."""
    return cartons(no, Form.SVG)


@blueprint.get("/loss-forms/<no>.pdf")
@edge.allow(FORM_READERS)
@describe(
    "The loss form in three copies; one that was signed or voided byte for byte as it was kept",
    media=papers.PDF,
    query={"copy": "party: the liable party's copy, without nature and VAT"},
)
def loss_form_pdf(no: str) -> Response:
    """Print a loss form."""
    wanted = body.argument("copy")
    return edge.printed(loss_papers.loss_form(edge.act(), no, edge.fonts(), wanted))


@blueprint.get("/loss-forms/<no>/now.pdf")
@edge.allow(FORM_READERS)
@describe("The loss form with what happened since it was signed", media=papers.PDF)
def loss_form_now_pdf(no: str) -> Response:
    """Print a loss form as it stands."""
    return edge.printed(loss_papers.loss_form_now(edge.act(), no, edge.fonts()))


@blueprint.get("/destructions/<no>.pdf")
@edge.allow(LOSS_ROLES)
@describe("The destruction record", media=papers.PDF)
def destruction_pdf(no: str) -> Response:
    """Print a destruction record."""
    return edge.printed(destruction_papers.record(edge.act(), no, edge.fonts()))


def _check_short(month: str, form: job.Form) -> None:
    """Raise ``RuleViolation`` ``too_long`` for what a page makes as a job too."""
    if month_report.is_long(edge.act(), month, form):
        raise job.too_long(job.Kind.MONTH_REPORT)


@blueprint.get("/months/<month>/report.pdf")
@edge.allow(COST_ROLES)
@describe("The month's report on paper; a long one is a job", media=papers.PDF)
def month_pdf(month: str) -> Response:
    """Print a month's report; 409 ``too_long`` for one that POST /jobs makes."""
    _check_short(month, job.Form.PDF)
    return edge.printed(month_report.pdf(edge.act(), month, edge.fonts()))


@blueprint.get("/months/<month>/report.xlsx")
@edge.allow(COST_ROLES)
@describe("The month's report as a workbook; a long one is a job", media=month_report.XLSX)
def month_xlsx(month: str) -> Response:
    """Return a month's report as a workbook; 409 ``too_long`` for one that POST /jobs makes."""
    _check_short(month, job.Form.XLSX)
    return edge.printed(month_report.xlsx(edge.act(), month))


@blueprint.get("/months/<month>/report.csv")
@edge.allow(COST_ROLES)
@describe("The month's lines, amounts in yuan; a long one is a job", media="text/csv")
def month_csv(month: str) -> Response:
    """Return a month's lines as CSV; 409 ``too_long`` for one that POST /jobs makes."""
    _check_short(month, job.Form.CSV)
    return edge.printed(month_report.csv(edge.act(), month))


@blueprint.get("/months/<month>/report.json")
@edge.allow(COST_ROLES)
@describe("The month's lines and totals, in fen")
def month_json(month: str) -> Response:
    """Return a month's lines and totals."""
    act = edge.act()
    return reply(month_report.values(act, ledger.get(act.session, act.actor, month)))
