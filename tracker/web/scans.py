"""A scan on a page: one action with its own key, answered by one row; refused ones are rows too."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker import edge, errors
from tracker.db import write
from tracker.extensions import db
from tracker.services import actions
from tracker.services.once import Answer
from tracker.web.forms.scan import HandlingScanForm


def take(
    noun: str,
    no: str,
    action: str,
    back: str,
    form: HandlingScanForm | None = None,
    told: Callable[[Any, Any], Mapping[str, Any]] | None = None,
) -> ResponseReturnValue:
    """Answer a posted scan with its row: 200, or the refusal's status; without htmx a 303.

    ``told(record, result)`` are the facts of the row, by default those of the garment scanned.
    """
    form = HandlingScanForm() if form is None else form
    if not form.validate_on_submit():
        sentence = _("Nothing was scanned. Scan the repair tag on the garment.")
        return _answer(422, "", {"detail": sentence}, back)
    code = form.code.data or ""
    try:
        answer = _perform(noun, no, action, form, told or _garment)
    except errors.REFUSALS as error:
        refusal = errors.as_refusal(error)
        return _answer(refusal.status, code, errors.problem(refusal), back)
    return _answer(answer.status, code, json.loads(answer.body), back)


def _perform(
    noun: str,
    no: str,
    action: str,
    form: HandlingScanForm,
    told: Callable[[Any, Any], Mapping[str, Any]],
) -> Answer:
    def work() -> Answer:
        return actions.perform(
            edge.act(form.note.data),
            noun,
            no,
            action,
            form.values(),
            action_id=form.action_id.data or "",
            body=form.body(),
            done=lambda record, result: json.dumps(told(record, result), ensure_ascii=False),
            refused=lambda refusal: json.dumps(errors.problem(refusal), default=str),
        )

    return write(db.session(), work)


def _garment(_record: Any, garment: Any) -> dict[str, str]:
    sku = garment.piece.sku
    return {
        "piece_no": garment.piece.piece_no,
        "product": f"{sku.style.style_no} {sku.style.name}",
        "variant": f"{sku.colour} {sku.size}",
    }


def _answer(status: int, code: str, body: Mapping[str, Any], back: str) -> ResponseReturnValue:
    is_done = status < 400
    sentence = _sentence(body) if is_done else str(body["detail"])
    if not request.headers.get("HX-Request"):
        flash(f"{code} {sentence}".strip(), "success" if is_done else "danger")
        return redirect(back, 303)
    row = render_template(
        "shipment/_scan.html",
        code=body.get("piece_no", code) if is_done else code,
        is_done=is_done,
        sentence=sentence,
        carton=body.get("carton") if is_done else None,
    )
    return row, status


def _sentence(body: Mapping[str, Any]) -> str:
    if "carton" in body:
        return _("Carton %(x)s of %(y)s has arrived.", x=body["carton"], y=body["cartons"])
    return f"{body['product']} · {body['variant']}"
