"""The papers: tags, forms and the month's report, for whoever may see the record."""

from __future__ import annotations

import json

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from tracker import edge
from tracker.domain.account import COST_ROLES, FORM_READERS, GARMENT_READERS, LOSS_ROLES
from tracker.domain.job import Form, Kind
from tracker.queries import ledger
from tracker.services import (
    box_papers,
    customer_papers,
    destruction_papers,
    loss_papers,
    month_report,
    papers,
    return_papers,
)
from tracker.web import job
from tracker.web.label import setting_of

blueprint = Blueprint("print", __name__)


@blueprint.get("/registrations/<no>.pdf")
@edge.allow(GARMENT_READERS)
def registration(no: str) -> Response:
    """The registration form."""
    return edge.printed(papers.registration(edge.act(), no, edge.fonts()))


@blueprint.get("/registrations/<no>/slip.pdf")
@edge.allow(GARMENT_READERS)
def customer_slip(no: str) -> Response:
    """The slip with which a customer fetches his garment."""
    return edge.printed(customer_papers.slip(edge.act(), no, edge.fonts()))


@blueprint.get("/shipments/<no>.pdf")
@edge.allow(GARMENT_READERS)
def shipment(no: str) -> Response:
    """The packing list."""
    return edge.printed(box_papers.packing_list(edge.act(), no, edge.fonts()))


@blueprint.get("/shipments/<no>/return-note.pdf")
@edge.allow(COST_ROLES)
def return_note(no: str) -> Response:
    """The return note of a box to a supplier."""
    return edge.printed(return_papers.box(edge.act(), no, edge.fonts()))


@blueprint.get("/registrations/<no>/return-note.pdf")
@edge.allow(COST_ROLES)
def garment_return_note(no: str) -> Response:
    """The return note of a garment that went back by itself."""
    return edge.printed(return_papers.garment(edge.act(), no, edge.fonts()))


@blueprint.get("/shipments/<no>/cartons.<ext>")
@edge.allow(GARMENT_READERS)
def cartons(no: str, ext: str) -> Response:
    """The label of every carton, or of the one that is named: a picture shows one."""
    setting = setting_of(ext)
    one = request.args.get("carton")
    return edge.printed(box_papers.carton_labels(edge.act(), no, edge.fonts(), setting, one))


@blueprint.get("/loss-forms/<no>.pdf")
@edge.allow(FORM_READERS)
def loss_form(no: str) -> Response:
    """The loss form in three copies; a signed one as it was kept, the party's copy on demand."""
    wanted = request.args.get("copy")
    return edge.printed(loss_papers.loss_form(edge.act(), no, edge.fonts(), wanted))


@blueprint.get("/loss-forms/<no>/now.pdf")
@edge.allow(FORM_READERS)
def loss_form_now(no: str) -> Response:
    """The loss form with what happened since it was signed."""
    return edge.printed(loss_papers.loss_form_now(edge.act(), no, edge.fonts()))


@blueprint.get("/destructions/<no>.pdf")
@edge.allow(LOSS_ROLES)
def destruction(no: str) -> Response:
    """The destruction record."""
    return edge.printed(destruction_papers.record(edge.act(), no, edge.fonts()))


@blueprint.get("/months/<month>/report.pdf")
@edge.allow(COST_ROLES)
def month_pdf(month: str) -> ResponseReturnValue:
    """The month's report on paper."""
    if month_report.is_long(edge.act(), month, Form.PDF):
        return job.too_long(Kind.MONTH_REPORT, month=month, form=Form.PDF)
    return edge.printed(month_report.pdf(edge.act(), month, edge.fonts()))


@blueprint.get("/months/<month>/report.xlsx")
@edge.allow(COST_ROLES)
def month_xlsx(month: str) -> ResponseReturnValue:
    """The month's report as a workbook."""
    if month_report.is_long(edge.act(), month, Form.XLSX):
        return job.too_long(Kind.MONTH_REPORT, month=month, form=Form.XLSX)
    return edge.printed(month_report.xlsx(edge.act(), month))


@blueprint.get("/months/<month>/report.csv")
@edge.allow(COST_ROLES)
def month_csv(month: str) -> ResponseReturnValue:
    """The month's lines as CSV."""
    if month_report.is_long(edge.act(), month, Form.CSV):
        return job.too_long(Kind.MONTH_REPORT, month=month, form=Form.CSV)
    return edge.printed(month_report.csv(edge.act(), month))


@blueprint.get("/months/<month>/report.json")
@edge.allow(COST_ROLES)
def month_json(month: str) -> Response:
    """The month's lines and totals, in fen."""
    act = edge.act()
    values = month_report.values(act, ledger.get(act.session, act.actor, month))
    return Response(json.dumps(values, ensure_ascii=False), content_type="application/json")
