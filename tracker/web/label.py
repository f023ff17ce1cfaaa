"""Printing repair tags: one press records the print and opens it; its settings stay on the device.

A GET never writes, so a print is a POST. It answers with the address of what was printed, which may
be opened again without printing anything anew.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker import edge
from tracker.db import write
from tracker.domain.account import GARMENT_READERS
from tracker.domain.label import MOST_COPIES, Dpi, Form, Setting, Size, read
from tracker.extensions import db
from tracker.queries import label as queries
from tracker.queries import registration as registrations
from tracker.services import label

blueprint = Blueprint("label", __name__, url_prefix="/labels")

ENDINGS = {form.value: form for form in Form if form is not Form.SHEET}


@blueprint.get("/<piece_no>.<ext>")
@edge.allow(GARMENT_READERS)
def preview(piece_no: str, ext: str) -> Response:
    """The repair tag of a piece as the next print will look; nothing is recorded."""
    setting = setting_of(ext)
    return edge.printed(label.preview(edge.act(), piece_no, setting, edge.fonts()))


@blueprint.get("/prints/<code>.<ext>")
@edge.allow(GARMENT_READERS)
def printed(code: str, ext: str) -> Response:
    """What one print printed, to be opened as often as need be."""
    return edge.printed(label.in_print(edge.act(), code, setting_of(ext), edge.fonts()))


def setting_of(ext: str) -> Setting:
    """Return the setting that the address names, in the form that its ending names."""
    asked = read({**request.args.to_dict(), "form": request.args.get("form") or ext})
    is_sheet = asked.form is Form.SHEET and ext == Form.PDF.value
    return asked if is_sheet else replace(asked, form=ENDINGS.get(ext, Form.PDF))


@blueprint.get("/print")
@edge.allow(GARMENT_READERS)
def choose() -> str:
    """The settings of a print: size, printer, copies and where a sheet begins."""
    nos = list(dict.fromkeys(request.args.getlist("nos")))[: label.MOST]
    session, actor = db.session(), edge.actor()
    rows = [registrations.get(session, actor, no) for no in nos]
    return render_template(
        "label/print.html",
        rows=rows,
        prints=queries.prints_of(session, actor, [row.piece_id for row in rows]),
        **choices(),
    )


def choices() -> dict[str, Any]:
    """Return what a page with print settings offers."""
    return {"sizes": Size, "label_forms": Form, "dpis": Dpi, "most_copies": MOST_COPIES}


@blueprint.post("/prints")
@edge.allow(GARMENT_READERS)
def record() -> ResponseReturnValue:
    """Record a print once for the page's key, and lead to what is printed."""
    setting = read(request.form)
    key, nos = request.form.get("action_id", ""), request.form.getlist("nos")
    made = write(db.session(), lambda: label.record(edge.act(), key, nos, setting)[0].print_id)
    return redirect(url_for(".printed", code=made, **address(setting)), 303)


def address(setting: Setting) -> dict[str, Any]:
    """Return a setting as the arguments of an address, with the ending of its file."""
    ending = Form.PDF if setting.form is Form.SHEET else setting.form
    told = {"size": setting.size, "dpi": setting.dpi, "form": setting.form}
    start = {"start": str(setting.start)} if setting.form is Form.SHEET else {}
    return {"ext": ending.value, **{name: one.value for name, one in told.items()}, **start}
