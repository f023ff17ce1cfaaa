"""Labels as printers take them: a GET shows one and records nothing, a POST records its print."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from annotated_types import Ge, Le, Len
from flask import Response, request
from pydantic import Field

from tracker import edge
from tracker.api import body, schema
from tracker.api.blueprint import answer as reply
from tracker.api.blueprint import blueprint, describe
from tracker.db import write
from tracker.domain.account import GARMENT_READERS
from tracker.domain.errors import not_found
from tracker.domain.label import MOST_COPIES, Form, Setting, read
from tracker.extensions import db
from tracker.queries import registration as registrations
from tracker.services import box_papers, label
from tracker.services.papers import PDF

ZPL = label.MEDIA[Form.ZPL]
DPI = {"dpi": "203 or 300, the printer's; 203 if left out"}
CARTON = {**DPI, "carton": "one carton's number; all of them if left out. A picture shows one"}
QUERY = {
    "size": "60x40 or 40x30, in mm; 60x40 if left out",
    **DPI,
    "copies": f"1 to {MOST_COPIES}; 1 if left out. A picture shows one",
    "print_id": "the label as it came out in this print; without it as the next print would",
}


class PrintBody(schema.Strict):
    """That a label is printed."""

    action_id: Annotated[str, Len(1, 64)] = Field(description="UUID made by the client")
    copies: Annotated[int, Ge(1), Le(MOST_COPIES)] = 1


def _setting(form: Form) -> Setting:
    return replace(read({**request.args.to_dict(), "form": form.value}), form=form)


def _label(piece_no: str, form: Form) -> Response:
    print_id = request.args.get("print_id")
    return edge.printed(label.preview(edge.act(), piece_no, _setting(form), edge.fonts(), print_id))


def cartons(no: str, form: Form) -> Response:
    """Return the labels of a box's cartons, or of the one that is named, in a form."""
    setting, one = _setting(form), request.args.get("carton")
    return edge.printed(box_papers.carton_labels(edge.act(), no, edge.fonts(), setting, one))


@blueprint.get("/labels/<piece_no>.pdf")
@edge.allow(GARMENT_READERS)
@describe("The repair tag of a piece", media=PDF, query=QUERY)
def label_pdf(piece_no: str) -> Response:
    """Show a repair tag as PDF, one label a page."""
    return _label(piece_no, Form.PDF)


@blueprint.get("/labels/<piece_no>.zpl")
@edge.allow(GARMENT_READERS)
@describe("The repair tag of a piece in ZPL", media=ZPL, query=QUERY)
def label_zpl(piece_no: str) -> Response:
    """Show a repair tag in the language of label printers."""
    return _label(piece_no, Form.ZPL)


@blueprint.get("/labels/<piece_no>.png")
@edge.allow(GARMENT_READERS)
@describe("The repair tag of a piece, dot by dot", media=label.MEDIA[Form.PNG], query=QUERY)
def label_png(piece_no: str) -> Response:
    """Show a repair tag as a picture."""
    return _label(piece_no, Form.PNG)


@blueprint.get("/labels/<piece_no>.svg")
@edge.allow(GARMENT_READERS)
@describe("The repair tag of a piece as a drawing", media=label.MEDIA[Form.SVG], query=QUERY)
def label_svg(piece_no: str) -> Response:
    """Show a repair tag as a drawing."""
    return _label(piece_no, Form.SVG)


@blueprint.post("/labels/<piece_no>/prints")
@edge.allow(GARMENT_READERS)
@describe("Record that a piece's repair tag is printed", body=PrintBody, statuses=(201,))
def print_label(piece_no: str) -> Response:
    """Record a print once for its key; every print of a piece but the first is a reprint."""
    asked = schema.values(PrintBody, body.read())

    def work() -> Response:
        act = edge.act()
        piece = registrations.piece_by_no(act.session, piece_no)
        last = registrations.last_of_piece(act.session, piece.id) if piece else None
        if last is None:
            raise not_found("件号", "piece", piece_no)
        wanted = Setting(copies=asked.get("copies", 1))
        [made] = label.record(act, asked["action_id"], [last.no], wanted)
        told = {"print_id": made.print_id, "piece_no": piece_no, "is_reprint": made.is_reprint}
        return reply({**told, "copies": made.copies, "at": made.at.isoformat()}, 201)

    return write(db.session(), work)
