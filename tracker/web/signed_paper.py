"""Signed papers on the form's page: what was kept, and whether a file is the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker import edge, errors
from tracker.domain.account import FORM_READERS
from tracker.domain.errors import InvalidInput
from tracker.domain.signed_paper import Audience
from tracker.queries import signed_paper as queries
from tracker.services import loss_papers
from tracker.services import signed_paper as service
from tracker.web.filters import moment
from tracker.web.forms.signed_paper import CompareForm

blueprint = Blueprint("signed_paper", __name__, url_prefix="/loss-forms")


@dataclass(frozen=True)
class Papers:
    """What ``loss/_papers.html`` shows: the kept papers, and the form that compares a file."""

    kept: Sequence[Any]
    form: CompareForm


def papers_of(loss_form: Any) -> Papers | None:
    """Return the kept papers of a form that the reader sees, if he may read its amounts."""
    act = edge.act()
    if not loss_papers.sees_amounts(act, loss_form):
        return None
    kept = queries.of_document(act.session, act.actor, loss_form.no)
    return Papers(kept, CompareForm(formdata=None))


@blueprint.post("/<no>/compare")
@edge.allow(FORM_READERS)
def compare(no: str) -> ResponseReturnValue:
    """Say whether a PDF is, byte for byte, one that was kept of the form."""
    form, asked = loss_papers.readable(edge.act(), no), CompareForm()
    if asked.validate_on_submit():
        try:
            _say(service.compared(edge.act(), form, asked.file.data.read()))
        except InvalidInput as refusal:
            flash(refusal.message(errors.locale_code()), "danger")
    else:
        flash(_("Choose a file."), "danger")
    return redirect(url_for("loss.show", no=no, _anchor="papers"), 303)


def _say(same: Sequence[Any]) -> None:
    if not same:
        flash(_("Not the same: this file is no paper that was kept of the form."), "danger")
    for paper in same:
        copy = Audience(paper.audience).label(errors.locale_code())
        when = moment(paper.at)
        flash(_("The same, byte for byte: %(copy)s of %(when)s.", copy=copy, when=when), "success")
