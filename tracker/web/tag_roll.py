"""Rolls of blank repair tags: print one, and see how many tags of the earlier ones are used."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker import edge
from tracker.db import write
from tracker.domain.errors import InvalidInput
from tracker.domain.label import MOST_BLANKS, Form, read
from tracker.domain.number import piece_no
from tracker.extensions import db
from tracker.queries import label as queries
from tracker.queries.paging import position
from tracker.services import tag_roll
from tracker.web.label import address, choices

blueprint = Blueprint("tag_roll", __name__, url_prefix="/tag-rolls")


@blueprint.get("")
@edge.allow(tag_roll.MAKERS)
def index() -> str:
    """The rolls, newest first, and the form that prints the next one."""
    session, actor = db.session(), edge.actor()
    rolls, following = queries.rolls(session, actor, request.args.get("cursor"))
    return render_template(
        "tag_roll/index.html",
        rolls=rolls,
        number=piece_no,
        most=MOST_BLANKS,
        action_id=str(uuid4()),
        next_url=url_for(".index", cursor=following) if following else None,
        first_url=url_for(".index") if request.args.get("cursor") else None,
        **choices(),
    )


@blueprint.post("")
@edge.allow(tag_roll.MAKERS)
def add() -> ResponseReturnValue:
    """Reserve the numbers of a roll, once for the page's key, and lead to its tags."""
    setting = read({**request.form.to_dict(), "copies": "1"})
    if setting.form.is_of_one:
        raise InvalidInput(
            "roll_form",
            "整卷标签请用 PDF 或 ZPL 打印。",
            "Print a roll as PDF or ZPL.",
            "form",
        )
    key, count = request.form.get("action_id", ""), position(request.form.get("count"))
    made = write(db.session(), lambda: tag_roll.add(edge.act(), key, count).id)
    return redirect(url_for(".tags", no=made, **address(setting)), 303)


@blueprint.get("/<no>.<ext>")
@edge.allow(tag_roll.MAKERS)
def tags(no: str, ext: str) -> Response:
    """The tags of a roll, as often as they are asked for."""
    asked = read({**request.args.to_dict(), "copies": "1"})
    is_zpl = ext == Form.ZPL.value
    form = Form.ZPL if is_zpl else Form.SHEET if asked.form is Form.SHEET else Form.PDF
    setting = replace(asked, form=form)
    return edge.printed(tag_roll.paper(edge.act(), position(no), setting, edge.fonts()))
