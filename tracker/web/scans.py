"""A scan on a page: one action with its own key, answered by one row; refused ones are rows too."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _

from tracker import edge, errors
from tracker.db import write
from tracker.domain.errors import RuleViolation
from tracker.extensions import db
from tracker.services import actions
from tracker.services.once import Answer
from tracker.web.access import can_open
from tracker.web.forms.scan import HandlingScanForm

SCAN_AGAIN = frozenset({"empty", "too_long", "not_a_tag", "not_a_piece", "bad_check_digit"})
"""What was read is no tag: nothing is wrong with the garment, the scan wants repeating."""

NEXT = {
    "pack": _("Put it into the box and scan the next one."),
    "unpack": _("Lay it back with those still to be packed."),
    "receive": _("Lay it with the counted ones and scan the next one."),
    "arrive": _("Scan the garments in it."),
    "scan": _("Lay it with those to be destroyed and scan the next one."),
    "unscan": _("Lay it aside: it is not scanned any more."),
    "started": _("Scan it again when you stop."),
    "stopped": _("Enter the work, or scan the next one."),
    "already_in_this_box": _("Scan the next one."),
    "already_counted": _("Scan the next one."),
    "already_scanned": _("Scan the next one."),
    "not_in_this_box": _("Open the garment to see in which box it lies."),
}
"""What to do after a row, by its stable code, where its sentence does not say so."""

CORRECTIONS = {
    "receive": _(
        "A count is not taken back. Should the garment not lie before you, tell the after-sales "
        "supervisor; what is short or surplus shows when the count is finished."
    ),
    "started": _("Scan the same tag again: its time stops."),
    "stopped": _("Scan the same tag again: its time goes on."),
}
"""How a scan that has no opposite is put right."""


@dataclass(frozen=True)
class Row:
    """What a scan is answered with. ``stable_code`` is the action done, or the refusal's code.

    ``scan_id`` is the key of the scan that this answers; it stays empty where the scan is to come
    again. ``undo`` is the address that takes it back, ``correct`` says how, where there is none.
    """

    status: int
    code: str
    stable_code: str
    sentence: str
    scan_id: str = ""
    link: str = ""
    undo: str = ""

    @property
    def outcome(self) -> str:
        """Return ``done``, ``attention`` (the scan wants repeating) or ``refused``."""
        if self.status < 400:
            return "done"
        is_unread = self.status == 422 or self.stable_code in SCAN_AGAIN
        return "attention" if is_unread else "refused"

    @property
    def next_step(self) -> str:
        """Return what to do next, where the sentence does not say so."""
        return str(NEXT.get(self.stable_code, ""))

    @property
    def correct(self) -> str:
        """Return how this scan is put right without an undo."""
        return "" if self.status >= 400 else str(CORRECTIONS.get(self.stable_code, ""))


def take(
    noun: str,
    no: str,
    action: str,
    back: str,
    form: HandlingScanForm | None = None,
    told: Callable[[Any, Any], Mapping[str, Any]] | None = None,
    undo: str = "",
) -> ResponseReturnValue:
    """Answer a posted scan with its row: 200, or the refusal's status; without htmx a 303.

    ``told(record, result)`` are the facts of the row, by default those of the garment scanned;
    ``undo`` is the address of the opposite scan.
    """
    form = HandlingScanForm() if form is None else form
    check_author()
    if not form.validate_on_submit():
        return answer(422, "", {"detail": unread(), "code": "empty"}, back)
    code = form.code.data or ""
    try:
        kept = _perform(noun, no, action, form, told or _garment)
    except errors.REFUSALS as error:
        refusal = errors.as_refusal(error)
        return answer(refusal.status, code, errors.problem(refusal), back)
    body = json.loads(kept.body)
    done = {"code": str(action), "detail": _sentence(body)} if kept.status < 400 else {}
    return answer(kept.status, code, {**body, **done}, back, undo)


def check_author() -> None:
    """Refuse a kept scan that another person made on this browser: its author must send it.

    Raises ``RuleViolation`` ``other_person``; the browser keeps the scan.
    """
    author = request.form.get("scanned_by", "")
    if author and author != edge.actor().login:
        raise RuleViolation(
            "other_person",
            "这次扫描是「{author}」扫的，现在登录的是别人。请「{author}」登录，扫描会自动发送。",
            "“{author}” made this scan and somebody else is logged in: it waits for that person.",
            author=author,
        )


def unread() -> str:
    """Return the sentence for a scan without a code."""
    return gettext("Nothing was scanned. Scan the repair tag on the garment.")


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
        "registration": garment.no,
    }


def answer(
    status: int, code: str, body: Mapping[str, Any], back: str, undo: str = ""
) -> ResponseReturnValue:
    """Return the row of a scan; ``body`` has its stable ``code``, ``detail`` and its facts."""
    is_done = status < 400
    row = Row(
        status=status,
        code=str(body.get("piece_no", code)) if is_done else code,
        stable_code=str(body["code"]),
        sentence=str(body["detail"]),
        scan_id=request.form.get("action_id", "")[:40] if status < 500 else "",
        link=_link(body),
        undo=undo if is_done else "",
    )
    if not request.headers.get("HX-Request"):
        flash(f"{row.code} {row.sentence}".strip(), "success" if is_done else "danger")
        return redirect(back, 303)
    carton = body.get("carton") if is_done else None
    return render_template("shipment/_scan.html", row=row, carton=carton), status


def _link(body: Mapping[str, Any]) -> str:
    """Return where the record that a scan concerns is opened, if the reader may open it."""
    for name, endpoint in (("registration", "registration.show"), ("box", "shipment.show")):
        if body.get(name) and can_open(endpoint):
            return url_for(endpoint, no=body[name])
    return ""


def _sentence(body: Mapping[str, Any]) -> str:
    if "carton" in body:
        return gettext("Carton %(x)s of %(y)s has arrived.", x=body["carton"], y=body["cartons"])
    return f"{body['product']} · {body['variant']}"
