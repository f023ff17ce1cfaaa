"""The nature of a line's loss, which finance decides: it says whether VAT is transferred out."""

from __future__ import annotations

from typing import Any

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from tracker import edge
from tracker.domain.account import Role
from tracker.domain.errors import not_found
from tracker.domain.loss import MACHINE, Action, Status
from tracker.domain.loss_nature import LossNature
from tracker.extensions import db
from tracker.queries import loss as queries
from tracker.web import actions
from tracker.web.forms.action import ActionForm
from tracker.web.forms.loss_nature import NatureForm, nature_form
from tracker.web.loss import blueprint


@blueprint.get("/<no>/lines/<registration_no>/nature")
@edge.allow(Role.FINANCE)
def nature(no: str, registration_no: str) -> ResponseReturnValue:
    """What the rules propose for one line, and finance's decision."""
    return _page(no, registration_no)


def _page(no: str, registration_no: str, failed: ActionForm | None = None) -> str:
    form = queries.get(db.session(), edge.actor(), no)
    line = _line(form, registration_no)
    shown = failed or NatureForm(formdata=None)
    if failed is None:
        shown["nature"].data = LossNature(line.nature)
    shown.if_version.data = str(form.version)
    return render_template(
        "loss/nature.html",
        loss_form=form,
        line=line,
        form=shown,
        may_decide=(Status(form.status), Action.CLASSIFY) in MACHINE.transitions,
    )


def _line(form: Any, registration_no: str) -> Any:
    for line in queries.lines(db.session(), form):
        if line.registration.no == registration_no:
            return line
    raise not_found("登记", "registration", registration_no)


@blueprint.post("/<no>/lines/<registration_no>/nature")
@edge.allow(Role.FINANCE)
def classify(no: str, registration_no: str) -> ResponseReturnValue:
    """Decide, with the reason."""
    return actions.take(
        "loss_form",
        no,
        Action.CLASSIFY.value,
        {Action.CLASSIFY: nature_form(registration_no)},
        url_for("loss.show", no=no),
        lambda failed: _page(no, registration_no, failed),
    )
